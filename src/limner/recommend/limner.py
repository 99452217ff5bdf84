"""Limner's own model: the space of P = αS + βB, asked for its best items."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from limner.fusion.behaviour import place_items
from limner.fusion.fit import finish_space
from limner.fusion.space import Space
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.ranking import Scores
from limner.settings import Recipe

Side = Literal["P", "S", "B"]


@dataclass(frozen=True, slots=True, eq=False)
class SpaceScorer:
    """A space as a scorer, whole or with one of its sides silent."""

    space: Space
    parts: Side = "P"

    def score(self, history: History) -> Scores:
        """Return the scores by P; with S or B alone in the place of P where only one side is to speak."""
        if self.parts == "P":
            return self.space.score_all(history)
        heard = self.space.semantic_in if self.parts == "S" else self.space.behaviour_in
        if not heard.shape[1]:  # nothing is known of what items say
            bare = np.tile(self.space.base, (history.n_users, 1))
            return np.asarray(bare * self.space.swell(self.space.lift(history)), dtype=np.float32)
        vectors = history.matrix(self.space.weigh(history)) @ heard
        lift = self.space.lift(history)
        scores = self.space.meet(vectors, lift) + self.space.base * self.space.swell(lift)
        return np.asarray(scores, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Limner:
    """The fused space with one recipe."""

    recipe: Recipe = field(default_factory=Recipe)
    dim: int = 256
    seed: int = 7
    parts: Side = "P"
    """P: both sides as the gate weighs them; S or B: meaning or behaviour alone."""

    def fit(self, dataset: Dataset) -> SpaceScorer:
        """Return the scorer; recipes that differ only in what is cheap share the placed items."""
        key = (self.recipe.ridge, self.recipe.dropout, self.dim, self.seed)
        history = dataset.history
        behaviour = dataset.remember(
            key, lambda: place_items(history, dim=self.dim, seed=self.seed, recipe=self.recipe)
        )
        space = finish_space(history, behaviour, dataset.content, recipe=self.recipe)
        return SpaceScorer(space, self.parts)
