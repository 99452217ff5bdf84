"""What others and declared attributes add to a user: terms of P of their own, and what friends pass on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.recommend.history import History
from limner.recommend.sides import Friends

if TYPE_CHECKING:
    from limner.fusion.space import Space

Matrix = NDArray[np.float32]
Reals = NDArray[np.float64]
FEW = 10.0
"""Own events at which the terms of P count half: who has a past of their own needs others less."""
STRANGER = 0.05
"""Strength of a tie between two who share nothing; a cosine of shared items comes on top."""
CALM = 0.3
"""Strength that ties must overcome together before friends count in full: one friend may be a chance."""
YOUNG = 5.0
"""Pseudo-items of a cosine: two short pasts that agree are not alike yet."""
RARE = 3.0
"""Users below which an item is not rarer still."""
SHY = 20.0
"""Pseudo-users who declared an attribute and are like everyone."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What is learnt for the terms.

    ``usual`` (dim,) is P of a usual user: friends and attributes count by how they differ from it.
    ``passed`` (n_items,) is what a friend's having met an item says for that item, more for rare ones;
    ``attribute_in`` (n_names, dim) what declaring each of ``names`` adds.
    """

    usual: Matrix
    passed: Matrix
    attribute_in: Matrix
    names: tuple[str, ...] = ()

    @property
    def are_learnt(self) -> bool:
        """Whether a build learnt them; what it did not learn adds nothing."""
        return len(self.passed) > 0

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learnt arrays by name; the names themselves belong into the header."""
        if not self.are_learnt:
            return {}
        return {"usual": self.usual, "passed": self.passed, "attribute_in": self.attribute_in}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], names: tuple[str, ...]) -> "Terms":
        """Return the terms that `to_arrays` wrote, `NOTHING` where it wrote none."""
        if "usual" not in arrays:
            return NOTHING
        return cls(arrays["usual"], arrays["passed"], arrays["attribute_in"], names)


_NONE = np.zeros((0, 0), dtype=np.float32)
NOTHING = Terms(_NONE.reshape(0), _NONE.reshape(0), _NONE)
"""The terms of a space that learnt none."""


class Added(NamedTuple):
    """What one friend or attribute adds: to P, and straight to the scores of items it met."""

    kind: str
    key: str
    weight: float
    """Of ``place`` in P."""
    place: Reals
    met: NDArray[np.int32]
    passed: float
    """Of `Terms.passed` at the items met."""


def add_terms(space: "Space", history: History) -> Reals:
    """Return what the terms add to P, float64 (n_users, dim)."""
    added = np.zeros((history.n_users, space.dim))
    places = _place_friends(space, history)
    for row in range(history.n_users):
        for part in _list_added(space, history.rows(row, row + 1), places):
            added[row] += part.weight * part.place
    return added


def pass_on(space: "Space", history: History, scores: Matrix) -> None:
    """Add to the scores, (n_users, n_items), what friends say for the items that they met."""
    if history.friends is None or space.recipe.tips == 0 or not space.terms.are_learnt:
        return
    for row in range(history.n_users):
        for _, strength, met in _tie(history.rows(row, row + 1)):
            scores[row, met] += space.recipe.tips * strength * space.terms.passed[met]


def take_apart(space: "Space", history: History, item: int) -> list[tuple[str, str, float]]:
    """Return (kind, key, value) of each friend and attribute in one user's score of an item."""
    target = space.targets(history, np.array([item]))[0]
    own = float(space.terms.passed[item])
    return [
        (
            part.kind,
            part.key,
            part.weight * float(part.place @ target) + part.passed * own * (item in part.met),
        )
        for part in _list_added(space, history, _place_friends(space, history))
    ]


def learn_terms(space: "Space", history: History, *, spread: float) -> Terms:
    """Return the terms of a space that has none yet; ``spread`` is the usual spread of a user's scores."""
    vectors = space.vectors(history.alone()).astype(np.float64)
    active = history.known() > 0
    usual = vectors[active].mean(axis=0) if active.any() else np.zeros(space.dim)
    passed = spread / np.sqrt(np.maximum(history.sum_by_item(), RARE))
    names: tuple[str, ...] = ()
    rows = np.zeros((0, space.dim))
    if history.declared is not None:
        names = tuple(history.declared.names)
        rows, holders = np.zeros((len(names), space.dim)), np.zeros(len(names))
        ties = history.declared.ties
        for user in np.flatnonzero(active).tolist():
            rows[ties.of(user)] += vectors[user] - usual
            holders[ties.of(user)] += 1
        rows /= (holders + SHY)[:, None]
    return Terms(usual.astype(np.float32), passed.astype(np.float32), rows.astype(np.float32), names)


def _list_added(space: "Space", history: History, places: dict[int, Reals]) -> list[Added]:
    """Return what each friend and attribute of one user adds."""
    recipe, terms = space.recipe, space.terms
    few = FEW / (FEW + float(history.known()[0]))
    found, ties = [], _tie(history) if recipe.friends or recipe.tips else []
    together = sum(strength for _, strength, _ in ties) + CALM
    for friend, strength, met in ties:
        assert history.friends is not None
        weight = recipe.friends * few * strength / together
        place = places[friend] - terms.usual if recipe.friends else np.zeros(space.dim)
        passed = recipe.tips * strength
        found.append(Added("friend", history.friends.ids[friend], weight, place, met, passed))
    if history.declared is None or not recipe.attributes:
        return found
    known = {name: number for number, name in enumerate(terms.names)}
    said = [history.declared.names[code] for code in history.declared.ties.of(0).tolist()]
    nothing = np.zeros(0, dtype=np.int32)
    for name in (name for name in said if name in known):
        place = terms.attribute_in[known[name]].astype(np.float64)
        found.append(Added("attribute", name, recipe.attributes * few, place, nothing, 0.0))
    return found


def _tie(history: History) -> list[tuple[int, float, NDArray[np.int32]]]:
    """Return row, strength and items of each friend of one user.

    Friends resemble where they share: strength is the cosine of both pasts, and a little for being friends.
    """
    friends = history.friends
    if friends is None:
        return []
    own = np.zeros(history.n_items, dtype=np.bool_)
    own[history.items] = True
    found = []
    for friend in friends.ties.of(0).tolist():
        met = _met_by(friends, friend)
        if not len(met):
            continue
        shared = np.count_nonzero(own[met])
        lengths = np.sqrt((len(history.items) + YOUNG) * (len(met) + YOUNG))
        found.append((friend, float(STRANGER + shared / lengths), met))
    return found


def _met_by(friends: Friends, friend: int) -> NDArray[np.int32]:
    pasts = friends.pasts
    return pasts.items[pasts.indptr[friend] : pasts.indptr[friend + 1]]


def _place_friends(space: "Space", history: History) -> dict[int, Reals]:
    """Return P of each friend that is needed, without what friends get from others themselves."""
    friends = history.friends
    if friends is None or space.recipe.friends == 0:
        return {}
    return {
        friend: space.place_alone(friends.pasts.rows(friend, friend + 1))
        for friend in np.unique(friends.ties.codes).tolist()
    }
