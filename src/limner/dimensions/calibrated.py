"""A penalised softmax model, cross-fitted: blocks weighed, penalty and temperature chosen inside."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.weighing import weigh_blocks

Reals = NDArray[np.float64]
Labels = NDArray[np.int64]
Progress = Callable[[str, float], None]
PENALTIES = (0.3, 0.6, 1.2, 2.5)
"""Tried by inner folds, against rows whose length is about 1."""
FOLDS = 5
DIRECTIONS = 1000
"""Directions of the rows that are kept whole; of more, a sketch of the strongest."""
_SKETCHED = 200
_STEPS = 60
_AVERAGED = 2
_SLACK = 1.01
"""How much of the least loss may be given up for confidence that is as high as the accuracy."""
_TEMPERATURES = np.geomspace(0.25, 2.5, 40)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Weights float64 (n_classes, n_features + 1), the intercept last, already calibrated."""

    weights: Reals
    penalty: float
    """The one that makes held-out rows most likely."""
    held_out: Reals
    """Calibrated chances of the training rows from models that had not seen them, (n, n_classes)."""

    def chances(self, rows: Reals) -> Reals:
        """Return float64 (n, n_classes) for rows (n, n_features)."""
        return softmax(rows @ self.weights[:, :-1].T + self.weights[:, -1])


def fit_calibrated(rows: Reals, labels: Labels, n_classes: int, *, rng: np.random.Generator) -> Fitted:
    """Return the mean of the two models whose penalties make held-out rows most likely, calibrated on those.

    Two neighbours vary less than the better of them; their mean is a linear model as well.
    """
    folds = deal_folds(labels, FOLDS, rng)
    tried = []
    for penalty in PENALTIES:
        scores = _hold_out(rows, labels, n_classes, folds, penalty)
        temperature, loss = _calibrate(scores, labels)
        tried.append((loss, penalty, temperature, scores))
    tried = sorted(tried, key=lambda one: one[0])[:_AVERAGED]
    weights = np.mean([fit_softmax(rows, labels, n_classes, one[1]) * one[2] for one in tried], axis=0)
    scores = np.mean([one[3] * one[2] for one in tried], axis=0)
    temperature = _match_confidence(scores, labels)
    return Fitted(weights * temperature, tried[0][1], softmax(scores * temperature))


def cross_fit(
    rows: Reals,
    labels: Labels,
    n_classes: int,
    *,
    rng: np.random.Generator,
    blocks: Labels | None = None,
    progress: Progress | None = None,
) -> Reals:
    """Return chances of every row, (n, n_classes), all that is chosen being chosen without its fold.

    That is penalty, temperature and, where ``blocks`` says which block each feature is of, how much a block
    counts. ``progress`` is told the step and the share that is done.
    """
    folds = deal_folds(labels, FOLDS, rng)
    chances = np.zeros((len(labels), n_classes))
    for fold in range(FOLDS):
        if progress is not None:
            progress("held-out users", fold / FOLDS)
        inside, outside = folds != fold, folds == fold
        fold_rows = rows
        if blocks is not None:
            scales = weigh_blocks(rows[inside], blocks, labels[inside], n_classes, rng=rng)
            fold_rows = reduce_rows(rows * scales, rng)[0]
        model = fit_calibrated(fold_rows[inside], labels[inside], n_classes, rng=rng)
        chances[outside] = model.chances(fold_rows[outside])
    return chances


def fit_weighed(
    rows: Reals, blocks: Labels, labels: Labels, n_classes: int, *, rng: np.random.Generator
) -> tuple[Fitted, Reals, Reals]:
    """Return a model of all rows, its rows in their directions, and what leads from rows to those.

    Blocks are weighed first; the second is (n, r), the third (n_features, r). `Fitted.held_out` comes of
    weights that saw all labels: `cross_fit` is the honest measure.
    """
    scales = weigh_blocks(rows, blocks, labels, n_classes, rng=rng)
    reduced, basis = reduce_rows(rows * scales, rng)
    return fit_calibrated(reduced, labels, n_classes, rng=rng), reduced, basis * scales[:, None]


