"""What readers hand to cleaning: rows as the owner wrote them, with where each one stood."""

from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa


class Rejected(NamedTuple):
    """One row that is not used, and why."""

    table: str
    source: str
    line: int
    reason: str
    row: str
    """The row as it was read, for the eye (cut at 1,000 characters)."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A chunk of one table of one source, columns already named as in `tables.CONTRACTS`.

    Values are as read: strings from text files, native types from Parquet and frames.
    """

    table: str
    source: str
    """Name for messages: the file's path as given, or ``frame events``."""
    rows: pa.Table
    lines: pa.Array
    """int64, 1-based line (text files) or row (others) of each row in its source."""
    rejected: tuple[Rejected, ...] = ()
    """Rows that could not even be split into columns."""
