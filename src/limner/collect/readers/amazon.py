"""Amazon reviews, 2014, 2018 and 2023: one object a line, with or without `meta_*` files of products."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect.readers.objects import Objects
from limner.collect.readers.part import LINE, Part, Reader, View, drop_blank, set_column
from limner.collect.readers.source import Source

_SUFFIXES = ("json", "jsonl")
_KEYS = (  # ours, then what the three editions call it
    ("user_id", "reviewerID", "user_id"),
    ("item_id", "parent_asin", "asin"),
    ("timestamp", "unixReviewTime", "timestamp", "reviewTime"),
    ("rating", "overall", "rating"),
    ("text", "reviewText", "text"),
    ("#summary", "summary", "title"),
)
_META_KEYS = (
    ("item_id", "parent_asin", "asin"),
    ("title", "title"),
    ("description", "description"),
    ("categories", "categories", "category"),
    ("#main_category", "main_category", "main_cat"),
    ("brand", "brand", "store"),
    ("price", "price"),
    ("image", "imUrl", "imageURLHighRes", "imageURL", "images"),
)


def _choose(keys: Sequence[tuple[str, ...]], found: Sequence[str]) -> dict[str, str]:
    """Return our column → the first of its names that the file has."""
    chosen = {ours: next((name for name in theirs if name in found), "") for ours, *theirs in keys}
    return {ours: name for ours, name in chosen.items() if name}


def name_reviews(rows: pa.Table, column: str) -> pa.Table:
    """Return the rows with a review's id: user, item and time, the same in every copy of the file."""
    parts = [rows.column(name).cast(pa.string()) for name in ("user_id", "item_id")]
    last = rows.column("timestamp" if "timestamp" in rows.column_names else LINE).cast(pa.string())
    ids = pc.binary_join_element_wise(*parts, last, ":", null_handling="replace", null_replacement="")
    return set_column(rows, column, ids)


def _name_events(rows: pa.Table) -> pa.Table:
    return name_reviews(rows, "event_id")


def _join_texts(rows: pa.Table) -> pa.Table:
    """Return texts of summary and body, without those that say nothing."""
    rows = name_reviews(rows, "text_id")
    if "#summary" in rows.column_names:
        pairs = zip(rows.column("#summary").to_pylist(), rows.column("text").to_pylist(), strict=True)
        rows = set_column(
            rows, "text", pa.array([_join(summary, body) for summary, body in pairs], pa.string())
        )
    return drop_blank(rows, "text")


def _join(summary: object, body: object) -> str:
    """Return summary and body on two lines; the body alone where it begins with the summary."""
    head, rest = (str(part).strip() if part is not None else "" for part in (summary, body))
    if not head or rest.startswith(head.rstrip(".… ")):
        return rest
    return f"{head}\n{rest}".strip()


def _mend_items(rows: pa.Table) -> pa.Table:
    """Return products with flat categories, prices as numbers and one description."""
    menders = {"categories": _flatten, "price": _read_price, "description": _join_lines, "image": _first}
    for column, mend in menders.items():
        if column in rows.column_names:
            values = [mend(value) for value in rows.column(column).to_pylist()]
            type_ = pa.list_(pa.string()) if column == "categories" else None
            rows = set_column(rows, column, pa.array(values, type_ or pa.string()))
    if "#main_category" in rows.column_names:
        rows = set_column(rows, "categories", _with_main(rows))
    return rows


def _with_main(rows: pa.Table) -> pa.Array:
    """Return category lists, the main category alone where there are none."""
    lists = rows.column("categories").to_pylist() if "categories" in rows.column_names else [None] * len(rows)
    mains = rows.column("#main_category").to_pylist()
    return pa.array([found or ([main] if main else None) for found, main in zip(lists, mains, strict=True)])


def _flatten(value: Any) -> list[str] | None:
    """Return the names in a list of lists, each once."""
    if value is None:
        return None
    if not isinstance(value, list):
        return [str(value)]
    names = [name for part in value for name in (part if isinstance(part, list) else [part])]
    return list(dict.fromkeys(str(name) for name in names if name))


def _read_price(value: Any) -> str | None:
    """Return the digits of one price; nothing for a range or for words."""
    match = re.fullmatch(r"\s*\$?\s*([\d,]+(\.\d+)?)\s*", str(value))
    return match[1].replace(",", "") if match else None


def _join_lines(value: Any) -> str | None:
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def _first(value: Any) -> str | None:
    first = next(iter(value), None) if isinstance(value, list) else value
    return None if first is None else str(first)


def _reviews(source: Source, found: Sequence[str]) -> Part | None:
    columns = _choose(_KEYS, found)
    if not {"user_id", "item_id", "rating"} <= set(columns) or not {"asin", "parent_asin"} & set(found):
        return None
    ids: dict[str, str] = {
        ours: columns[ours] for ours in ("user_id", "item_id", "timestamp") if ours in columns
    }
    views = [View("events", {**ids, "value": columns["rating"], "event": "=review"}, _name_events)]
    if "text" in columns:
        said: dict[str, str] = {
            ours: columns[ours] for ours in ("rating", "text", "#summary") if ours in columns
        }
        views.append(View("texts", {**ids, **said, "kind": "=review"}, _join_texts))
    return Part(source, Objects(), views)


def _products(source: Source, found: Sequence[str]) -> Part | None:
    columns = _choose(_META_KEYS, found)
    if "item_id" not in columns or not {"asin", "parent_asin"} & set(found) or len(columns) < 2:
        return None
    return Part(source, Objects(), [View("items", columns, _mend_items)])


def _parts(sources: Sequence[Source], given: Mapping[str, object]) -> list[Part]:
    objects = [(source, Objects().names(source)) for source in sources if source.suffix in _SUFFIXES]
    reviews = [part for source, found in objects if (part := _reviews(source, found))]
    read = {part.source for part in reviews}
    items = [part for source, found in objects if source not in read and (part := _products(source, found))]
    return [*reviews, *items] if reviews else []


AMAZON = Reader("amazon", "Amazon reviews: *.json, one review a line, with meta_* products", _parts)
