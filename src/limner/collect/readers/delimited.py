"""Delimited text (CSV, TSV, '::', white space) → columns, however it is quoted or broken."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.collect.lines import Block, Reject
from limner.collect.readers.part import LINE, Chunk
from limner.collect.readers.source import Source

SPACES = " "
"""The separator that means any run of white space."""
_SEPARATORS = ("\t", "::", "|", ";", ",", SPACES)
_LOOK_LINES = 200
Places = NDArray[np.int64]
_UNCLOSED = "a quote is opened and never closed"


@dataclass(frozen=True, slots=True)
class Delimited:
    """A delimited text file; whatever is left empty is found by looking."""

    separator: str = ""
    header: tuple[str, ...] = ()
    """Column names of a file without a header line."""
    encoding: str = ""
    quoted: bool | None = None
    """Whether a field may stand in double quotes; None: by looking."""

    def looked(self, source: Source) -> "Delimited":
        """Return the layout with its separator and quoting found, from the file's beginning."""
        lines = [line for line in source.head(self.encoding) if line.strip()][:_LOOK_LINES]
        separator = self.separator or find_separator(lines)
        quoted = _is_quoted(lines, separator) if self.quoted is None else self.quoted
        return replace(self, separator=separator, quoted=quoted and _may_quote(separator))

    def names(self, source: Source) -> list[str]:
        """Return the column names: the header line's, or those given."""
        if self.header:
            return list(self.header)
        lines = source.head(self.encoding)
        return name_columns(self.looked(source).split(lines[0])) if lines else []

    def split(self, line: str) -> list[str]:
        """Return the fields of one line that stands alone."""
        if self.separator == SPACES:
            return line.split()
        if self.quoted and '"' in line:
            with suppress(csv.Error):  # a lone carriage return, or a field beyond csv's limit
                return next(csv.reader([line], delimiter=self.separator), [])
        return line.split(self.separator)

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield every row or its rejection once; blank lines are neither."""
        layout = self.looked(source)
        header = list(layout.header)
        blocks = source.blocks(self.encoding)
        for block in blocks:
            skip = 0 if header else _skip_blank(block.lines) + 1
            header = header or name_columns(layout.split(block.lines[skip - 1]))
            yield _cut(block, skip, blocks, layout, header)


def find_separator(lines: Sequence[str]) -> str:
    """Return the separator that cuts most lines into as many fields as the first; a comma if none does.

    >>> find_separator(["a;b", "1,5;2", "3;4"])
    ';'
    """
    scores = {separator: _agreement(lines, separator) for separator in _SEPARATORS}
    best = max(scores.values(), default=0.0)
    return next((sep for sep, score in scores.items() if score and score >= 0.9 * best), ",")


def _agreement(lines: Sequence[str], separator: str) -> float:
    """Return the share of lines as wide as the first, 0 when that is one field."""
    layout = Delimited(separator, quoted=_may_quote(separator))
    widths = [len(layout.split(line)) for line in lines]
    return widths.count(widths[0]) / len(widths) if widths and widths[0] > 1 else 0.0


def _may_quote(separator: str) -> bool:
    return len(separator) == 1 and separator != SPACES


def _is_quoted(lines: Sequence[str], separator: str) -> bool:
    """Return whether quotes enclose fields here, and are not merely part of the text."""
    fields = [field for line in lines for field in line.split(separator)]
    n_open = sum(1 for field in fields if field.startswith('"'))
    if not n_open or not _may_quote(separator):
        return True
    records = _Records(Block(1, list(lines)), iter(()), Delimited(separator)).parse(0)
    n_faults = sum(1 for _, record in records if record is None)
    return n_faults <= max(1, 0.1 * n_open)


def _skip_blank(lines: Sequence[str]) -> int:
    """Return the place of the first line that says something, of the last if none does."""
    return next((place for place, line in enumerate(lines) if line.strip()), len(lines) - 1)


def name_columns(fields: Sequence[str]) -> list[str]:
    """Return header fields trimmed; of two alike the second is numbered."""
    names: list[str] = []
    for field in fields:
        name = field.strip().strip('"').strip("\ufeff")
        names.append(f"{name} {len(names) + 1}" if name in names else name)
    return names


def _cut(block: Block, skip: int, more: Iterator[Block], layout: Delimited, header: list[str]) -> Chunk:
    """Return a block's rows from line `skip` on; may draw `more` to close a quote."""
    if layout.quoted and block.has_quote:
        records = _Records(block, more, layout)
        columns, lines, bad = records.read(skip, len(header))
    else:
        columns, lines, bad = _split_plain(block, skip, layout.separator, len(header))
    rows = {name: column for name, column in zip(header, columns, strict=True) if name}
    rejected = sorted([*block.rejected, *bad])
    return Chunk(pa.table({**rows, LINE: pa.array(lines + block.first, pa.int64())}), rejected)


