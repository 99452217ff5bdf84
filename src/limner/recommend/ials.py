"""iALS: factors of an implicit-feedback matrix by alternating least squares, with exact fold-in of anyone."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.extras import need
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.ranking import Scores

SOLVED_CELLS = 8_000_000
"""Numbers in the systems that are solved at once: 64 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class FactorScorer:
    """Item factors Y, float32 (n_items, factors), and what a user's row is solved with."""

    item_factors: Scores
    regularisation: float
    alpha: float

    def score(self, history: History) -> Scores:
        """Return x·y of every item; x is solved from a user's own row, whether or not it was fitted."""
        return np.asarray(self.place_users(history) @ self.item_factors.T, dtype=np.float32)

    def place_users(self, history: History) -> Scores:
        """Return x = (YᵀY + λI + α Σ yyᵀ)⁻¹ (1 + α) Σ y over the items met, float32 (n_users, factors)."""
        known = self.item_factors.astype(np.float64)
        width = known.shape[1]
        shared = known.T @ known + self.regularisation * np.eye(width)
        placed = np.zeros((history.n_users, width), dtype=np.float32)
        step = max(1, SOLVED_CELLS // max(1, width**2))
        for start in range(0, history.n_users, step):
            part = history.rows(start, min(start + step, history.n_users))
            placed[start : start + step] = self._solve(part, known, shared)
        return placed

    def _solve(self, history: History, known: Any, shared: Any) -> Any:
        sides = (1 + self.alpha) * (history.matrix().astype(np.float64) @ known)
        bounds = zip(history.indptr[:-1], history.indptr[1:], strict=True)
        met = [known[history.items[start:stop]] for start, stop in bounds]
        systems = np.stack([shared + self.alpha * (rows.T @ rows) for rows in met])
        return np.linalg.solve(systems, sides[:, :, None])[:, :, 0]


@dataclass(frozen=True, slots=True)
class Ials:
    """Implicit alternating least squares, fitted by the library `implicit` on one thread.

    A pair that was seen counts 1 + ``alpha``, every other pair 1, so the loss is that of the source:
    Hu, Koren, Volinsky: Collaborative filtering for implicit feedback datasets, ICDM 2008.
    """

    factors: int = 64
    regularisation: float = 10.0
    alpha: float = 10.0
    iterations: int = 15
    seed: int = 7

    def fit(self, dataset: Dataset) -> FactorScorer:
        """Return the scorer; the same seed, the same factors.

        Raises:
            MissingExtraError: `implicit` is not installed.
        """
        history = dataset.history
        if not len(history.items):
            nothing = np.zeros((history.n_items, self.factors), dtype=np.float32)
            return FactorScorer(nothing, self.regularisation or 1.0, self.alpha)
        als = need("implicit.als", "tune")
        model = als.AlternatingLeastSquares(
            factors=self.factors,
            regularization=self.regularisation,
            alpha=1.0,
            iterations=self.iterations,
            use_gpu=False,
            num_threads=1,
            random_state=self.seed,
        )
        confidence = np.full(len(history.items), 1 + self.alpha)
        with need("threadpoolctl", "tune").threadpool_limits(1, "blas"):
            model.fit(history.matrix(confidence), show_progress=False)
        return FactorScorer(np.asarray(model.item_factors), self.regularisation, self.alpha)
