"""One signal as it stood at every label: counts and decayed sums, in all and of the keys worth a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.ledger.ladder import Ladder, Reals, Whole
from limner.records import UNTIMED
from limner.settings import HorizonSettings

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Sums read at the instants of labels; row 0 counts every key, row 1 + k the k-th key that was placed."""

    n: Reals
    """(1 + n_keys, n_slots) rows."""
    recent: Reals
    lasting: Reals
    liking: Reals
    """(n_slots,) of every key; 0 where the signal has no polarity."""
    opinion: Reals
    newest: Whole
    """(n_slots,) the newest row, `UNTIMED` where there is none with a time."""
    keys: Reals
    """(n_slots,) keys met; 1 or 0 for a signal of one key."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Brings what intervals added to the labels behind them."""

    ladder: Ladder
    recent: Reals
    """(n_slots,) what recent sums of the label before are multiplied by."""
    lasting: Reals

    @classmethod
    def of(cls, ladder: Ladder, horizons: HorizonSettings) -> "Carrier":
        """Return the carrier of a ladder for sums of two half-lives."""
        return cls(ladder, ladder.factors(horizons.recent_days), ladder.factors(horizons.lasting_days))

    def stand(self, added: Columns, firsts: Columns | None, n_keys: int, horizon: str = "both") -> Standing:
        """Return the standing of what `intervals` gives for one signal.

        ``horizon`` is that of the signal, which its likings are decayed with.
        """
        opinions = self.lasting
        n = self._sum(added, "n", n_keys, None)
        return Standing(
            n,
            self._sum(added, "recent", n_keys, self.recent),
            self._sum(added, "lasting", n_keys, self.lasting),
            self._sum(added, "liking", 0, opinions)[0],
            self._sum(added, "opinion", 0, opinions)[0],
            self._newest(added),
            np.minimum(n[0], 1.0) if firsts is None else self._sum(firsts, "keys", 0, None)[0],
        )

    def _sum(self, added: Columns, name: str, n_keys: int, factors: Reals | None) -> Reals:
        slots, values = added["slot"], added[name]
        width = self.ladder.n_slots
        sums = np.empty((1 + n_keys, width))
        sums[0] = np.bincount(slots, values, minlength=width)
        if n_keys:
            named = added["place"] >= 0
            spots = added["place"][named] * width + slots[named]
            sums[1:] = np.bincount(spots, values[named], minlength=n_keys * width).reshape(n_keys, width)
        self.ladder.carry(sums, factors)
        return sums

    def _newest(self, added: Columns) -> Whole:
        newest = np.full(self.ladder.n_slots, UNTIMED, dtype=np.int64)
        np.maximum.at(newest, added["slot"], added["ts"])
        self.ladder.carry_newest(newest)
        return newest
