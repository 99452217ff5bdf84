"""Items that are new, or newly described, in a living workspace."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from limner.store.store import Store
from limner.studio.kept.catalogue import CatalogueItem, from_row, list_items, put_items
from limner.studio.kept.contents import UNOPENED, Content, encode_items
from limner.studio.kept.spaces import load_corner

_CHUNK = 500
Unplaced = dict[str, int]
"""Items without a new place, by reason."""


def redraw_items(
    store: Store, given: pa.Table, new_ids: set[str], meta: Mapping[str, Any]
) -> list[CatalogueItem]:
    """Write what is newly said of known items, and return the items that changed by it.

    What is not said again stays as it was.
    """
    changed = []
    for item_id in given["item_id"].to_pylist():
        row = store.one("SELECT * FROM items WHERE item_id = ?", item_id)
        if row is None or item_id in new_ids:
            continue
        known = from_row(row)
        (said,) = list_items(given, [item_id], bands=meta.get("bands") or {}, first_no=known.item_no)
        merged = _merge(known, said)
        if merged != known:
            put_items(store, [merged], replace=True)
            changed.append(merged)
    return changed


def find_users_of(store: Store, items: Sequence[CatalogueItem]) -> list[int]:
    """Return the users who met one of these items: their sums read its categories, brand and price."""
    users: dict[int, None] = {}
    for start in range(0, len(items), _CHUNK):
        marks = ",".join(str(item.item_no) for item in items[start : start + _CHUNK])
        rows = store.rows(f"SELECT DISTINCT user_no FROM events WHERE item_no IN ({marks})")
        users.update(dict.fromkeys(row[0] for row in rows))
    return list(users)


def join_space(store: Store, added: Sequence[CatalogueItem], meta: Mapping[str, Any]) -> Unplaced:
    """Give new items a place by their words; return how many have none, by reason."""
    worded = [item for item in added if item.words()]
    content, unplaced = _encode(store, worded, meta)
    if content is None:
        return unplaced
    content_map = store.array("content_map")[0]
    for item, words in zip(worded, content, strict=True):
        _put_row(store, "semantic_in", item, words @ content_map[0])
        _put_row(store, "item_out", item, words @ content_map[1])
    return {}


def place_items(store: Store, items: Sequence[CatalogueItem], meta: Mapping[str, Any]) -> Unplaced:
    """Move newly described items to where their words put them; behaviour learnt at build stays.

    Returns how many could not be moved, by reason.
    """
    content, unplaced = _encode(store, items, meta)
    if content is None:
        return unplaced
    content_map = store.array("content_map")[0]
    places = load_corner(store, [item.item_no for item in items]).behaviour_in
    for item, words, place in zip(items, content, places, strict=True):
        _put_row(store, "semantic_in", item, words @ content_map[0])
        if not np.any(place):
            _put_row(store, "item_out", item, words @ content_map[1])
    store.set_meta(space_version=int(meta.get("space_version") or 0) + 1)
    return {}


def _encode(
    store: Store, items: Sequence[CatalogueItem], meta: Mapping[str, Any]
) -> tuple[Content | None, Unplaced]:
    """Return the vectors of items; None where there is nothing to encode or, with the reason, no encoder.

    An encoder that is not to be had is no ground to refuse rows: what they teach is in the sums, and the next
    build gives the items their places.
    """
    if not items:
        return None, {}
    try:
        return encode_items(store, items, meta), {}
    except UNOPENED as exc:
        return None, {str(exc): len(items)}


def _put_row(store: Store, name: str, item: CatalogueItem, row: Any) -> None:
    store.append_rows(name, np.asarray(row, dtype=np.float32)[None], first=item.item_no)


def _merge(known: CatalogueItem, said: CatalogueItem) -> CatalogueItem:
    return replace(
        known,
        title=said.title or known.title,
        description=said.description or known.description,
        categories=said.categories or known.categories,
        brand=said.brand or known.brand,
        price=known.price if said.price is None else said.price,
        price_band=known.price_band if said.price_band is None else said.price_band,
        attributes={**known.attributes, **said.attributes},
    )
