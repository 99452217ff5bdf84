"""Timestamps as people write them → int64 microseconds UTC."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.collect.cleaning.columns import simplify, strip, tell_kind
from limner.ledger.localtime import find_offsets

if TYPE_CHECKING:
    import duckdb

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 86_400 * SECOND_US
EARLIEST_US = 631_152_000 * SECOND_US
"""1990-01-01: nothing that a recommender logs is older."""

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]

SECONDS_BELOW, MILLIS_BELOW, MICROS_BELOW, _NANOS_BELOW = 1e11, 1e14, 1e17, 1e19
"""What an epoch is counted in, by its magnitude."""
_NUMBER = r"[+-]?\d+(\.\d*)?([eE]\+?\d+)?"
_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_CLOCK_AND_ZONE = (
    r"^(.*?\d:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?) ?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
_DAYS = (
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%m %d, %Y",
    "%a, %d %b %Y",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_FORMATS = (
    *(day + clock for day in _DAYS for clock in _CLOCKS),
    "%Y年%m月%d日%H:%M",
    "%Y年%m月%d日%H:%M:%S",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日%H时%M分%S秒",
    "%a %b %d %H:%M:%S %Y",
    "%Y-%m-%d %H",
    "%Y%m%dT%H%M%S",
    "%Y%m%d %H:%M:%S",
)
_TURNED = (
    (r"^(?:Posted|Reviewed|发表于|发布于|评价于)(?: .*\bon)?[ :：]*(.*?\d)\.?$", r"\1"),
    (
        r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$",
        r"\1 \2, \5 \3 \4",
    ),
    (r"^(\d{1,2})-(\d{1,2})-(\d{4})\b", r"\1/\2/\3"),
)
"""Wed Mar 22 11:37:04 -0700 2017, 22-3-2017 and 'Posted …' in forms that are read."""
_DAY_FIRST, _MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"


class Instants(NamedTuple):
    """One timestamp column, read."""

    us: pa.Array
    """int64 microseconds UTC; null where nothing was given or it was not understood."""
    misread: pa.Array
    """bool: something was given that is not a time."""
    daily: bool
    """Whether every time is a whole day: then rows of one day are not rows of one minute."""


def read_times(con: "duckdb.DuckDBPyConnection", column: pa.ChunkedArray, *, timezone: str) -> Instants:
    """Return the instants of a column of epochs (s, ms, µs, ns by magnitude), dates, or written times.

    A time without a zone is read in `timezone`; in the hour that a clock goes through twice, as the first.

    Raises:
        SettingsError: no such time zone.
    """
    column = strip(simplify(column))
    kind = tell_kind(column.type)
    if kind == "text":
        return _read_written(con, column, timezone)
    if kind in ("integer", "real"):
        return _finish(*_read_epochs(*_numbers(column)), timezone)
    if kind == "time":
        return _read_typed(column, timezone)
    given = column.is_valid().to_numpy()
    nothing = np.zeros(len(given), dtype=np.int64)
    return _finish(nothing, np.zeros_like(given), np.zeros_like(given), given, timezone)


def _numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.float64], Truths]:
    """Return float64 values and which are given; NaN counts as not given."""
    values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64)
    return values, ~np.isnan(values)


def _read_epochs(values: NDArray[np.float64], given: Truths) -> tuple[Numbers, Truths, Truths, Truths]:
    """Return microseconds, which are understood, which are local, and which are given."""
    size = np.abs(np.where(given, values, 0.0))
    factor = np.select(
        [size < SECONDS_BELOW, size < MILLIS_BELOW, size < MICROS_BELOW], [1e6, 1e3, 1.0], default=1e-3
    )
    understood = given & (size < _NANOS_BELOW)
    us = np.rint(np.where(understood, values, 0.0) * factor).astype(np.int64)
    return _read_compact(size, us, understood, given)


def _read_compact(
    size: NDArray[np.float64], us: Numbers, understood: Truths, given: Truths
) -> tuple[Numbers, Truths, Truths, Truths]:
    """Read 20160509 as a day: as an epoch it would lie in 1970, which no log holds, so nothing is lost."""
    whole = np.where(understood & (size >= 19_900_101) & (size <= 99_991_231), size, 0.0).astype(np.int64)
    year, month, day = whole // 10_000, whole // 100 % 100, whole % 100
    compact = (whole > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    compact &= day <= length
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1
    return np.where(compact, days * DAY_US, us), understood, compact, given


def _read_typed(column: pa.ChunkedArray, timezone: str) -> Instants:
    given = column.is_valid().to_numpy()
    zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
    stamps = column.cast(pa.timestamp("us", "UTC" if zoned else None), safe=False)
    us = stamps.cast(pa.int64()).fill_null(0).to_numpy()
    return _finish(us, given, np.full(len(us), not zoned), given, timezone)


def _read_written(con: "duckdb.DuckDBPyConnection", column: pa.ChunkedArray, timezone: str) -> Instants:
    """Read strings: numbers as epochs, everything else as a calendar time."""
    if pc.all(pc.match_substring_regex(column, f"^{_NUMBER}$"), min_count=0).as_py():
        return _finish(*_read_epochs(*_numbers(column)), timezone)
    for pattern, usual in _TURNED:
        column = pc.replace_substring_regex(column, pattern, usual)
    con.register("times", pa.table({"s": column}))
    formats = [*_FORMATS, *_order_days(con)]
    read = con.sql(_written_sql(), params=[formats]).to_arrow_table()
    con.unregister("times")
    given = read["given"].to_numpy()
    us, understood, local, _ = _read_epochs(*_numbers(read["number"]))
    wall = read["wall"].fill_null(0).to_numpy()
    on_calendar = read["wall"].is_valid().to_numpy()
    us = np.where(on_calendar, wall, us)
    local = np.where(on_calendar, read["local"].fill_null(False).to_numpy(), local)
    return _finish(us, understood | on_calendar, local, given, timezone)


def _written_sql() -> str:
    """One row per string: number, wall (µs), local, given; a written zone is already taken off."""
    return rf"""
        WITH split AS (
            SELECT s, s IS NOT NULL AS given,
                regexp_full_match(s, '{_NUMBER}') AS numeric,
                CASE WHEN contains(s, ':') AND NOT numeric
                     THEN regexp_extract(s, '{_CLOCK_AND_ZONE}', ['body', 'zone']) END AS clock
            FROM times
        ), parts AS (
            SELECT s, given, numeric, coalesce(nullif(trim(clock.body), ''), s) AS body,
                   nullif(clock.zone, '') AS zone FROM split
        ), read AS (
            SELECT given, zone, CASE WHEN numeric THEN TRY_CAST(s AS DOUBLE) END AS number,
                CASE WHEN numeric OR NOT given THEN NULL
                     WHEN regexp_full_match(body, '{_ISO}') THEN TRY_CAST(body AS TIMESTAMP)
                     WHEN regexp_matches(body, '\d{{4}}') THEN try_strptime(body, $1) END AS stamp
            FROM parts
        )
        SELECT given, number, zone IS NULL AS local,
            epoch_us(stamp) - CASE WHEN zone[1] IN ('+', '-') THEN
                CASE zone[1] WHEN '-' THEN -1 ELSE 1 END * {MINUTE_US} * (60 * CAST(zone[2:3] AS BIGINT)
                    + coalesce(TRY_CAST(right(replace(zone, ':', '')[4:], 2) AS BIGINT), 0))
            ELSE 0 END AS wall
        FROM read"""


def _order_days(con: "duckdb.DuckDBPyConnection") -> list[str]:
    """Return the formats of 9/5/2016 that the column itself proves: a number above 12 is a day."""
    first_above, second_above = con.execute(
        r"""SELECT coalesce(bool_or(d[1]::INT > 12), false), coalesce(bool_or(d[2]::INT > 12), false)
        FROM (SELECT regexp_extract_all(s, '\d+') AS d FROM times
              WHERE regexp_matches(s, '^\d{1,2}/\d{1,2}/\d{4}( |$)'))"""
    ).fetchall()[0]
    if first_above == second_above:
        return []
    day = _DAY_FIRST if first_above else _MONTH_FIRST
    return [day + clock for clock in _CLOCKS]


def _finish(us: Numbers, understood: Truths, local: Truths, given: Truths, timezone: str) -> Instants:
    daily = bool(understood.any()) and not np.any(us[understood] % DAY_US)
    if local.any():
        us = np.where(local, us - _offsets(us, timezone), us)
    return Instants(pa.array(us, mask=~understood), pa.array(given & ~understood), daily)


def _offsets(wall_us: Numbers, timezone: str) -> Numbers:
    """Return the offset of a time zone at each wall-clock time."""
    last = int(np.clip(wall_us.max(initial=EARLIEST_US), EARLIEST_US, 2**52))
    pairs = find_offsets(timezone, EARLIEST_US, last + DAY_US)
    starts = np.array([start for start, _ in pairs])
    offsets = np.array([offset for _, offset in pairs])
    # In wall time the later of both readings: the first of two equal hours, the old offset in a gap.
    breaks = starts[1:] + np.maximum(offsets[1:], offsets[:-1])
    result: Numbers = offsets[np.searchsorted(breaks, wall_us, side="right")]
    return result
