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
ARRAYS = ("rise", "unmet")
"""Names of what is kept; spaces written by earlier versions have neither."""
SETTLED = 5.0
"""Users at which half of an item's trend is believed: two events of late may be a chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """What a build learnt of each item's fortunes.

    ``rise`` float32 (n_items,) is ρ, the logarithm of what the trend makes of an item's scores, ``unmet``
    (n_items,) which items nobody met. Both are empty where that is not known.
    """

    rise: Matrix
    unmet: NDArray[np.bool_]

    def lift(self, history: History, recipe: Recipe, items: Any = slice(None)) -> Matrix:
        """Return what scores are multiplied by, float32 (n_users, n_items) or of some items.

        exp(ρ · φ) with φ = freshness ^ fading; one row and column of 1 where there is no trend.
        """
        if not len(self.rise) or recipe.trend == 0:
            return np.ones((1, 1), dtype=np.float32)
        fresh = (history.freshness() ** recipe.fading).astype(np.float32)
        return np.asarray(np.exp(fresh[:, None] * self.rise[items]))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `from_arrays` reads."""
        return {"rise": self.rise, "unmet": self.unmet}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Trend":
        """Return the trend that `to_arrays` wrote, `UNKNOWN` where it was not kept."""
        return cls(*(arrays[name] for name in ARRAYS)) if ARRAYS[0] in arrays else UNKNOWN


UNKNOWN = Trend(np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.bool_))


def learn_trend(history: History, everyday: Reals, recent: Reals, *, recipe: Recipe) -> Trend:
    """Return the trend of items from their shares of all and of recent events, above 0 both.

    ρ = trend · n / (n + `SETTLED`) · log(recent / everyday), with n the users who met an item; 0 where
    nothing has a time.
    """
    met = history.sum_by_item()
    exponent = 0.0 if history.at_us == UNTIMED else recipe.trend
    rise = exponent * met / (met + SETTLED) * np.log(recent / everyday)
    return Trend(rise.astype(np.float32), met == 0)