def deal_folds(labels: Labels, n_folds: int, rng: np.random.Generator) -> Labels:
    """Return a fold for each row, every class dealt evenly."""
    folds = np.zeros(len(labels), dtype=np.int64)
    for one in np.unique(labels):
        inside = rng.permutation(np.flatnonzero(labels == one))
        folds[inside] = np.arange(len(inside)) % n_folds
    return folds


def fit_softmax(rows: Reals, labels: Labels, n_classes: int, penalty: float) -> Reals:
    """Return softmax weights (n_classes, n_features + 1) with an L2 penalty, by L-BFGS."""
    from scipy.optimize import minimize

    wide = np.hstack([rows, np.ones((len(rows), 1))])
    target = np.eye(n_classes)[labels]

    def loss(flat: Reals) -> tuple[float, Reals]:
        weights = flat.reshape(n_classes, -1)
        chances = softmax(wide @ weights.T)
        kept = weights.copy()
        kept[:, -1] = 0.0
        value = -np.log(chances[np.arange(len(labels)), labels] + 1e-12).sum()
        gradient = (chances - target).T @ wide + penalty * kept
        return float(value + 0.5 * penalty * (kept**2).sum()), gradient.ravel()

    start = np.zeros(n_classes * wide.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x.reshape(n_classes, -1))


def softmax(scores: Reals) -> Reals:
    """Return rows of chances that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def reduce_rows(rows: Reals, rng: np.random.Generator, *, most: int = DIRECTIONS) -> tuple[Reals, Reals]:
    """Return rows in their strongest directions (n, r) and those directions (n_features, r).

    A penalised linear model needs no others, and fits a hundred times as fast. All directions there are when
    ``most`` allows it, else a random sketch of the strongest.

    Source: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53, 2011.
    """
    if min(rows.shape) <= most:
        values, vectors = np.linalg.eigh(rows @ rows.T if rows.shape[0] < rows.shape[1] else rows.T @ rows)
        kept = values > 1e-9 * values.max(initial=1e-12)
        lengths = np.sqrt(values[kept])
        if rows.shape[0] < rows.shape[1]:
            return vectors[:, kept] * lengths, rows.T @ (vectors[:, kept] / lengths)
        return rows @ vectors[:, kept], vectors[:, kept]
    sample = rows @ rng.standard_normal((rows.shape[1], min(most, _SKETCHED)))
    for _ in range(2):
        sample, _r = np.linalg.qr(rows @ (rows.T @ sample))
    _u, _s, directions = np.linalg.svd(sample.T @ rows, full_matrices=False)
    return rows @ directions.T, directions.T


def _hold_out(rows: Reals, labels: Labels, n_classes: int, folds: Labels, penalty: float) -> Reals:
    scores = np.zeros((len(labels), n_classes))
    for fold in range(int(folds.max()) + 1):
        weights = fit_softmax(rows[folds != fold], labels[folds != fold], n_classes, penalty)
        scores[folds == fold] = rows[folds == fold] @ weights[:, :-1].T + weights[:, -1]
    return scores


def _calibrate(scores: Reals, labels: Labels) -> tuple[float, float]:
    """Return the temperature that makes held-out rows most likely, and the mean loss it has."""
    losses = _lose(scores, labels)
    best = int(np.argmin(losses))
    return float(_TEMPERATURES[best]), float(losses[best])


def _match_confidence(scores: Reals, labels: Labels) -> float:
    """Return the temperature at which the likeliest class is as likely as it is right, of held-out rows.

    With many classes the likeliest rows leave the first choice surer than it should be. Only temperatures
    whose loss is nearly the least are asked.
    """
    losses = _lose(scores, labels)
    right = (scores.argmax(axis=1) == labels).mean()
    gaps = [abs(softmax(scores * one).max(axis=1).mean() - right) for one in _TEMPERATURES]
    return float(_TEMPERATURES[np.argmin(np.where(losses <= _SLACK * losses.min(), gaps, np.inf))])


def _lose(scores: Reals, labels: Labels) -> Reals:
    """Return the mean loss at each temperature."""
    every = np.arange(len(labels))
    losses = [-np.log(softmax(scores * one)[every, labels] + 1e-12).mean() for one in _TEMPERATURES]
    return np.array(losses)
