"""Outside ids in a living workspace: numbered, new ones added, merged users followed to who they are."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.ledger.numbering import Index
from limner.store.sqlite import Store
from limner.studio.catalogue import CatalogueItem, list_items, put_items


def number_users(store: Store, user_ids: pa.Array, declared: pa.Table) -> tuple[Index, int]:
    """Return the numbers of these users, adding the unknown ones and what known ones newly declare."""
    given = {row.pop("user_id"): row for row in declared.to_pylist()}
    first = next_number(store, "user")
    fresh, numbers = first, []
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


def number_items(
    store: Store, item_ids: pa.Array, given: pa.Table, meta: Mapping[str, Any]
) -> tuple[Index, list[CatalogueItem]]:
    """Return the numbers of these items and the catalogue items that are new."""
    known = {
        item_id: row[0]
        for item_id in item_ids.to_pylist()
        if (row := store.one("SELECT item_no FROM items WHERE item_id = ?", item_id)) is not None
    }
    unknown = [item_id for item_id in item_ids.to_pylist() if item_id not in known]
    added = list_items(given, unknown, bands=meta.get("bands") or {}, first_no=next_number(store, "item"))
    put_items(store, added)
    known |= {item.item_id: item.item_no for item in added}
    numbers = [known[item_id] for item_id in item_ids.to_pylist()]
    return Index(item_ids, pa.array(numbers, pa.int64())), added


def next_number(store: Store, kind: str) -> int:
    """Return the first free number of users or items."""
    (fresh,) = store.one(f"SELECT coalesce(max({kind}_no), -1) + 1 FROM {kind}s") or (0,)
    return int(fresh)


def follow_merges(store: Store, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return numbered rows with those of merged users given to who they are, and whose they were beside."""
    merges = store.rows("SELECT user_no, known_no FROM merged")
    if not merges:
        return dict(tables)
    was, now = (pa.array(numbers, pa.int64()) for numbers in zip(*merges, strict=True))
    return {name: _follow(table, was, now) for name, table in tables.items()}


def _follow(table: pa.Table, was: pa.Array, now: pa.Array) -> pa.Table:
    users = table["user_no"]
    found = pc.take(now, pc.index_in(users, value_set=was))
    place = table.schema.get_field_index("user_no")
    moved = table.set_column(place, "user_no", pc.coalesce(found, users))
    if "origin_no" not in table.column_names:
        return moved
    place = table.schema.get_field_index("origin_no")
    return moved.set_column(place, "origin_no", pc.if_else(pc.is_valid(found), users, None))