def _split_plain(
    block: Block, skip: int, separator: str, width: int
) -> tuple[list[pa.Array], Places, list[Reject]]:
    """Return columns, places of rows and rejected lines of text without quotes: all in Arrow, for speed."""
    texts = pa.array(block.lines, pa.string())[skip:]
    filled = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(texts)), 0).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(filled)
    if separator == SPACES:
        fields = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(texts.take(pa.array(places))))
    else:
        fields = pc.split_pattern(texts.take(pa.array(places)), separator)
    widths = pc.list_value_length(fields).to_numpy()
    good = widths == width
    flat = fields.filter(pa.array(good)).flatten()
    columns = [flat.take(pa.array(np.arange(place, len(flat), width))) for place in range(width)]
    places += skip
    bad = [
        Reject(block.first + int(place), _ragged(width, int(found)), block.lines[place][:1000])
        for place, found in zip(places[~good], widths[~good], strict=True)
    ]
    return columns, places[good], bad


def _ragged(expected: int, found: int) -> str:
    return f"expected {expected} fields, found {found}"


class _Reader(Protocol):
    """What `csv.reader` returns."""

    line_num: int

    def __next__(self) -> list[str]: ...


class _Records:
    """Quoted records of a block, each of one line or more."""

    def __init__(self, block: Block, more: Iterator[Block], layout: Delimited) -> None:
        self._block = block
        self._lines = block.lines
        self._more = more
        self._layout = layout
        self._at = 0

    def read(self, skip: int, width: int) -> tuple[list[pa.Array], Places, list[Reject]]:
        """Return columns, places of rows and rejected lines."""
        rows: list[list[str]] = []
        places: list[int] = []
        bad: list[Reject] = []
        for place, record in self.parse(skip):
            fields = self._mend(self._lines[place]) if record is None else record
            if isinstance(fields, list) and len(fields) == width:
                rows.append(fields)
                places.append(place)
                continue
            reason = _ragged(width, len(fields)) if isinstance(fields, list) else fields
            row = "\n".join(self._lines[place : self._at])
            bad.append(Reject(self._block.first + place, reason, row[:1000]))
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        empty = [pa.array([], pa.string())] * width
        return columns or empty, np.array(places, np.int64), bad

    def parse(self, skip: int) -> Iterator[tuple[int, list[str] | None]]:
        """Yield (place, fields), without fields where CSV is broken; a faulty line spoils only itself."""
        self._at = skip
        while self._at < len(self._lines):
            reader = csv.reader(self._feed(self._at), delimiter=self._layout.separator, strict=True)
            found = self._until_fault(reader, self._at)
            yield from (one for one in found if one[1] is None or self._lines[one[0]].strip())

    def _until_fault(self, reader: "_Reader", start: int) -> Iterator[tuple[int, list[str] | None]]:
        try:
            while self._at < len(self._lines):
                place, record = self._at, next(reader)
                self._at = start + reader.line_num
                yield place, record
        except csv.Error:
            self._at += 1
            yield self._at - 1, None

    def _feed(self, start: int) -> Iterator[str]:
        """Yield lines from `start` on, drawing the next block only when a record asks for it."""
        place = start
        while place < len(self._lines) or self._draw():
            yield self._lines[place] + "\n"
            place += 1

    def _draw(self) -> bool:
        block = next(self._more, None)
        if block is None:
            return False
        self._lines += block.lines
        self._block.rejected += block.rejected
        return bool(block.lines)

    def _mend(self, line: str) -> list[str] | str:
        """Return the fields of a line whose quotes are not CSV: taken as they stand, if each is closed."""
        fields = line.split(self._layout.separator)
        unclosed = any(field.startswith('"') and field.count('"') % 2 for field in fields)
        return _UNCLOSED if unclosed else [_unquote(field) for field in fields]


def _unquote(field: str) -> str:
    enclosed = len(field) > 1 and field[0] == field[-1] == '"'
    return field[1:-1].replace('""', '"') if enclosed else field
