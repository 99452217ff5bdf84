"""How much each block of traits counts for one attribute: what makes the training labels most likely."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Labels = NDArray[np.int64]
_MOST = 700
"""Rows the evidence is taken of; of more, so many are drawn."""
_STEPS = 20
_BOUNDS = (-9.0, 2.0)
_USUAL = 0.3
"""Share of all variance that is of the blocks together, before any label is looked at."""
_PULL = 5.0
"""How strongly the logarithms of the shares are held to what is usual: a few hundred labels cannot tell more
than about seven shares, and evidence that is free to follow them does worse on users it did not see."""


def weigh_blocks(
    rows: Reals, blocks: Labels, labels: Labels, n_classes: int, *, rng: np.random.Generator
) -> Reals:
    """Return what each feature is multiplied by, float64 (n_features,), the same within a block.

    Labels are taken as sums of one Gaussian process a block and noise; the variances are those of the highest
    evidence on the given rows alone, held to what the rows' own scales say. Rows so scaled have a squared
    length of 1 on average, about their mean. ``blocks`` is the number of each feature's block, int64
    (n_features,).

    Source: Rasmussen, Williams, "Gaussian processes for machine learning", 2006, chapter 5.
    """
    named = [one for one in np.unique(blocks) if rows[:, blocks == one].std(axis=0).any()]
    if not named:
        return np.ones(rows.shape[1])
    powers = np.array([rows[:, blocks == one].var(axis=0).sum() for one in named])
    usual = _USUAL * powers / powers.sum()
    shares = np.ones(1)
    if len(named) > 1:
        kernels, target = _draw_kernels(rows, blocks, (labels, n_classes), named, rng)
        shares = maximise_evidence(kernels, target, usual)[:-1]
    scales = np.zeros(rows.shape[1])
    for one, scale in zip(named, np.sqrt(shares / shares.sum() / powers), strict=True):
        scales[blocks == one] = scale
    return scales


def _draw_kernels(
    rows: Reals, blocks: Labels, classes: tuple[Labels, int], named: Sequence[int], rng: np.random.Generator
) -> tuple[list[Reals], Reals]:
    labels, n_classes = classes
    drawn = rng.permutation(len(labels))[:_MOST]
    kernels = [_centre(rows[drawn][:, blocks == one]) for one in named]
    target = np.eye(n_classes)[labels[drawn]]
    target -= target.mean(axis=0)
    target /= np.sqrt((target**2).mean(axis=0)) + 1e-9
    return kernels, target[:, : n_classes - (n_classes == 2)]


def maximise_evidence(kernels: Sequence[Reals], target: Reals, usual: Reals) -> Reals:
    """Return the variance of each kernel (n, n) and, last, of the noise, for outputs (n, n_outputs).

    ``usual`` is where the kernels' variances are held to, float64 (n_kernels,); the noise is free.
    """
    from scipy.linalg import cho_factor, cho_solve
    from scipy.optimize import minimize

    n, width = target.shape
    whole, held = np.eye(n), np.clip(np.log(usual), *_BOUNDS)

    def loss(logs: Reals) -> tuple[float, Reals]:
        shares = np.exp(logs)
        covariance = shares[-1] * whole
        for share, kernel in zip(shares, kernels, strict=False):
            covariance += share * kernel
        factor = cho_factor(covariance, lower=True, check_finite=False)
        inverse = cho_solve(factor, whole, check_finite=False)
        solved = inverse @ target
        slope = 0.5 * (width * inverse - solved @ solved.T)
        slopes = [(slope * kernel).sum() for kernel in kernels] + [np.trace(slope)]
        away = np.append(logs[:-1] - held, 0.0)
        value = 0.5 * (target * solved).sum() + width * np.log(np.diag(factor[0])).sum()
        return float(value + 0.5 * _PULL * (away**2).sum()), np.array(slopes) * shares + _PULL * away

    start = np.append(held, np.log(1 - _USUAL))
    bounds = [_BOUNDS] * len(kernels) + [(-4.0, 1.0)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
    return np.asarray(np.exp(found.x))


def _centre(rows: Reals) -> Reals:
    """Return the products of rows about their mean, whose diagonal is 1 on average."""
    away = rows - rows.mean(axis=0)
    products = away @ away.T
    return np.asarray(products * (len(rows) / max(float(np.trace(products)), 1e-12)))
