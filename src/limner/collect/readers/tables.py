"""Tables of your own: CSV, TSV, JSON lines or Parquet, told by the names of files and columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from limner.collect.readers.aliases import (
    find_item,
    find_title,
    fold,
    is_count,
    is_rating,
    match_columns,
    tell_event,
    tell_tables,
)
from limner.collect.readers.columnar import Parquet
from limner.collect.readers.companions import add_companions, aside
from limner.collect.readers.delimited import Delimited
from limner.collect.readers.headerless import find_header, name_event_columns, name_item_columns
from limner.collect.readers.objects import Objects
from limner.collect.readers.part import CONSTANT, Layout, Part, Reader, View
from limner.collect.readers.source import Source
from limner.settings import TableSettings
from limner.tables import CONTRACTS

_OBJECT_SUFFIXES = ("json", "jsonl", "ndjson")
_PARQUET_SUFFIXES = ("parquet", "pq")
_LOOSE_SUFFIXES = ("txt", "dat", "data", "log")
"""May hold anything: such a file is left alone where it fits no table."""
SUFFIXES = (*_OBJECT_SUFFIXES, *_PARQUET_SUFFIXES, *_LOOSE_SUFFIXES, "csv", "tsv", "tab")
_PROSE = re.compile(r".*read[-_]?me.*|licen[cs]e|notice|citation|change(log|s)|requirements")
_DEFAULT = TableSettings()

Given = Mapping[str, TableSettings]


def find_layout(source: Source, given: TableSettings = _DEFAULT) -> Layout:
    """Return how a file is cut, told by its ending and what limner.toml declares."""
    if source.suffix in _PARQUET_SUFFIXES:
        return Parquet()
    if source.suffix in _OBJECT_SUFFIXES:
        return Objects(given.encoding, _find_list(Objects(given.encoding).look(source)))
    return find_header(source, Delimited(given.separator, encoding=given.encoding))


def _find_list(found: Sequence[Mapping[str, Any]]) -> str:
    """Return the key of a list of objects that are events or texts, where what is around is neither."""
    around = list(dict.fromkeys(key for one in found for key in one))
    if "item_id" in match_columns("events", around):
        return ""
    for key in around:
        lists = [one.get(key) for one in found]
        inner = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
        names = list(dict.fromkeys(name for row in inner for name in row))
        if "item_id" in match_columns("events", names) or {"text", "user_id"} <= {
            *match_columns("texts", names)
        }:
            return key
    return ""


def read_as(source: Source, tables: Sequence[str], given: Given) -> Part:
    """Return the part that reads one file as the tables named.

    Raises:
        SchemaError: it lacks a column; says which, what was found, and what to write.
    """
    layout = find_layout(source, given.get(tables[0], _DEFAULT))
    views = [_view(table, source, layout, given.get(table)) for table in tables]
    return Part(source, layout, [aside(view, views) for view in views])


def _view(table: str, source: Source, layout: Layout, given: TableSettings | None) -> View:
    found = layout.names(source)
    columns = _guess(table, source, layout, found)
    view = View(table, columns, rest=CONTRACTS[table].open).with_settings(given)
    view.check(source, found)
    return view


def _guess(table: str, source: Source, layout: Layout, found: Sequence[str]) -> dict[str, str]:
    """Return the column map that names (without a header, order) give away, and the file's name."""
    headerless = isinstance(layout, Delimited) and layout.header
    columns = _by_order(table, source, layout) if headerless else match_rows(table, found)
    if table == "events" and "event" not in columns:
        columns["event"] = CONSTANT + _tell_event(source, columns, found, headerless=bool(headerless))
    if table == "texts" and "kind" not in columns:
        columns["kind"] = CONSTANT + tell_kind(source.stem)
    if table == "relations" and "kind" not in columns:
        columns["kind"] = CONSTANT + tell_relation(source.stem)
    return columns


def _are_orders(found: Sequence[str]) -> bool:
    return any(fold(name).startswith(("invoice", "order", "quantity", "订单")) for name in found)


def _tell_event(source: Source, columns: Mapping[str, str], found: Sequence[str], *, headerless: bool) -> str:
    """Return the event type of every row, told by what the value is and by the file's name."""
    value = columns.get("value", "")
    named = tell_event(source.stem, default="") or ("purchase" if _are_orders(found) else "")
    if is_rating(value) or (headerless and value and not named):
        return "rating"
    if is_count(value) and not named:
        return "listen"  # whose value is a count
    return named or "click"


def match_rows(table: str, found: Sequence[str]) -> dict[str, str]:
    """Return our column → the owner's as `match_columns` does; items also by an id or a name of their own."""
    columns = match_columns(table, found)
    if table not in ("events", "texts", "items") or "item_id" in columns:
        return columns
    free = [name for name in found if name not in columns.values()]
    told = "title" in columns if table == "items" else _TELLING & set(columns) and "user_id" in columns
    item = (find_item(free) or (find_title(free) if table != "items" else "")) if told else ""
    return {**columns, "item_id": item} if item else columns


_TELLING = frozenset({"timestamp", "value", "rating", "text", "event"})


