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


UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))


def bound_mean(values: NDArray[np.float64], *, seed: int) -> Interval:
    """Return the mean of one value per user with its interval; NaN values are left out.

    Passing differences of two models by user gives the paired interval; the same seed and number of
    users draw the same resamples. Source: Efron, Tibshirani: An introduction to the bootstrap, 1993.

    >>> bound_mean(np.array([0.5, 0.5]), seed=1)
    Interval(mean=0.5, low=0.5, high=0.5)
    """
    return bound_means(values[~np.isnan(values)][:, None], seed=seed)[0]


def bound_means(values: NDArray[np.float64], *, seed: int) -> list[Interval]:
    """Return the interval of each column of values (n_users, n), all from the same resamples of users.

    A user without a value (NaN) is left out of that column's means, in every resample anew.
    """
    n_users, n_columns = values.shape
    there = ~np.isnan(values)
    if n_users == 0 or n_columns == 0:
        return [UNKNOWN] * n_columns
    filled = np.where(there, values, 0.0)
    whole = there.all()
    weighed = np.hstack([filled, there.astype(np.float64)[:, : 0 if whole else n_columns]])
    rng = np.random.default_rng(seed)
    sums = np.vstack([_draw(rng, n_users) @ weighed for _ in range(RESAMPLES // CHUNK)])
    counts = np.full((1, 1), float(n_users)) if whole else sums[:, n_columns:]
    means = np.where(counts > 0, sums[:, :n_columns] / np.maximum(counts, 1), np.nan)
    present = there.sum(axis=0)
    centre = filled.sum(axis=0) / np.maximum(present, 1)
    return [
        _read_interval(float(centre[column]), means[:, column]) if present[column] else UNKNOWN
        for column in range(n_columns)
    ]


def _draw(rng: np.random.Generator, n_users: int) -> NDArray[np.float64]:
    """Return how often each user is in each of a few resamples, float64 (CHUNK, n_users)."""
    drawn = rng.integers(0, n_users, size=(CHUNK, n_users)) + n_users * np.arange(CHUNK)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=CHUNK * n_users)
    return counts.reshape(CHUNK, n_users).astype(np.float64)


def _read_interval(mean: float, means: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(means[~np.isnan(means)], [0.025, 0.975])
    return Interval(mean, float(low), float(high))
