"""From scores to ranked items: the best k, ties in item order, what was seen left out."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from limner.recommend.dataset import Dataset
from limner.recommend.history import History

Scores = NDArray[np.float32]
BLOCK_CELLS = 8_000_000
"""Scores held at once: 32 MB."""


class Scorer(Protocol):
    """A fitted model: scores users by their history, whether or not it was fitted on them."""

    def score(self, history: History) -> Scores:
        """Return float32 (n_users, n_items)."""


class Model(Protocol):
    """A model is its hyper-parameters; fitting gives a scorer."""

    def fit(self, dataset: Dataset) -> Scorer:
        """Return the scorer of a dataset."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Item codes best first and their scores, (n_users, k); −1 and −inf where a user has fewer."""

    items: NDArray[np.int64]
    scores: Scores


def recommend(scorer: Scorer, history: History, *, k: int, exclude_seen: bool = True) -> Ranking:
    """Return the best k items of each user of a history, scored in blocks of users.

    A k above the catalogue gives all there is.
    """
    width = min(k, history.n_items)
    step = max(1, BLOCK_CELLS // max(1, history.n_items))
    parts = [
        _recommend_block(scorer, history.rows(start, min(start + step, history.n_users)), width, exclude_seen)
        for start in range(0, history.n_users, step)
    ]
    if not parts:
        return Ranking(np.zeros((0, width), np.int64), np.zeros((0, width), np.float32))
    return Ranking(
        np.concatenate([part.items for part in parts]), np.concatenate([part.scores for part in parts])
    )


def _recommend_block(scorer: Scorer, history: History, k: int, exclude_seen: bool) -> Ranking:
    scores = scorer.score(history)
    if exclude_seen:
        scores = hide_seen(scores, history)
    return rank_best(scores, k=k)


def hide_seen(scores: Scores, history: History) -> Scores:
    """Return the scores with −inf at every item a user has met."""
    hidden = scores.copy()
    hidden[history.users, history.items] = -np.inf
    return hidden


def rank_best(scores: Scores, *, k: int) -> Ranking:
    """Return the k best of each row, equal scores in item order; −inf is never ranked.

    >>> rank_best(np.array([[1.0, 3.0, 3.0, -np.inf]], dtype=np.float32), k=4).items
    array([[ 1,  2,  0, -1]])
    """
    n_rows, n_items = scores.shape
    width = min(k, n_items)
    if width == 0:
        return Ranking(np.zeros((n_rows, 0), np.int64), np.zeros((n_rows, 0), np.float32))
    least = np.partition(scores, n_items - width, axis=1)[:, n_items - width, None]
    rows, columns = np.nonzero((scores >= least) & (scores > -np.inf))
    order = np.lexsort((columns, -scores[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    ranks = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = ranks < width
    items = np.full((n_rows, width), -1, dtype=np.int64)
    best = np.full((n_rows, width), -np.inf, dtype=np.float32)
    items[rows[kept], ranks[kept]] = columns[kept]
    best[rows[kept], ranks[kept]] = scores[rows[kept], columns[kept]]
    return Ranking(items, best)
