"""Who climbs the ladder, and what each may try on validation: at most `MOST_TRIALS` settings for anyone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import product
from typing import Any

from limner.evaluate.categories import EVERYONE, CategoryShares
from limner.recommend.category_popularity import mark_categories
from limner.recommend.content import Content
from limner.recommend.ease import Ease
from limner.recommend.ials import Ials
from limner.recommend.limner import Limner
from limner.recommend.neighbours import ItemNeighbours, Memory
from limner.recommend.popular import Popular, PopularRecently
from limner.recommend.ranking import Model
from limner.recommend.sides import Sides
from limner.recommend.user_neighbours import UserNeighbours
from limner.settings import Recipe, Settings

MOST_TRIALS = 30
START = Recipe(fading=0.0, swell=0.0)
"""Where a recipe's tuning starts: a trend for everyone alike. Whether it fades is asked once it is chosen."""
Stage = Callable[[Any], Sequence[Model]]
"""From the best setting so far to the settings to compare it with."""

RIDGES = (5.0, 10.0, 20.0, 50.0, 100.0, 150.0, 200.0, 300.0, 500.0, 700.0, 1000.0, 1500.0, 2000.0, 5000.0)
MEMORIES: tuple[Memory, ...] = ("count", "lasting", "recent")
PLACINGS = ((300.0, 0.3), (30.0, 1.0), (30.0, 0.3))
TRENDS = ((0.0, 0.03), (0.5, 0.1), (1.0, 0.3), (1.5, 0.3))
"""How far scores follow what is popular of late, and how much popularity itself weighs."""
WEIGHINGS = ((0.0, 0.5), (1.0, 0.0), (1.0, 0.5))
"""Memory, and what recent adds to it."""
FADINGS = (0.1, 0.3)
SWELLS = (1.0,)
SMOOTHINGS = (0.3, 3.0)
DAMPINGS = (0.0, 0.25)
PRIOR_STEPS = (0.0, 0.3, 3.0)
DAMPING_SHIFTS = (-0.1, 0.1)
FINE_STEPS = (0.5, 2.0)
BORROWS = (0.0, 10.0)
GATES = (0.0, 20.0)
COLD_GATES = (30.0, 300.0, 10_000.0)
WIDER = (512, 1024)
NARROWEST = 64
ALPHAS = (1.0, 10.0, 40.0)
TERMS = ((0.5, 0.0), (0.5, 20.0), (0.5, 30.0), (0.0, 20.0))
"""Weights of friends' tastes and of what they met."""
ATTRIBUTES = (0.5, 1.5)
SHRINKS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, EVERYONE)


@dataclass(frozen=True, slots=True)
class Contender:
    """A row of the ladder: its name, the setting it starts from, and the stages of its tuning."""

    name: str
    start: Model
    stages: tuple[Stage, ...] = ()


def make_contenders(
    settings: Settings,
    *,
    timed: bool,
    content: bool,
    categories: Sequence[Sequence[str]] | None = None,
    cold: bool = False,
    sides: Sides | None = None,
) -> tuple[Contender, ...]:
    """Return the rows of the ladder, simplest first.

    ``cold``: only items that nobody met are ranked, so that those climb who can say something of them.
    ``categories``, one entry per item, lets their popularity climb too.
    """
    popular = Contender("most popular", Popular())
    fused = Limner(START, dim=settings.vector.dim, seed=settings.vector.seed)
    limner = Contender("Limner", fused, limner_stages(timed=timed, content=content, sides=sides, cold=cold))
    reading = [_content_row()] if content else []
    if cold:
        return (popular, *_category_rows(categories), *reading, limner)
    return (
        popular,
        Contender("popular in 7 days", PopularRecently(7.0)),
        Contender("decayed item-kNN", ItemNeighbours(), (lambda _: _neighbour_grid(timed=timed),)),
        *_user_rows(timed=timed),
        Contender("EASE", Ease(), (lambda _: [Ease(ridge) for ridge in RIDGES],)),
        *_factor_rows(settings.vector.seed),
        *reading,
        limner,
    )


def name_missing() -> tuple[str, ...]:
    """Return a sentence for each baseline that could climb if its library were installed."""
    if find_spec("implicit") is not None:
        return ()
    return ("iALS is left out: run pip install 'limner[tune]' to measure it too",)


def _user_rows(*, timed: bool) -> list[Contender]:
    memories: tuple[Memory, ...] = MEMORIES if timed else ("count",)
    grid = [UserNeighbours(*one) for one in product((50, 200, 500), (0.0, 10.0), memories)]
    return [Contender("user-kNN", UserNeighbours(200, 10.0, memories[-1]), (lambda _: grid,))]


def _factor_rows(seed: int) -> list[Contender]:
    if name_missing():
        return []

    def weigh(_: Any) -> list[Any]:
        return [
            Ials(64, ridge, alpha, seed=seed) for ridge, alpha in product((0.3, 1.0, 10.0, 100.0), ALPHAS)
        ]

    def widen(best: Any) -> list[Any]:
        return [replace(best, factors=factors) for factors in (32, 128, 256)]

    def refine(best: Any) -> list[Any]:
        ridges = [replace(best, regularisation=best.regularisation * by) for by in (0.3, 3.0)]
        return ridges + [replace(best, alpha=best.alpha * by) for by in (0.5, 2.0)]

    return [Contender("iALS", Ials(seed=seed), (weigh, widen, refine))]


