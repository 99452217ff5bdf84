"""P = αS + βB: one space that holds users and items, with scores that come apart exactly."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.fusion.gates import weigh_sides
from limner.fusion.terms import NOTHING, Terms, add_terms, pass_on, take_apart
from limner.recommend.history import History
from limner.settings import Recipe

Matrix = NDArray[np.float32]
Reals = NDArray[np.float64]
FORMAT = 1


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
    Arrays may be memory maps; nothing here copies more than a user's own rows.
    """

    behaviour_in: Matrix
    semantic_in: Matrix
    item_out: Matrix
    base: Matrix
    content_map: Matrix
    recipe: Recipe
    terms: Terms = NOTHING

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

    def vectors(self, history: History) -> Matrix:
        """Return P, float32 (n_users, dim), not normalised; zeros where nothing is known."""
        if history.n_users == 1:
            return self._place(history)[None, :].astype(np.float32)
        placed = self._place_all(history)
        if self._has_terms(history):
            placed = placed + add_terms(self, history)
        return np.asarray(placed, dtype=np.float32)

    def _has_terms(self, history: History) -> bool:
        known = history.friends is not None or history.declared is not None
        return known and self.terms.are_learnt and any(self.recipe.terms)

    def _place_all(self, history: History) -> Any:
        """Return αS + βB of many users, (n_users, dim)."""
        alpha, beta = self.gates(history.known())
        spread = history.matrix(self.weigh(history))
        placed = beta[:, None] * (spread @ self.behaviour_in)
        if self.has_content:
            placed += alpha[:, None] * (spread @ self.semantic_in)
        return placed

    def _place(self, history: History) -> Reals:
        """Return P of one user, float64 (dim,), without scipy and without touching other items' rows."""
        placed = self.place_alone(history)
        return placed + add_terms(self, history)[0] if self._has_terms(history) else placed

    def place_alone(self, history: History) -> Reals:
        """Return αS + βB of one user, float64 (dim,): P without friends and attributes."""
        alpha, beta = self.gates(history.known())
        rows = beta[0] * self.behaviour_in[history.items].astype(np.float64)
        if self.has_content:
            rows += alpha[0] * self.semantic_in[history.items].astype(np.float64)
        return np.asarray(self.weigh(history) @ rows)

    def score_all(self, history: History) -> Matrix:
        """Return P·q + base of every item, float32 (n_users, n_items)."""
        scores = np.asarray(self.vectors(history) @ self.item_out.T + self.base, dtype=np.float32)
        pass_on(self, history, scores)
        return scores

    def split(self, history: History, item: int) -> Parts:
        """Return the parts of one user's score of one item; ``history`` holds that user alone."""
        weights = self.weigh(history)
        alpha, beta = self.gates(history.known())
        target = self.item_out[item].astype(np.float64)
        behaviour = float(beta[0]) * weights * (self.behaviour_in[history.items] @ target)
        semantic = np.zeros_like(weights)
        if self.has_content:
            semantic = float(alpha[0]) * weights * (self.semantic_in[history.items] @ target)
        others: tuple[Part, ...] = ()
        if self._has_terms(history):
            others = tuple(Part(*part) for part in take_apart(self, history, item))
        return Parts(history.items, semantic, behaviour, float(self.base[item]), others)

    def score(self, history: History, items: NDArray[np.int64]) -> Reals:
        """Return one user's exact scores of some items, float64: what `split` sums to."""
        targets = self.item_out[items].astype(np.float64)
        passed = np.zeros((1, self.n_items), dtype=np.float32)
        pass_on(self, history, passed)
        return np.asarray(targets @ self._place(history) + self.base[items] + passed[0, items])

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
            "base": self.base,
            "content_map": self.content_map,
            **self.terms.to_arrays(),
            "header": np.frombuffer(header, dtype=np.uint8),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Space":
        """Return the space that `to_arrays` wrote."""
        header = json.loads(bytes(np.asarray(arrays["header"], dtype=np.uint8)))
        names = ("behaviour_in", "semantic_in", "item_out", "base", "content_map")
        terms = Terms.from_arrays(arrays, tuple(header.get("attributes", ())))
        return cls(**{name: arrays[name] for name in names}, recipe=Recipe(**header["recipe"]), terms=terms)

    def with_terms(self, terms: Terms) -> "Space":
        """Return the same space with other terms."""
        return replace(self, terms=terms)


def normalise(vectors: Matrix) -> Matrix:
    """Return rows of length 1, float32; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
