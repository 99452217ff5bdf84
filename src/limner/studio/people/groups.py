"""What sets a group of users apart: the categories, words and hours they turn to more than everyone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.studio.kept.declared import read_entries

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_MIN_LIFT = 1.15
_SMOOTHING = 0.01
_SIGNALS = ("category", "word", "hour")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Shares of keys by signal, scipy CSR (n_users, n_keys), users in the order of `Studio.vectors`."""

    shares: dict[str, tuple[list[str], Any]]

    def themes(self, users: NDArray[np.int64], *, most: int) -> tuple[str, ...]:
        """Return the categories, or else the words, of the highest lift among some users, highest first."""
        for signal in ("category", "word"):
            found = self.lifts(signal, users)[:most]
            if found:
                return tuple(key for key, _ in found)
        return ()

    def lifts(self, signal: str, users: NDArray[np.int64]) -> list[tuple[str, float]]:
        """Return keys with how much more often the users turn to them than everyone, by what that weighs."""
        if signal not in self.shares:
            return []
        keys, matrix = self.shares[signal]
        own = np.asarray(matrix[users].mean(axis=0)).reshape(-1)
        usual = np.asarray(matrix.mean(axis=0)).reshape(-1)
        lift = (own + _SMOOTHING) / (usual + _SMOOTHING)
        order = np.argsort(-own * np.log(lift), kind="stable")
        return [(keys[one], float(lift[one])) for one in order if lift[one] >= _MIN_LIFT]


def read_shares(studio: "Studio") -> Group:
    """Return the shares of everyone."""
    from scipy.sparse import csr_matrix

    users = [number for number, _ in studio.painter.users()]
    found = {}
    entries = read_entries(studio.store, users)
    for signal in (name for name in _SIGNALS if name in entries):
        who, named, n, _ = entries[signal]
        keys = sorted(set(named))
        place = {key: number for number, key in enumerate(keys)}
        totals = np.bincount(who, n, minlength=len(users))
        columns = np.array([place[key] for key in named])
        found[signal] = (keys, csr_matrix((n / totals[who], (who, columns)), shape=(len(users), len(keys))))
    return Group(found)
