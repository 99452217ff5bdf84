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
_USUAL = float(np.log(0.05))
"""Where a share of which the labels say nothing lies, as a logarithm."""
_PULL = 0.04


def weigh_blocks(
    rows: Reals, blocks: Labels, labels: Labels, n_classes: int, *, rng: np.random.Generator
) -> Reals:
    """Return what each feature is multiplied by, float64 (n_features,), the same within a block.

    Labels are taken as sums of one Gaussian process a block and noise; the variances are those of the highest
    evidence on the given rows alone. Rows so scaled have a squared length of 1 on average, about their mean.
    ``blocks`` is the number of each feature's block, int64 (n_features,).

    Source: Rasmussen, Williams, "Gaussian processes for machine learning", 2006, chapter 5.
    """
    named = [one for one in np.unique(blocks) if rows[:, blocks == one].std(axis=0).any()]
    if not named:
        return np.ones(rows.shape[1])
    powers = np.array([rows[:, blocks == one].var(axis=0).sum() for one in named])
    shares = np.ones(1) if len(named) == 1 else _choose_shares(rows, blocks, (labels, n_classes), named, rng)
    scales = np.zeros(rows.shape[1])
    for one, scale in zip(named, np.sqrt(shares / shares.sum() / powers), strict=True):
        scales[blocks == one] = scale
    return scales


def _choose_shares(
    rows: Reals, blocks: Labels, classes: tuple[Labels, int], named: Sequence[int], rng: np.random.Generator
) -> Reals:
    labels, n_classes = classes
    drawn = rng.permutation(len(labels))[:_MOST]
    kernels = [_centre(rows[drawn][:, blocks == one]) for one in named]
    target = np.eye(n_classes)[labels[drawn]]
    target -= target.mean(axis=0)
    target /= np.sqrt((target**2).mean(axis=0)) + 1e-9
    return maximise_evidence(kernels, target[:, : n_classes - (n_classes == 2)])[:-1]


def maximise_evidence(kernels: Sequence[Reals], target: Reals) -> Reals:
    """Return the variance of each kernel (n, n) and, last, of the noise, for outputs (n, n_outputs)."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.optimize import minimize

    n, width = target.shape
    whole = np.eye(n)

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
        away = logs - _USUAL
        value = 0.5 * (target * solved).sum() + width * np.log(np.diag(factor[0])).sum()
        return float(value + 0.5 * _PULL * (away**2).sum()), np.array(slopes) * shares + _PULL * away

    start = np.log(np.append(np.full(len(kernels), 0.3 / len(kernels)), 0.7))
    bounds = [_BOUNDS] * len(kernels) + [(-4.0, 1.0)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
    return np.asarray(np.exp(found.x))


def _centre(rows: Reals) -> Reals:
    """Return the products of rows about their mean, whose diagonal is 1 on average."""
    away = rows - rows.mean(axis=0)
    products = away @ away.T
    return np.asarray(products * (len(rows) / max(float(np.trace(products)), 1e-12)))
