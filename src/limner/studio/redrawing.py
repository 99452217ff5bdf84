"""Items that are new, or newly described, in a living workspace."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from limner.store.sqlite import Store
from limner.studio.catalogue import CatalogueItem, from_row, list_items, put_items
from limner.studio.learning import load_encoder
from limner.studio.spaces import load_corner

_CHUNK = 500


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


def join_space(store: Store, added: Sequence[CatalogueItem], meta: Mapping[str, Any]) -> None:
    """Give new items a place by their words."""
    worded = [item for item in added if item.words()]
    encoder = load_encoder(store, meta) if worded else None
    if encoder is None:
        return
    content_map = store.array("content_map")[0]
    for item, words in zip(worded, encoder.encode([item.words() for item in worded]), strict=True):
        _put_row(store, "semantic_in", item, words @ content_map[0])
        _put_row(store, "item_out", item, words @ content_map[1])


def place_items(store: Store, items: Sequence[CatalogueItem], meta: Mapping[str, Any]) -> None:
    """Move newly described items to where their words put them; behaviour learnt at build stays."""
    encoder = load_encoder(store, meta) if items else None
    if encoder is None:
        return
    content_map = store.array("content_map")[0]
    content = encoder.encode([item.words() for item in items])
    places = load_corner(store, [item.item_no for item in items]).behaviour_in
    for item, words, place in zip(items, content, places, strict=True):
        _put_row(store, "semantic_in", item, words @ content_map[0])
        if not np.any(place):
            _put_row(store, "item_out", item, words @ content_map[1])
    store.set_meta(space_version=int(meta.get("space_version") or 0) + 1)


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
