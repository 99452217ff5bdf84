"""Cells that an engine wrote as Parquet, read back a part at a time, with what is usual for their keys."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from limner.ledger.batch import Prior, find_priors
from limner.ledger.signals import Signal

_CELLS_PER_TABLE = 100_000

Summed = tuple[Signal, Iterable[pa.Table], list[Prior]]
"""A signal, its cells by user and key, and what is usual for its keys."""


def read_back(reader: Any, files: str, signal: Signal) -> Summed:
    """Return the cells in some files, by a DuckDB connection that sorts on disk what memory does not hold.

    ``activity`` must be read before signals whose shares are of it.
    """
    cells = reader.read_parquet(files)
    cells.create_view("cells", replace=True)
    if signal.name == "activity":
        cells.create_view("activity", replace=True)
    return signal, _in_order(reader), find_priors(reader, signal)


def _in_order(reader: Any) -> Iterator[pa.Table]:
    found = reader.sql("SELECT * FROM cells ORDER BY user_no, key").to_arrow_reader(_CELLS_PER_TABLE)
    for batch in found:
        yield pa.Table.from_batches([batch])
