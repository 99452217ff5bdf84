"""How scores follow what is popular of late: more for who is here these days, hardly for who left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.recommend.history import History
from limner.records import UNTIMED
from limner.settings import Recipe

Matrix = NDArray[np.float32]
Reals = NDArray[np.float64]
ARRAYS = ("rise", "settled")
"""Names of what is kept; spaces written by earlier versions have neither."""
SETTLED = 10.0
"""Users at which half of an item's trend is believed: two events of late may be a chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """What a build learnt of each item's fortunes.

    ``rise`` (n_items,) is ρ = trend · log(recent share / all-time share), ``settled`` (n_items,) how much of
    it is believed: 0 where nobody met an item, else 1 where items borrow from their content what they lack,
    and n / (n + `SETTLED`) by n users where they do not. float32 both; empty where that is not known.
    """

    rise: Matrix
    settled: Matrix

    @property
    def unmet(self) -> NDArray[np.bool_]:
        """Which items nobody met, (n_items,)."""
        return np.asarray(self.settled == 0)

    def lift(self, history: History, recipe: Recipe, items: Any = slice(None)) -> Matrix:
        """Return what scores are multiplied by, float32 (n_users, n_items) or of some items.

        1 + settled · (exp(ρ · φ) − 1), φ = freshness ^ fading; one row and column of 1 without a trend.
        """
        if not len(self.rise) or recipe.trend == 0:
            return np.ones((1, 1), dtype=np.float32)
        fresh = (history.freshness() ** recipe.fading).astype(np.float32)
        return np.asarray(1 + self.settled[items] * np.expm1(fresh[:, None] * self.rise[items]))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `from_arrays` reads."""
        return {"rise": self.rise, "settled": self.settled}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Trend":
        """Return the trend that `to_arrays` wrote, `UNKNOWN` where it was not kept."""
        return cls(*(arrays[name] for name in ARRAYS)) if ARRAYS[0] in arrays else UNKNOWN


UNKNOWN = Trend(*np.zeros((2, 0), dtype=np.float32))


def learn_trend(
    history: History, everyday: Reals, recent: Reals, *, recipe: Recipe, lent: bool = False
) -> Trend:
    """Return the trend of items from their shares of all and of recent events, above 0 both.

    ``lent`` says that the trend moves only what an item does not borrow: what few met moves little anyway.
    Where nothing has a time there is no trend: ρ = 0.
    """
    met = history.sum_by_item()
    exponent = 0.0 if history.at_us == UNTIMED else recipe.trend
    rise = exponent * np.log(recent / everyday)
    settled = met > 0 if lent else met / (met + SETTLED)
    return Trend(rise.astype(np.float32), settled.astype(np.float32))
