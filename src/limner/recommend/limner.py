"""Limner's own model: the space of P = αS + βB, asked for its best items."""

from dataclasses import dataclass, field

from limner.fusion.behaviour import place_items
from limner.fusion.fit import finish_space
from limner.fusion.space import Space
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.ranking import Scores
from limner.settings import Recipe


@dataclass(frozen=True, slots=True, eq=False)
class SpaceScorer:
    """A space as a scorer."""

    space: Space

    def score(self, history: History) -> Scores:
        """Return P·q + base."""
        return self.space.score_all(history)


@dataclass(frozen=True, slots=True)
class Limner:
    """The fused space with one recipe."""

    recipe: Recipe = field(default_factory=Recipe)
    dim: int = 256
    seed: int = 7

    def fit(self, dataset: Dataset) -> SpaceScorer:
        """Return the scorer; recipes that differ only in what is cheap share the placed items."""
        key = (self.recipe.ridge, self.recipe.dropout, self.dim, self.seed)
        history = dataset.history
        behaviour = dataset.remember(
            key, lambda: place_items(history, dim=self.dim, seed=self.seed, recipe=self.recipe)
        )
        return SpaceScorer(finish_space(history, behaviour, dataset.content, recipe=self.recipe))
