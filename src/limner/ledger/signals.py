"""Every signal of the ledger, declared once: which rows, which key, which weight, which polarity.

A declaration is data. `ledger.rows` gives the rows their derived columns, `ledger.sums` turns a
declaration into the grouping that batch builds and micro-batches both run, and the documentation
prints the same table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from limner.errors import SettingsError, did_you_mean
from limner.settings import SignalSettings

Rows = Literal[
    "events",
    "categorised",
    "sessions",
    "transitions",
    "texts",
    "opinions",
    "claims",
    "words",
    "topics",
    "relations",
    "followers",
]
Horizon = Literal["both", "lasting"]


WRITTEN = ("texts", "opinions", "claims", "words", "topics", "relations", "followers")
"""Rows that are summed as they stand in the log; all others are events, seen in some way."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One kind of sum per user: of the rows in `rows`, by `key`, weighted by `weight`."""

    name: str
    rows: Rows
    key: str
    """A column of the rows, or several joined by ``|``; rows where it is null do not count."""
    meaning: str
    weight: str = "one"
    polarity: bool = False
    """Whether the rows' polarity (−1..1) is summed as liking."""
    horizon: Horizon = "both"
    """Which decayed sums are kept: both, or the lasting one alone; the other is 0 then."""

    @property
    def sequential(self) -> bool:
        """Whether a row counts because of the row before it: then a late event can change others."""
        return self.rows in ("sessions", "transitions")

    @property
    def log_table(self) -> str:
        """The table of the log its rows come from."""
        return self.rows if self.rows in WRITTEN else "events"


CLAIM_KEY = "source|dimension|key|side|value"
"""What a claim is counted by; the side is + or -, as a text affirms or denies."""

SIGNALS: tuple[Signal, ...] = (
    Signal("activity", "events", "all", "everything a user does", "weight", polarity=True),
    Signal("event", "events", "event", "events by type"),
    Signal("item", "events", "item_id", "items by how much was done with them", "weight", polarity=True),
    Signal("category", "categorised", "category", "categories of those items", "weight", polarity=True),
    Signal("brand", "events", "brand", "brands of those items", "weight", polarity=True),
    Signal("price_band", "events", "price_band", "fifths of the price within a category", "weight"),
    Signal("spend", "events", "spent", "amounts paid", "amount"),
    Signal("rating", "events", "rating", "ratings given, by value"),
    Signal("dwell", "events", "dwell_band", "time spent on an item, in bands"),
    Signal("day", "events", "day", "days with an event, in the owner's time zone"),
    Signal("hour", "events", "hour", "hours of the day, in the owner's time zone"),
    Signal("weekday", "events", "weekday", "days of the week, 0 = Monday, in the owner's time zone"),
    Signal("session", "sessions", "all", "sessions: a gap of 30 minutes starts a new one"),
    Signal("transition", "transitions", "transition", "from one category to the next within a session"),
    Signal("writing", "texts", "kind", "texts written, by kind", polarity=True),
    Signal("language", "texts", "language", "languages written in"),
    Signal("aspect", "opinions", "aspect", "aspects praised and blamed", polarity=True),
    Signal("claim", "claims", CLAIM_KEY, "what texts say of their writers, by who read it", polarity=True),
    Signal("topic", "topics", "topic", "topics of what is written", "weight"),
    Signal("word", "words", "word", "keywords written and searched for", "weight"),
    Signal("tag", "words", "tag", "tags given"),
    Signal("relation", "relations", "other_id", "friends, followed and trusted users", "weight"),
    Signal("follower", "followers", "other_id", "users who follow or trust this one", "weight"),
)


_BUILT_IN = frozenset(signal.name for signal in SIGNALS)
_SOURCES: tuple[Rows, ...] = (
    *("events", "categorised", "texts", "opinions", "claims", "words", "topics", "relations"),
)
_WEIGHTS = {"one": "one", "event_weight": "weight", "weight": "weight", "amount": "amount"}


def declare_signals(own: Mapping[str, SignalSettings]) -> tuple[Signal, ...]:
    """Return the built-in signals and the owner's.

    Raises:
        SettingsError: one takes a name that is taken, or names rows or a weight that do not exist.
    """
    return SIGNALS + tuple(_declare(name, given) for name, given in own.items())


def _declare(name: str, given: SignalSettings) -> Signal:
    where = f"signals.{name}"
    if name in _BUILT_IN:
        raise SettingsError(f"{where}: this name is taken by a built-in signal; choose another")
    if not re.fullmatch(r"[\w-]+", name):
        raise SettingsError(f"{where}: a signal's name is letters, digits, _ and -; choose another")
    if not given.key:
        raise SettingsError(f'{where}: no key; write one like key = "brand|weekday"')
    if given.rows not in _SOURCES:
        hint = did_you_mean(given.rows, _SOURCES) or f" (known: {', '.join(_SOURCES)})"
        raise SettingsError(f"{where}: no rows {given.rows!r}{hint}")
    if given.weight not in _WEIGHTS:
        hint = did_you_mean(given.weight, _WEIGHTS) or f" (known: {', '.join(_WEIGHTS)})"
        raise SettingsError(f"{where}: no weight {given.weight!r}{hint}")
    if given.horizon not in get_args(Horizon):
        hint = did_you_mean(given.horizon, get_args(Horizon)) or f" (known: {', '.join(get_args(Horizon))})"
        raise SettingsError(f"{where}: no horizon {given.horizon!r}{hint}")
    horizon: Horizon = get_args(Horizon)[get_args(Horizon).index(given.horizon)]
    by_category = given.rows == "events" and "category" in given.key.split("|")
    rows: Rows = "categorised" if by_category else _SOURCES[_SOURCES.index(given.rows)]
    return Signal(name, rows, given.key, given.meaning, _WEIGHTS[given.weight], given.polarity, horizon)
