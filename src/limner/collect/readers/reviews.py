"""Reviews nobody signed: text with a label or rating and no user; each row gets a writer of its own."""

from collections.abc import Mapping, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect.readers.aliases import match_columns
from limner.collect.readers.part import LINE, Layout, Part, Reader, View, drop_blank, set_column
from limner.collect.readers.source import Source
from limner.collect.readers.tables import SUFFIXES, find_layout
from limner.settings import TableSettings

_SIGNED = ("user", "reviewer", "customer", "member", "author", "用户", "会员", "顾客", "客户")
_NO_SETTINGS = TableSettings()


def _number_rows(rows: pa.Table, *, prefix: str, column: str) -> pa.Table:
    """Return rows with a writer (unless they have one) and an id each, both from the line they stood on."""
    names = pc.binary_join_element_wise(prefix, rows.column(LINE).cast(pa.string()), "")
    if "user_id" not in rows.column_names:
        rows = set_column(rows, "user_id", names)
    rows = set_column(rows, column, names)
    return drop_blank(rows, "text") if column == "text_id" else rows


def _list_categories(rows: pa.Table) -> pa.Table:
    """Return one item per category, called and classed by it."""
    names = rows.column("item_id").to_pylist()
    lists = pa.array([[name] for name in names], pa.list_(pa.string()))
    return set_column(set_column(rows, "title", rows.column("item_id")), "categories", lists)


def _part(source: Source, layout: Layout, *, writer: str, prefix: str) -> Part | None:
    """Return the part of a file that has texts and ratings but no user, or none."""
    found = layout.names(source)
    texts = match_columns("texts", found)
    items = match_columns("items", [name for name in found if name not in texts.values()])
    if "text" not in texts or "user_id" in texts or "rating" not in texts:
        return None
    if not writer and any(word in name.lower() for name in found for word in _SIGNED):
        return None  # signed after all, under a name we do not know: the owner had better say
    place = texts.get("item_id", items.get("categories", ""))
    ids = {"item_id": place} if place and place != writer else {}
    if writer in found:
        ids["user_id"] = writer
    if "timestamp" in texts:
        ids["timestamp"] = texts["timestamp"]
    number = partial(_number_rows, prefix=prefix)
    said = {"text": texts["text"], "rating": texts["rating"], "kind": "=review"}
    views = [View("texts", {**ids, **said}, partial(number, column="text_id"), makes=("user_id",))]
    if "item_id" in ids:
        rated = {"value": texts["rating"], "event": "=review"}
        views.append(View("events", {**ids, **rated}, partial(number, column="event_id"), makes=("user_id",)))
    if "item_id" in ids and "item_id" not in texts:
        views.append(View("items", {"item_id": place}, _list_categories, distinct="item_id"))
    return Part(source, layout, views)


def _parts(sources: Sequence[Source], given: Mapping[str, TableSettings]) -> list[Part]:
    settings = given.get("texts", _NO_SETTINGS)
    tables = [source for source in sources if source.suffix in SUFFIXES]
    prefixes = {source: f"{source.stem}-row-" if len(tables) > 1 else "row-" for source in tables}
    writer = settings.columns.get("user_id", "")
    layouts = {source: find_layout(source, settings) for source in tables}
    parts = [_part(one, layout, writer=writer, prefix=prefixes[one]) for one, layout in layouts.items()]
    return [part for part in parts if part is not None]


REVIEWS = Reader("reviews", "unsigned reviews: text and label (or rating) columns and no user", _parts)
