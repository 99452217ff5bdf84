"""New rows into a living workspace: the log and the sums grow in one transaction, nothing is rebuilt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from limner.collect import Collected
from limner.ledger.decay import Landmarks
from limner.ledger.numbering import item_ids_of, user_ids_of
from limner.settings import Settings
from limner.store.ledgers import LiveLedger
from limner.store.schema import columns_of
from limner.store.sqlite import Store
from limner.studio.admitting import Admission, admit
from limner.studio.knowing import follow_merges, number_items, number_users
from limner.studio.ledgers import keep_plan, landmarks_of, open_ledger
from limner.studio.log import LOG_TABLES, number_rows
from limner.studio.rebasing import move_landmarks
from limner.studio.redrawing import find_users_of, join_space, place_items, redraw_items

Row = tuple[Any, ...]
EVENT = columns_of("events")
_STAGED = tuple(
    EVENT.index(name) for name in ("user_no", "item_no", "ts", "ref", "event", "value", "dwell_s")
)


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


def ingest_rows(
    store: Store, collected: Collected, settings: Settings, *, offsets: Mapping[str, str] | None = None
) -> IngestReport:
    """Add clean rows to the log and to the ledger; repeats are harmless, order does not matter.

    ``offsets`` are kept in the same transaction: how far a stream has been read, by its name.

    Raises:
        WorkspaceError: the store cannot be written; it then is as it was.
    """
    from limner.text.keywords import WordTable

    tables = collected.tables
    with store.transaction():
        meta = store.meta()
        users, new_users = number_users(store, user_ids_of(tables), tables.users)
        items, new_items = number_items(store, item_ids_of(tables), tables.items, meta)
        redrawn = redraw_items(store, tables.items, {item.item_id for item in new_items}, meta)
        words = WordTable.from_json(meta["word_table"]) if meta.get("word_table") else None
        log = number_rows(collected, users, items, word_table=words)
        admission = admit(store, follow_merges(store, log.tables), settings, meta)
        ledger = advance(store, admission.newest_us, meta, settings)
        replaced = [*admission.touched, *find_users_of(store, redrawn)]
        _grow(ledger, admission, landmarks_of(meta))
        sum_anew(ledger, list(dict.fromkeys(replaced)), landmarks_of(meta))
        place_items(store, redrawn, meta)
        join_space(store, new_items, meta)
        keep_offsets(store, offsets)
    return IngestReport(
        accepted={name: len(admission.fresh[name]) for name in LOG_TABLES},
        repeated={
            name: log.tables[name].num_rows - len(admission.fresh[name]) - admission.refused[name]
            for name in LOG_TABLES
        },
        rejected=_add_counts(_count_rejected(collected), admission.reasons),
        new_users=new_users,
        new_items=len(new_items),
        withheld=admission.withheld,
    )


def advance(store: Store, newest_us: int, meta: dict[str, Any], settings: Settings) -> LiveLedger:
    """Note the newest moment of a log and return its ledger, with landmarks that such a moment can bear."""
    if newest_us > int(meta["as_of_us"]):
        meta["as_of_us"] = newest_us
        store.set_meta(as_of_us=newest_us)
        keep_plan(store, meta, settings)
    landmarks = landmarks_of(meta)
    if landmarks.must_move(newest_us, settings.horizons):
        moved = landmarks.move(newest_us, settings.horizons)
        move_landmarks(store, landmarks, moved, settings.horizons)
        meta["landmarks"] = moved.to_json()
    return open_ledger(store, meta, settings)


def add_events(ledger: LiveLedger, rows: Sequence[Row], landmarks: Landmarks) -> None:
    """Add new events, in the columns of the store's ``events``, to the ledger and to the log."""
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


def sum_anew(ledger: LiveLedger, user_nos: Sequence[int], landmarks: Landmarks) -> None:
    """Sum some users' whole ledger again from their log: something in it was replaced."""
    if not user_nos:
        return
    ledger.clear()
    ledger.stage_slice(user_nos)
    ledger.derive(landmarks)
    ledger.drop(user_nos, ledger.signals)
    ledger.add(ledger.signals)


def keep_offsets(store: Store, offsets: Mapping[str, str] | None) -> None:
    """Remember how far streams have been read."""
    if offsets:
        store.insert("offsets", list(offsets.items()), replace=True)


def _grow(ledger: LiveLedger, admission: Admission, landmarks: Landmarks) -> None:
    """Add all fresh rows to the ledger and to the log."""
    if admission.fresh["events"]:
        add_events(ledger, admission.fresh["events"], landmarks)
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


def _count_rejected(collected: Collected) -> dict[str, int]:
    counts: dict[str, int] = {}
    for intake in collected.intakes:
        counts = _add_counts(counts, intake.rejected)
    return counts


def _add_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys([*one, *other])}
