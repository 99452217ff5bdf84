"""Outside ids in a living workspace: numbered, new ones added, merged users followed to who they are."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from limner.ledger.numbering import Index
from limner.store.schema import columns_of
from limner.store.store import Store
from limner.studio.kept.catalogue import CatalogueItem, list_items, put_items

Row = tuple[Any, ...]
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
"""An integer as it is written out; what differs (007) is a text."""


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
    known = _find_numbers(store, "item", item_ids.to_pylist())
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


def keep_id_type(store: Store, meta: dict[str, Any], kind: str, ids: Iterable[str]) -> None:
    """Note that ids which were all whole numbers so far are texts from now on, when one of these is none."""
    integers = meta["integer_ids"]
    if kind in integers and not all(_WHOLE.fullmatch(one) for one in ids):
        meta["integer_ids"] = [name for name in integers if name != kind]
        store.set_meta(integer_ids=meta["integer_ids"])


def find_users(store: Store, user_ids: Iterable[str], added: set[int]) -> dict[str, int]:
    """Return the numbers of users; those who are not known are added, and noted in ``added``."""
    known, fresh = _number(store, "user", user_ids)
    store.insert("users", [(number, one, "{}", None) for one, number in fresh.items()])
    added.update(fresh.values())
    return known | fresh


def find_items(store: Store, item_ids: Iterable[str], added: set[int]) -> dict[str, int]:
    """Return the numbers of items; those that are not known are added bare, and noted in ``added``."""
    known, fresh = _number(store, "item", item_ids)
    bare = [CatalogueItem(number, one, None, None, (), None, None, None, {}) for one, number in fresh.items()]
    put_items(store, bare)
    added.update(fresh.values())
    return known | fresh


def _number(store: Store, kind: str, ids: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the numbers of the users or items that are known, and free ones for the others."""
    wanted = list(dict.fromkeys(ids))
    known = _find_numbers(store, kind, wanted)
    fresh = [one for one in wanted if one not in known]
    first = next_number(store, kind) if fresh else 0
    return known, {one: first + place for place, one in enumerate(fresh)}


def _find_numbers(store: Store, kind: str, ids: Sequence[str]) -> dict[str, int]:
    return dict(store.find(f"SELECT {kind}_id, {kind}_no FROM {kind}s WHERE {kind}_id IN (?)", ids))


def follow_merges(store: Store, tables: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """Return rows of the log with those of merged users given to who they are, and whose they were beside."""
    merges: dict[int, int] = dict(store.rows("SELECT user_no, known_no FROM merged"))
    if not merges:
        return dict(tables)
    return {name: [_follow(name, row, merges) for row in rows] for name, rows in tables.items()}


def _follow(name: str, row: Row, merges: Mapping[int, int]) -> Row:
    known = merges.get(row[0])
    if known is None:
        return row
    columns = columns_of(name)
    given = dict(zip(columns, row, strict=True)) | {"user_no": known}
    if "origin_no" in given:
        given["origin_no"] = row[0]
    return tuple(given[column] for column in columns)
