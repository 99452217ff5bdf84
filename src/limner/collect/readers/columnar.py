"""Parquet → columns, as typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from limner.collect.readers.part import LINE, Chunk
from limner.collect.readers.source import Source
from limner.errors import FormatError

_BATCH_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Parquet:
    """A Parquet file; a row's line is its place in the file."""

    def names(self, source: Source) -> list[str]:
        """Return the column names of the file's schema."""
        with _open(source) as file:
            return [str(name) for name in file.schema_arrow.names]

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield the rows in batches."""
        done = 0
        with _open(source) as file:
            for batch in file.iter_batches(_BATCH_ROWS):
                lines = pa.array(range(done + 1, done + 1 + len(batch)), pa.int64())
                done += len(batch)
                yield Chunk(pa.Table.from_batches([batch]).append_column(LINE, lines))


@contextmanager
def _open(source: Source) -> Iterator[Any]:
    """Open a file's columns; a packed one is unpacked in memory, as Parquet is read from its end.

    Raises:
        FormatError: it is not Parquet, or is cut off.
    """
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(_content(source)) as file:
            yield file
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as exc:
        raise FormatError(f"{source.name}: not a whole Parquet file: {exc}") from exc


def _content(source: Source) -> Any:
    """Return what Parquet opens: a plain file's path, else the unpacked bytes."""
    with source.open() as stream:
        if source.is_plain:
            return source.path
        return pa.BufferReader(b"".join(iter(lambda: stream.read1(1 << 22), b"")))
