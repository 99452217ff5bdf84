"""P = αS + βB: one space that holds users and items, with scores that come apart exactly."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.fusion.gates import lean_on_meaning, weigh_sides
from limner.fusion.terms import NOTHING, Terms, add_terms, pass_on, take_apart
from limner.fusion.trend import UNKNOWN, Trend
from limner.recommend.history import History
from limner.settings import Recipe

Matrix = NDArray[np.float32]
Reals = NDArray[np.float64]
Gates = tuple[Reals, Reals]
FORMAT = 1
NOTHING_LENT = np.zeros((0, 0), dtype=np.float32)
"""Of a space without content, and of those written before it was kept."""


class Part(NamedTuple):
    """What one thing that is no past item adds to a score."""

    kind: str
    """attribute, friend, words or correction."""
    key: str
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """One score taken apart: what each past item adds by meaning and by behaviour, others, and the base."""

    items: NDArray[np.int32]
    semantic: Reals
    behaviour: Reals
    base: float
    others: tuple[Part, ...] = ()

    @property
    def total(self) -> float:
        """The score: the sum of all parts."""
        others = sum(part.value for part in self.others)
        return float(self.semantic.sum() + self.behaviour.sum() + self.base + others)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Where items stand, and the rule that puts users among them.

    ``behaviour_in`` (n_items, dim) is what a past item adds by co-occurrence (v), ``semantic_in``
    by its content (E·W), ``item_out`` what a candidate answers to (q), ``base`` (n_items,) its score for
    a user of whom nothing is known. ``content_map`` (2, c, dim) puts new content into both roles.
    ``item_lent``, as wide as ``item_out`` or without columns, is the part of q that an item borrows from its
    content: the trend leaves it alone. Arrays may be memory maps; nothing here copies more than a user's own
    rows.
    """

    behaviour_in: Matrix
    semantic_in: Matrix
    item_out: Matrix
    base: Matrix
    content_map: Matrix
    recipe: Recipe
    terms: Terms = NOTHING
    trend: Trend = UNKNOWN
    item_lent: Matrix = field(default_factory=lambda: NOTHING_LENT)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.item_out.shape[1])

    @property
    def n_items(self) -> int:
        """Items that have a place."""
        return int(self.item_out.shape[0])

    @property
    def has_content(self) -> bool:
        """Whether meaning plays a part."""
        return bool(self.content_map.shape[1])

    def weigh(self, history: History) -> Reals:
        """Return x, what each past item weighs, aligned with ``history.items``.

        By events a second one of the same item adds less than the first, log2(1 + count); by memory the
        decayed sums count, each against the largest of the user. What the user corrected is multiplied in:
        see `fusion.corrections`.
        """
        recipe = self.recipe
        weights = (1 - recipe.memory) * np.log2(1 + history.count)
        for share, sums in ((recipe.memory, history.lasting), (recipe.recent, history.recent)):
            if share:
                weights += share * history.relate(sums)
        return weights if history.factors is None else np.asarray(weights * history.factors)

    def gates(self, known: Reals) -> tuple[Reals, Reals]:
        """Return α and β of users with so many events; without content behaviour is all there is."""
        if not self.has_content:
            return np.zeros_like(known), np.ones_like(known)
        return weigh_sides(self.recipe, known)

    def hear(self, known: Reals, items: NDArray[np.integer]) -> tuple[Reals, Reals]:
        """Return α and β in one user's scores of some items, float64 (n,).

        What nobody met leans on meaning: see `lean_on_meaning`.
        """
        alpha, beta = (np.repeat(side, len(items)) for side in self.gates(known))
        if not self._leans:
            return alpha, beta
        unmet = self.trend.unmet[items]
        leaning = lean_on_meaning(self.recipe, alpha)
        return np.where(unmet, leaning[0], alpha), np.where(unmet, leaning[1], beta)

    def lift(self, history: History, items: Any = slice(None)) -> Matrix:
        """Return what the trend multiplies scores by, as `Trend.lift` says, (n_users, n_items) or (1, 1)."""
        return self.trend.lift(history, self.recipe, items)

    def swell(self, lift: Any) -> Any:
        """Return what the trend multiplies the base by, from what it multiplies all else by."""
        return lift if self.recipe.swell == 1 else lift**self.recipe.swell

    def targets(self, history: History, items: NDArray[np.integer]) -> Reals:
        """Return what some candidates answer to for one user, float64 (n, dim): q with the trend in it.

        With q = own + lent it is λ · own + lent.
        """
        whole, lift = self.item_out[items].astype(np.float64), self.lift(history, items)[0][:, None]
        if not self._lends:
            return np.asarray(whole * lift)
        lent = self.item_lent[items].astype(np.float64)
        return np.asarray(lent + (whole - lent) * lift)

    def meet(self, vectors: Matrix, lift: Matrix) -> Matrix:
        """Return what all items answer to vectors, float32 (n_users, n_items), with the users' ``lift``."""
        met = (vectors @ self.item_out.T) * lift
        if self._lends and lift.size > 1:
            met += (vectors @ self.item_lent.T) * (1 - lift)
        return np.asarray(met, dtype=np.float32)

    def _raise_base(self, history: History, items: NDArray[np.integer]) -> Reals:
        """Return what some items score for one user whatever they did, float64 (n,)."""
        lift = self.lift(history, items)[0].astype(np.float64)
        return np.asarray(self.base[items].astype(np.float64) * self.swell(lift))

    @property
    def _lends(self) -> bool:
        return bool(self.item_lent.shape[1])

    @property
    def _leans(self) -> bool:
        return self.has_content and bool(self.trend.unmet.any())

    def vectors(self, history: History) -> Matrix:
        """Return P, float32 (n_users, dim), not normalised; zeros where nothing is known."""
        placed = _mix(self.gates(history.known()), self.sides(history))
        return np.asarray(placed + self._add_others(history), dtype=np.float32)

    def sides(self, history: History) -> tuple[Reals, Reals]:
        """Return S and B, (n_users, dim) both: what past items add by meaning and by behaviour.

        For one user without scipy, in float64, and without touching other items' rows.
        """
        weights = self.weigh(history)
        inside = (self.semantic_in if self.has_content else None, self.behaviour_in)
        if history.n_users > 1:
            spread = history.matrix(weights)
            nothing = np.zeros((history.n_users, 1))
            meaning, behaviour = (nothing if rows is None else spread @ rows for rows in inside)
            return meaning, behaviour
        meaning, behaviour = (
            np.zeros((1, 1)) if rows is None else (weights @ rows[history.items].astype(np.float64))[None]
            for rows in inside
        )
        return meaning, behaviour

    def place_alone(self, history: History) -> Reals:
        """Return αS + βB of one user, float64 (dim,): P without friends and attributes."""
        return np.asarray(_mix(self.gates(history.known()), self.sides(history))[0])

    def _add_others(self, history: History) -> Reals:
        """Return what friends and attributes add to P."""
        return add_terms(self, history) if self._has_terms(history) else np.zeros((1, 1))

    def _has_terms(self, history: History) -> bool:
        known = history.friends is not None or history.declared is not None
        return known and self.terms.are_learnt and any(self.recipe.terms)

    def score_all(self, history: History) -> Matrix:
        """Return the scores of every item, float32 (n_users, n_items): P·q and base, the trend in both."""
        return self.answer(history, *self.sides(history))

    def answer(self, history: History, meaning: Reals, behaviour: Reals) -> Matrix:
        """Return the scores of every item from S and B, (n_users, dim) both, as `sides` gives them."""
        gates, others = self.gates(history.known()), self._add_others(history)
        placed = np.asarray(_mix(gates, (meaning, behaviour)) + others, dtype=np.float32)
        lift = self.lift(history)
        scores = self.meet(placed, lift)
        if self._leans:
            gates = lean_on_meaning(self.recipe, gates[0])
            placed = np.asarray(_mix(gates, (meaning, behaviour)) + others, dtype=np.float32)
            unmet = self.trend.unmet
            scores[:, unmet] = placed @ self.item_out[unmet].T  # the trend of what nobody met is 1
        scores += self.base * self.swell(lift)
        pass_on(self, history, scores)
        return scores

    def split(self, history: History, item: int) -> Parts:
        """Return the parts of one user's score of one item; ``history`` holds that user alone."""
        asked = np.array([item])
        alpha, beta = self.hear(history.known(), asked)
        weights, target = self.weigh(history), self.targets(history, asked)[0]
        base = float(self._raise_base(history, asked)[0])
        behaviour = float(beta[0]) * weights * (self.behaviour_in[history.items] @ target)
        semantic = np.zeros_like(weights)
        if self.has_content:
            semantic = float(alpha[0]) * weights * (self.semantic_in[history.items] @ target)
        others: tuple[Part, ...] = ()
        if self._has_terms(history):
            others = tuple(Part(*part) for part in take_apart(self, history, item))
        return Parts(history.items, semantic, behaviour, base, others)

    def score(self, history: History, items: NDArray[np.int64]) -> Reals:
        """Return one user's exact scores of some items, float64: what `split` sums to."""
        targets = self.targets(history, items)
        gates = self.hear(history.known(), items)
        heard = np.zeros(len(items))
        for weights, side in zip(gates, self.sides(history), strict=True):
            heard += weights * (targets * side).sum(axis=1)
        heard += (targets * self._add_others(history)).sum(axis=1)
        passed = np.zeros((1, self.n_items), dtype=np.float32)
        pass_on(self, history, passed)
        return np.asarray(heard + self._raise_base(history, items) + passed[0, items])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays; the header is JSON in bytes."""
        header = json.dumps(
            {"format": FORMAT, "recipe": asdict(self.recipe), "attributes": self.terms.names},
            ensure_ascii=False,
        ).encode()
        return {
            "behaviour_in": self.behaviour_in,
            "semantic_in": self.semantic_in,
            "item_out": self.item_out,
            "item_lent": self.item_lent,
            "base": self.base,
            "content_map": self.content_map,
            **self.trend.to_arrays(),
            **self.terms.to_arrays(),
            "header": np.frombuffer(header, dtype=np.uint8),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Space":
        """Return the space that `to_arrays` wrote."""
        header = json.loads(bytes(np.asarray(arrays["header"], dtype=np.uint8)))
        names = ("behaviour_in", "semantic_in", "item_out", "base", "content_map")
        terms = Terms.from_arrays(arrays, tuple(header.get("attributes", ())))
        given = {name: arrays[name] for name in names}
        recipe, trend = Recipe(**header["recipe"]), Trend.from_arrays(arrays)
        lent = arrays.get("item_lent", NOTHING_LENT)
        return cls(**given, recipe=recipe, terms=terms, trend=trend, item_lent=lent)

    def with_terms(self, terms: Terms) -> "Space":
        """Return the same space with other terms."""
        return replace(self, terms=terms)


def _mix(gates: Gates, sides: Gates) -> Reals:
    """Return αS + βB, (n_users, dim)."""
    (alpha, beta), (meaning, behaviour) = gates, sides
    return np.asarray(alpha[:, None] * meaning + beta[:, None] * behaviour)


def normalise(vectors: Matrix) -> Matrix:
    """Return rows of length 1, float32; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
