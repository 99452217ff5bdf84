"""New rows into a living workspace: the log and the sums grow in one transaction, nothing is rebuilt."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from limner.collect import Collected
from limner.ledger.decay import Landmarks
from limner.ledger.staging import STAGED
from limner.store.ledgers import LiveLedger
from limner.store.schema import columns_of
from limner.store.workspace import BuiltAnewError, is_current
from limner.studio.intake.admitting import Admission, Row, admit, read_rows
from limner.studio.intake.knowing import (
    find_items,
    find_users,
    follow_merges,
    keep_id_type,
    number_items,
    number_users,
)
from limner.studio.intake.rebasing import move_landmarks
from limner.studio.intake.redrawing import find_users_of, join_space, place_items, redraw_items
from limner.studio.intake.touching import find_naming, find_touched, keep_touched
from limner.studio.kept.erasures import refuse_erased
from limner.studio.kept.ledgers import follow_time, landmarks_of
from limner.studio.kept.log import LOG_TABLES, Heard, hear_texts, number_rows
from limner.studio.kept.wordings import wording_of

if TYPE_CHECKING:
    from limner.collect.cleaning.plain import PlainEvent
    from limner.studio.portraits.painting import Painter

_EVENT = columns_of("events")
_STAGED = tuple(_EVENT.index(name) for name in STAGED["events"] if name != "known")


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the rows handed to `Studio.ingest`."""

    accepted: Mapping[str, int]
    """Rows that were new, by table of the log."""
    repeated: Mapping[str, int]
    """Rows that were there already and changed nothing."""
    rejected: Mapping[str, int]
    """Rows in quarantine, by reason."""
    new_users: int
    new_items: int
    withheld: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(row, reason) of rows that were clean and cannot be taken in all the same."""
    refused: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    """(line, reason) of rows that cleaning rejected."""
    unplaced: Mapping[str, int] = field(default_factory=dict)
    """Items that are in, and have no place by their words before the next build, by reason."""


def hear_rows(painter: "Painter", collected: Collected) -> Heard:
    """Return the texts of clean rows, read by what the build of a store keeps; it writes nothing."""
    from limner.text.keywords import WordTable

    meta = painter.meta
    words = WordTable.from_json(meta["word_table"]) if meta.get("word_table") else None
    tone = painter.tones.retone
    return hear_texts(collected.tables, word_table=words, wording=wording_of(meta), tone=tone)


def ingest_rows(
    painter: "Painter", collected: Collected, heard: Heard, *, offsets: Mapping[str, str] | None = None
) -> IngestReport:
    """Add clean rows to the log and to the ledger; repeats are harmless, order does not matter.

    ``heard`` is what `hear_rows` read in them by the same store. ``offsets`` are kept in the same
    transaction: how far a stream has been read, by its name.

    Raises:
        WorkspaceError: the store cannot be written; it then is as it was.
        BuiltAnewError: another store is current now.
        ErasedMeanwhileError: rows of an erased user are among them.
    """
    from limner.ledger.numbering import item_ids_of, user_ids_of

    tables, store = collected.tables, painter.store
    with writing(painter, offsets) as meta:
        refuse_erased(store, user_ids_of(tables).to_pylist())
        users, new_users = number_users(store, user_ids_of(tables), tables.users)
        items, new_items = number_items(store, item_ids_of(tables), tables.items, meta)
        for kind, index in (("user_id", users), ("item_id", items)):
            keep_id_type(store, meta, kind, index.ids.to_pylist() if meta["integer_ids"] else ())
        redrawn = redraw_items(store, tables.items, {item.item_id for item in new_items}, meta)
        log = number_rows(collected, heard, users, items)
        rows = follow_merges(store, {name: read_rows(name, log.tables[name]) for name in LOG_TABLES})
        admission = admit(store, rows, painter.settings, meta)
        ledger = _advance(painter, admission.newest_us, meta)
        _grow(ledger, admission, landmarks_of(meta))
        replaced = [*admission.touched, *find_users_of(store, redrawn)]
        sum_anew(ledger, list(dict.fromkeys(replaced)), landmarks_of(meta))
        unplaced = _add_counts(place_items(store, redrawn, meta), join_space(store, new_items, meta))
        painter.touch([*find_touched(store, admission), *users.numbers.to_pylist(), *replaced])
        painter.touch(find_naming(store, meta) if redrawn else ())
    rejected = _add_counts(_count_rejected(collected), admission.reasons)
    report = _report(rows, admission, rejected, (new_users, len(new_items)))
    lines, reasons = (collected.rejected[name].to_pylist() for name in ("line", "reason"))
    return replace(report, unplaced=unplaced, refused=tuple(zip(lines, reasons, strict=True)))


def ingest_plain(
    painter: "Painter", events: Sequence["PlainEvent"], *, offsets: Mapping[str, str] | None = None
) -> IngestReport:
    """Add events that need no cleaning: the same as `ingest_rows` does, without starting an engine.

    Raises:
        ErasedMeanwhileError: rows of an erased user are among them.
    """
    store = painter.store
    with writing(painter, offsets) as meta:
        refuse_erased(store, {one.user_id for one in events})
        new_users: set[int] = set()
        new_items: set[int] = set()
        users = find_users(store, (one.user_id for one in events), new_users)
        items = find_items(store, (one.item_id for one in events if one.item_id), new_items)
        keep_id_type(store, meta, "user_id", users)
        keep_id_type(store, meta, "item_id", items)
        logged = [_log_event(one, users[one.user_id], items.get(one.item_id or "")) for one in events]
        rows = follow_merges(store, {name: [] for name in LOG_TABLES} | {"events": logged})
        admission = admit(store, rows, painter.settings, meta)
        ledger = _advance(painter, admission.newest_us, meta)
        _grow(ledger, admission, landmarks_of(meta))
        sum_anew(ledger, list(dict.fromkeys(admission.touched)), landmarks_of(meta))
        painter.touch(find_touched(store, admission) | new_users)
    return _report(rows, admission, admission.reasons, (len(new_users), len(new_items)))


def ingest_log(painter: "Painter", rows: Mapping[str, list[Row]]) -> IngestReport:
    """Add rows of another log, in the columns of the store and with its numbers."""
    with writing(painter) as meta:
        rows = follow_merges(painter.store, rows)
        admission = admit(painter.store, rows, painter.settings, meta)
        ledger = _advance(painter, admission.newest_us, meta)
        _grow(ledger, admission, landmarks_of(meta))
        sum_anew(ledger, list(dict.fromkeys(admission.touched)), landmarks_of(meta))
        painter.touch(find_touched(painter.store, admission))
    return _report(rows, admission, admission.reasons, (0, 0))


def sum_anew(ledger: LiveLedger, user_nos: Sequence[int], landmarks: Landmarks) -> None:
    """Sum some users' whole ledger again from their log: something in it was replaced."""
    if not user_nos:
        return
    ledger.clear()
    ledger.stage_slice(user_nos)
    ledger.derive(landmarks)
    ledger.drop(user_nos, ledger.signals)
    ledger.add(ledger.signals)


