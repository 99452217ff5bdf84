"""New rows into a living workspace: the log and the sums grow in one transaction, nothing is rebuilt."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect import Collected
from limner.ledger.numbering import Index, item_ids_of, user_ids_of
from limner.settings import Settings
from limner.store.sqlite import Store
from limner.studio.build import pack_cells
from limner.studio.catalogue import list_items, stage_items
from limner.studio.log import LOG_TABLES, number_rows, read_followers, read_slice
from limner.studio.past import items_of_rows, reading_of, summer_of
from limner.studio.redrawing import find_users_of, join_space, place_items, redraw_items

_EVER = 2**62
"""An instant after every other."""


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


def ingest_rows(store: Store, collected: Collected, settings: Settings) -> IngestReport:
    """Add clean rows to the log and to the ledger; repeats are harmless, order does not matter.

    Raises:
        WorkspaceError: the store cannot be written; it then is as it was.
    """
    from limner.text.keywords import WordTable

    tables = collected.tables
    with store.transaction():
        meta = store.meta()
        users, new_users = _number_users(store, user_ids_of(tables), tables.users)
        items, new_items = _number_items(store, item_ids_of(tables), tables.items, meta)
        redrawn = redraw_items(store, tables.items, {item.item_id for item in new_items}, meta)
        words = WordTable.from_json(meta["word_table"]) if meta.get("word_table") else None
        log = number_rows(collected, users, items, word_table=words)
        fresh = {name: _unseen(store, name, log.tables[name]) for name in LOG_TABLES}
        fresh["events"] = _without_doubles(store, fresh["events"])
        replaced = [*_drop_superseded(store, fresh["events"]), *find_users_of(store, redrawn)]
        for name, table in fresh.items():
            store.insert_table(name, table)
        stamps = (pc.max(table["ts"]).as_py() or 0 for table in fresh.values())
        meta["as_of_us"] = max(int(meta["as_of_us"]), *stamps)
        store.set_meta(as_of_us=meta["as_of_us"])
        _grow_ledger(store, type(log)(fresh).staged(users), meta, settings)
        _sum_anew(store, list(dict.fromkeys(replaced)), meta, settings)
        place_items(store, redrawn, meta)
        join_space(store, new_items, meta)
    return IngestReport(
        accepted={name: table.num_rows for name, table in fresh.items()},
        repeated={name: log.tables[name].num_rows - fresh[name].num_rows for name in LOG_TABLES},
        rejected=_count_rejected(collected),
        new_users=new_users,
        new_items=len(new_items),
    )


def _count_rejected(collected: Collected) -> dict[str, int]:
    counts: dict[str, int] = {}
    for intake in collected.intakes:
        for rule, n in intake.rejected.items():
            counts[rule] = counts.get(rule, 0) + n
    return counts


def _number_users(store: Store, user_ids: pa.Array, declared: pa.Table) -> tuple[Index, int]:
    """Return the numbers of these users, adding the unknown ones and what known ones newly declare."""
    given = {row.pop("user_id"): row for row in declared.to_pylist()}
    (fresh,) = store.one("SELECT coalesce(max(user_no), -1) + 1 FROM users") or (0,)
    first, numbers = int(fresh), []
    for user_id in user_ids.to_pylist():
        row = store.one("SELECT user_no, attributes FROM users WHERE user_id = ?", user_id)
        said = {name: value for name, value in given.get(user_id, {}).items() if value is not None}
        if row is None:
            text = json.dumps(said, ensure_ascii=False, default=str)
            store.insert("users", [(fresh, user_id, text, None)])
            numbers.append(fresh)
            fresh += 1
        else:
            numbers.append(row[0])
            if said:
                merged = json.dumps({**json.loads(row[1] or "{}"), **said}, ensure_ascii=False, default=str)
                store.rows("UPDATE users SET attributes = ? WHERE user_no = ?", merged, row[0])
    return Index(user_ids, pa.array(numbers, pa.int64())), fresh - first


def _number_items(
    store: Store, item_ids: pa.Array, given: pa.Table, meta: Mapping[str, Any]
) -> tuple[Index, list[Any]]:
    """Return the numbers of these items and the catalogue items that are new."""
    (fresh,) = store.one("SELECT coalesce(max(item_no), -1) + 1 FROM items") or (0,)
    known = {
        item_id: row[0]
        for item_id in item_ids.to_pylist()
        if (row := store.one("SELECT item_no FROM items WHERE item_id = ?", item_id)) is not None
    }
    unknown = [item_id for item_id in item_ids.to_pylist() if item_id not in known]
    added = list_items(given, unknown, bands=meta.get("bands") or {}, first_no=int(fresh))
    store.insert("items", (item.row() for item in added))
    known |= {item.item_id: item.item_no for item in added}
    numbers = [known[item_id] for item_id in item_ids.to_pylist()]
    return Index(item_ids, pa.array(numbers, pa.int64())), added


def _unseen(store: Store, name: str, table: pa.Table) -> pa.Table:
    """Return the rows of a numbered table that the log does not hold yet, each once."""
    keys = ["user_no", "ts", "ref", *(["word"] if name == "words" else [])]
    query = f"SELECT 1 FROM {name} WHERE " + " AND ".join(f"{key} = ?" for key in keys)
    seen: set[tuple[Any, ...]] = set()
    fresh = []
    for key in zip(*(table[name].to_pylist() for name in keys), strict=True):
        new = key not in seen and store.one(query, *key) is None
        seen.add(key)
        fresh.append(new)
    return table.filter(pa.array(fresh, pa.bool_()))


def _without_doubles(store: Store, events: pa.Table) -> pa.Table:
    """Return new events without those made from texts whose real event is in the log already."""
    query = "SELECT 1 FROM events WHERE user_no = ? AND item_no = ? AND (ts = ? OR ts = 0 OR ? = 0)"
    columns = (events[name].to_pylist() for name in ("user_no", "item_no", "ts", "derived"))
    fresh = [
        not derived or store.one(query, user_no, item_no, ts, ts) is None
        for user_no, item_no, ts, derived in zip(*columns, strict=True)
    ]
    return events.filter(pa.array(fresh, pa.bool_()))


def _drop_superseded(store: Store, events: pa.Table) -> list[int]:
    """Take events made from texts out of the log when their real event comes in; return whose they were."""
    real = events.filter(pc.equal(events["derived"], 0))
    touched: dict[int, None] = {}
    columns = (real[name].to_pylist() for name in ("user_no", "item_no", "ts"))
    for user_no, item_no, ts in zip(*columns, strict=True):
        found = store.rows(
            "DELETE FROM events WHERE derived = 1 AND user_no = ? AND item_no = ? "
            "AND (ts = ? OR ts = 0 OR ? = 0) RETURNING ref",
            *(user_no, item_no, ts, ts),
        )
        if found:
            touched[user_no] = None
    return list(touched)


def _sum_anew(store: Store, user_nos: Sequence[int], meta: Mapping[str, Any], settings: Settings) -> None:
    """Sum some users' whole ledger again from their log: something in it was replaced."""
    if not user_nos:
        return
    staged = read_slice(store, list(user_nos))
    staged["followers"] = pa.concat_tables([read_followers(store, one, before_us=_EVER) for one in user_nos])
    staged |= stage_items(items_of_rows(store, staged["events"]))
    summer = summer_of(reading_of(meta, settings))
    store.drop_cells(user_nos, [signal.name for signal in summer.signals])
    for signal, cells in summer.sum_cells(staged):
        store.add_cells(pack_cells(signal, cells))


def _grow_ledger(
    store: Store, staged: Mapping[str, pa.Table], meta: Mapping[str, Any], settings: Settings
) -> None:
    """Add the sums of new rows; signals that depend on order are summed anew for the users touched."""
    reading = reading_of(meta, settings)
    summer = summer_of(reading)
    catalogue = stage_items(items_of_rows(store, staged["events"]))
    added = [signal for signal in summer.signals if not signal.whole_history]
    for signal, cells in summer.sum_cells({**staged, **catalogue}, added):
        store.add_cells(pack_cells(signal, cells))
    touched = staged["events"]["user_no"].unique().to_pylist()
    if touched:
        _replace_sums(store, touched, summer)


def _replace_sums(store: Store, user_nos: Sequence[int], summer: Any) -> None:
    staged = read_slice(store, list(user_nos))
    staged |= stage_items(items_of_rows(store, staged["events"]))
    replaced = [signal for signal in summer.signals if signal.whole_history]
    store.drop_cells(user_nos, [signal.name for signal in replaced])
    for signal, cells in summer.sum_cells(staged, replaced):
        store.add_cells(pack_cells(signal, cells))
