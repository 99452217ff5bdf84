"""What is really so in a sample world, kept apart from its tables: what a portrait is measured against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Mention(NamedTuple):
    """One opinion on one aspect in one text; the quotation is ``text[start:end]``."""

    aspect: str
    """Canonical name; its spellings are in `aspects.ALIASES`."""
    polarity: int
    """+1 praise, -1 blame."""
    start: int
    end: int


class TextTruth(NamedTuple):
    """Who wrote a text, and what it says of which aspect; no mentions: it judges none."""

    user_id: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class UserTruth:
    """Everything that decides what one user does."""

    language: str
    gender: str
    age: int
    city: str
    declared: tuple[str, ...]
    """Which of gender, age and city the users table shows."""
    interests: tuple[str, ...]
    """The three categories as the world ends, strongest first."""
    interests_before: tuple[str, ...]
    """The three as it began; the same for users who do not drift."""
    weights: tuple[float, ...]
    """Share of the interested behaviour that each of the three takes."""
    drift_time: int | None
    """When the interests changed, microseconds UTC; None: never."""
    price_band: str
    """low, middle or high, within each category."""
    price_strength: float
    """How firmly they keep to the band, 0..3."""
    loyalty: float
    """How firmly they keep to a favourite brand, 0..2."""
    rhythm: str
    hours: tuple[float, ...]
    """Shares of the 24 hours of the user's own clock."""
    utc_offset_h: int
    """How far the user's clock is ahead of UTC, the same all year."""
    week: str
    """Habit over weekdays: any day, weekdays or weekends."""
    communities: tuple[str, ...]
    """Circles they make friends in."""
    concerns: tuple[str, ...]
    """Aspects they always come back to."""
    events: int
    """How many rows of the events table are theirs."""


@dataclass(frozen=True, slots=True)
class ItemTruth:
    """How good one item is: about -2..2, overall and by aspect."""

    quality: float
    aspects: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Truth:
    """The latent truth of a world, by the ids of its tables."""

    users: Mapping[str, UserTruth]
    texts: Mapping[str, TextTruth]
    items: Mapping[str, ItemTruth]
