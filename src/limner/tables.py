"""The only input contract: six tables, their columns and their types.

After `collect` every table is a `pyarrow.Table` with exactly the columns below (absent optional
columns are filled with nulls; ``users`` and ``items`` keep the owner's further columns behind them).
Ids are strings inside, time is int64 microseconds UTC, 0 (`records.UNTIMED`) where the owner keeps none.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import pyarrow as pa


class Contract(NamedTuple):
    """Columns of one table: the first ``required`` of them must come from the owner."""

    columns: pa.Schema
    required: tuple[str, ...]
    open: bool
    """Whether the owner's further columns are kept."""


_TEXT = pa.string()
_TIME = pa.int64()
_REAL = pa.float64()

CONTRACTS: dict[str, Contract] = {
    "events": Contract(
        pa.schema(
            [
                ("user_id", _TEXT),
                ("item_id", _TEXT),  # null for a search
                ("timestamp", _TIME),
                ("event", _TEXT),
                ("event_id", _TEXT),
                ("value", _REAL),  # rating, amount or count
                ("dwell_s", _REAL),
                ("session_id", _TEXT),
                ("text", _TEXT),  # a query, a comment
                ("context", _TEXT),
            ]
        ),
        ("user_id",),
        open=False,
    ),
    "texts": Contract(
        pa.schema(
            [
                ("user_id", _TEXT),
                ("timestamp", _TIME),
                ("text", _TEXT),
                ("text_id", _TEXT),
                ("item_id", _TEXT),
                ("kind", _TEXT),  # review, comment, query, chat, tag
                ("rating", _REAL),
                ("language", _TEXT),  # zh, en, other; null until read
            ]
        ),
        ("user_id", "text"),
        open=False,
    ),
    "users": Contract(pa.schema([("user_id", _TEXT), ("consent", _TEXT)]), ("user_id",), open=True),
    "items": Contract(
        pa.schema(
            [
                ("item_id", _TEXT),
                ("title", _TEXT),
                ("description", _TEXT),
                ("categories", pa.list_(_TEXT)),
                ("brand", _TEXT),
                ("price", _REAL),
                ("image", _TEXT),
            ]
        ),
        ("item_id",),
        open=True,
    ),
    "relations": Contract(
        pa.schema(
            [
                ("user_id", _TEXT),
                ("other_id", _TEXT),
                ("kind", _TEXT),
                ("weight", _REAL),
                ("timestamp", _TIME),
            ]
        ),
        ("user_id", "other_id"),
        open=False,
    ),
    "triples": Contract(
        pa.schema([("head", _TEXT), ("relation", _TEXT), ("tail", _TEXT)]),
        ("head", "relation", "tail"),
        open=False,
    ),
}
TABLES = tuple(CONTRACTS)


def empty(table: str) -> pa.Table:
    """Return a table of no rows with the columns of its contract."""
    return CONTRACTS[table].columns.empty_table()


@dataclass(frozen=True, slots=True)
class Tables:
    """Clean tables, each with the columns of its contract; a table nobody gave has no rows."""

    events: pa.Table
    texts: pa.Table
    users: pa.Table
    items: pa.Table
    relations: pa.Table
    triples: pa.Table

    @classmethod
    def of(cls, **given: pa.Table) -> "Tables":
        """Return the given tables with the missing ones empty."""
        return cls(**{name: given.get(name, empty(name)) for name in TABLES})

    def by_name(self) -> dict[str, pa.Table]:
        """Return the tables by name."""
        return {part.name: getattr(self, part.name) for part in fields(self)}