def _content_row() -> Contender:
    return Contender("content", Content(), (lambda _: [Content(memory) for memory in MEMORIES],))


def _category_rows(categories: Sequence[Sequence[str]] | None) -> list[Contender]:
    if categories is None:
        return []
    start = CategoryShares(mark_categories(categories))
    grid = [replace(start, shrink=shrink, even=even) for shrink, even in product(SHRINKS, (True, False))]
    return [Contender("category popularity", start, (lambda _: grid,))]


def limner_stages(
    *, timed: bool, content: bool, sides: Sides | None = None, cold: bool = False
) -> tuple[Stage, ...]:
    """Return how a recipe is tuned: first where items stand, then what lifts them, then whom to trust."""
    # How wide a space may be decides which ridge is best: first where there are trials for both.
    stages: list[Stage] = [_vary_trend] if timed else [_widen]
    stages += [_vary_placing]
    stages += [_vary_weighing] if timed else []
    stages += [_vary_damping, _vary_prior]
    stages += [_vary_borrow, _vary_cold_gate if cold else _vary_gate] if content else []
    stages += [_vary_smoothing, _vary_fading, _vary_swell] if timed else []
    stages += [_widen] if timed else [_narrow]
    stages += [_vary_friends] if sides and sides.friends else []
    stages += [_vary_attributes] if sides and sides.declared else []
    # What was chosen since moves what popularity should weigh: asked again where trials are left for it.
    return (*stages, _shift_damping, _step_prior, _shift_damping, _step_prior)


def _neighbour_grid(*, timed: bool) -> list[Model]:
    """Return the grid; without time all memories are one, so more sizes are tried."""
    if timed:
        grid = product((50, 100, 200), (0.0, 10.0, 50.0), MEMORIES)
    else:
        grid = product((20, 50, 200, 800), (0.0, 10.0, 50.0), ("count",))
    return [ItemNeighbours(neighbours, shrink, memory) for neighbours, shrink, memory in grid]


def _vary(best: Limner, **changes: Any) -> Limner:
    return replace(best, recipe=replace(best.recipe, **changes))


def _vary_placing(best: Limner) -> list[Model]:
    return [_vary(best, ridge=ridge, dropout=dropout) for ridge, dropout in PLACINGS]


def _vary_trend(best: Limner) -> list[Model]:
    return [_vary(best, trend=trend, prior=prior) for trend, prior in TRENDS]


def _vary_fading(best: Limner) -> list[Model]:
    return [_vary(best, fading=fading) for fading in FADINGS if best.recipe.trend]


def _vary_swell(best: Limner) -> list[Model]:
    return [_vary(best, swell=swell) for swell in SWELLS if best.recipe.trend]


def _vary_weighing(best: Limner) -> list[Model]:
    return [_vary(best, memory=memory, recent=recent) for memory, recent in WEIGHINGS]


def _vary_smoothing(best: Limner) -> list[Model]:
    return [_vary(best, smoothing=smoothing) for smoothing in SMOOTHINGS]


def _vary_damping(best: Limner) -> list[Model]:
    return [_vary(best, damping=damping) for damping in DAMPINGS]


def _shift_damping(best: Limner) -> list[Model]:
    return [_vary(best, damping=max(best.recipe.damping + by, 0.0)) for by in DAMPING_SHIFTS]


def _step_prior(best: Limner) -> list[Model]:
    return [_vary(best, prior=best.recipe.prior * step) for step in FINE_STEPS]


def _vary_prior(best: Limner) -> list[Model]:
    return [_vary(best, prior=best.recipe.prior * step) for step in PRIOR_STEPS]


def _vary_borrow(best: Limner) -> list[Model]:
    return [_vary(best, borrow=borrow) for borrow in BORROWS]


def _vary_gate(best: Limner) -> list[Model]:
    return [*(_vary(best, gate=gate) for gate in GATES), _vary(best, fusion="sum")]


def _vary_cold_gate(best: Limner) -> list[Model]:
    return [*(_vary(best, gate=gate) for gate in COLD_GATES), _vary(best, fusion="sum")]


def _widen(best: Limner) -> list[Model]:
    return [replace(best, dim=dim) for dim in WIDER if dim > best.dim]


def _narrow(best: Limner) -> list[Model]:
    return [replace(best, dim=best.dim // by) for by in (2, 4) if best.dim >= by * NARROWEST]


def _vary_friends(best: Limner) -> list[Model]:
    return [_vary(best, friends=friends, tips=tips) for friends, tips in TERMS]


def _vary_attributes(best: Limner) -> list[Model]:
    return [_vary(best, attributes=attributes) for attributes in ATTRIBUTES]


CAUTIOUS: tuple[Stage, ...] = (_vary_friends, _vary_attributes)
"""Stages that open a term: nothing enters by chance."""
