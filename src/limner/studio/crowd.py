"""Everyone's vectors in memory, kept up with whose rows change: those who ask for neighbours share them."""

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import normalise
from limner.ledger.decay import DAY_US
from limner.records import Vector
from limner.store.changes import EVERYONE, read_changes

if TYPE_CHECKING:
    from limner.studio.recommending import Adviser

_MOST_RENEWED = 0.1
"""Share of users from which on all are read again: one by one they cost more."""
_USER = "SELECT user_id FROM users WHERE user_no = ? AND user_no NOT IN (SELECT user_no FROM merged)"
_LONGEST_US = DAY_US
"""How far the log's newest moment may move on before all are read again; what fades, fades together."""


class Standing(NamedTuple):
    """Who stands where."""

    user_nos: NDArray[np.int64]
    """(n,)."""
    vectors: Vector
    """float32 (n, dim), rows of length 1, zeros for who did nothing; not to be written to."""


class Crowd:
    """The vectors of one open store; threads may share them."""

    def __init__(self) -> None:
        """Hold nothing until somebody asks."""
        self._lock = Lock()
        self._standing: Standing | None = None
        self._newest = -1
        self._as_of = 0

    def read(self, adviser: "Adviser") -> Standing:
        """Return everyone's vectors now, read through an adviser in whose transaction nothing changes."""
        with self._lock:
            changes = read_changes(adviser.store, self._newest)
            touched = {user_no for user_no, _ in changes}
            held = self._standing
            moved = adviser.painter.as_of - self._as_of > _LONGEST_US
            if held is None or moved or self._is_much(touched, len(held.user_nos)):
                self._as_of = adviser.painter.as_of
                held = _read_all(adviser)
            elif touched:
                held = _renew(adviser, held, touched)
            self._standing = held
            self._newest = changes[-1][1] if changes else self._newest
            return held

    @staticmethod
    def _is_much(touched: set[int], n_users: int) -> bool:
        return EVERYONE in touched or len(touched) > max(8, _MOST_RENEWED * n_users)


def _read_all(adviser: "Adviser") -> Standing:
    numbers = np.array([row[0] for row in adviser.painter.users()], dtype=np.int64)
    return Standing(numbers, normalise(adviser.space.vectors(adviser.everyone()))[numbers])


def _renew(adviser: "Adviser", held: Standing, touched: set[int]) -> Standing:
    """Return who stands where with the rows of some users read anew; arrays that were given away stay."""
    ids = {user_no: row[0] for user_no in sorted(touched) if (row := adviser.store.one(_USER, user_no))}
    fresh = {user_no: adviser.painter.locate(user_id)[1].values for user_no, user_id in ids.items()}
    kept = ~np.isin(held.user_nos, np.fromiter(touched, dtype=np.int64))
    numbers = np.concatenate([held.user_nos[kept], np.fromiter(fresh, dtype=np.int64, count=len(fresh))])
    rows = np.array(list(fresh.values()), dtype=np.float32).reshape(len(fresh), held.vectors.shape[1])
    order = np.argsort(numbers, kind="stable")
    return Standing(numbers[order], np.concatenate([held.vectors[kept], rows])[order])
