"""Attributes guessed from behaviour: a regularised logistic model on the ledger, cross-fitted.

An attribute is inferred only when the owner allows it, enough users declared it, and held-out users
show that behaviour tells; what comes out is a probability, and the rows that spoke for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.sitter import Cells, Cite, cite_cell

Reals = NDArray[np.float64]
SIGNALS = ("category", "brand", "hour", "price_band", "event", "item")
MIN_PER_CLASS = 30
MIN_SKILL = 0.6
"""Least cross-fitted AUC (one class against the rest, averaged by class size) to say anything at all."""
_FOLDS = 4
_DIRECTIONS = 80
_MARGIN = 1.1
"""How much likelier than an even guess the best class must be to be shown."""
_STEPS = 40
_PENALTY = 1.0
_SMOOTHING_N = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class AttributeModel:
    """One-against-rest logistic weights on log-scaled shares, and a temperature that calibrates them."""

    column: str
    classes: tuple[str, ...]
    features: tuple[tuple[str, str], ...]
    """(signal, key) of each feature."""
    weights: Reals
    """float64 (n_classes, n_features + 1), the last column is the intercept."""
    auc: float
    """Cross-fitted, on users the model did not see."""
    threshold: float
    """Least probability at which the guess is shown."""

    def probabilities(self, rows: Reals) -> Reals:
        """Return float64 (n, n_classes) for feature rows (n, n_features)."""
        scores = rows @ self.weights[:, :-1].T + self.weights[:, -1]
        return _softmax(scores)

    def guess(self, cells: Cells) -> tuple[str, float, tuple[Cite, ...]] | None:
        """Return the likeliest class, its probability and the rows that speak most for it; None if unsure."""
        row = read_features(cells, self.features)
        if not row.any():
            return None
        chances = self.probabilities(row[None, :])[0]
        best = int(np.argmax(chances))
        if chances[best] < self.threshold:
            return None
        pulls = row * (self.weights[best, :-1] - self.weights[:, :-1].mean(axis=0))
        strongest = [self.features[k] for k in np.argsort(-pulls, kind="stable")[:3] if pulls[k] > 0]
        cites = tuple(
            cite for signal, key in strongest for cite in cite_cell(cells[signal][key], "events", most=1)
        )
        return self.classes[best], float(chances[best]), cites


def read_features(cells: Cells, features: Sequence[tuple[str, str]]) -> Reals:
    """Return a user's feature row: damped shares n / (total + 20), square root, per (signal, key)."""
    totals = {signal: sum(cell.n for cell in cells.get(signal, {}).values()) for signal in SIGNALS}
    row = np.zeros(len(features))
    for place, (signal, key) in enumerate(features):
        cell = cells.get(signal, {}).get(key)
        if cell is not None:
            row[place] = damped_share(cell.n, totals[signal])
    return row


def damped_share(n: Any, total: Any) -> Any:
    """Return the square root of n / (total + 20), so that few events say little (numbers or arrays)."""
    return np.sqrt(n / (total + _SMOOTHING_N))


def reduce_rows(rows: Reals, rng: np.random.Generator) -> tuple[Reals, Reals]:
    """Return rows in their strongest directions (n, r) and those directions (n_features, r).

    A penalised linear model needs no others, and fits a hundred times as fast.

    Source: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53, 2011.
    """
    rank = min(_DIRECTIONS, *rows.shape)
    sample = rows @ rng.standard_normal((rows.shape[1], rank))
    for _ in range(2):
        sample, _r = np.linalg.qr(rows @ (rows.T @ sample))
    _u, _s, directions = np.linalg.svd(sample.T @ rows, full_matrices=False)
    return rows @ directions.T, directions.T


def fit_attribute(
    column: str,
    declared: Mapping[int, str],
    rows: tuple[Reals, Reals],
    features: Sequence[tuple[str, str]],
    *,
    rng: np.random.Generator,
) -> AttributeModel | None:
    """Return a model of one attribute, or None where there is no ground for one.

    ``rows`` is what `reduce_rows` returned; ``declared`` maps row numbers to classes.
    """
    counts: dict[str, int] = {}
    for value in declared.values():
        counts[value] = counts.get(value, 0) + 1
    classes = tuple(sorted(value for value, n in counts.items() if n >= MIN_PER_CLASS))
    if len(classes) < 2 or not len(features):
        return None
    users = np.array([user for user, value in declared.items() if value in classes])
    labels = np.array([classes.index(declared[int(user)]) for user in users])
    reduced, basis = rows[0][users], rows[1]
    held_out = _cross_fit(reduced, labels, len(classes), rng)
    auc = mean_auc(held_out, labels)
    if auc < MIN_SKILL:
        return None
    temperature = _calibrate(held_out, labels)
    found = _fit(reduced, labels, len(classes)) * temperature
    weights = np.hstack([found[:, :-1] @ basis.T, found[:, -1:]])
    threshold = min(0.9, _MARGIN / len(classes))
    return AttributeModel(column, classes, tuple(features), weights, auc, threshold)


def mean_auc(scores: Reals, labels: NDArray[np.int64]) -> float:
    """Return the AUC of each class against the rest, averaged by class size; 0.5 is chance."""
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


def _average_ranks(values: Reals) -> Reals:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse.reshape(-1)])


def _cross_fit(rows: Reals, labels: NDArray[np.int64], n_classes: int, rng: np.random.Generator) -> Reals:
    """Return log-probabilities for every row from a model that did not see it."""
    folds = rng.integers(0, _FOLDS, len(labels))
    held_out = np.zeros((len(labels), n_classes))
    for fold in range(_FOLDS):
        weights = _fit(rows[folds != fold], labels[folds != fold], n_classes)
        scores = rows[folds == fold] @ weights[:, :-1].T + weights[:, -1]
        held_out[folds == fold] = np.log(_softmax(scores) + 1e-12)
    return held_out


def _calibrate(log_chances: Reals, labels: NDArray[np.int64]) -> float:
    """Return the temperature that makes held-out probabilities most likely."""
    grid = np.geomspace(0.25, 2.0, 25)
    losses = [
        -np.log(_softmax(log_chances * scale)[np.arange(len(labels)), labels] + 1e-12).mean()
        for scale in grid
    ]
    return float(grid[int(np.argmin(losses))])


def _fit(rows: Reals, labels: NDArray[np.int64], n_classes: int) -> Reals:
    """Return softmax weights (n_classes, n_features + 1) with an L2 penalty, by L-BFGS."""
    from scipy.optimize import minimize

    wide = np.hstack([rows, np.ones((len(rows), 1))])
    target = np.eye(n_classes)[labels]

    def loss(flat: Reals) -> tuple[float, Reals]:
        weights = flat.reshape(n_classes, -1)
        chances = _softmax(wide @ weights.T)
        penalty = weights.copy()
        penalty[:, -1] = 0.0
        value = -np.log(chances[np.arange(len(labels)), labels] + 1e-12).sum()
        gradient = (chances - target).T @ wide + _PENALTY * penalty
        return float(value + 0.5 * _PENALTY * (penalty**2).sum()), gradient.ravel()

    start = np.zeros(n_classes * wide.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x.reshape(n_classes, -1))


def _softmax(scores: Reals) -> Reals:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
