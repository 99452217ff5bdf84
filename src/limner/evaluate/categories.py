"""The popularity of categories: what can be said of an item nobody met without reading a word of it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.interactions import Reals
from limner.recommend.ranking import Scores

EVERYONE = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class CategoryScorer:
    """``gains`` is a scipy CSR matrix (n_items, n_categories): what an item gets of each share."""

    membership: Any
    gains: Any
    shares: Reals
    shrink: float

    def score(self, history: History) -> Scores:
        """Return the user's own shares of categories, shrunk to everyone's, times the gains of items."""
        own = np.asarray((history.matrix() @ self.membership).toarray(), dtype=np.float64)
        total = own.sum(axis=1, keepdims=True) + self.shrink
        shares = (own + self.shrink * self.shares) / np.maximum(total, 1e-12)
        return np.asarray((self.gains @ shares.T).T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CategoryShares:
    """Items by how much is done with items of their categories.

    ``shrink`` is how many items of everybody's outweigh a user's own: 0 only the user's, `EVERYONE` only
    theirs. ``even`` shares a category's events among its items, which is what an unseen item can hope for;
    without it a large category counts as large, as in `limner.recommend.category_popularity`.
    """

    membership: Any = field(repr=False, compare=False)
    """A scipy CSR matrix (n_items, n_categories) of 1."""
    shrink: float = EVERYONE
    even: bool = True

    def fit(self, dataset: Dataset) -> CategoryScorer:
        """Return the scorer."""
        from scipy.sparse import diags

        met = dataset.history.sum_by_item()
        events = np.asarray(self.membership.T @ met, dtype=np.float64).ravel()
        sizes = np.asarray(self.membership.T @ (met > 0).astype(np.float64)).ravel()
        many = np.maximum(np.asarray(self.membership.sum(axis=1)).ravel(), 1)
        gains = diags(1 / many) @ self.membership
        if self.even:
            gains = gains @ diags(1 / np.maximum(sizes, 1))
        return CategoryScorer(self.membership, gains.tocsr(), events / max(events.sum(), 1e-12), self.shrink)
