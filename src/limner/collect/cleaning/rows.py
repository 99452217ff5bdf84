"""What each table asks of a single row: how its fields are read, what is impossible, what can be mended."""

from collections.abc import Callable
from dataclasses import dataclass, field

from limner.collect.cleaning.expressions import any_of, quote, unescape
from limner.collect.cleaning.gathering import Reading
from limner.collect.cleaning.times import EARLIEST_US, SECOND_US
from limner.records import UNTIMED, iso
from limner.settings import Settings
from limner.tables import CONTRACTS

WITHOUT_ITEM = (
    *("search", "query", "visit", "session", "login", "logout", "open", "chat", "message"),
    *("搜索", "查询", "访问", "会话", "登录", "退出", "聊天"),
)
"""Event types that need no item."""


_NO_YEAR = "timestamp looks like month and day without a year; put the year before it, or drop the column"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds that rows are held against."""

    latest_us: int
    max_dwell_s: float
    counted: tuple[str, ...]
    """Event types whose value is a count."""

    @classmethod
    def of(cls, settings: Settings, *, now_us: int) -> "Limits":
        """Return the bounds that settings set at a moment."""
        tolerance_us = round(settings.clean.future_tolerance_s * SECOND_US)
        counted = tuple(event for event, role in settings.events.values.items() if role == "count")
        return cls(now_us + tolerance_us, settings.clean.max_dwell_s, counted)


@dataclass(frozen=True, slots=True)
class RowRules:
    """How one table reads a row, in SQL."""

    fields: dict[str, str]
    """Column → expression over the source."""
    faults: tuple[tuple[str, str], ...]
    """(condition over the fields, reason), the first that holds counts."""
    mended: dict[str, str] = field(default_factory=dict)
    """Column → expression over the fields, put in place of the field."""
    repair: str = "CAST(NULL AS VARCHAR)"
    """Expression over the fields: what `mended` mended, or null."""


def read_events(reading: Reading, limits: Limits) -> RowRules:
    """Return how a row of events is read."""
    unnamed = f"CASE WHEN {reading.number('value')} IS NULL THEN 'click' ELSE 'rating' END"
    longest = f"{limits.max_dwell_s!r}::DOUBLE"
    fields = {
        "user_id": reading.identity("user_id"),
        "item_id": reading.identity("item_id"),
        "event": f"coalesce(lower({reading.word('event')}), {unnamed})",
        "event_id": reading.identity("event_id"),
        "value": reading.number("value"),
        "value_misread": reading.misread("value"),
        "dwell_s": reading.number("dwell_s"),
        "dwell_misread": reading.misread("dwell_s"),
        "session_id": reading.identity("session_id"),
        "text": reading.word("text"),
        "context": reading.word("context"),
        **_instant(reading),
    }
    faults = (
        ("user_id IS NULL", "no user_id"),
        (f"item_id IS NULL AND text IS NULL AND event NOT IN {any_of(WITHOUT_ITEM)}", "no item_id"),
        *_impossible_times(reading, limits, required=True),
        ("value_misread", "value not a number"),
        ("isinf(value)", "value is infinite"),
        (f"value <= 0 AND event IN {any_of(limits.counted)}", "count not above 0"),
        ("dwell_misread", "dwell not a number"),
        ("isinf(dwell_s)", "dwell is infinite"),
        ("dwell_s < 0", "negative dwell"),
    )
    repair = f"CASE WHEN dwell_s > {longest} THEN {quote(f'dwell cut to {limits.max_dwell_s:g} s')} END"
    cut = f"CASE WHEN dwell_s > {longest} THEN {longest} ELSE dwell_s END"
    return RowRules(fields, faults, {"dwell_s": cut}, repair)


def read_texts(reading: Reading, limits: Limits) -> RowRules:
    """Return how a row of texts is read."""
    kind = f"CASE WHEN {reading.identity('item_id')} IS NULL THEN 'comment' ELSE 'review' END"
    fields = {
        "user_id": reading.identity("user_id"),
        "text": reading.word("text"),
        "text_id": reading.identity("text_id"),
        "item_id": reading.identity("item_id"),
        "kind": f"coalesce(lower({reading.word('kind')}), {kind})",
        "rating": reading.number("rating"),
        "rating_misread": reading.misread("rating"),
        "language": f"lower({reading.word('language')})",
        **_instant(reading),
    }
    faults = (
        ("user_id IS NULL", "no user_id"),
        ("text IS NULL", "empty text"),
        *_impossible_times(reading, limits, required=True),
        ("rating_misread", "rating not a number"),
        ("isinf(rating)", "rating is infinite"),
    )
    return RowRules(fields, faults)


def read_users(reading: Reading, _limits: Limits) -> RowRules:
    """Return how a row of users is read."""
    fields = {"user_id": reading.identity("user_id"), "consent": reading.word("consent")}
    return RowRules(fields, (("user_id IS NULL", "no user_id"),))


def read_items(reading: Reading, _limits: Limits) -> RowRules:
    """Return how a row of items is read."""
    fields = {
        "item_id": reading.identity("item_id"),
        "title": unescape(reading.word("title")),
        "description": unescape(reading.word("description")),
        "categories": reading.names("categories"),
        "brand": unescape(reading.word("brand")),
        "price": reading.price("price"),
        "priced": reading.word("price"),
        "image": reading.word("image"),
    }
    repair = "CASE WHEN price IS NULL AND priced IS NOT NULL THEN 'price not understood, left out' END"
    return RowRules(fields, (("item_id IS NULL", "no item_id"),), repair=repair)


def read_relations(reading: Reading, limits: Limits) -> RowRules:
    """Return how a row of relations is read."""
    fields = {
        "user_id": reading.identity("user_id"),
        "other_id": reading.identity("other_id"),
        "kind": f"coalesce(lower({reading.word('kind')}), 'friend')",
        "weight": reading.number("weight"),
        "weight_misread": reading.misread("weight"),
        **_instant(reading),
    }
    faults = (
        ("user_id IS NULL", "no user_id"),
        ("other_id IS NULL", "no other_id"),
        ("user_id = other_id", "relation of a user to itself"),
        *_impossible_times(reading, limits, required=False),
        ("weight_misread", "weight not a number"),
        ("isinf(weight)", "weight is infinite"),
    )
    mended = {"weight": "coalesce(weight, 1.0::DOUBLE)", "timestamp": f"coalesce(timestamp, {UNTIMED})"}
    return RowRules(fields, faults, mended)


def read_triples(reading: Reading, _limits: Limits) -> RowRules:
    """Return how a row of triples is read."""
    parts = ("head", "relation", "tail")
    fields = {part: reading.identity(part) for part in parts}
    return RowRules(fields, tuple((f"{part} IS NULL", f"no {part}") for part in parts))


ROW_RULES: dict[str, Callable[[Reading, Limits], RowRules]] = {
    "events": read_events,
    "texts": read_texts,
    "users": read_users,
    "items": read_items,
    "relations": read_relations,
    "triples": read_triples,
}


def select_rows(reading: Reading, limits: Limits, extras: dict[str, str]) -> str:
    """Return the SELECT of one source: contract fields, `extras`, seq, source_no, reason, shown, repair."""
    rules = ROW_RULES[reading.source.table](reading, limits)
    read = ", ".join(f"{sql} AS {name}" for name, sql in {**rules.fields, **extras}.items())
    cases = " ".join(f"WHEN {condition} THEN {quote(reason)}" for condition, reason in rules.faults)
    kept = [name for name in rules.fields if name in CONTRACTS[reading.source.table].columns.names]
    out = ", ".join(f"{rules.mended.get(name, name)} AS {name}" for name in [*kept, *extras])
    return (
        f"SELECT seq, {reading.source.number} AS source_no, {out}, CASE {cases} END AS reason, "
        f"CAST(NULL AS VARCHAR) AS shown, {rules.repair} AS repair "
        f"FROM (SELECT seq, {read} FROM {reading.source.view})"
    )


def _instant(reading: Reading) -> dict[str, str]:
    if not reading.timed:
        return {"timestamp": f"CAST({UNTIMED} AS BIGINT)"}
    return {"timestamp": "t", "time_misread": "t_misread"}


def _impossible_times(reading: Reading, limits: Limits, *, required: bool) -> tuple[tuple[str, str], ...]:
    if not reading.timed:
        return ()
    missing = (("timestamp IS NULL", "no timestamp"),) if required else ()
    unset = "" if required else f" AND timestamp <> {UNTIMED}"
    return (
        ("time_misread", "timestamp not understood"),
        *missing,
        (f"timestamp BETWEEN {101 * SECOND_US} AND {1231 * SECOND_US}", _NO_YEAR),
        (f"timestamp < {EARLIEST_US}{unset}", f"timestamp before {iso(EARLIEST_US)}"),
        (f"timestamp > {limits.latest_us}", f"timestamp later than {iso(limits.latest_us)}"),
    )
