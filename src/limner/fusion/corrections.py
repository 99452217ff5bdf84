"""What a user's corrections do in the space: factors on what past items weigh, and lifts of candidates.

A correction of an interest names a group of items. With s_i the share of item i that belongs to it,

    x_i ← x_i · Π over kinds of group (1 + Σ over corrections (φ − 1) · s_i)
    score_j ← score_j + τ · u                for every candidate j of the group

φ is 0 for what is forbidden, 2 for what is pinned, and for a liking ℓ it is 2ℓ from 0 up and ℓ below; τ is
0, 1 and ℓ. u is `LIFT` standard deviations of the user's own scores over the catalogue. So P stays a sum of
the same rows with other weights, and a score still comes apart exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Matrix, Part, Parts, Reals, Space
from limner.recommend.history import History
from limner.records import Correction

PINNED = 2.0
"""How much more past items of a pinned group weigh."""
LIFT = 2.0
"""Standard deviations of the user's scores by which a liking of 1 lifts a candidate."""


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """One correction as the space sees it: the items it is about and what becomes of them."""

    key: str
    """The path of the corrected fact."""
    kind: str
    """category, brand or item."""
    items: NDArray[np.int64]
    """Ascending, int64 (n,)."""
    shares: Reals
    """How much of each item belongs to it, 0..1, float64 (n,): an item of two categories, one half."""
    factor: float
    lift: float
    forbidden: bool = False

    @classmethod
    def of(cls, correction: Correction, items: NDArray[np.int64], shares: Reals) -> "Pull":
        """Return what a correction does to the items it is about."""
        group = (correction.path, correction.key, items, shares)
        if correction.verb == "forbid":
            return cls(*group, 0.0, 0.0, True)
        liking = 1.0 if correction.liking is None else correction.liking
        return cls(*group, PINNED * liking if liking >= 0 else liking, liking)

    def share(self, items: NDArray[np.signedinteger]) -> Reals:
        """Return how much of each of some items belongs to it, float64 (n,)."""
        if not len(self.items):
            return np.zeros(len(items))
        place = np.minimum(np.searchsorted(self.items, items), len(self.items) - 1)
        return np.where(self.items[place] == items, self.shares[place], 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """The scores of one user, corrected."""

    scores: Matrix
    """float32 (n_items,), as they are ranked."""
    forbidden: NDArray[np.bool_]
    """Items that are not to be recommended, (n_items,)."""
    unit: float
    """What a lift of 1 adds to a score."""

    def rank(self, item: int, among: NDArray[np.bool_] | None = None) -> int:
        """Return the rank of an item, from 1, equal scores in item order; ``among`` which others count."""
        own = self.scores[item]
        before = self.scores > own
        before[:item] |= self.scores[:item] == own
        if among is not None:
            before &= among
        return int(before.sum()) + 1


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedScorer:
    """A space as the scorer of one user whose corrections hold; what is forbidden is never ranked."""

    space: Space
    pulls: Sequence[Pull]

    def score(self, history: History) -> Matrix:
        """Return P·q + base and the lifts, float32 (1, n_items), −inf where it is forbidden."""
        verdict = judge(self.space, history, self.pulls)
        return np.where(verdict.forbidden, np.float32(-np.inf), verdict.scores)[None]


def find_factors(items: NDArray[np.signedinteger], pulls: Sequence[Pull]) -> Reals:
    """Return what corrections multiply the weights of past items by, float64 (n,)."""
    factors = np.ones(len(items))
    for kind in dict.fromkeys(pull.kind for pull in pulls):
        changes = ((pull.factor - 1) * pull.share(items) for pull in pulls if pull.kind == kind)
        factors *= 1 + np.sum(list(changes), axis=0)
    return factors


def correct_history(history: History, pulls: Sequence[Pull]) -> History:
    """Return one user's history with their corrections in it; as it is where there are none."""
    return replace(history, factors=find_factors(history.items, pulls)) if pulls else history


def correct_rows(history: History, pulls: Mapping[int, Sequence[Pull]]) -> History:
    """Return the history of many users with the corrections of some, by their rows."""
    factors = np.ones(len(history.items))
    for row, own in pulls.items():
        if own and row < history.n_users:
            cut = slice(int(history.indptr[row]), int(history.indptr[row + 1]))
            factors[cut] = find_factors(history.items[cut], own)
    return replace(history, factors=factors) if any(pulls.values()) else history


def judge(space: Space, history: History, pulls: Sequence[Pull]) -> Verdict:
    """Return one user's scores of all items; ``history`` holds that user alone, uncorrected."""
    scores = space.score_all(correct_history(history, pulls))[0].astype(np.float64)
    forbidden = np.zeros(len(scores), dtype=bool)
    unit = LIFT * _spread(scores) if pulls else 0.0
    lifts = np.zeros(len(scores))
    for pull in pulls:
        lifts[pull.items] += pull.lift
        forbidden[pull.items] |= pull.forbidden
    return Verdict((scores + unit * lifts).astype(np.float32), forbidden, unit)


def score_corrected(space: Space, history: History, item: int, pulls: Sequence[Pull], unit: float) -> float:
    """Return the exact score of one item, float64, by way of P."""
    asked = np.array([item])
    corrected = float(space.score(correct_history(history, pulls), asked)[0])
    return corrected + unit * sum(pull.lift for pull in pulls if pull.share(asked)[0])


def split_corrected(space: Space, history: History, item: int, pulls: Sequence[Pull], unit: float) -> Parts:
    """Return the parts of a score: those without corrections, and what each correction changes of the sum.

    Corrections are laid on one after the other, so their parts telescope to the whole change.
    """
    parts = space.split(history, item)
    before, changes = parts.total, []
    for number, pull in enumerate(pulls, start=1):
        after = space.split(correct_history(history, pulls[:number]), item).total
        lifted = unit * pull.lift if pull.share(np.array([item]))[0] else 0.0
        changes.append(Part("correction", pull.key, after - before + lifted))
        before = after
    return replace(parts, others=(*parts.others, *changes))


def _spread(scores: Reals) -> float:
    return (float(scores.std()) if len(scores) else 0.0) or 1.0
