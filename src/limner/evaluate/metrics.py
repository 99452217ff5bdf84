"""How good a ranking is: NDCG and recall at k, one value per user."""

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
Scores = NDArray[np.float64]


def find_hits(ranked: NDArray[np.int64], relevant: NDArray[np.bool_]) -> Hits:
    """Return which ranked items are relevant, bool (n_users, k).

    ``ranked`` holds item indices (n_users, k), −1 where a user has fewer; ``relevant`` is (n_users, n_items).
    """
    return np.take_along_axis(relevant, np.maximum(ranked, 0), axis=1) & (ranked >= 0)


def ndcg(hits: Hits, n_relevant: NDArray[np.int64], *, k: int) -> Scores:
    """Return NDCG@k per user, 0..1; NaN for a user with nothing relevant.

    Gains are 0 or 1, the discount is 1/log2(rank + 1), and the ideal ranking has min(k, relevant) hits.
    Source: Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques, TOIS 2002.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained = hits[:, :k] @ discounts[: hits.shape[1]]
    ideal = np.concatenate([[np.nan], np.cumsum(discounts)])
    return np.asarray(gained / ideal[np.minimum(n_relevant, k)])


def recall(hits: Hits, n_relevant: NDArray[np.int64], *, k: int) -> Scores:
    """Return Recall@k per user, 0..1: hits over min(k, relevant); NaN for a user with nothing relevant."""
    reachable = np.where(n_relevant > 0, np.minimum(n_relevant, k), np.nan)
    return np.asarray(hits[:, :k].sum(axis=1) / reachable)
