"""A list in another order than that of its scores: boosts, less of the popular, diversity, calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.recommend.filters import find_members
from limner.recommend.history import History
from limner.recommend.interactions import Reals
from limner.recommend.ranking import Scores
from limner.recommend.shelf import Shelf
from limner.recommend.wishes import Wishes

Chosen = NDArray[np.int64]
POOL = 200
"""Items at least that a list is chosen from, or twenty for each that is wanted."""
SOFTENING = 0.01
"""Share of the user's own proportions that is mixed into those of the list, so that no logarithm is of 0."""


def rerank(
    scores: Scores, history: History, *, k: int, wishes: Wishes, shelf: Shelf, places: Any = None
) -> Chosen:
    """Return the codes of at most k items in the order wished for; equal values in item order.

    ``scores`` (n_items,) hold −inf where an item may not be chosen; ``history`` is of one user; ``places``
    (n_items, d) say how alike items are, by cosine, for diversity.

    Source: Carbonell, Goldstein: The use of MMR, SIGIR 1998; Steck: Calibrated recommendations, RecSys 2018.
    """
    wanted = correct_relevance(scores, wishes, shelf)
    order = np.argsort(-wanted, kind="stable")
    pool = order[: min(max(POOL, 20 * k), int((wanted > -np.inf).sum()))]
    if not wishes.diversity and not wishes.calibrate:
        return pool[:k]
    pool = np.sort(pool)
    likeness = _compare(places, pool) if wishes.diversity and places is not None else None
    usual = share_past(history, shelf) if wishes.calibrate else {}
    return pool[_pick(wanted[pool], k, wishes, likeness, Proportions.of(shelf, pool, usual))]


def correct_relevance(scores: Scores, wishes: Wishes, shelf: Shelf) -> Reals:
    """Return scores stretched to 0..1, boosted, and less what popularity costs; −inf stays."""
    allowed = scores > -np.inf
    relevance = np.zeros(len(scores))
    if not allowed.any():
        return np.full(len(scores), -np.inf)
    kept = scores[allowed].astype(np.float64)
    spread = kept.max() - kept.min()
    relevance[allowed] = (kept - kept.min()) / spread if spread > 0 else 0.0
    for boost in wishes.boosts:
        relevance[find_members(shelf, boost.kind, boost.name)] *= boost.factor
        relevance[find_members(shelf, boost.kind, boost.name)] += boost.addend
    if wishes.less_popular and shelf.popularity is not None:
        known = np.log1p(shelf.popularity)
        relevance -= wishes.less_popular * known / max(float(known.max(initial=0)), 1e-9)
    relevance[~allowed] = -np.inf
    return relevance


def share_past(history: History, shelf: Shelf) -> dict[str, float]:
    """Return the share of each category in one user's past, each item parted among its categories."""
    shares: dict[str, float] = {}
    for code, weight in zip(history.items.tolist(), history.lasting.tolist(), strict=True):
        mine = shelf.categories[code]
        for name in mine:
            shares[name] = shares.get(name, 0.0) + weight / len(mine)
    whole = sum(shares.values())
    return {name: share / whole for name, share in sorted(shares.items()) if share > 0 and whole > 0}


def miscalibration(usual: Reals, shares: Reals) -> Reals:
    """Return KL(usual ‖ list) along the last axis; ``shares`` (…, c) are a list's, softened here."""
    softened = (1 - SOFTENING) * shares + SOFTENING * usual
    return np.asarray((usual * np.log(usual / softened)).sum(axis=-1), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Proportions:
    """The categories of a user's past: their shares (c,), and how much of each item is each (n, c)."""

    usual: Reals
    of_items: Reals

    @classmethod
    def of(cls, shelf: Shelf, pool: Chosen, usual: dict[str, float]) -> "Proportions":
        """Return the proportions of the items of a pool, in its order."""
        column = {name: place for place, name in enumerate(usual)}
        of_items = np.zeros((len(pool), len(usual)))
        for row, code in enumerate(pool.tolist()):
            mine = shelf.categories[code]
            for name in mine:
                if name in column:
                    of_items[row, column[name]] += 1 / len(mine)
        return cls(np.array(list(usual.values()), dtype=np.float64), of_items)

    def cost(self, chosen: Sequence[int]) -> Reals:
        """Return what each item would leave of KL if it were chosen next, float64 (n,)."""
        listed = (self.of_items[list(chosen)].sum(axis=0) + self.of_items) / (len(chosen) + 1)
        return miscalibration(self.usual, listed)


def _pick(
    relevance: Reals, k: int, wishes: Wishes, likeness: Reals | None, proportions: Proportions
) -> list[int]:
    """Return places in the pool, the best of what is left each time."""
    chosen: list[int] = []
    near = np.zeros(len(relevance))
    calibrate = wishes.calibrate if len(proportions.usual) else 0.0
    diversity = wishes.diversity if likeness is not None else 0.0
    left = np.ones(len(relevance), dtype=np.bool_)
    while len(chosen) < min(k, len(relevance)):
        value = (1 - calibrate) * ((1 - diversity) * relevance - diversity * near)
        if calibrate:
            value -= calibrate * proportions.cost(chosen)
        best = int(np.argmax(np.where(left, value, -np.inf)))
        chosen.append(best)
        left[best] = False
        if likeness is not None:
            near = likeness[best] if len(chosen) == 1 else np.maximum(near, likeness[best])
    return chosen


def _compare(places: Any, pool: Chosen) -> Reals:
    """Return the cosines of the places of a pool, float64 (n, n)."""
    rows = np.asarray(places[pool], dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows / np.where(lengths > 0, lengths, 1)
    return np.asarray(rows @ rows.T)
