"""What a caller wants of a list besides the best scores: filters, and what moves an item up or down."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limner.errors import InputError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from limner.settings import RecommendSettings

BOOSTABLE = ("category", "brand", "item")


@dataclass(frozen=True, slots=True)
class Boost:
    """A category, brand or item that is to come earlier, or later.

    Both act on the relevance, which runs from 0 (the lowest score among the items allowed) to 1.
    """

    kind: str
    name: str
    factor: float = 1.0
    addend: float = 0.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """Filters are obeyed exactly; the rest re-ranks, and leaves the scores as they are.

    ``diversity``, ``calibrate`` and ``less_popular`` lie in 0..1; 0 leaves the order alone.
    """

    categories: tuple[str, ...] = ()
    """Only items of one of these."""
    without_categories: tuple[str, ...] = ()
    """No item of any of these."""
    price_min: float | None = None
    price_max: float | None = None
    """Both inclusive; an item without a price is left out."""
    in_stock: bool = False
    """Only items that say they are."""
    only: tuple[str, ...] | None = None
    """Only these item ids; those that nobody knows are passed over."""
    never: tuple[str, ...] = ()
    """None of these item ids."""
    diversity: float = 0.0
    """Weight of unlikeness to what stands above (1 − λ of MMR)."""
    calibrate: float = 0.0
    """Weight of having the categories of the list in the proportions of the user's past."""
    less_popular: float = 0.0
    """How much of the relevance the most popular item loses."""
    boosts: tuple[Boost, ...] = ()

    def __post_init__(self) -> None:
        """Refuse weights out of range, and prices between which nothing lies."""
        for name in ("diversity", "calibrate", "less_popular"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{name} must lie in 0..1, got {getattr(self, name)}")
        bounds = [price for price in (self.price_min, self.price_max) if price is not None]
        if any(math.isnan(price) for price in bounds) or bounds != sorted(bounds):
            raise InputError(f"price_min {self.price_min} must not lie above price_max {self.price_max}")

    @property
    def filters(self) -> bool:
        """Whether some items are ruled out."""
        bounds = (self.price_min, self.price_max, self.only)
        named = self.categories or self.without_categories or self.never or self.in_stock
        return bool(named) or any(bound is not None for bound in bounds)

    @property
    def moves(self) -> bool:
        """Whether the order may differ from that of the scores."""
        return bool(self.diversity or self.calibrate or self.less_popular or self.boosts)


def parse_boost(text: str) -> Boost:
    """Return a boost written KIND=NAME:FACTOR, or KIND=NAME:+ADDEND and KIND=NAME:-ADDEND.

    Raises:
        InputError: it is written otherwise, or the number is no finite one, or a factor is below 0.
        UnknownNameError: no such kind.

    >>> parse_boost("category=科幻:1.2")
    Boost(kind='category', name='科幻', factor=1.2, addend=0.0)
    """
    kind, equals, rest = text.partition("=")
    name, colon, number = rest.rpartition(":")
    if not (equals and colon and name):
        raise InputError(
            f"boost {text!r}: write it as KIND=NAME:FACTOR, like category=tea:1.2 or item=7:+0.1"
        )
    if kind not in BOOSTABLE:
        hint = did_you_mean(kind, BOOSTABLE)
        raise UnknownNameError(f"boost {text!r}: no kind {kind!r}{hint}; choose: {', '.join(BOOSTABLE)}")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    added = number.strip().startswith(("+", "-"))
    if not math.isfinite(value):
        raise InputError(f"boost {text!r}: {number!r} is no number")
    return Boost(kind, name, addend=value) if added else Boost(kind, name, factor=value)


def parse_boosts(texts: Iterable[str]) -> tuple[Boost, ...]:
    """Return what `parse_boost` makes of each."""
    return tuple(parse_boost(text) for text in texts)


def change_wishes(usual: Wishes, given: Mapping[str, Any]) -> Wishes:
    """Return wishes with what a call says over them; what is None or empty it does not say.

    Boosts are given as texts; see `parse_boost` for what may be wrong with them.
    """
    said = {name: value for name, value in given.items() if value not in (None, (), [])}
    if "boosts" in said:
        said["boosts"] = parse_boosts(said["boosts"])
    return replace(usual, **said)


def read_wishes(settings: "RecommendSettings") -> Wishes:
    """Return what the settings wish of every list.

    Raises:
        InputError: a weight lies outside 0..1, or a boost is written otherwise.
    """
    return Wishes(
        in_stock=settings.in_stock,
        diversity=settings.diversity,
        calibrate=settings.calibrate,
        less_popular=settings.less_popular,
        boosts=parse_boosts(settings.boosts),
    )
