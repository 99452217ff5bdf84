"""How good a ranking is: one value per user, NaN for a user with nothing relevant."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ranked = NDArray[np.int64]
Hits = NDArray[np.bool_]
Scores = NDArray[np.float64]
Relevant = Sequence[NDArray[np.int32]]


def find_hits(ranked: Ranked, relevant: Relevant, *, n_items: int) -> Hits:
    """Return which ranked items are relevant, bool (n_users, k).

    ``ranked`` holds item indices (n_users, k), −1 where a user has fewer; ``relevant`` has each user's
    item indices. Nothing of the size of users × items is made.
    """
    keys = np.sort(_number(relevant, n_items))
    asked = ranked + n_items * np.arange(len(ranked))[:, None]
    if not len(keys):
        return np.zeros(ranked.shape, dtype=np.bool_)
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.asarray((keys[place] == asked) & (ranked >= 0), dtype=np.bool_)


def ndcg(hits: Hits, n_relevant: NDArray[np.int64], *, k: int) -> Scores:
    """Return NDCG@k per user, 0..1.

    Gains are 0 or 1, the discount is 1/log2(rank + 1), and the ideal ranking has min(k, relevant) hits.
    Source: Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques, TOIS 2002.
    """
    discounts = _discounts(k)
    gained = hits[:, :k] @ discounts[: hits.shape[1]]
    ideal = np.concatenate([[np.nan], np.cumsum(discounts)])
    return np.asarray(gained / ideal[np.minimum(n_relevant, k)])


def recall(hits: Hits, n_relevant: NDArray[np.int64], *, k: int) -> Scores:
    """Return Recall@k per user, 0..1: hits over min(k, relevant)."""
    reachable = np.where(n_relevant > 0, np.minimum(n_relevant, k), np.nan)
    return np.asarray(hits[:, :k].sum(axis=1) / reachable)


def hit_rate(hits: Hits, n_relevant: NDArray[np.int64], *, k: int) -> Scores:
    """Return HR@k per user: 1 where one of the best k is relevant, else 0."""
    return np.where(n_relevant > 0, hits[:, :k].any(axis=1), np.nan)


def weighted_ndcg(ranked: Ranked, relevant: Relevant, weights: Scores, *, k: int) -> Scores:
    """Return NDCG@k per user, 0..1, where each item gains its weight, float64 (n_items,) above 0.

    With weights 1 / propensity this is the self-normalised estimate of what NDCG would be had users met
    items regardless of how popular they are: the ideal, too, is made of the weights of what was met.
    Source: Schnabel et al.: Recommendations as treatments, ICML 2016; Yang et al.: Unbiased offline
    recommender evaluation for missing-not-at-random implicit feedback, RecSys 2018.
    """
    hits = find_hits(ranked, relevant, n_items=len(weights))[:, :k]
    discounts = _discounts(k)
    gained = (hits * weights[np.maximum(ranked[:, :k], 0)]) @ discounts[: hits.shape[1]]
    users, items = np.divmod(_number(relevant, len(weights)), len(weights))
    order = np.lexsort((-weights[items], users))
    ranks = np.arange(len(users)) - np.searchsorted(users, users)
    ideal = np.bincount(
        users[ranks < k],
        weights[items[order]][ranks < k] * discounts[ranks[ranks < k]],
        minlength=len(ranked),
    )
    return np.asarray(gained / np.where(ideal > 0, ideal, np.nan))


def weigh_rare(met: Scores, *, power: float = 0.5) -> Scores:
    """Return 1 / propensity of items that so many users met, where propensity ∝ (users + 1)^power.

    Source: Yang et al. 2018, who fit the power to data; 0.5 is our middle between none and full.
    """
    return np.asarray((met + 1.0) ** -power)


def _discounts(k: int) -> Scores:
    return np.asarray(1 / np.log2(np.arange(2, k + 2)))


def _number(relevant: Relevant, n_items: int) -> NDArray[np.int64]:
    """Return one number for each pair of user and relevant item, users ascending."""
    users = np.repeat(np.arange(len(relevant)), [len(items) for items in relevant])
    items = np.concatenate(relevant) if len(relevant) else np.zeros(0)
    return np.asarray(users * n_items + items.astype(np.int64), dtype=np.int64)
