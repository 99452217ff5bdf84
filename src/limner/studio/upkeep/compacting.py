"""Upkeep of a store: old rows go and what they taught stays, landmarks move, the file is written anew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from limner.ledger.decay import DAY_US
from limner.ledger.places import SESSION_GAP_US
from limner.records import UNTIMED, iso
from limner.store.changes import EVERYONE
from limner.store.store import Store
from limner.studio.intake.ingestion import writing
from limner.studio.intake.rebasing import move_landmarks
from limner.studio.kept.ledgers import landmarks_of

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter

_CHUNK_USERS = 500
_WRITTEN = ("texts", "opinions", "claims", "words", "topics")


@dataclass(frozen=True, slots=True)
class CompactReport:
    """What a compaction did."""

    retired_events: int
    """Events that went; what they added to the sums stayed."""
    retired_texts: int
    retired_before: str | None
    """Rows before this moment are no longer kept; None: all are."""
    bytes_before: int
    bytes_after: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner compact --json``."""
        return {name: getattr(self, name) for name in self.__slots__}


def compact_store(painter: "Painter", *, keep_days: float | None) -> CompactReport:
    """Let rows older than ``keep_days`` before the newest one go, move landmarks, and write the file anew.

    Raises:
        WorkspaceError: the store cannot be written, or the disk has no room for a second copy.
        BuiltAnewError: another store is current now.
    """
    store = painter.store
    before = store.size()
    n_events = n_texts = 0
    store.check_room()
    with writing(painter):
        if keep_days is not None and painter.as_of != UNTIMED:
            n_events, n_texts = _retire(painter, painter.as_of - round(keep_days * DAY_US))
        horizons, landmarks = painter.settings.horizons, painter.landmarks
        moved = landmarks.move(painter.as_of, horizons)
        if moved != landmarks:
            move_landmarks(store, landmarks, moved, horizons)
        painter.touch([EVERYONE] if n_events or n_texts else [])
    painter.refresh(own=True)
    store.write_anew()
    retired = iso(painter.meta.get("retired_before_us"))
    return CompactReport(n_events, n_texts, retired, before, store.size())


def _retire(painter: "Painter", cutoff_us: int) -> tuple[int, int]:
    """Sum the rows before a moment into ``retired`` and take them out of the log; return how many went.

    A session that reaches into what is kept stays whole, and so does what a later event may go on from.
    """
    known = int(painter.meta.get("retired_before_us") or 0)
    if cutoff_us <= known:
        return 0, 0
    store, boundary = painter.store, cutoff_us - SESSION_GAP_US
    n_events = n_texts = 0
    old = "SELECT user_no FROM {} WHERE ts < ? AND ts <> 0 GROUP BY user_no"
    for users in _chunk(store.rows(old.format("events"), boundary)):
        n_events += _retire_rows(
            painter, ("events",), [(one, _find_cut(store, one, boundary)) for one in users]
        )
    for users in _chunk(store.rows(old.format("texts"), boundary)):
        n_texts += _retire_rows(painter, _WRITTEN, [(one, boundary) for one in users])
    if n_events or n_texts:
        store.set_meta(retired_before_us=cutoff_us)
    return n_events, n_texts


def _retire_rows(painter: "Painter", names: tuple[str, ...], cuts: list[tuple[int, int]]) -> int:
    """Move rows before their users' cuts into the retired sums; return those of the first table."""
    ledger = painter.ledger
    ledger.clear()
    ledger.stage_before(cuts, names=names)
    derived = ("event",) if names == ("events",) else names
    ledger.derive(landmarks_of(painter.meta), derived)
    ledger.add((one for one in ledger.signals if one.log_table in names), into="retired")
    counts = []
    for name in names:
        gone = painter.store.executemany(f"DELETE FROM {name} WHERE user_no = ? AND ts < ? AND ts <> 0", cuts)
        counts.append(gone.rowcount)
    ledger.clear()
    return counts[0]


def _find_cut(store: Store, user_no: int, boundary_us: int) -> int:
    """Return the moment before which a user's rows may go: where the session that reaches over it began."""
    row = store.one("SELECT min(ts) FROM events WHERE user_no = ? AND ts >= ?", user_no, boundary_us)
    if row is None or row[0] is None:
        return boundary_us
    first = int(row[0])
    earlier = store.execute(
        "SELECT ts FROM events WHERE user_no = ? AND ts < ? AND ts <> 0 ORDER BY ts DESC", (user_no, first)
    )
    for (ts,) in earlier:
        if first - ts > SESSION_GAP_US:
            break
        first = ts
    return min(first, boundary_us)


def _chunk(rows: Iterable[tuple[int]]) -> Iterator[list[int]]:
    users = iter([user_no for (user_no,) in rows])
    while some := list(islice(users, _CHUNK_USERS)):
        yield some
