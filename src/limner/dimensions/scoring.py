"""How good guessed probabilities are: AUC, accuracy, calibration, with intervals over users."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.bootstrap import Interval

Reals = NDArray[np.float64]
Labels = NDArray[np.int64]
Measure = Callable[[Reals, Labels], float]
_BINS = 10
_RESAMPLES = 400


def mean_auc(scores: Reals, labels: Labels) -> float:
    """Return the AUC of each class against the rest, averaged by class size; 0.5 is chance.

    ``scores`` is float64 (n, n_classes).
    """
    aucs, sizes = [], []
    for one in range(scores.shape[1]):
        inside = labels == one
        n_in, n_out = int(inside.sum()), int((~inside).sum())
        if not n_in or not n_out:
            continue
        ranks = _average_ranks(scores[:, one])
        aucs.append((ranks[inside].sum() - n_in * (n_in + 1) / 2) / (n_in * n_out))
        sizes.append(n_in)
    return float(np.average(aucs, weights=sizes)) if aucs else 0.5


def accuracy(chances: Reals, labels: Labels) -> float:
    """Return how often the likeliest class is the true one."""
    return float((chances.argmax(axis=1) == labels).mean())


def calibration_error(chances: Reals, labels: Labels) -> float:
    """Return the expected calibration error of the likeliest class, over ten bins of equal width.

    Source: Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017.
    """
    stated = chances.max(axis=1)
    right = chances.argmax(axis=1) == labels
    bins = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    gaps = [
        (bins == one).mean() * abs(stated[bins == one].mean() - right[bins == one].mean())
        for one in np.unique(bins)
    ]
    return float(sum(gaps))


def bound(
    measure: Callable[[Reals, Labels], float], chances: Reals, labels: Labels, *, seed: int
) -> Interval:
    """Return a measure of held-out chances and its 95 % interval over resampled users."""
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(labels), len(labels)) for _ in range(_RESAMPLES))
    found = [measure(chances[chosen], labels[chosen]) for chosen in drawn]
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(measure(chances, labels), float(low), float(high))


def _average_ranks(values: Reals) -> Reals:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse.reshape(-1)])
