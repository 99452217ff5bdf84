"""JSON lines into a workspace, batch by batch: a broken line is kept aside, and the stream goes on."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from limner.collect.raw import RawTable, Rejected
from limner.collect.readers.objects import make_array
from limner.streams.lines import BATCH_LINES, MAX_LINE_CHARS, Line, gather

if TYPE_CHECKING:
    from limner.studio.intake.ingestion import IngestReport
    from limner.studio.studio import Studio

BATCH_ROWS = BATCH_LINES
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
    unplaced: Counter[str] = field(default_factory=Counter)
    """Items without a place by their words before the next build, by reason."""
    new_users: int = 0
    new_items: int = 0
    offsets: dict[str, str] = field(default_factory=dict)
    """Where to go on, by source; stored already."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner ingest --json``."""
        return {
            "lines": self.lines,
            "accepted": dict(self.accepted),
            "repeated": dict(self.repeated),
            "rejected": dict(self.rejected),
            "unplaced": dict(self.unplaced),
            "new_users": self.new_users,
            "new_items": self.new_items,
        }


def feed_lines(studio: "Studio", lines: Iterable[str], *, source: str, table: str = "") -> Iterator[Fed]:
    """Ingest the lines of one source; see `feed_batches`."""
    numbered = (Line(source, number, text) for number, text in enumerate(lines, start=1))
    yield from feed_batches(studio, gather(numbered), table=table)


def feed_batches(studio: "Studio", batches: Iterable[Sequence[Line]], *, table: str = "") -> Iterator[Fed]:
    """Ingest JSON lines in batches and yield the account after each.

    ``table`` says what the lines are; empty: each line by its keys (``other_id`` a relation, ``text``
    without ``event`` a text, ``item_id`` without user, event and time an item, else an event).
    The positions behind the lines are stored in the same transaction as their sums.
    """
    fed = Fed()
    for batch in batches:
        offsets = {line.source: line.position for line in batch if line.position}
        report = _ingest(studio, batch, table, offsets)
        fed.lines += len(batch)
        fed.accepted.update(report.accepted)
        fed.repeated.update(report.repeated)
        fed.rejected.update(report.rejected)
        fed.unplaced.update(report.unplaced)
        fed.new_users += report.new_users
        fed.new_items += report.new_items
        fed.offsets |= offsets
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


def _ingest(studio: "Studio", batch: Sequence[Line], table: str, offsets: dict[str, str]) -> "IngestReport":
    """Take the short way with a batch of plain events, and the long one with any other."""
    objects = [_read_object(line.text) for line in batch]
    events = [
        one for one in objects if isinstance(one, dict) and one and (table or name_table(one)) == "events"
    ]
    if len(events) == len(objects):
        report = studio.ingest_events(events, offsets=offsets)
        if report is not None:
            return report
    return studio.ingest_raw(_raw_tables(batch, objects, table), offsets=offsets)


def _raw_tables(batch: Sequence[Line], objects: Sequence[dict[str, Any] | str], table: str) -> list[RawTable]:
    rows: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = {}
    bad: dict[str, list[Rejected]] = {}
    for line, found in zip(batch, objects, strict=True):
        if isinstance(found, str):
            shown = line.text[:_SHOWN_CHARS]
            rejected = Rejected(table or "events", line.source, line.number, found, shown)
            bad.setdefault(line.source, []).append(rejected)
        elif found:
            rows.setdefault((table or name_table(found), line.source), []).append((line.number, found))
    tables = [_raw_table(name, source, found) for (name, source), found in rows.items()]
    return [*tables, *(_rejected_table(table or "events", source, lost) for source, lost in bad.items())]


def _read_object(text: str) -> dict[str, Any] | str:
    """Return the object of a line, an empty one for an empty line, or what is wrong with it."""
    if not text.strip():
        return {}
    if len(text) > MAX_LINE_CHARS:
        return f"line longer than {MAX_LINE_CHARS:,} characters"
    try:
        found = json.loads(text)
        if isinstance(found, dict):
            "".join(found).encode()
    except UnicodeEncodeError:
        return "names a column with half a character"
    except (ValueError, RecursionError):
        return "is not a whole JSON object"
    return found if isinstance(found, dict) else "is not a JSON object"


def _raw_table(table: str, source: str, rows: list[tuple[int, dict[str, Any]]]) -> RawTable:
    names = dict.fromkeys(name for _, row in rows for name in row)
    columns = {name: make_array([row.get(name) for _, row in rows]) for name in names}
    lines = pa.array([number for number, _ in rows], pa.int64())
    return RawTable(table, source, pa.table(columns), lines)


def _rejected_table(table: str, source: str, lost: Sequence[Rejected]) -> RawTable:
    nothing = pa.table({"user_id": pa.array([], pa.string())})
    return RawTable(table, source, nothing, pa.array([], pa.int64()), tuple(lost))
