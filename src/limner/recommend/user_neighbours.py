"""What users like this one met: cosine of users with decayed weights."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.neighbours import SMALLEST, Memory, bound_weights
from limner.recommend.ranking import Scores


@dataclass(frozen=True, slots=True, eq=False)
class UserNeighbourScorer:
    """Everybody's weights, a scipy CSR matrix (n_users, n_items), and their lengths."""

    known: Any
    lengths: Scores
    neighbours: int
    shrink: float
    memory: Memory

    def score(self, history: History) -> Scores:
        """Return what the nearest users weigh, each by how near; a user who was fitted is one of them."""
        from scipy.sparse import csr_matrix

        own = history.matrix(bound_weights(history, self.memory))
        lengths = np.sqrt(np.asarray(own.multiply(own).sum(axis=1), dtype=np.float32)).ravel()
        products = (own @ self.known.T).tocsr()
        rows = [
            self._keep_nearest(products.indices[start:stop], products.data[start:stop], length)
            for length, (start, stop) in zip(lengths, pairwise(products.indptr.tolist()), strict=True)
        ]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns, near = (np.concatenate([row[side] for row in rows]) for side in (0, 1))
        nearness = csr_matrix((near, columns, starts), shape=products.shape)
        return np.asarray((nearness @ self.known).toarray(), dtype=np.float32)

    def _keep_nearest(self, columns: Any, values: Any, length: np.float32) -> tuple[Any, Any]:
        """Return the numbers and cosines of the users nearest to one, and of their equals."""
        apart = length * self.lengths[columns] + np.float32(self.shrink)
        cosines = values / np.maximum(apart, SMALLEST)
        surplus = len(cosines) - self.neighbours
        least = np.partition(cosines, surplus)[surplus] if surplus > 0 else 0
        kept = (cosines >= least) & (cosines > 0)
        return columns[kept], cosines[kept]


@dataclass(frozen=True, slots=True)
class UserNeighbours:
    """User k-nearest neighbours; ``memory`` says how fast events fade.

    Source: Resnick et al.: GroupLens, an open architecture for collaborative filtering of netnews, CSCW 1994.
    """

    neighbours: int = 100
    shrink: float = 1.0
    memory: Memory = "lasting"

    def fit(self, dataset: Dataset) -> UserNeighbourScorer:
        """Return the scorer: nothing is learned but everybody's weights."""
        history = dataset.history
        known = history.matrix(bound_weights(history, self.memory))
        lengths = np.sqrt(np.asarray(known.multiply(known).sum(axis=1), dtype=np.float32)).ravel()
        return UserNeighbourScorer(known, lengths, self.neighbours, self.shrink, self.memory)
