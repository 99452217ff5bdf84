"""Another workspace's log into this one: what two builds knew becomes what one build of both would know."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from limner.errors import InputError
from limner.records import ERASED
from limner.store.schema import columns_of
from limner.store.store import Store
from limner.store.workspace import BuiltAnewError
from limner.studio.intake.admitting import Row
from limner.studio.intake.ingestion import IngestReport, ingest_log, writing
from limner.studio.intake.knowing import keep_id_type, next_number
from limner.studio.intake.redrawing import join_space
from limner.studio.kept.catalogue import CatalogueItem, put_items, read_catalogue
from limner.studio.kept.erasures import find_erased
from limner.studio.kept.log import LOG_TABLES

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter
    from limner.studio.writing import Writing

_CHUNK_USERS = 500
_OTHER = columns_of("relations").index("other_id")


def absorb_store(studio: "Writing", other: Store) -> Iterator[IngestReport]:
    """Take in another store's users, items and log, some users at a time, and yield what came of each part.

    Rows that both hold are counted once. Items that are known here stay as they are; what only the other
    one knows of a user is added. A killed run goes on where it is started again.

    Raises:
        InputError: rows of the other store are no longer kept, so their sums cannot be told from ours.
    """
    where = other.path.parent
    if other.meta(("retired_before_us",)).get("retired_before_us"):
        raise InputError(f"{where}: rows of it are no longer kept, so it cannot be taken in whole")
    if other.one("SELECT 1 FROM merged") is not None:
        raise InputError(f"{where}: users of it were merged; undo that first with: limner unmerge")
    while True:
        try:
            yield from _absorb(studio.painter, other)
            return
        except BuiltAnewError:  # once more, into the new store
            studio.reopen()


def _absorb(painter: "Painter", other: Store) -> Iterator[IngestReport]:
    users = other.rows("SELECT user_no, user_id, attributes FROM users ORDER BY user_no")
    items = read_catalogue(other)
    store = painter.store
    with writing(painter) as meta:
        gone = _find_gone(store, other)
        refused = _count_gone(other, gone)
        users = [row for row in users if row[1] not in gone]
        known = next_number(store, "item")
        item_nos = {item.item_no: _place_item(store, item) for item in items}
        new = [(item, item_nos[item.item_no]) for item in items if item_nos[item.item_no] >= known]
        user_nos = {row[0]: _place_user(store, row[1], row[2]) for row in users}
        unplaced = join_space(store, [replace(item, item_no=number) for item, number in new], meta)
        for name in ("own_sentences", "read_by"):
            store.insert(name, other.rows(f"SELECT {', '.join(columns_of(name))} FROM {name}"))
        corrected = other.rows(f"SELECT {', '.join(columns_of('corrections'))} FROM corrections")
        store.insert("corrections", [row for row in corrected if row[0] not in gone])
        keep_id_type(store, meta, "user_id", (row[1] for row in users))
        keep_id_type(store, meta, "item_id", (item.item_id for item in items))
    for start in range(0, max(len(users), 1), _CHUNK_USERS):
        some = [row[0] for row in users[start : start + _CHUNK_USERS]]
        rows = {name: list(_read(other, name, some, (user_nos, item_nos))) for name in LOG_TABLES}
        rows["relations"] = [row for row in rows["relations"] if row[_OTHER] not in gone]
        report = ingest_log(painter, rows)
        yield replace(report, unplaced=unplaced, rejected={**report.rejected, **refused})
        unplaced, refused = {}, {}


def _find_gone(store: Store, other: Store) -> set[str]:
    """Return the ids of another store that were erased from this one."""
    named = [*other.rows("SELECT user_id FROM users"), *other.rows("SELECT DISTINCT other_id FROM relations")]
    return find_erased(store, {user_id for (user_id,) in named})


def _count_gone(other: Store, gone: set[str]) -> dict[str, int]:
    """Return how many rows of another store are of users who were erased here, or name them, by reason."""
    counts = [
        other.one(f"SELECT count(*) FROM {name} JOIN users USING (user_no) WHERE user_id = ?", one) or (0,)
        for one in gone
        for name in ("events", "texts", "relations")
    ]
    counts += [other.one("SELECT count(*) FROM relations WHERE other_id = ?", one) or (0,) for one in gone]
    return {ERASED: sum(n for (n,) in counts)} if gone else {}


def _place_item(store: Store, item: CatalogueItem) -> int:
    row = store.one("SELECT item_no FROM items WHERE item_id = ?", item.item_id)
    if row is not None:
        return int(row[0])
    number = next_number(store, "item")
    put_items(store, [replace(item, item_no=number)])
    return number


def _place_user(store: Store, user_id: str, attributes: str | None) -> int:
    row = store.one("SELECT user_no, attributes FROM users WHERE user_id = ?", user_id)
    if row is None:
        number = next_number(store, "user")
        store.insert("users", [(number, user_id, attributes or "{}", None)])
        return number
    merged = {**json.loads(attributes or "{}"), **json.loads(row[1] or "{}")}
    store.rows(
        "UPDATE users SET attributes = ? WHERE user_no = ?", json.dumps(merged, ensure_ascii=False), row[0]
    )
    return int(row[0])


def _read(
    other: Store, name: str, user_nos: list[int], numbers: tuple[dict[int, int], dict[int, int]]
) -> Iterator[Row]:
    """Yield rows of another store's log with the numbers they have here."""
    columns = columns_of(name)
    item_place = columns.index("item_no") if "item_no" in columns else None
    for user_no in user_nos:
        for row in other.rows(f"SELECT {', '.join(columns)} FROM {name} WHERE user_no = ?", user_no):
            moved = [numbers[0][user_no], *row[1:]]
            if item_place is not None and moved[item_place] is not None:
                moved[item_place] = numbers[1][moved[item_place]]
            yield tuple(moved)