@contextmanager
def writing(painter: "Painter", offsets: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield what is known of the store, in a transaction of the current one that keeps offsets, too.

    Raises:
        WorkspaceError: the store cannot be written; it then is as it was.
        BuiltAnewError: another store is current now.
    """
    store = painter.store
    with store.transaction():
        if not is_current(store):
            raise BuiltAnewError
        painter.refresh(own=True)
        painter.touched, integers = None, painter.meta["integer_ids"]
        yield painter.meta
        shared = painter.meta["integer_ids"] == integers
        keep_touched(store, painter.touched if shared else None, painter.meta)
        if offsets:
            store.insert("offsets", list(offsets.items()), replace=True)


def _advance(painter: "Painter", newest_us: int, meta: dict[str, Any]) -> LiveLedger:
    """Note the newest moment of a log and return its ledger, with landmarks that such a moment can bear."""
    store, horizons = painter.store, painter.settings.horizons
    if newest_us > int(meta["as_of_us"]):
        meta["as_of_us"] = newest_us
        store.set_meta(as_of_us=newest_us)
        painter.ledger = follow_time(painter.ledger, meta, painter.settings)
    landmarks = landmarks_of(meta)
    if landmarks.must_move(newest_us, horizons):
        moved = landmarks.move(newest_us, horizons)
        move_landmarks(store, landmarks, moved, horizons)
        meta["landmarks"] = moved.to_json()
    return painter.ledger


def _log_event(event: "PlainEvent", user_no: int, item_no: int | None) -> Row:
    return (
        user_no,
        event.ts,
        event.ref,
        event.event_id,
        item_no,
        event.event,
        event.value,
        event.dwell_s,
        event.session_id,
        event.context,
        0,
        None,
    )


def _grow(ledger: LiveLedger, admission: Admission, landmarks: Landmarks) -> None:
    """Add all fresh rows to the ledger and to the log."""
    if admission.fresh["events"]:
        _add_events(ledger, admission.fresh["events"], landmarks)
    written = [name for name in LOG_TABLES if name != "events" and admission.fresh[name]]
    if not written:
        return
    ledger.clear()
    for name in written:
        ledger.stage_log(name, admission.fresh[name])
        ledger.store.insert(name, admission.fresh[name])
    if "relations" in written:
        ledger.stage_followers(admission.fresh["relations"])
        written.append("followers")
    ledger.derive(landmarks, written)
    ledger.add(signal for signal in ledger.signals if signal.log_table in written)


def _add_events(ledger: LiveLedger, rows: Sequence[Row], landmarks: Landmarks) -> None:
    """Add new events to the ledger and to the log; where one is late, sum what depends on order anew."""
    fresh = [(*(row[place] for place in _STAGED), 0) for row in rows]
    ledger.clear()
    late = ledger.stage_known((row[0], row[2], row[3]) for row in fresh)
    ledger.stage("events", fresh)
    ledger.derive(landmarks, ("event",))
    ledger.add(signal for signal in ledger.signals if signal.log_table == "events")
    ledger.store.insert("events", rows)
    if late:
        ledger.clear()
        sequential = [signal for signal in ledger.signals if signal.sequential]
        ledger.stage_slice(late, names=("events",))
        ledger.derive(landmarks, ("event",))
        ledger.drop(late, sequential)
        ledger.add(sequential)


def _report(
    rows: Mapping[str, Sequence[Row]], admission: Admission, rejected: Mapping[str, int], new: tuple[int, int]
) -> IngestReport:
    fresh, refused = admission.fresh, admission.refused
    return IngestReport(
        accepted={name: len(fresh[name]) for name in LOG_TABLES},
        repeated={name: len(rows[name]) - len(fresh[name]) - refused[name] for name in LOG_TABLES},
        rejected=dict(rejected),
        new_users=new[0],
        new_items=new[1],
        withheld=tuple(admission.withheld),
    )


def _count_rejected(collected: Collected) -> dict[str, int]:
    counts: dict[str, int] = {}
    for intake in collected.intakes:
        counts = _add_counts(counts, intake.rejected)
    return counts


def _add_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys([*one, *other])}
