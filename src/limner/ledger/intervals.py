"""The log between labels: each row goes to the next label of its user, decayed to that label's instant.

A *label* is an instant of a user at which the ledger is to be read. The rows a user adds between two labels
are an interval, and an interval adds to the label that ends it and to every later one. So a reader at a
hundred instants needs each row once. `ledger.ladder` carries the sums from label to label.

The declarations, the rows and the sums are those of the ledger. What this adds to them are two columns:
``slot``, the number of the next label, and ``read_us``, its instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from limner.ledger.plan import Dialect, shape_rows, write_sql
from limner.ledger.rows import Reading, event_rows, real, staged, text_rows
from limner.ledger.signals import WRITTEN, Signal
from limner.ledger.sums import added_rows, code_key, name_key

LABELS = "label_slots"
"""The table of labels: one row per user and instant; see `SLOTS`."""
SLOTS = {"user_no": "int64", "read_us": "int64", "slot": "int64"}
"""``slot`` rises with the instants of a user; rows without a time go to the first, being the oldest."""
PLACES = "key_places"
"""The table of keys that are summed one by one: signal, key, place from 0."""
_PLACE_COLUMNS = {"signal": "string", "key": "string", "place": "int64"}
ONE_KEY = ("all", "spent")
"""Keys that are the same wherever they are given: a signal by one has no keys to count."""
_ROW = ("slot", "place", "ts", "recent", "lasting", "liking", "opinion")
_MARKS = ("read_us", "slot")


@dataclass(frozen=True, slots=True)
class IntervalPlan:
    """SQL over the staged tables, `LABELS` and `PLACES`; what `assigned` gives is ``assigned_…``."""

    assigned: Mapping[str, str]
    """By table of the log: its rows that some label follows."""
    prepared: Mapping[str, str]
    """Derived rows by name, over the assigned ones; what they give is ``…_rows``."""
    added: Mapping[str, str]
    """By signal, over prepared rows: what they add to which slot and place; see `list_added`."""
    firsts: Mapping[str, str]
    """By signal with more keys than one: slot, and how many keys were first met in it."""
    items: str
    """Of the rows with an item: user_no, slot, item_no, n, recent, lasting."""


def compile_intervals(
    reading: Reading,
    signals: Sequence[Signal],
    dialect: Dialect,
    *,
    placed: Iterable[str] = (),
    sum_first: bool = False,
) -> IntervalPlan:
    """Return the plan of some signals, ``item`` among them; those in ``placed`` have keys in `PLACES`.

    DuckDB gives a row its next label by a join that Spark lacks; all else is the same. Where every row that
    leaves the engine is dear, it may ``sum_first`` what falls into one slot: `ledger.standing` takes both.
    """
    logs = dict.fromkeys(("events", *(signal.log_table for signal in signals)))
    assigned = {name: _assign(staged(name), dialect) for name in logs}
    stood = {name: ibis.table(found.schema(), name=f"assigned_{name}") for name, found in assigned.items()}
    rows = {"event": event_rows(reading, stood["events"])}
    rows |= {name: text_rows(name, reading, stood[name]) for name in WRITTEN if name in stood}
    named = {name: ibis.table(found.schema(), name=f"{name}_rows") for name, found in rows.items()}
    shaped = {signal.name: added_rows(shape_rows(signal, named), signal) for signal in signals}
    chosen = frozenset(placed)
    added = {one.name: list_added(shaped[one.name], one, one.name in chosen) for one in signals}
    if sum_first:
        added = {name: _sum_slots(found) for name, found in added.items()}
    keyed = [signal for signal in signals if signal.key not in ONE_KEY]
    firsts = {signal.name: _count_firsts(shaped[signal.name], signal) for signal in keyed}
    written = [
        {name: write_sql(found, dialect) for name, found in part.items()}
        for part in (assigned, rows, added, firsts)
    ]
    return IntervalPlan(
        written[0], written[1], written[2], written[3], write_sql(_sum_items(shaped["item"]), dialect)
    )


def list_added(rows: ir.Table, signal: Signal, placed: bool) -> ir.Table:
    """Return slot, place, ts, n and the decayed sums of each row; place −1 where its key has none.

    ``n`` is a DOUBLE: sums of integers are of another type on every engine.
    """
    nowhere = ibis.literal(-1, "int64")
    if not placed:
        return rows.mutate(place=nowhere, n=real(1.0)).select("n", *_ROW)
    keyed = rows.select(*(name for name in _ROW if name != "place"), key=name_key(rows, signal))
    places = ibis.table(_PLACE_COLUMNS, name=PLACES)
    found = keyed.left_join(places.filter(places.signal == signal.name).select("key", "place"), "key")
    return found.mutate(place=found.place.fill_null(nowhere), n=real(1.0)).select("n", *_ROW)


def next_by_asof(rows: ir.Table, labels: ir.Table) -> ir.Table:
    """Return the rows with the columns of their next label, by a join to the nearest later instant."""
    joined = rows.asof_join(labels, on=rows.ts < labels.read_us, predicates="user_no")
    return joined.filter(joined.slot.notnull()).select(*rows.columns, *_MARKS)


def next_by_window(rows: ir.Table, labels: ir.Table) -> ir.Table:
    """Return the same by one pass over rows and labels together, for engines without such a join.

    Instants and slots of a user rise together, so the next label is the smallest that comes later.
    """
    nothing = {name: ibis.null("int64") for name in _MARKS}
    absent = {name: ibis.null(kind) for name, kind in rows.schema().items() if name not in ("user_no", "ts")}
    marks = labels.mutate(ts=labels.read_us, is_row=ibis.literal(0, "int64"), **absent)
    columns = [*rows.columns, *_MARKS, "is_row"]
    both = (
        rows.mutate(is_row=ibis.literal(1, "int64"), **nothing).select(columns).union(marks.select(columns))
    )
    # From the newest back; of one instant the rows first, which are not before a label of that instant.
    window = ibis.window(
        group_by="user_no", order_by=[both.ts.desc(), both.is_row.desc()], preceding=None, following=0
    )
    seen = both.mutate(**{name: both[name].min().over(window) for name in _MARKS})
    return seen.filter((seen.is_row == 1) & seen.slot.notnull()).select(*rows.columns, *_MARKS)


def _assign(rows: ir.Table, dialect: Dialect) -> ir.Table:
    labels = ibis.table(SLOTS, name=LABELS)
    return (next_by_asof if dialect == "duckdb" else next_by_window)(rows, labels)


def _sum_slots(added: ir.Table) -> ir.Table:
    summed = {name: added[name].sum() for name in ("n", "recent", "lasting", "liking", "opinion")}
    return added.group_by("slot", "place").agg(ts=added.ts.max(), **summed).select("n", *_ROW)


def _count_firsts(rows: ir.Table, signal: Signal) -> ir.Table:
    codes = dict.fromkeys(code_key(rows, signal))
    met = rows.group_by("user_no", *codes).agg(slot=rows.slot.min())
    return met.group_by("slot").agg(keys=met.count())


def _sum_items(rows: ir.Table) -> Any:
    summed = {name: rows[name].sum() for name in ("recent", "lasting")}
    return rows.group_by("user_no", "slot", "item_no").agg(n=rows.count(), **summed)
