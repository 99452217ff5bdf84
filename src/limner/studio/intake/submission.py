"""Rows that a program hands in one by one or by the hundred, and what became of each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from limner.errors import UnknownNameError, did_you_mean
from limner.records import ERASED
from limner.studio.kept.erasures import ErasedMeanwhileError

if TYPE_CHECKING:
    from limner.collect.raw import RawTable
    from limner.studio.intake.ingestion import IngestReport
    from limner.studio.intake.receiving import Receiver

SUBMITTED = ("events", "texts")
_IDS = {"events": "event_id", "texts": "text_id"}
_SAME = "duplicate"
_HINTS = (
    ("no user_id", "give the row a user_id: a text or a whole number"),
    ("no item_id", "name the item; only searches, visits, logins and chats go without one"),
    ("no text", "give the row a text that is not empty"),
    ("empty text", "give the row a text that is not empty"),
    ("no timestamp", "give seconds, milliseconds or microseconds since 1970, or ISO 8601 with a zone"),
    ("timestamp later", "the clock of the sender is ahead; send it when its time has come"),
    ("timestamp", "give seconds, milliseconds or microseconds since 1970, or ISO 8601 with a zone"),
    (ERASED, "the user was erased; limner erase USER --allow lets new rows of theirs in again"),
    ("bot-like", "nobody is that quick: such users are left out; see [clean] max_events_per_minute"),
    ("older than", "raw rows of that time were let go by limner compact; what they taught is kept"),
    ("written by", "Limner does not read its own sentences as if a user had said them"),
    ("value", "give a finite number, or leave value out"),
    ("rating", "give a finite number on the scale of ratings, or leave it out"),
    ("dwell", "give seconds, 0 and up, or leave dwell_s out"),
)
_OTHERWISE = "mend the row and send it again; the others are in"
_NOT_OBJECT = "is not a JSON object"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not in."""

    index: int | None
    """Its place among those handed in, from 0; None for what an earlier request brought."""
    reason: str
    hint: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"index": self.index, "reason": self.reason, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of rows that were handed in: each is accepted, a duplicate, or refused."""

    accepted: int
    duplicates: int
    """Rows that were known already, or came twice; they changed nothing."""
    refused: tuple[Refusal, ...]
    new_users: int
    new_items: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``POST /events``."""
        return {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "refused": [one.to_dict() for one in self.refused],
            "new_users": self.new_users,
            "new_items": self.new_items,
        }


def prepare_rows(
    receiver: "Receiver", table: str, rows: Sequence[Any], *, now_us: int
) -> Callable[[], Submission]:
    """Read rows of one table, in our column names, and return what adds them: they then are on disk.

    Raises:
        UnknownNameError: rows of that table cannot be handed in.
        WorkspaceError: the workspace cannot be written; it then is as it was.
    """
    if table not in SUBMITTED:
        hint = did_you_mean(table, SUBMITTED)
        raise UnknownNameError(f"no rows of {table!r} are taken{hint}; known: {', '.join(SUBMITTED)}")
    odd = [_refuse(place, _NOT_OBJECT) for place, row in enumerate(rows) if not isinstance(row, dict)]
    good = [(place, row) for place, row in enumerate(rows) if isinstance(row, dict)]
    if not good:
        return lambda: Submission(0, 0, tuple(odd), 0, 0)
    add = _prepare(receiver, table, good, now_us)
    return lambda: _account(add(), table, good, odd)


def _prepare(
    receiver: "Receiver", table: str, good: Sequence[tuple[int, dict[str, Any]]], now_us: int
) -> "Callable[[], IngestReport]":
    rows = [row for _, row in good]
    plain = receiver.prepare_events(rows, now_us=now_us, keep=False) if table == "events" else None
    if plain is None:
        return receiver.prepare([_table_rows(table, good)], now_us=now_us, keep=False)

    def add() -> "IngestReport":
        try:
            return plain()
        except ErasedMeanwhileError:  # cleaning says which rows
            return receiver.take([_table_rows(table, good)], now_us=now_us, keep=False)

    return add


def _table_rows(table: str, rows: Sequence[tuple[int, dict[str, Any]]]) -> "RawTable":
    """Return rows as a reader would hand them over, each under its place among those handed in."""
    import pyarrow as pa

    from limner.collect.raw import RawTable
    from limner.collect.readers.objects import make_array

    names = dict.fromkeys(name for _, row in rows for name in row)
    columns = {_plain(name): make_array([row.get(name) for _, row in rows]) for name in names}
    lines = pa.array([place for place, _ in rows], pa.int64())
    return RawTable(table, "request", pa.table(columns), lines)


def _account(
    report: "IngestReport", table: str, good: Sequence[tuple[int, dict[str, Any]]], odd: list[Refusal]
) -> Submission:
    refused = [_refuse(line, reason) for line, reason in report.refused if reason != _SAME]
    places = {f"{table} {row.get(_IDS[table])} at": place for place, row in good}
    for row, reason in report.withheld:
        refused.append(_refuse(places.get(row[: row.rfind(" at") + 3]), reason))
    accepted = report.accepted[table]
    own = sum(one.index is not None for one in refused)
    refused = sorted([*odd, *refused], key=lambda one: (one.index is None, one.index))
    doubles = max(len(good) - accepted - own, 0)
    return Submission(accepted, doubles, tuple(refused), report.new_users, report.new_items)


def _refuse(place: int | None, reason: str) -> Refusal:
    hint = next((hint for start, hint in _HINTS if reason.startswith(start)), _OTHERWISE)
    return Refusal(place, reason, hint)


def _plain(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
