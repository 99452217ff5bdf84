"""JSON lines into a workspace, batch by batch: a broken line is kept aside, and the stream goes on."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from limner.collect.raw import RawTable, Rejected
from limner.collect.readers.objects import make_array

if TYPE_CHECKING:
    from limner.studio.studio import Studio

BATCH_ROWS = 1000
MAX_LINE_CHARS = 1_000_000
_SHOWN_CHARS = 1000


@dataclass(slots=True)
class Fed:
    """What became of the lines so far."""

    lines: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    """New rows, by table of the log."""
    repeated: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    """Rows in quarantine, by reason."""
    new_users: int = 0
    new_items: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner ingest --json``."""
        return {
            "lines": self.lines,
            "accepted": dict(self.accepted),
            "repeated": dict(self.repeated),
            "rejected": dict(self.rejected),
            "new_users": self.new_users,
            "new_items": self.new_items,
        }


def feed_lines(studio: "Studio", lines: Iterable[str], *, source: str, table: str = "") -> Iterator[Fed]:
    """Ingest JSON lines in batches and yield the account after each.

    ``table`` says what the lines are; empty: each line by its keys (``other_id`` a relation, ``text``
    without ``event`` a text, ``item_id`` without user, event and time an item, else an event).
    """
    fed = Fed()
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, BATCH_ROWS)):
        report = studio.ingest_raw(_raw_tables(batch, source, table))
        fed.lines += len(batch)
        fed.accepted.update(report.accepted)
        fed.repeated.update(report.repeated)
        fed.rejected.update(report.rejected)
        fed.new_users += report.new_users
        fed.new_items += report.new_items
        yield fed


def name_table(row: dict[str, Any]) -> str:
    """Return which table a line belongs to, by its keys.

    >>> name_table({"user_id": "u1", "other_id": "u2"}), name_table({"user_id": "u1", "item_id": "i1"})
    ('relations', 'events')
    """
    if "other_id" in row:
        return "relations"
    if "text" in row and "event" not in row:
        return "texts"
    return "items" if "item_id" in row and not row.keys() & {"user_id", "event", "timestamp"} else "events"


def _raw_tables(batch: list[tuple[int, str]], source: str, table: str) -> list[RawTable]:
    rows: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    bad: list[Rejected] = []
    for number, line in batch:
        found = _read_line(line)
        if isinstance(found, str):
            bad.append(Rejected(table or "events", source, number, found, line[:_SHOWN_CHARS]))
        elif found:
            rows.setdefault(table or name_table(found), []).append((number, found))
    tables = [_raw_table(name, source, found) for name, found in rows.items()]
    if bad:
        nothing = pa.table({"user_id": pa.array([], pa.string())})
        tables.append(RawTable(table or "events", source, nothing, pa.array([], pa.int64()), tuple(bad)))
    return tables


def _read_line(line: str) -> dict[str, Any] | str:
    """Return the object of a line, an empty one for an empty line, or what is wrong with it."""
    if not line.strip():
        return {}
    if len(line) > MAX_LINE_CHARS:
        return f"line longer than {MAX_LINE_CHARS:,} characters"
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "is not a whole JSON object"
    return found if isinstance(found, dict) else "is not a JSON object"


def _raw_table(table: str, source: str, rows: list[tuple[int, dict[str, Any]]]) -> RawTable:
    names = dict.fromkeys(name for _, row in rows for name in row)
    columns = {name: make_array([row.get(name) for _, row in rows]) for name in names}
    lines = pa.array([number for number, _ in rows], pa.int64())
    return RawTable(table, source, pa.table(columns), lines)
