"""Rows with derived columns: what an event weighs, when it happened, where its item belongs.

Every function is a pure Ibis expression over the tables of `ledger.staging`; the same expressions run
in a batch build, on a micro-batch and on one user's slice of the log, on every engine. Landmarks are left
open (`RECENT`, `LASTING`): `ledger.plan` puts them in when a compiled expression is run.
"""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from limner.ledger.decay import DAY_US, half_life_us
from limner.ledger.places import LASTING, RECENT, SESSION_GAP_US, UNTIMED_AS_US
from limner.ledger.staging import PREFIX, STAGED
from limner.records import UNTIMED
from limner.settings import Settings

_HOUR_US = DAY_US // 24
_DWELL_EDGES_S = (5, 15, 60, 180)
DWELL_BANDS = ("under 5 s", "5-15 s", "15-60 s", "1-3 min", "over 3 min")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the expressions need to know besides the rows."""

    settings: Settings
    rating_scale: tuple[float, float] | None
    offsets: tuple[tuple[int, int], ...]


def staged(name: str) -> ir.Table:
    """Return the unbound table of this name."""
    return ibis.table(STAGED[name], name=PREFIX + name)


def real(number: float) -> ir.Value:
    """Return a number as DOUBLE: a plain literal would be a DECIMAL, and exp() over it four times as slow."""
    return ibis.literal(repr(float(number))).cast("float64")


def decayed(rows: ir.Table, reading: Reading) -> ir.Table:
    """Add what a row of weight 1 adds to each horizon: ``recent_decay``, ``lasting_decay``, and ``one``.

    Rows that carry the instant they are read at (``read_us``) are decayed to it, others to the landmarks.
    No row is younger than the instant it is read at, not even one without a time.
    """
    horizons = reading.settings.horizons
    recent_us, lasting_us = (
        (rows.read_us,) * 2
        if "read_us" in rows.columns
        else (ibis.literal(place, "int64") for place in (RECENT, LASTING))
    )
    oldest = ibis.literal(UNTIMED_AS_US, "int64")
    if "read_us" in rows.columns:
        oldest = ibis.least(oldest, rows.read_us)
    when = ibis.ifelse(rows.ts == UNTIMED, oldest, rows.ts)
    return rows.mutate(
        one=real(1.0),
        recent_decay=_power_of_two(when - recent_us, horizons.recent_days),
        lasting_decay=_power_of_two(when - lasting_us, horizons.lasting_days),
    )


def _power_of_two(age: ir.IntegerValue, half_life_days: float) -> ir.Value:
    return real(2.0) ** (age.cast("float64") / real(half_life_us(half_life_days)))


def event_rows(reading: Reading, events: ir.Table | None = None) -> ir.Table:
    """One row per event, with weight, polarity, local time, bands, and the item's attributes.

    Other ``events`` than the staged ones may have further columns, which stay.
    """
    events, items = staged("events") if events is None else events, staged("items")
    joined = events.left_join(items, "item_no").drop("item_no_right")
    local = joined.ts + _offset(joined.ts, reading.offsets)
    day = local // DAY_US
    timed = joined.ts != UNTIMED
    rows = joined.mutate(
        all=ibis.literal("all"),
        weight=event_weight(joined, reading.settings),
        polarity=_polarity(joined, reading),
        day=_when(timed, day),
        hour=_when(timed, local // _HOUR_US - day * 24),  # not %: it makes a real number on SQLite
        weekday=_when(timed, day + 3 - (day + 3) // 7 * 7),
        dwell_band=_dwell_band(joined.dwell_s),
        **_values(joined, reading.settings),
    )
    return decayed(rows, reading).drop("value", "dwell_s")


def categorised_rows(events: ir.Table) -> ir.Table:
    """One row per event and category of its item."""
    return events.inner_join(staged("categories"), "item_no")


def session_rows(events: ir.Table) -> ir.Table:
    """The first event of every session of a user."""
    timed = events.filter(events.ts != UNTIMED)
    window = ibis.window(group_by="user_no", order_by=["ts", "ref"])
    marked = timed.mutate(previous_ts=timed.ts.lag().over(window))
    starts = marked.previous_ts.isnull() | (marked.ts - marked.previous_ts > SESSION_GAP_US)
    return marked.filter(starts & (marked.known == 0))


def transition_rows(events: ir.Table) -> ir.Table:
    """The events whose category differs from that of the one before in the same session."""
    timed = events.filter((events.ts != UNTIMED) & events.first_category.notnull())
    window = ibis.window(group_by="user_no", order_by=["ts", "ref"])
    marked = timed.mutate(
        previous_ts=timed.ts.lag().over(window),
        previous_category=timed.first_category.lag().over(window),
    )
    close = marked.ts - marked.previous_ts <= SESSION_GAP_US
    turned = marked.previous_category != marked.first_category
    moved = marked.filter(close & turned & (marked.known == 0))
    return moved.mutate(transition=moved.previous_category + "→" + moved.first_category)


def text_rows(name: str, reading: Reading, given: ir.Table | None = None) -> ir.Table:
    """The rows of a staged table of `signals.WRITTEN` with their decay, and the ``side`` of claims.

    The stars given with a text say as much of its tone as its words do. Other rows of that kind may be given.
    """
    rows = decayed(staged(name) if given is None else given, reading)
    if name == "claims":
        return rows.mutate(side=ibis.ifelse(rows.polarity < 0, "-", "+"))
    if name != "texts" or reading.rating_scale is None:
        return rows
    tone = (rows.polarity + _read_rating(rows.rating, reading.rating_scale)) / real(2)
    return rows.mutate(polarity=tone.fill_null(rows.polarity))


def _offset(ts: ir.IntegerValue, offsets: tuple[tuple[int, int], ...]) -> ir.Value:
    """Return the offset at an instant; the newest is asked first, since most rows are of late."""
    branches = [(ts >= start, ibis.literal(offset, "int64")) for start, offset in reversed(offsets[1:])]
    oldest = ibis.literal(offsets[0][1], "int64")
    return ibis.cases(*branches, else_=oldest) if branches else oldest


def event_weight(rows: ir.Table, settings: Settings) -> ir.Value:
    """What an event says: the weight of its type, times 1 + ln(value) where its value is a count."""
    weights = settings.events.weights
    base = rows.event.cases(
        *((name, real(weight)) for name, weight in weights.items()),
        else_=real(settings.events.default),
    )
    counted = _has_role(rows, settings, "count") & (rows.value >= 1)
    return base * ibis.ifelse(counted, real(1) + rows.value.ln(), real(1.0))


def _polarity(rows: ir.Table, reading: Reading) -> ir.Value:
    shown = rows.event.cases(
        *((name, real(p)) for name, p in reading.settings.events.polarity.items()),
        else_=ibis.null("float64"),
    )
    if reading.rating_scale is None:
        return shown
    said = _read_rating(rows.value, reading.rating_scale)
    rated = _has_role(rows, reading.settings, "rating") & rows.value.notnull()
    return ibis.ifelse(rated, said, shown)


def _read_rating(rating: ir.FloatingValue, scale: tuple[float, float]) -> ir.Value:
    """Return −1 for the lowest rating, 0 for the middle of the scale, 1 for the highest."""
    low, high = scale
    half = (high - low) / 2 or 1.0
    return ((rating - real((high + low) / 2)) / real(half)).clip(real(-1), real(1))


def _values(rows: ir.Table, settings: Settings) -> dict[str, ir.Value]:
    paid = _has_role(rows, settings, "amount") & (rows.value > 0)
    rated = _has_role(rows, settings, "rating")
    return {
        "amount": _when(paid, rows.value),
        "spent": _when(paid, ibis.literal("all")),
        "rating": _when(rated, rows.value.round(4)),
    }


def _has_role(rows: ir.Table, settings: Settings, role: str) -> ir.Value:
    return rows.event.isin([name for name, given in settings.events.values.items() if given == role])


def _dwell_band(dwell_s: ir.FloatingValue) -> ir.Value:
    branches = [(dwell_s < edge, name) for edge, name in zip(_DWELL_EDGES_S, DWELL_BANDS, strict=False)]
    return _when(dwell_s.notnull(), ibis.cases(*branches, else_=DWELL_BANDS[-1]))


def _when(condition: Any, value: Any) -> ir.Value:
    return ibis.ifelse(condition, value, ibis.null())
