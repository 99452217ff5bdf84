"""A fast lane into the log: a few plain events read without an engine.

It has no rules of its own. Rows come out as `clean` would give them, or not at all: whenever one of them
might be rejected, mended or read in another way, there is no answer and the caller takes the long way.
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from limner.collect.cleaning.certain import (
    Uncertain,
    read_events,
    read_ids,
    read_instants,
    read_numbers,
    read_words,
    write_number,
)
from limner.collect.cleaning.ratings import Scale
from limner.collect.cleaning.rows import WITHOUT_ITEM
from limner.collect.cleaning.times import MINUTE_US, SECOND_US
from limner.ledger.numbering import find_ref
from limner.settings import Settings, ValueRole
from limner.tables import CONTRACTS

_KNOWN = frozenset(CONTRACTS["events"].columns.names)
_COLUMNS = tuple(sorted(_KNOWN - {"text"}))
_NO_ITEM_NEEDED = frozenset(WITHOUT_ITEM)
_LARGEST = sys.float_info.max
_ABOVE_ZERO = 5e-324
_ANY = (-_LARGEST, _LARGEST)
_NONE = (_LARGEST, -_LARGEST)

Bounds = tuple[float, float]
Content = tuple[str, str | None, int, str, float | None, float | None, str | None]
"""What `duplicates.EVENT_CONTENT` names, without the text that no plain event has."""


class PlainEvent(NamedTuple):
    """A clean event, with the ref it has in the store."""

    user_id: str
    item_id: str | None
    ts: int
    """Microseconds UTC."""
    event: str
    event_id: str
    value: float | None
    dwell_s: float | None
    session_id: str | None
    context: str | None
    ref: int


@dataclass(frozen=True, slots=True)
class PlainRules:
    """What plain events are held against; made once for a workspace."""

    future_tolerance_us: int
    max_dwell_s: float
    max_events_per_minute: int
    bounds: Mapping[str, Bounds]
    """Event type → lowest and highest value that neither falls nor is cut; a type not named takes any."""

    @classmethod
    def of(
        cls, settings: Settings, *, rating_scale: Scale | None = None, caps: Mapping[str, float] | None = None
    ) -> "PlainRules":
        """Return the rules of settings, with the scale of ratings and the caps that a build found."""
        lowest, highest = settings.ratings.scale or rating_scale or _NONE
        by_role: dict[ValueRole, Bounds] = {
            "rating": (lowest, highest),
            "count": (_ABOVE_ZERO, _LARGEST),
            "amount": _ANY,
        }
        bounds = {event: by_role[role] for event, role in settings.events.values.items()}
        for event, cap in (caps or {}).items():
            low, high = bounds.get(event, _ANY)
            bounds[event] = (low, min(high, cap))
        return cls(
            round(settings.clean.future_tolerance_s * SECOND_US),
            min(settings.clean.max_dwell_s, _LARGEST),
            max(settings.clean.max_events_per_minute, 0),
            bounds,
        )


def read_plain_events(
    rows: Sequence[Mapping[str, Any]], rules: PlainRules, *, now_us: int
) -> list[PlainEvent] | None:
    """Return rows of the events table as `clean` would, in their order; None where that is not certain.

    Certain are dictionaries of the columns of events: ids and words in plain letters, integers as ids,
    finite numbers within their bounds, epochs, and ISO times with a zone. Columns have our names, and every
    row belongs to the events table: that is for the caller to see to.
    """
    try:
        return _read_rows(rows, rules, now_us + rules.future_tolerance_us) if rows else []
    except Uncertain:
        return None


def _read_rows(rows: Sequence[Mapping[str, Any]], rules: PlainRules, latest_us: int) -> list[PlainEvent]:
    for row in rows:
        if type(row) is not dict or not _KNOWN.issuperset(row) or row.get("text") is not None:
            raise Uncertain
    given = {name: [row.get(name) for row in rows] for name in _COLUMNS}
    values = read_numbers(given["value"])
    contents = list(
        zip(
            _require(read_ids(given["user_id"])),
            read_ids(given["item_id"]),
            read_instants(given["timestamp"], latest_us=latest_us),
            _name_events(read_events(given["event"]), values),
            values,
            read_numbers(given["dwell_s"]),
            read_ids(given["session_id"]),
            strict=True,
        )
    )
    for content in contents:
        _check_content(content, rules)
    event_ids = read_ids(given["event_id"])
    _check_repeats(contents, event_ids)
    if len(rows) > rules.max_events_per_minute:
        _check_pace(contents, rules.max_events_per_minute)
    return list(map(_build_event, contents, event_ids, read_words(given["context"])))


def _require(ids: Sequence[str | None]) -> list[str]:
    found = [one for one in ids if one is not None]
    if len(found) < len(ids):
        raise Uncertain
    return found


def _name_events(events: Sequence[str | None], values: Sequence[float | None]) -> list[str]:
    """Return the event types, with names for those that have none."""
    return [
        event or ("click" if value is None else "rating") for event, value in zip(events, values, strict=True)
    ]


def _check_content(content: Content, rules: PlainRules) -> None:
    """Refuse a row that cleaning might reject or mend."""
    _, item_id, _, event, value, dwell_s, _ = content
    if item_id is None and event not in _NO_ITEM_NEEDED:
        raise Uncertain
    if value is not None:
        lowest, highest = rules.bounds.get(event, _ANY)
        if not lowest <= value <= highest:
            raise Uncertain
    if dwell_s is not None and not 0 <= dwell_s <= rules.max_dwell_s:
        raise Uncertain


def _check_repeats(contents: Sequence[Content], event_ids: Sequence[str | None]) -> None:
    """Refuse rows that say the same, or have the same user and id."""
    if len(contents) == 1:
        return
    named = [
        (content[0], event_id)
        for content, event_id in zip(contents, event_ids, strict=True)
        if event_id is not None
    ]
    if len(set(contents)) < len(contents) or len(set(named)) < len(named):
        raise Uncertain


def _check_pace(contents: Iterable[Content], limit: int) -> None:
    """Refuse a user with more than `limit` events within any 60 s."""
    times: dict[str, list[int]] = {}
    for user_id, _, ts, *_ in contents:
        times.setdefault(user_id, []).append(ts)
    for of_user in times.values():
        of_user.sort()
        if any(late - early < MINUTE_US for early, late in zip(of_user, of_user[limit:], strict=False)):
            raise Uncertain


def _build_event(content: Content, event_id: str | None, context: str | None) -> PlainEvent:
    user_id, item_id, ts, event, value, dwell_s, session_id = content
    if event_id is None:
        event_id = _derive_id(content)
    return PlainEvent(
        user_id, item_id, ts, event, event_id, value, dwell_s, session_id, context, find_ref(event_id)
    )


def _derive_id(content: Content) -> str:
    """Return the id that `duplicates.content_key` gives a row; its text is empty here."""
    user_id, item_id, ts, event, value, dwell_s, session_id = content
    told = (
        *(user_id, item_id or "", str(ts), event, write_number(value), "", write_number(dwell_s)),
        session_id or "",
    )
    key = hashlib.md5("\x1f".join(told).encode(), usedforsecurity=False)
    return "e" + key.hexdigest()[:15]