def _by_order(table: str, source: Source, layout: Layout) -> dict[str, str]:
    if not isinstance(layout, Delimited) or len(layout.header) < 2:
        return {}
    if table == "events":
        return name_event_columns(source, layout)
    if table == "items":
        return name_item_columns(source, layout)
    orders = {"relations": ("user_id", "other_id", "weight"), "triples": ("head", "relation", "tail")}
    return dict(zip(orders.get(table, ()), layout.header, strict=False))


def tell_kind(stem: str) -> str:
    """Return the kind of text a file's name speaks of: comment, query, chat, tag, else review."""
    words = {"comment": "comment", "quer": "query", "search": "query", "chat": "chat", "tag": "tag"}
    return next((kind for word, kind in words.items() if word in stem), "review")


def tell_relation(stem: str) -> str:
    """Return the kind of relation a file's name speaks of: trusts, follows, else friend."""
    words = {"trust": "trusts", "follow": "follows"}
    return next((kind for word, kind in words.items() if word in stem), "friend")


def tell_table(source: Source, given: Given) -> tuple[str, ...]:
    """Return the tables a file holds, by its columns and, where several fit, its name; none if none fits."""
    layout = find_layout(source, given.get("events", _DEFAULT))
    if isinstance(layout, Delimited) and layout.header:
        return tuple(_headerless_table(source, layout))
    found = layout.names(source)
    mapped = {table: {*match_rows(table, found), *_mapped(given.get(table), found)} for table in CONTRACTS}
    fits = [table for table in CONTRACTS if _fits(table, mapped)]
    claimed = tell_tables(source.stem)
    bare = "users" in fits and fold(match_columns("users", found)["user_id"]) == "id"
    if find_item(found) or _are_pairs(found) or (bare and "users" not in claimed):
        fits = [table for table in fits if table != "users"]
    if "users" in claimed[:1] and fold(match_columns("texts", found).get("text", "")) in _COUNTED:
        fits.append("users")  # how many, not what they say
    named = [table for table in claimed if table in fits]
    if not fits or (not named and set(fits) <= _PASSIVE and {"events", "texts"} & set(claimed)):
        return ()
    table = named[0] if named else min(fits, key=_MOST_TELLING.index)
    both = table == "events" and "texts" in fits and "text" not in match_columns("events", found)
    return (table, "texts") if both else (table,)


def _are_pairs(found: Sequence[str]) -> bool:
    """Return whether each row names one other user: then there are many rows a user."""
    return fold(match_columns("relations", found).get("other_id", "")).endswith("id")


_COUNTED = ("reviews", "comments")
_PASSIVE = frozenset({"items", "users"})
_MOST_TELLING = ("triples", "texts", "events", "relations", "items", "users")


def _mapped(given: TableSettings | None, found: Sequence[str]) -> set[str]:
    return {ours for ours, theirs in given.columns.items() if theirs in found} if given else set()


def _fits(table: str, mapped: Mapping[str, set[str]]) -> bool:
    """Return whether a file has what makes it this table."""
    names = mapped[table]
    if not names.issuperset(CONTRACTS[table].required):
        return False
    if table == "events":
        return "item_id" in names
    if table == "relations":
        return "item_id" not in mapped["events"]
    if table == "items":
        return "user_id" not in mapped["events"] and len(names) > 1
    return table != "users" or not {"item_id", "text"} & mapped["texts"]


def _headerless_table(source: Source, layout: Delimited) -> list[str]:
    if len(layout.header) < 2:
        return []
    named = tell_tables(source.stem)[:1]
    if named not in ([], ["events"]):
        return [table for table in named if table in ("relations", "triples")]
    columns = name_event_columns(source, layout)
    wanted = named or source.suffix not in _LOOSE_SUFFIXES or "timestamp" in columns
    return ["events"] if wanted and "item_id" in columns else []


def _parts(sources: Sequence[Source], given: Given) -> list[Part]:
    """Return the files that fit a table; what a name only claims is asked about where nothing else helps."""
    listed = {table for table, settings in given.items() if settings.files}
    asked = [one for one in sources if one.suffix in SUFFIXES and not _PROSE.fullmatch(one.stem)]
    told = {source: tell_table(source, given) for source in asked}
    parts = [read_as(one, tables, given) for one, tables in told.items() if tables and not listed & {*tables}]
    if any(view.table in ("events", "texts") for part in parts for view in part.views) or listed:
        return add_companions(parts, listed)
    for source in asked:
        claimed = () if told[source] else _claimed(source)
        if claimed:
            read_as(source, claimed, given)  # raises: says what it lacks
    return parts


def _claimed(source: Source) -> tuple[str, ...]:
    """Return the table of events or texts a file's name claims it to be though its columns do not fit."""
    if source.suffix in _LOOSE_SUFFIXES:
        return ()
    return tuple(table for table in tell_tables(source.stem) if table in ("events", "texts"))[:1]


def say_unread(source: Source) -> str:
    """Return why a file gives nothing: what it holds, where that can be told."""
    if source.suffix in _PARQUET_SUFFIXES or source.suffix not in SUFFIXES or _PROSE.fullmatch(source.stem):
        return "holds nothing this format reads"
    names = [name for name in find_layout(source).names(source) if name]
    shown = ", ".join(name[:30] for name in names[:6]) + (", …" if len(names) > 6 else "")
    return f"no columns this format reads, found: {shown or 'none'}"


TABLES = Reader("tables", "your own CSV, TSV, JSON lines or Parquet, one file or more a table", _parts)
