"""Who climbs the ladder, and what each may try on validation: at most `MOST_TRIALS` settings for anyone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from limner.recommend.ease import Ease
from limner.recommend.limner import Limner
from limner.recommend.neighbours import ItemNeighbours, Memory
from limner.recommend.popular import Popular, PopularRecently
from limner.recommend.ranking import Model
from limner.settings import Recipe, Settings

MOST_TRIALS = 18
Stage = Callable[[Any], Sequence[Model]]
"""From the best setting so far to the settings to compare it with."""

RIDGES = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
MEMORIES: tuple[Memory, ...] = ("count", "lasting", "recent")
PLACINGS = ((30.0, 1.0), (300.0, 1.0), (100.0, 3.0), (100.0, 0.2))
TRENDS = ((0.3, 1.0), (0.3, 1.5), (1.0, 0.0), (1.0, 0.5), (1.0, 1.5), (3.0, 1.0), (3.0, 1.5))
PRIORS = (0.0, 0.3, 1.0)
GATES = (0.0, 20.0)


@dataclass(frozen=True, slots=True)
class Contender:
    """A row of the ladder: its name, the setting it starts from, and the stages of its tuning."""

    name: str
    start: Model
    stages: tuple[Stage, ...] = ()


def make_contenders(settings: Settings, *, timed: bool, content: bool) -> tuple[Contender, ...]:
    """Return the rows of the ladder, simplest first."""
    fused = Limner(Recipe(), dim=settings.vector.dim, seed=settings.vector.seed)
    return (
        Contender("most popular", Popular()),
        Contender("popular in 7 days", PopularRecently(7.0)),
        Contender("decayed item-kNN", ItemNeighbours(), (lambda _: _neighbour_grid(timed=timed),)),
        Contender("EASE", Ease(), (lambda _: [Ease(ridge) for ridge in RIDGES],)),
        Contender("Limner", fused, limner_stages(timed=timed, content=content)),
    )


def limner_stages(*, timed: bool, content: bool) -> tuple[Stage, ...]:
    """Return how a recipe is tuned: first where items stand, then what lifts them, then whom to trust."""
    stages: list[Stage] = [_vary_placing]
    stages += [_vary_trend] if timed else []
    stages += [_vary_prior, _vary_memory]
    stages += [_vary_gate] if content else []
    return tuple(stages)


def _neighbour_grid(*, timed: bool) -> list[Model]:
    """Return the grid; without time all memories are one, so more sizes are tried."""
    if timed:
        grid = product((50, 200), (0.0, 10.0, 50.0), MEMORIES)
    else:
        grid = product((20, 50, 200, 800), (0.0, 10.0, 50.0), ("count",))
    return [ItemNeighbours(neighbours, shrink, memory) for neighbours, shrink, memory in grid]


def _vary(best: Limner, **changes: Any) -> Limner:
    return replace(best, recipe=replace(best.recipe, **changes))


def _vary_placing(best: Limner) -> list[Model]:
    return [_vary(best, ridge=ridge, dropout=dropout) for ridge, dropout in PLACINGS]


def _vary_trend(best: Limner) -> list[Model]:
    return [_vary(best, smoothing=smoothing, trend=trend) for smoothing, trend in TRENDS]


def _vary_prior(best: Limner) -> list[Model]:
    return [_vary(best, prior=prior) for prior in PRIORS]


def _vary_memory(best: Limner) -> list[Model]:
    return [_vary(best, memory=1.0)]


def _vary_gate(best: Limner) -> list[Model]:
    return [_vary(best, gate=gate) for gate in GATES]
