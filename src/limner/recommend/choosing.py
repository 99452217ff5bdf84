"""One user's list: the best scores among the items allowed, in the order wished for."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.errors import InputError
from limner.recommend.filters import allow_items
from limner.recommend.history import History
from limner.recommend.ranking import Scores, rank_best
from limner.recommend.reranking import Chosen, rerank
from limner.recommend.shelf import Shelf
from limner.recommend.wishes import Wishes

NO_ITEMS = "there are no items"
ALL_SEEN = "there is no item that this user has not met"
ALL_FORBIDDEN = "corrections of this user forbid every item that is left"
ALL_FILTERED = "no item that this user has not met passes the filters"
NOBODY = "nothing is known of this user: these are the items that are popular"


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Item codes (n,), their scores as the model gave them, and where each would stand by score alone."""

    items: Chosen
    scores: Scores
    plain_ranks: Chosen
    note: str = ""
    """Why the list is empty, or holds what is popular; empty where neither is so."""


def choose_items(
    scores: Scores,
    history: History,
    *,
    k: int,
    wishes: Wishes,
    shelf: Shelf | None = None,
    places: Any = None,
    exclude_seen: bool = True,
) -> Choice:
    """Return at most k items of one user; ``scores`` (n_items,) are left as they are.

    A shelf is needed for filters and for what moves items; ``places`` (n_items, d) for diversity.

    Raises:
        InputError: k is below 1, or a wish needs what the items do not say.
        UnknownNameError: a category, brand or item of a wish does not exist.
    """
    if k < 1 or not float(k).is_integer():
        raise InputError(f"k must be a whole number of at least 1, got {k}")
    k = int(k)
    hidden = scores.astype(np.float32)
    if wishes.filters and shelf is not None:
        hidden[~allow_items(shelf, wishes)] = -np.inf
    if exclude_seen:
        hidden[history.items] = -np.inf
    if wishes.moves and shelf is not None:
        chosen = rerank(hidden, history, k=k, wishes=wishes, shelf=shelf, places=places)
        ranks = _rank(hidden, chosen)
    else:
        ranking = rank_best(hidden[None, :], k=k).items[0]
        chosen = ranking[ranking >= 0]
        ranks = np.arange(1, len(chosen) + 1)
    return Choice(chosen, scores[chosen], ranks, _explain(scores, chosen, history, wishes))


def _rank(scores: Scores, chosen: Chosen) -> Chosen:
    """Return the rank each item has by score alone, from 1, equal scores in item order."""
    own = scores[chosen][:, None]
    equals = (scores == own) & (np.arange(len(scores)) < chosen[:, None])
    return np.asarray(1 + (scores > own).sum(axis=1) + equals.sum(axis=1), dtype=np.int64)


def _explain(scores: Scores, chosen: Chosen, history: History, wishes: Wishes) -> str:
    if len(chosen):
        return "" if len(history.items) else NOBODY
    if not len(scores):
        return NO_ITEMS
    if wishes.filters:
        return ALL_FILTERED
    unmet = np.delete(scores, history.items)
    return ALL_FORBIDDEN if len(unmet) else ALL_SEEN
