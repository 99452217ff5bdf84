"""Frozen records that every part shares: evidence, fact, profile, recommendation."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from limner.errors import FactError

Trend = Literal["new", "rising", "steady", "fading"]
Dispute = Literal["", "open", "settled", "superseded"]
"""Whether something speaks against a fact: it is undecided, newer evidence settled it, or overtook it."""
Language = Literal["zh", "en"]
Verb = Literal["forbid", "pin", "set"]
Vector = NDArray[np.float32]

DIMENSIONS = ("demographic", "behaviour", "interest", "social", "sentiment", "persona")
FRIENDSHIP = "friend"
"""The kind of relation that counts for both sides."""
MODEL = "model:"
"""Before the name of the language model that read something."""
ERASED = "erased"
"""Why rows of a user who was erased are left out."""
UNTIMED = 0
"""The timestamp of a row whose owner keeps no time: facts from it have no dates and no trend."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=16_384)
def iso(timestamp_us: int | None) -> str | None:
    """Return microseconds UTC as ISO 8601 with a Z, or None where there is no time.

    >>> iso(881250949_000000), iso(UNTIMED)
    ('1997-12-04T15:55:49Z', None)
    """
    if not timestamp_us:
        return None
    instant = _EPOCH + timedelta(microseconds=timestamp_us)
    return instant.replace(tzinfo=None).isoformat() + "Z"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing a person can look up: an event, a declared attribute, or an exact quotation."""

    id: str
    kind: Literal["event", "text"] = "event"
    timestamp: int | None = None
    quote: str | None = None
    details: tuple[tuple[str, Any], ...] = ()
    """What the row says, for the eye: event, item_id, title, value."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: ``event_id`` or ``text_id``, ``timestamp``, ``quote``, details."""
        shape: dict[str, Any] = {f"{self.kind}_id": self.id, "timestamp": iso(self.timestamp)}
        if self.quote is not None:
            shape["quote"] = self.quote
        return shape | dict(self.details)


