"""What a reader says: which files become which of our tables, column by column."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect.lines import Reject
from limner.collect.raw import RawTable, Rejected
from limner.collect.readers.source import Source
from limner.errors import SchemaError, did_you_mean
from limner.settings import TableSettings
from limner.tables import CONTRACTS

LINE = "#line"
"""Column of every chunk: the 1-based line each row stood on."""
CONSTANT = "="
"""A column map entry that begins with this is not a column's name but the value of every row."""

Shape = Callable[[pa.Table], pa.Table]
"""Turns mapped rows into better ones; sees `LINE`, and columns it asked for under names with ``#``."""


class Chunk(NamedTuple):
    """Some rows of one file under the owner's column names, with `LINE`, and the lines that are none."""

    rows: pa.Table
    rejected: Sequence[Reject] = ()


class Layout(Protocol):
    """How a file is cut into rows and columns."""

    def names(self, source: Source) -> list[str]:
        """Return the owner's column names, from the file's beginning."""
        ...

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield the rows in chunks small enough for memory, each line once."""
        ...


@dataclass(frozen=True, slots=True)
class View:
    """One of our tables seen in a file."""

    table: str
    columns: Mapping[str, str]
    """Our column → the owner's, or ``=value`` for the same value in every row.
    Names with ``#`` are for `shape` only and end there."""
    shape: Shape | None = None
    """For what renaming cannot do."""
    distinct: str = ""
    """Keep only the first row of each value of this column."""
    makes: tuple[str, ...] = ()
    """Required columns that `shape` adds."""
    rest: bool = False
    """Keep the owner's further columns (of tables that are open)."""

    def with_settings(self, given: TableSettings | None) -> "View":
        """Return the view with the owner's column map over its own; ``''`` drops a column."""
        if given is None or not given.columns:
            return self
        columns = {**self.columns, **given.columns}
        kept = {ours: theirs for ours, theirs in columns.items() if theirs}
        return replace(self, columns=kept)

    def check(self, source: Source, found: Sequence[str]) -> None:
        """Refuse a map that names columns the file does not have, or lacks one the table must have.

        Raises:
            SchemaError: says which, what was found, and what to write.
        """
        for ours, theirs in self.columns.items():
            if theirs not in found and not theirs.startswith(CONSTANT):
                raise SchemaError(self._explain(source, theirs, found, [ours.lstrip("#")]))
        given = {*self.columns, *self.makes}
        missing = [name for name in CONTRACTS[self.table].required if name not in given]
        if self.table == "events" and not {"item_id", "text"} & given:
            missing.append("item_id")
        if missing:
            raise SchemaError(self._explain(source, missing[0], found, missing))

    def _explain(self, source: Source, absent: str, found: Sequence[str], ours: Sequence[str]) -> str:
        fix = ", ".join(f"{name} = '…'" for name in ours)
        return (
            f"{source.name}: no column {absent!r} for {self.table}{did_you_mean(absent, found)} "
            f"(found: {', '.join(found) or 'none'}); name yours in limner.toml: "
            f"[tables.{self.table}.columns] {fix}"
        )

    def rows(self, chunk: pa.Table) -> pa.Table:
        """Return the rows of a chunk under our names, shaped, with `LINE`."""
        columns = {ours: _column(chunk, theirs) for ours, theirs in self.columns.items()}
        if self.rest:
            used = {*self.columns.values(), LINE, ""}
            free = [name for name in chunk.column_names if name not in used and name not in columns]
            columns.update({name: chunk.column(name) for name in free})
        rows = pa.table({**columns, LINE: chunk.column(LINE)})
        return self.shape(rows) if self.shape else rows


@dataclass(frozen=True, slots=True)
class Part:
    """One file and the tables it gives."""

    source: Source
    layout: Layout
    views: Sequence[View]
    also: Sequence[Source] = ()
    """Other files that are looked up in."""

    def tables(self, seen: dict[str, set[object]] | None = None) -> Iterator[RawTable]:
        """Yield the file's rows by chunk and table; its bad lines stand with the first table.

        What `View.distinct` keeps once may be ``seen`` in files before.
        """
        seen = {} if seen is None else seen
        for chunk in self.layout.chunks(self.source):
            yield from self._cut(chunk, seen)

    def _cut(self, chunk: Chunk, seen: dict[str, set[object]]) -> Iterator[RawTable]:
        rejected = tuple(self._reject(self.views[0].table, bad) for bad in chunk.rejected)
        for view in self.views:
            rows = view.rows(chunk.rows)
            if view.distinct:
                rows = _first_of_each(rows, view.distinct, seen.setdefault(view.table, set()))
            if len(rows) or rejected:
                yield _raw(view.table, self.source.name, rows, rejected)
            rejected = ()

    def _reject(self, table: str, bad: Reject) -> Rejected:
        return Rejected(table, self.source.name, bad.line, bad.reason, bad.row)


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: what `format = '…'` in limner.toml calls it, and which parts it sees in some files."""

    name: str
    about: str
    """One line for people: what the format is and which files make it known."""
    parts: Callable[[Sequence[Source], Mapping[str, TableSettings]], Sequence[Part]]
    """Returns no parts where the files are of another format."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be read, decided before anything is."""

    reader: Reader
    parts: tuple[Part, ...]
    ignored: tuple[tuple[str, str], ...] = field(default=())
    """Files that give nothing, each with the reason."""


def _column(chunk: pa.Table, theirs: str) -> pa.ChunkedArray:
    if theirs.startswith(CONSTANT):
        return pa.chunked_array([pa.repeat(theirs.removeprefix(CONSTANT), len(chunk))])
    if theirs not in chunk.column_names:  # a key that no object of this chunk has
        return pa.chunked_array([pa.nulls(len(chunk), pa.string())])
    return chunk.column(theirs)


def _raw(table: str, source: str, rows: pa.Table, rejected: tuple[Rejected, ...]) -> RawTable:
    kept = [name for name in rows.column_names if not name.startswith("#")]
    lines = rows.column(LINE).combine_chunks()
    return RawTable(table, source, rows.select(kept), lines, rejected)


def _first_of_each(rows: pa.Table, key: str, seen: set[object]) -> pa.Table:
    """Return the rows whose key has not been seen, and remember it."""
    firsts = []
    for place, value in enumerate(rows.column(key).to_pylist()):
        if value not in seen:
            seen.add(value)
            firsts.append(place)
    return rows.take(pa.array(firsts, pa.int64()))


def drop_blank(rows: pa.Table, column: str) -> pa.Table:
    """Return the rows that say something in a text column."""
    said = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(rows.column(column))), 0)
    return rows.filter(pc.fill_null(said, False))


def set_column(rows: pa.Table, column: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return the rows with one column set, added if it was not there."""
    place = rows.schema.get_field_index(column)
    return rows.append_column(column, values) if place < 0 else rows.set_column(place, column, values)
