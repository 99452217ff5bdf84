"""Items like the items of late: cosine of co-occurrence with decayed weights."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.interactions import Reals
from limner.recommend.ranking import Scores

Memory = Literal["count", "lasting", "recent"]
MOST_PRODUCTS = 100_000_000
"""Item pairs held at once: up to 800 MB where every pair was met, usually a tenth."""
SMALLEST = np.float32(1e-30)


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourScorer:
    """Similarities kept per past item, a scipy CSR matrix (n_items, n_items)."""

    similar: Any
    memory: Memory

    def score(self, history: History) -> Scores:
        """Return the decayed weights of past items times what they are similar to."""
        weights = history.matrix(relate_weights(history, self.memory))
        return np.asarray((weights @ self.similar).toarray(), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class ItemNeighbours:
    """Item k-nearest neighbours; ``memory`` says how fast events fade: never, or with a half-life.

    Source: Sarwar et al.: Item-based collaborative filtering, WWW 2001; the decay: Ding, Li: Time weight
    collaborative filtering, CIKM 2005.
    """

    neighbours: int = 200
    shrink: float = 10.0
    memory: Memory = "lasting"

    def fit(self, dataset: Dataset) -> NeighbourScorer:
        """Return the scorer."""
        from scipy.sparse import csr_matrix

        history = dataset.history
        weighted = history.matrix(bound_weights(history, self.memory))
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=0), dtype=np.float32)).ravel()
        rows = [
            self._keep_nearest(products, lengths, item)
            for start, block in _multiply(dataset, weighted, self.memory)
            for item, products in enumerate(_split_rows(block), start)
        ]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns, cosines = (np.concatenate([row[side] for row in rows]) for side in (0, 1))
        shape = (history.n_items, history.n_items)
        return NeighbourScorer(csr_matrix((cosines, columns, starts), shape=shape), self.memory)

    def _keep_nearest(self, products: tuple[Any, Any], lengths: Scores, item: int) -> tuple[Any, Any]:
        """Return the columns and cosines of the nearest of one item (and their equals), not itself."""
        columns, values = products
        apart = lengths[item] * lengths[columns] + np.float32(self.shrink)
        cosines = np.where(columns == item, 0, values / np.maximum(apart, SMALLEST))
        surplus = len(cosines) - self.neighbours
        least = np.partition(cosines, surplus)[surplus] if surplus > 0 else 0
        kept = (cosines >= least) & (cosines > 0)
        return columns[kept], cosines[kept]


def _multiply(dataset: Dataset, weighted: Any, memory: Memory) -> Iterable[tuple[int, Any]]:
    """Return the first row and the CSR rows of all inner products of items, in blocks where they are many.

    Products that are few enough are made once for all settings of one memory.
    """
    n_items = dataset.history.n_items
    if n_items**2 <= MOST_PRODUCTS:
        return [(0, dataset.remember(("products", memory), lambda: (weighted.T @ weighted).tocsr()))]
    turned = weighted.T.tocsr()
    starts = range(0, n_items, max(1, MOST_PRODUCTS // n_items))
    return ((start, turned[start : start + starts.step] @ weighted) for start in starts)


def _split_rows(block: Any) -> Iterable[tuple[Any, Any]]:
    """Return the columns and values of each row of a CSR matrix."""
    return (
        (block.indices[start:stop], block.data[start:stop]) for start, stop in pairwise(block.indptr.tolist())
    )


def bound_weights(history: History, memory: Memory) -> Reals:
    """Return weights of pairs: 1 for a pair seen, or the decayed sum, at most 1 so no single pair rules."""
    if memory == "count":
        return np.ones(len(history.items))
    return np.minimum(history.recent if memory == "recent" else history.lasting, 1.0)


def relate_weights(history: History, memory: Memory) -> Reals:
    """Return weights of pairs against the largest of the user, so that an old history still counts."""
    return history.relate(bound_weights(history, memory))
