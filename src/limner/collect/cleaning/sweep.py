"""Rows as the owner wrote them → clean tables, with every row that fell and why."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from limner.collect.cleaning.account import settle
from limner.collect.cleaning.bots import reject_bots
from limner.collect.cleaning.duplicates import (
    EVENT_CONTENT,
    TEXT_CONTENT,
    content_key,
    reject_repeated,
)
from limner.collect.cleaning.echoes import refuse_echoes
from limner.collect.cleaning.erased import FindErased, mark_erased, nobody
from limner.collect.cleaning.faults import create_faults, list_rejected, reject
from limner.collect.cleaning.gathering import Reading, find_integer_ids, gather
from limner.collect.cleaning.interactions import derive_events
from limner.collect.cleaning.outliers import winsorise
from limner.collect.cleaning.ratings import Scale, clear_unrated, find_scale, reject_off_scale
from limner.collect.cleaning.rows import Limits, select_rows
from limner.collect.intake import Collected
from limner.collect.raw import RawTable
from limner.dimensions.own_words import OwnWords
from limner.settings import Settings
from limner.tables import CONTRACTS, TABLES, Tables

if TYPE_CHECKING:
    import duckdb

_KEYS = {"events": EVENT_CONTENT, "texts": TEXT_CONTENT}
_ALWAYS = ("events", "texts")
"""Tables that rules look at even when nobody gave them."""
_DERIVED_IDS = {
    "events": {"event_id": "coalesce(event_id, 'e' || key[:15])"},
    "texts": {"text_id": "coalesce(text_id, 't' || key[:15])"},
}


def clean(
    raws: Iterable[RawTable],
    settings: Settings,
    *,
    now_us: int,
    rating_scale: Scale | None = None,
    caps: Mapping[str, float] | None = None,
    timed: Collection[str] = (),
    own: OwnWords | None = None,
    erased: FindErased = nobody,
) -> Collected:
    """Return clean tables in source order, the account of every source, and every rejected row.

    `rating_scale` and `caps` (the highest value per event type) are those an earlier run found, so that
    a few new rows are held against them; None: found in these rows. Rows of the tables named in ``timed``
    must have a time, also where none of these rows has one. What is ``own`` of Limner's writing is no row,
    nor is what ``erased`` says of a user who was.

    Raises:
        SettingsError: the time zone is not known.
    """
    import duckdb

    gathered = gather(raws)
    limits = Limits.of(settings, now_us=now_us)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        create_faults(con)
        readings = [
            Reading(con, source, timezone=settings.timezone, must_be_timed=source.table in timed)
            for source in gathered.sources
        ]
        given = [table for table in TABLES if table in _ALWAYS or gathered.of(table)]
        extras = {}
        for table in given:
            extras[table] = _load(con, table, readings, limits)
            mark_erased(con, table, erased)
            reject(con, table, f"SELECT seq, reason, shown FROM {table} WHERE reason IS NOT NULL")
        refuse_echoes(con, own or OwnWords())
        scale = _hold_ratings(con, settings, rating_scale)
        for table in given:
            reject_repeated(con, table)
        reject_bots(con, limit=settings.clean.max_events_per_minute, daily_sources=_find_daily(readings))
        n_derived = derive_events(con)
        caps = winsorise(con, settings, caps)
        rejected = list_rejected(con, gathered)
        return Collected(
            tables=Tables.of(**{table: _fetch(con, table, extras[table]) for table in given}),
            intakes=settle(con, gathered, rejected),
            rejected=rejected,
            rating_scale=scale,
            integer_ids=find_integer_ids(gathered.sources),
            caps=caps,
            derived_events=n_derived,
            bots=dict(con.execute("SELECT user_id, n_events FROM bots").fetchall()),
        )


def _hold_ratings(con: "duckdb.DuckDBPyConnection", settings: Settings, known: Scale | None) -> Scale | None:
    """Return the scale of ratings, declared, known or found; ratings off it are taken out."""
    scale = known if known and not settings.ratings.scale else find_scale(con, settings)
    if scale:
        clear_unrated(con, settings, scale)
        reject_off_scale(con, settings, scale)
    return scale


def _load(
    con: "duckdb.DuckDBPyConnection", table: str, readings: list[Reading], limits: Limits
) -> dict[str, str]:
    """Make a table of all its sources, faults noted in it; return the further columns: name → alias."""
    of_table = [reading for reading in readings if reading.source.table == table]
    aliases = _name_extras(of_table) if CONTRACTS[table].open else {}
    con.register(f"empty_{table}", CONTRACTS[table].columns.empty_table())
    selects = [
        f"SELECT *, 0::BIGINT AS seq, 0 AS source_no, ''::VARCHAR AS reason, ''::VARCHAR AS shown, "
        f"''::VARCHAR AS repair FROM empty_{table}"
    ]
    for reading in of_table:
        con.register(reading.source.view, reading.table())
        selects.append(select_rows(reading, limits, _read_extras(reading, aliases, of_table)))
    key = f", {content_key(_KEYS[table])} AS key" if table in _KEYS else ""
    read = f"SELECT *{key} FROM ({' UNION ALL BY NAME '.join(selects)})"
    named = ", ".join(f"{sql} AS {name}" for name, sql in _DERIVED_IDS.get(table, {}).items())
    con.execute(f"CREATE TABLE {table} AS SELECT *{f' REPLACE ({named})' if named else ''} FROM ({read})")
    for reading in of_table:
        con.unregister(reading.source.view)
    return aliases


def _find_daily(readings: list[Reading]) -> set[int]:
    """Return the numbers of the sources that keep days and no minutes."""
    return {reading.source.number for reading in readings if reading.times and reading.times.daily}


def _name_extras(readings: list[Reading]) -> dict[str, str]:
    """Return an alias for each further column: the owner may have both City and city."""
    names = dict.fromkeys(name for reading in readings for name in reading.extras())
    return {name: f"x{place}" for place, name in enumerate(names)}


def _read_extras(reading: Reading, aliases: Mapping[str, str], readings: list[Reading]) -> dict[str, str]:
    """Return the expressions of the further columns: as they are, or as text where sources disagree."""
    fields = {}
    for name, (place, kind) in reading.extras().items():
        if name not in aliases:
            continue
        kinds = {other.extras()[name][1] for other in readings if name in other.extras()} - {"empty"}
        as_is = kinds == {kind} and kind != "text"
        if kind != "empty" or not kinds:
            fields[aliases[name]] = place if as_is else reading.word(name)
    return fields


def _fetch(con: "duckdb.DuckDBPyConnection", table: str, extras: Mapping[str, str]) -> pa.Table:
    """Return a cleaned table in the columns of its contract, the owner's further ones behind them."""
    contract = CONTRACTS[table].columns
    derived = _DERIVED_IDS.get(table, {})
    fields = [f"{derived.get(name, name)} AS {name}" for name in contract.names]
    query = f"SELECT {', '.join([*fields, *extras.values()])} FROM {table} ORDER BY seq"
    rows = con.sql(query).to_arrow_table()
    columns = [rows[name].cast(contract.field(name).type) for name in contract.names]
    columns += [rows[alias] for alias in extras.values()]
    return pa.table(columns, names=[*contract.names, *extras])
