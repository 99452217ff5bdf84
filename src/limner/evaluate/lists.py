"""What lists are like beside being right: how new, how varied, how popular, and how much they cover."""

from itertools import combinations
from typing import Any

import numpy as np

from limner.evaluate.metrics import Ranked, Scores
from limner.recommend.history import History

K = 10
MOST_COMPARED = 1000
"""Users whose lists are compared item by item; evenly spread where there are more."""


def cover(ranked: Ranked, *, n_ranked: int) -> float:
    """Return the share of the ranked catalogue that stands in somebody's best ten, 0..1."""
    best = ranked[:, :K]
    return len(np.unique(best[best >= 0])) / max(1, n_ranked)


def novelty(ranked: Ranked, met: Scores) -> Scores:
    """Return per user the mean of −log2(share of an item in all that was met) over the best ten, in bits.

    ``met`` counts the users who met each item; one is added, so that an item nobody met has a value.
    Source: Castells, Hurley, Vargas: Novelty and diversity in recommender systems, 2015.
    """
    share = (met + 1) / (met.sum() + len(met))
    return _mean_of(ranked, -np.log2(share))


def popularity_bias(ranked: Ranked, known: History, met: Scores) -> Scores:
    """Return per user how much more popular their best ten are than what they met themselves, −1..1.

    Popularity is the share of items that fewer users met (half of the equals counts): 0 is even with the
    user's own taste, above it the list leans to the popular.
    Source: Abdollahpouri et al.: The unfairness of popularity bias in recommendation, RMSE 2019.
    """
    order = np.sort(met)
    below, through = np.searchsorted(order, met, "left"), np.searchsorted(order, met, "right")
    percentile = (below + through) / (2 * max(1, len(met)))
    entries = np.maximum(np.diff(known.indptr), 1)
    own = known.sum_by_user(percentile[known.items]) / entries
    return np.asarray(_mean_of(ranked, percentile) - np.where(np.diff(known.indptr) > 0, own, np.nan))


def diversity(ranked: Ranked, vectors: Any) -> Scores:
    """Return per user 1 − the mean cosine of the pairs of their best ten; NaN for whom it was not computed.

    ``vectors`` has a row per item, dense or sparse, of length 1 or 0. Source: Ziegler et al.: Improving
    recommendation lists through topic diversification, WWW 2005.
    """
    found = np.full(len(ranked), np.nan)
    step = max(1, -(-len(ranked) // MOST_COMPARED))
    for user in range(0, len(ranked), step):
        items = ranked[user, :K][ranked[user, :K] >= 0]
        if len(items) > 1:
            found[user] = 1 - _mean_cosine(vectors[items])
    return found


def unit_company(history: History) -> Any:
    """Return a scipy CSR matrix (n_items, n_users), rows of length 1: who met each item."""
    from scipy.sparse import diags

    met = history.sum_by_item()
    scale = (1 / np.sqrt(np.maximum(met, 1))).astype(np.float32)
    return (diags(scale) @ history.matrix().T).tocsr()


def _mean_cosine(rows: Any) -> float:
    product = rows @ rows.T
    cosines = product if isinstance(product, np.ndarray) else product.toarray()
    return float(np.mean([cosines[one, two] for one, two in combinations(range(len(cosines)), 2)]))


def _mean_of(ranked: Ranked, values: Scores) -> Scores:
    """Return the mean of an item's value over each user's best ten; NaN where nothing is ranked."""
    best = ranked[:, :K]
    there = best >= 0
    total = np.where(there, values[np.maximum(best, 0)], 0).sum(axis=1)
    return np.asarray(total / np.where(there.any(axis=1), there.sum(axis=1), np.nan))
