"""Chunks from readers → one `Source` per table, file and shape, ready to be read by SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.collect.cleaning.columns import Kind, are_integers, simplify, strip, tell_kind
from limner.collect.cleaning.expressions import identity, misread, names, number, price, word
from limner.collect.cleaning.times import Instants, read_times
from limner.collect.raw import RawTable, Rejected
from limner.tables import CONTRACTS

if TYPE_CHECKING:
    import duckdb

_DECIMAL_ID = r"^\d+\.0$"
_PROSE = ("title", "description")
ID_KINDS: Mapping[str, str] = {"user_id": "user_id", "other_id": "user_id", "item_id": "item_id"}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Rows of one table from one place, as they were read, numbered through the whole table."""

    number: int
    table: str
    name: str
    rows: pa.Table
    lines: pa.ChunkedArray
    first_seq: int
    """Number of the first row; rows are numbered in source order, across the sources of a table."""

    @property
    def view(self) -> str:
        """The name of its simplified columns in SQL."""
        return f"{self.table}_{self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """All that the readers gave."""

    sources: tuple[Source, ...]
    rejected: tuple[Rejected, ...]
    """Rows that could not be split into columns."""
    read: Mapping[tuple[str, str], int]
    """Rows per (table, source name), rejected ones counted."""

    def of(self, table: str) -> list[Source]:
        """Return the sources of one table, in order."""
        return [source for source in self.sources if source.table == table]


def gather(raws: Iterable[RawTable]) -> Gathered:
    """Return the chunks joined by table and source, in the order of their first chunk."""
    chunks: dict[tuple[str, str], list[RawTable]] = {}
    for raw in raws:
        chunks.setdefault((raw.table, raw.source), []).append(raw)
    sources: list[Source] = []
    next_seq: dict[str, int] = {}
    for (table, name), parts in chunks.items():
        for rows, lines in _join(parts):
            first = next_seq.get(table, 0)
            sources.append(Source(len(sources), table, name, rows, lines, first))
            next_seq[table] = first + rows.num_rows
    rejected = tuple(row for parts in chunks.values() for part in parts for row in part.rejected)
    read = {key: sum(len(part.lines) + len(part.rejected) for part in parts) for key, parts in chunks.items()}
    return Gathered(tuple(sources), rejected, read)


def _join(parts: list[RawTable]) -> list[tuple[pa.Table, pa.ChunkedArray]]:
    """Return one table of all chunks, or each by itself where a column changes its type between them."""
    parts = [part for part in parts if len(part.lines)]
    if not parts:
        return []
    try:
        rows = pa.concat_tables([part.rows for part in parts], promote_options="permissive")
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return [(part.rows, pa.chunked_array([part.lines])) for part in parts]
    return [(rows, pa.chunked_array([part.lines for part in parts]))]


class Reading:
    """The SQL that reads the columns of one source; a column it lacks reads as null."""

    def __init__(
        self, con: "duckdb.DuckDBPyConnection", source: Source, *, timezone: str, must_be_timed: bool = False
    ) -> None:
        """Simplify the columns and read the timestamps; a missing column of them may be no excuse."""
        self.source = source
        columns = {
            name: strip(simplify(column), blanks=()) if name in _PROSE else strip(simplify(column))
            for name, column in zip(source.rows.column_names, source.rows.columns, strict=True)
        }
        self.times = _times(con, columns.pop("timestamp", None), timezone)
        if self.times is None and must_be_timed:
            none = pa.nulls(source.rows.num_rows, pa.int64())
            self.times = Instants(none, none.is_valid(), daily=False)
        self._columns = columns
        self._places = {name: f"c{place}" for place, name in enumerate(columns)}
        self._decimal = {
            name for name in ID_KINDS if name in columns and _all_end_in_point_zero(columns[name])
        }

    @property
    def timed(self) -> bool:
        """Whether the owner keeps time: the column is there and is not zero throughout."""
        return self.times is not None

    def table(self) -> pa.Table:
        """Return what the SQL of this source reads: seq, the columns by place, and the instants."""
        first, n_rows = self.source.first_seq, self.source.rows.num_rows
        columns = {self._places[name]: column for name, column in self._columns.items()}
        columns["seq"] = pa.array(np.arange(first, first + n_rows))
        if self.times is not None:
            columns["t"], columns["t_misread"] = self.times.us, self.times.misread
        return pa.table(columns)

    def extras(self) -> dict[str, tuple[str, Kind]]:
        """Return the owner's further columns: name → (reference, kind)."""
        known = CONTRACTS[self.source.table].columns.names
        return {name: self._at(name) for name in self._columns if name not in known}

    def identity(self, name: str) -> str:
        """Return an id as text."""
        return identity(*self._at(name), decimal=name in self._decimal)

    def word(self, name: str) -> str:
        """Return a trimmed text; null where a program wrote nothing."""
        return word(*self._at(name))

    def number(self, name: str) -> str:
        """Return a DOUBLE."""
        return number(*self._at(name))

    def misread(self, name: str) -> str:
        """Return whether something is given that is no number."""
        return misread(*self._at(name))

    def price(self, name: str) -> str:
        """Return a price."""
        return price(*self._at(name))

    def names(self, name: str) -> str:
        """Return a list of texts."""
        return names(*self._at(name))

    def _at(self, name: str) -> tuple[str, Kind]:
        if name not in self._columns:
            return "NULL", "empty"
        return self._places[name], tell_kind(self._columns[name].type)


def find_integer_ids(sources: Iterable[Source]) -> frozenset[str]:
    """Return which kinds of id are whole numbers in every column that holds them."""
    found: dict[str, list[bool]] = {}
    for source in sources:
        for column, kind in ID_KINDS.items():
            ids = _ids(source, column)
            if ids is not None and ids.null_count < len(ids):
                found.setdefault(kind, []).append(are_integers(ids))
    return frozenset(kind for kind, answers in found.items() if all(answers))


def _ids(source: Source, column: str) -> pa.ChunkedArray | None:
    """Return a column of ids; None where the table has none of that name."""
    known = CONTRACTS[source.table].columns.names
    return simplify(source.rows[column]) if column in known and column in source.rows.column_names else None


def _times(
    con: "duckdb.DuckDBPyConnection", column: pa.ChunkedArray | None, timezone: str
) -> Instants | None:
    """Return the instants of a column; None where there is no column, or zeros throughout."""
    if column is None:
        return None
    times = read_times(con, column, timezone=timezone)
    known_zero = times.us.null_count == 0 and not pc.any(pc.not_equal(times.us, 0), min_count=0).as_py()
    return None if known_zero else times


def _all_end_in_point_zero(column: pa.ChunkedArray) -> bool:
    """Whether ids were written by a program that took them for decimals: 196.0, 22.0, nothing, 7.0."""
    if tell_kind(column.type) != "text" or not len(column):
        return False
    # Most columns say no within their first rows.
    parts = (column.slice(0, 1_000), column)
    return all(pc.all(pc.match_substring_regex(part, _DECIMAL_ID)).as_py() for part in parts)
