"""What a file says beside its rows: of the items its events name, of its users, of their friends."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from limner.collect.cleaning.columns import BLANKS
from limner.collect.readers.aliases import find_title, fold, match_columns
from limner.collect.readers.delimited import Delimited
from limner.collect.readers.headerless import name_item_columns
from limner.collect.readers.part import CONSTANT, Part, View, set_column

_OF_ITEMS = ("title", "description", "categories", "brand", "price")
_OF_REVIEWED = ("categories", "brand", "price")
_OF_USERS = ("gender", "age", "occupation", "city")
_PRICES = frozenset({"price", "listprice", "unitprice", "价格", "售价", "单价"})
_LISTED = re.compile(r"[\s\[\]'\",;|]+")
_MANY = re.compile(r"[\[,;|]")


def add_companions(parts: Sequence[Part], listed: set[str]) -> list[Part]:
    """Return the parts with items, users and friends that other files tell of, unless they have a file.

    Items and users go by the ids their events have.
    """
    parts = _join_ids(parts)
    tables = {view.table for part in parts for view in part.views} | listed
    for table in ("items", "users", "relations"):
        if table not in tables:
            parts = [_with(part, table) for part in parts]
    return parts


def aside(view: View, views: Sequence[View]) -> View:
    """Return a view as it is when its file holds `views`: each item and user once, friends one by one."""
    main = views[0]
    if view.table == "relations":
        return replace(view, shape=split_others)
    if view is main:
        friends = next((other.columns["other_id"] for other in views if other.table == "relations"), "")
        return replace(view, columns={**view.columns, "#friends": friends}) if friends else view
    if view.table in ("items", "users"):
        key = "item_id" if view.table == "items" else "user_id"
        return replace(view, distinct=key, rest=False)
    return view


def _with(part: Part, table: str) -> Part:
    """Return the part with a further view, where its file says something for this table."""
    columns = {"items": _tell_items, "users": _tell_users, "relations": _tell_friends}[table](part)
    if not columns:
        return part
    views = [*part.views, View(table, columns)]
    return replace(part, views=[aside(view, views) for view in views])


def _tell_items(part: Part) -> dict[str, str]:
    """Return the columns of a file of events or texts that speak of the item."""
    main = part.views[0]
    item = main.columns.get("item_id", "")
    if main.table not in ("events", "texts") or not item or item.startswith(CONSTANT):
        return {}
    if isinstance(part.layout, Delimited) and part.layout.header:
        return name_item_columns(part.source, part.layout)
    found = part.layout.names(part.source)
    taken = {theirs for view in part.views for ours, theirs in view.columns.items() if ours != "value"}
    free = [name for name in found if name not in taken]
    said = any("text" in view.columns for view in part.views)
    columns = {"item_id": item, **_choose("items", free, _OF_REVIEWED if said else _OF_ITEMS)}
    if fold(columns.get("price", "price")) not in _PRICES:
        del columns["price"]
    title = find_title([name for name in found if name not in taken or name == item]) if said else ""
    if title:
        columns["title"] = title
    if "description" in columns and "title" not in columns:
        columns["title"] = columns.pop("description")
    return columns if len(columns) > 1 else {}


def _tell_users(part: Part) -> dict[str, str]:
    """Return the columns of a file of events or texts that speak of the user."""
    main = part.views[0]
    if main.table not in ("events", "texts") or (isinstance(part.layout, Delimited) and part.layout.header):
        return {}
    taken = {theirs for view in part.views for theirs in view.columns.values()}
    free = [name for name in part.layout.names(part.source) if name not in taken]
    columns = _choose("users", free, _OF_USERS)
    return {"user_id": main.columns["user_id"], **columns} if columns else {}


def _tell_friends(part: Part) -> dict[str, str]:
    """Return the columns of a file of users that name their friends."""
    main = part.views[0]
    if main.table != "users":
        return {}
    columns = _choose("relations", part.layout.names(part.source), ("other_id",))
    return {"user_id": main.columns["user_id"], **columns, "kind": f"{CONSTANT}friend"} if columns else {}


def _choose(table: str, found: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    columns = match_columns(table, found)
    return {ours: columns[ours] for ours in wanted if ours in columns}


def _join_ids(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, items known by the column of the events' items where their file has one called so."""
    ids = {
        view.columns["item_id"]
        for part in parts
        for view in part.views
        if view.table in ("events", "texts") and "item_id" in view.columns
    }
    return [_with_id(part, ids) for part in parts]


def _with_id(part: Part, ids: set[str]) -> Part:
    same = [name for name in part.layout.names(part.source) if name in ids]
    if part.views[0].table != "items" or not same or part.views[0].columns["item_id"] in same:
        return part
    columns = {**part.views[0].columns, "item_id": same[0]}
    return replace(part, views=[replace(part.views[0], columns=columns)])


def split_others(rows: pa.Table) -> pa.Table:
    """Return relations one other user a row, where a cell lists several: a list, or text with commas."""
    others = rows.column("other_id").to_pylist()
    lists = [_split(value) for value in others]
    if all(len(found) == 1 for found in lists):
        return rows
    lists = [[one for one in found if one not in ("", *BLANKS)] for found in lists]
    places = [place for place, found in enumerate(lists) for _ in found]
    names = [name for found in lists for name in found]
    return set_column(rows.take(pa.array(places, pa.int64())), "other_id", pa.array(names, pa.string()))


def _split(value: object) -> list[str]:
    """Return the ids in a cell; a cell with one, or none, as it stands."""
    if isinstance(value, list):
        return [str(one) for one in value]
    text = str(value) if value is not None else ""
    return [one for one in _LISTED.split(text) if one] if _MANY.search(text) else [text]
