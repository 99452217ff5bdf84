"""Every signal of a reading as SQL of one engine: compiled once, kept, and run on any rows.

The same declarations and expressions give the batch build (DuckDB, Spark), the update by new rows and the
look into one user's past (SQLite or PostgreSQL, in the store itself). Only the dialect differs.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

from limner.extras import need
from limner.ledger.decay import Landmarks
from limner.ledger.places import LASTING, RECENT
from limner.ledger.signals import WRITTEN, Signal
from limner.settings import Settings, settings_to_json

Dialect = Literal["duckdb", "sqlite", "postgres", "pyspark"]
PLAN_VERSION = 3
"""Raised when an expression changes its meaning, so that kept plans are made anew."""


_MOST_COMPILED = 16
_LEAST_POWER = -1000.0
"""Half-lives beyond which a weight is nothing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL over the tables of `ledger.staging`, named ``staged_…``; what `prepared` gives is ``…_rows``."""

    prepared: Mapping[str, str]
    """Derived rows by name: event, and those of `signals.WRITTEN`."""
    sums: Mapping[str, str]
    """By signal: one grouping over prepared rows, with columns `sums.CELL_SUMS`."""
    keys: Mapping[str, str]
    """By signal: its rows with user_no, ts, ref, key, added, polarity, straight from the staged tables."""

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain tables, for the store."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Plan":
        """Return what `to_json` wrote."""
        return cls(**given)


_COMPILED: dict[tuple[str, Dialect, tuple[Signal, ...]], Plan] = {}


def bind_landmarks(sql: str, landmarks: Landmarks) -> str:
    """Return SQL with the landmarks in their places."""
    places = {RECENT: landmarks.recent_us, LASTING: landmarks.lasting_us}
    for place, moment in places.items():
        sql = sql.replace(str(place), str(moment))
    return sql


def fingerprint(settings: Settings, scale: Sequence[float] | None, offsets: Any) -> str:
    """Return a hash of everything a plan depends on besides the engine."""
    said = settings_to_json(settings)
    parts = {name: said[name] for name in ("signals", "events", "horizons", "timezone")}
    return hashlib.sha256(repr((PLAN_VERSION, parts, list(scale or ()), offsets)).encode()).hexdigest()


def compile_plan(reading: Any, signals: Sequence[Signal], dialect: Dialect) -> Plan:
    """Return the plan of a `rows.Reading`; equal readings share one, since compiling takes half a second.

    Raises:
        SettingsError: a signal names a column its rows do not have.
    """
    mark = fingerprint(reading.settings, reading.rating_scale, reading.offsets)
    key = (mark, dialect, tuple(signals))
    if key not in _COMPILED:
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.clear()
        _COMPILED[key] = _compile(reading, signals, dialect)
    return _COMPILED[key]


def _compile(reading: Any, signals: Sequence[Signal], dialect: Dialect) -> Plan:
    import ibis

    from limner.ledger.rows import event_rows, text_rows
    from limner.ledger.sums import keyed_rows, sum_signal

    rows = {"event": event_rows(reading)} | {name: text_rows(name, reading) for name in WRITTEN}
    kept = rows | {"event": rows["event"].drop("item_id")}  # its number says as much, and is no text
    named = {name: ibis.table(found.schema(), name=f"{name}_rows") for name, found in kept.items()}
    asked = (
        signals if dialect in ("sqlite", "postgres") else ()
    )  # single rows are looked up in the store alone
    return Plan(
        {name: write_sql(found, dialect) for name, found in kept.items()},
        {one.name: write_sql(sum_signal(shape_rows(one, named), one), dialect) for one in signals},
        {one.name: write_sql(keyed_rows(shape_rows(one, rows), one), dialect) for one in asked},
    )


def write_sql(expression: Any, dialect: Dialect) -> str:
    """Return an Ibis expression as SQL of a dialect.

    Raises:
        MissingExtraError: the dialect is Spark's, and pyspark is not installed.
    """
    import ibis

    if dialect == "pyspark":
        return _write_spark(expression)
    sql = str(ibis.to_sql(expression, dialect=dialect, pretty=False))
    if dialect == "postgres":
        return _write_postgres(sql)
    # SQLite would read the text again for every row.
    return re.sub(r"CAST\('(-?[0-9.e+-]+)' AS REAL\)", r"\1", sql) if dialect == "sqlite" else sql


def _write_spark(expression: Any) -> str:
    """Return SQL of Spark that rounds and writes real numbers as DuckDB does: 10000000.0, not 1.0E7."""
    import ibis
    import sqlglot

    need("pyspark", "spark")
    _ = ibis.pyspark  # its compiler asks for options that only the loaded backend has
    sql = str(ibis.to_sql(expression, dialect="pyspark", pretty=False))
    tree = sqlglot.parse_one(sql, read="spark")
    return str(tree.transform(_round_half).transform(_write_out).sql("spark"))


def _write_postgres(sql: str) -> str:
    """Return SQL of PostgreSQL that writes 2.0, not 2, and whose powers stay above what it refuses."""
    import sqlglot

    tree = sqlglot.parse_one(sql, read="postgres")
    return str(
        tree.transform(_bound_power).transform(partial(_write_out, dialect="postgres")).sql("postgres")
    )


def _bound_power(node: Any) -> Any:
    from sqlglot import exp

    if not isinstance(node, exp.Pow) or isinstance(node.expression, exp.Greatest):
        return node
    least = exp.Literal.number(str(_LEAST_POWER))
    bounded = exp.func("GREATEST", node.expression.copy(), least, dialect="postgres")
    return exp.Pow(this=node.this.copy(), expression=bounded)


def _round_half(node: Any) -> Any:
    """Return a rounding to decimals as one of the shifted number: Spark's own asks the decimal writing."""
    from sqlglot import exp

    if not (isinstance(node, exp.Round) and node.args.get("decimals")):
        return node
    shift = exp.Literal.number(10 ** int(node.args["decimals"].this))
    shifted = exp.Mul(this=exp.paren(node.this), expression=shift)
    return exp.paren(exp.Div(this=exp.func("ROUND", shifted, dialect="spark"), expression=shift.copy()))


def _write_out(node: Any, dialect: str = "spark") -> Any:
    """Return a rounded number's cast to text as one by way of a decimal, without the zeros at its end."""
    from sqlglot import exp

    if not (isinstance(node, exp.Cast) and node.to.is_type("text", "varchar") and node.find(exp.Round)):
        return node
    written = exp.cast(exp.cast(node.this, "DECIMAL(38, 4)"), "STRING", dialect=dialect)
    found = exp.Literal.string("$1" if dialect == "spark" else r"\1")
    return exp.func("REGEXP_REPLACE", written, exp.Literal.string("([.][0-9]+?)0*$"), found, dialect=dialect)


def shape_rows(signal: Signal, rows: Mapping[str, Any]) -> Any:
    """Return the rows a signal sums, made from those of the log by name: ``event`` and `WRITTEN`."""
    from limner.ledger.rows import categorised_rows, session_rows, transition_rows

    shapes: dict[str, Callable[[Any], Any]] = {
        "categorised": categorised_rows,
        "sessions": session_rows,
        "transitions": transition_rows,
    }
    shape = shapes.get(signal.rows)
    return shape(rows["event"]) if shape else rows["event" if signal.log_table == "events" else signal.rows]