@dataclass(frozen=True, slots=True)
class Turn:
    """A time in which a liking was on one side, and the rows of that time that spoke for either."""

    side: str
    """``liked`` or ``disliked``; of what somebody said of themselves ``said`` or ``denied``."""
    since: int | None
    """Microseconds UTC; None when the owner keeps no time."""
    liked: int
    disliked: int

    def count(self, polarity: float) -> "Turn":
        """Return the turn with one more row."""
        return replace(self, liked=self.liked + (polarity > 0), disliked=self.disliked + (polarity < 0))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: ``side``, ``since``, ``liked``, ``disliked``."""
        return {"side": self.side, "since": iso(self.since), "liked": self.liked, "disliked": self.disliked}


@dataclass(frozen=True, slots=True)
class Fact:
    """One cited statement about one user."""

    dimension: str
    key: str
    value: str | int | float
    statement: str
    strength: float
    """Share of what is known in this key, 0..1."""
    confidence: float
    """Probability that the statement holds, 0..1."""
    evidence: tuple[Evidence, ...]
    liking: float | None = None
    """Mean polarity, −1..1; None where nothing says whether it is liked."""
    trend: Trend = "steady"
    source: str = "observed"
    """``declared``, ``observed``, ``inferred`` or, where nothing but a model says it, ``model:<name>``."""
    first_seen: int | None = None
    last_seen: int | None = None
    history: tuple[Turn, ...] = ()
    """Where a liking changed its side: each side and since when, oldest first; empty where it never did."""
    sources: tuple[str, ...] = ()
    """Everyone who says so, `source` first; empty: `source` alone."""
    dispute: Dispute = ""

    def __post_init__(self) -> None:
        """Refuse a fact that cites nothing or leaves its ranges."""
        if not self.evidence:
            raise FactError(f"fact {self.path!r} cites nothing: drop it or pass evidence=")
        if self.dimension not in DIMENSIONS:
            raise FactError(f"fact {self.path!r}: dimension is one of {', '.join(DIMENSIONS)}")
        if not (0 <= self.strength <= 1 and 0 <= self.confidence <= 1):
            raise FactError(f"fact {self.path!r}: strength and confidence lie in 0..1")
        if self.liking is not None and not -1 <= self.liking <= 1:
            raise FactError(f"fact {self.path!r}: liking lies in -1..1, got {self.liking}")

    @property
    def path(self) -> str:
        """The name a person types: ``interest/category=科幻``."""
        return f"{self.dimension}/{self.key}={self.value}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner show --json``."""
        return {
            "dimension": self.dimension,
            "key": self.key,
            "value": self.value,
            "statement": self.statement,
            "strength": round(self.strength, 4),
            "liking": None if self.liking is None else round(self.liking, 4),
            "confidence": round(self.confidence, 4),
            "trend": self.trend,
            "source": self.source,
            "sources": list(self.sources or (self.source,)),
            "first_seen": iso(self.first_seen),
            "last_seen": iso(self.last_seen),
            "evidence": [cited.to_dict() for cited in self.evidence],
            "history": [turn.to_dict() for turn in self.history],
            "dispute": self.dispute or None,
        }


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody decided about a fact of one user, over what Limner reads from the rows."""

    user_id: str
    dimension: str
    key: str
    value: str
    verb: Verb
    liking: float | None = None
    """For ``set``: the liking, −1..1; None where the value itself was set."""
    made_us: int = UNTIMED
    """When, in microseconds UTC."""
    by: str = ""
    note: str = ""

    @property
    def path(self) -> str:
        """The corrected fact: ``interest/category=科幻``."""
        return f"{self.dimension}/{self.key}={self.value}"

    @property
    def id(self) -> str:
        """What a corrected fact cites: ``correction:`` and a hash of whose, what and when."""
        said = "\x1f".join((self.user_id, self.path, self.verb, str(self.made_us)))
        return f"correction:{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner correct --json``."""
        return {
            "id": self.id,
            "user_id": self.user_id,
            "fact": self.path,
            "verb": self.verb,
            "liking": self.liking,
            "timestamp": iso(self.made_us),
            "by": self.by or None,
            "note": self.note or None,
        }


@dataclass(frozen=True, slots=True, eq=False)
class UserVector:
    """P = αS + βB of one user; ``values`` is float32 (dim,), L2-normalised, zeros when nothing is known."""

    space: str
    values: Vector
    alpha: float
    beta: float

    def to_dict(self) -> dict[str, Any]:
        """Return the header without the numbers: ``space``, ``dim``, ``alpha``, ``beta``."""
        return {
            "space": self.space,
            "dim": len(self.values),
            "alpha": round(self.alpha, 4),
            "beta": round(self.beta, 4),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much a profile rests on."""

    events: int
    texts: int
    days: int
    """Distinct days with an event; 0 when the owner keeps no time."""
    dimensions: dict[str, int] = field(default_factory=dict)
    """Facts per dimension."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: events, texts, days, and facts per dimension."""
        return {
            "events": self.events,
            "texts": self.texts,
            "days": self.days,
            "dimensions": dict(self.dimensions),
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """The portrait of one user: readable facts and a vector, two readings of the same sums."""

    user_id: str | int
    as_of: int | None
    """Microseconds UTC; None when the owner keeps no time."""
    facts: tuple[Fact, ...]
    vector: UserVector
    coverage: Coverage

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner show --json``."""
        return {
            "user_id": self.user_id,
            "as_of": iso(self.as_of),
            "facts": [fact.to_dict() for fact in self.facts],
            "vector": self.vector.to_dict(),
            "coverage": self.coverage.to_dict(),
        }

    def only(self, dimension: str) -> "Profile":
        """Return the profile with the facts of one dimension."""
        return replace(self, facts=self.of(dimension))

    def of(self, dimension: str) -> tuple[Fact, ...]:
        """Return the facts of one dimension, strongest first as built."""
        return tuple(fact for fact in self.facts if fact.dimension == dimension)
