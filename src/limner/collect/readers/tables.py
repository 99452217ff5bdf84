"""Tables of your own: CSV, TSV, JSON lines or Parquet, told by the names of files and columns."""

import re
from collections.abc import Mapping, Sequence

from limner.collect.readers.aliases import is_rating, match_columns, tell_event, tell_tables
from limner.collect.readers.columnar import Parquet
from limner.collect.readers.delimited import Delimited
from limner.collect.readers.headerless import find_header, name_event_columns
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
        return Objects(given.encoding)
    return find_header(source, Delimited(given.separator, encoding=given.encoding))


def read_as(source: Source, tables: Sequence[str], given: Given) -> Part:
    """Return the part that reads one file as the tables named.

    Raises:
        SchemaError: it lacks a column; says which, what was found, and what to write.
    """
    layout = find_layout(source, given.get(tables[0], _DEFAULT))
    return Part(source, layout, [_view(table, source, layout, given.get(table)) for table in tables])


def _view(table: str, source: Source, layout: Layout, given: TableSettings | None) -> View:
    found = layout.names(source)
    columns = _guess(table, source, layout, found)
    view = View(table, columns, rest=CONTRACTS[table].open).with_settings(given)
    view.check(source, found)
    return view


def _guess(table: str, source: Source, layout: Layout, found: Sequence[str]) -> dict[str, str]:
    """Return the column map that names (without a header, order) give away, and the file's name."""
    headerless = isinstance(layout, Delimited) and layout.header
    if headerless:
        columns = _by_order(table, source, layout)
    else:
        columns = match_columns(table, found)
    if table == "events" and "event" not in columns:
        rated = is_rating(columns.get("value", "")) or (headerless and "value" in columns)
        columns["event"] = CONSTANT + ("rating" if rated else tell_event(source.stem))
    if table == "texts" and "kind" not in columns:
        columns["kind"] = CONSTANT + tell_kind(source.stem)
    if table == "relations" and "kind" not in columns:
        columns["kind"] = CONSTANT + tell_relation(source.stem)
    return columns


def _by_order(table: str, source: Source, layout: Layout) -> dict[str, str]:
    if not isinstance(layout, Delimited) or len(layout.header) < 2:
        return {}
    if table == "events":
        return name_event_columns(source, layout)
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
    mapped = {table: {*match_columns(table, found), *_mapped(given.get(table), found)} for table in CONTRACTS}
    fits = [table for table in CONTRACTS if _fits(table, mapped)]
    claimed = tell_tables(source.stem)
    named = [table for table in claimed if table in fits]
    if not fits or (not named and set(fits) <= _PASSIVE and {"events", "texts"} & set(claimed)):
        return ()
    table = named[0] if named else min(fits, key=_MOST_TELLING.index)
    both = table == "events" and "texts" in fits and "text" not in match_columns("events", found)
    return (table, "texts") if both else (table,)


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
    named = [table for table in tell_tables(source.stem) if table in ("events", "relations", "triples")]
    return named[:1] or (["events"] if source.suffix not in _LOOSE_SUFFIXES else [])


def _parts(sources: Sequence[Source], given: Given) -> list[Part]:
    parts = []
    listed = {table for table, settings in given.items() if settings.files}
    for source in sources:
        if source.suffix not in SUFFIXES or _PROSE.fullmatch(source.stem):
            continue
        tables = tell_table(source, given) or _claimed(source)
        if tables and not listed & set(tables):
            parts.append(read_as(source, tables, given))
    return parts


def _claimed(source: Source) -> tuple[str, ...]:
    """Return the table a file's name claims it to be though its columns do not fit, to be told so."""
    if source.suffix in _LOOSE_SUFFIXES:
        return ()
    return tuple(tell_tables(source.stem)[:1])


TABLES = Reader("tables", "your own CSV, TSV, JSON lines or Parquet, one file or more a table", _parts)
