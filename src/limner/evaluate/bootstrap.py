"""How far a mean over users may be off: percentile bootstrap, and differences paired by user."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
CHUNK = 100


class Interval(NamedTuple):
    """A mean and the 95 % interval around it."""

    mean: float
    low: float
    high: float


def bound_mean(values: NDArray[np.float64], *, seed: int) -> Interval:
    """Return the mean of one value per user with its interval; NaN values are left out.

    Passing differences of two models by user gives the paired interval; the same seed and number of
    users draw the same resamples. Source: Efron, Tibshirani: An introduction to the bootstrap, 1993.

    >>> bound_mean(np.array([0.5, 0.5]), seed=1)
    Interval(mean=0.5, low=0.5, high=0.5)
    """
    kept = values[~np.isnan(values)]
    if len(kept) == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    rng = np.random.default_rng(seed)
    means = [
        kept[rng.integers(0, len(kept), size=(CHUNK, len(kept)))].mean(axis=1)
        for _ in range(RESAMPLES // CHUNK)
    ]
    low, high = np.quantile(np.concatenate(means), [0.025, 0.975])
    return Interval(float(kept.mean()), float(low), float(high))
