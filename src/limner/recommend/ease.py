"""EASE: the best linear item-item weights in closed form, and what stands in for it when they do not fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.ranking import Scores

MOST_ITEMS = 20_000
"""Above this neither the items nor the users are inverted densely (1.6 GB a matrix)."""
MOST_SOLVED = 400_000_000
"""Users times items that are solved for at once by way of the users (1.6 GB)."""
FALLBACK_DIM = 512


@dataclass(frozen=True, slots=True, eq=False)
class DenseEase:
    """Weights (n_items, n_items) with a zero diagonal."""

    weights: Scores
    note: str = ""

    def score(self, history: History) -> Scores:
        """Return the sum of the weights of past items."""
        return np.asarray(history.matrix() @ self.weights, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class DualEase:
    """The same weights by way of the users, where they are fewer: X, (XXᵀ + λ)⁻¹X, and 1 / (λ P_jj)."""

    fitted: Any
    solved: Scores
    scale: Scores
    note: str = ""

    def score(self, history: History) -> Scores:
        """Return the sum of the weights of past items; past items themselves get 0."""
        overlap = history.matrix() @ self.fitted.T
        scores = np.asarray((overlap @ self.solved) * self.scale, dtype=np.float32)
        scores[history.users, history.items] = 0
        return scores


@dataclass(frozen=True, slots=True, eq=False)
class FactoredEase:
    """The strongest directions of the same weights."""

    item_in: Scores
    item_out: Scores
    note: str

    def score(self, history: History) -> Scores:
        """Return the sum of the weights of past items."""
        return np.asarray((history.matrix() @ self.item_in) @ self.item_out.T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Ease:
    """Embarrassingly shallow auto-encoder with one ridge for all.

    Source: Steck: Embarrassingly shallow autoencoders for sparse data, WWW 2019.
    """

    ridge: float = 200.0

    def fit(self, dataset: Dataset) -> DenseEase | DualEase | FactoredEase:
        """Return the scorer, in the form that is cheapest for the numbers of users and items."""
        history = dataset.history
        few_users = history.n_users <= min(MOST_ITEMS, history.n_items)
        if few_users and history.n_users * history.n_items <= MOST_SOLVED:
            return self._fit_dual(history)
        if history.n_items <= MOST_ITEMS:
            return self._fit_dense(history)
        return self._fit_factored(history)

    def _fit_dense(self, history: History) -> DenseEase:
        met = history.matrix()
        inverse = _invert((met.T @ met).toarray(), self.ridge)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)
        return DenseEase(weights)

    def _fit_dual(self, history: History) -> DualEase:
        met = history.matrix()
        solved = (met.T @ _invert((met @ met.T).toarray(), self.ridge)).T
        # λP = I − Xᵀ(XXᵀ + λ)⁻¹X, so off the diagonal the weights are its second term over λP_jj
        kept = 1 - np.asarray(met.multiply(solved).sum(axis=0)).ravel()
        return DualEase(met, solved, (1 / kept).astype(np.float32))

    def _fit_factored(self, history: History) -> FactoredEase:
        from limner.fusion.behaviour import place_items
        from limner.settings import Recipe

        placed = place_items(history, dim=FALLBACK_DIM, seed=0, recipe=Recipe(ridge=self.ridge, dropout=0))
        note = f"above {MOST_ITEMS} items: only the {FALLBACK_DIM} strongest directions"
        return FactoredEase(placed.item_in, placed.item_out, note)


def _invert(products: NDArray[np.float32], ridge: float) -> Scores:
    """Return (products + ridge)⁻¹ of a positive matrix by Cholesky, float32."""
    from scipy.linalg import lapack

    products[np.diag_indices_from(products)] += ridge
    factor, failed = lapack.spotrf(products, lower=1, overwrite_a=1)
    if failed:
        return np.asarray(np.linalg.inv(products), dtype=np.float32)
    inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    lower = np.tril(inverse)
    return np.asarray(lower + np.tril(lower, -1).T, dtype=np.float32)
