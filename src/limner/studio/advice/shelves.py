"""The items of an open store as lists need them: single ones with their titles, or all on a shelf."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from limner.recommend.shelf import Shelf, fill_shelf
from limner.store.store import Store

_MOST_KEPT = 100_000
_BATCH = 500
"""Numbers in one query: SQLite takes 999 at least."""


class Known(NamedTuple):
    """What is said of one item."""

    item_id: str
    title: str | None
    categories: tuple[str, ...]


class Shelves:
    """Reads items of a store, keeps what it read, and reads anew when anything was written."""

    def __init__(self, store: Store) -> None:
        """Hold nothing until it is asked for."""
        self._store = store
        self._version: tuple[int, int] | None = None
        self._known: dict[int, Known] = {}
        self._shelf: Shelf | None = None

    def version(self) -> tuple[int, int]:
        """Return what changes when this connection, or another one, has written."""
        return self._store.changes()

    def _refresh(self) -> None:
        version = self.version()
        if version != self._version or len(self._known) > _MOST_KEPT:
            self._version, self._known, self._shelf = version, {}, None

    def find(self, numbers: Iterable[int]) -> dict[int, Known]:
        """Return what is said of some items, by item number; those not read before in one query."""
        self._refresh()
        wanted = list(dict.fromkeys(numbers))
        missing = [number for number in wanted if number not in self._known]
        for start in range(0, len(missing), _BATCH):
            part = missing[start : start + _BATCH]
            marks = ", ".join("?" * len(part))
            rows = self._store.rows(
                f"SELECT item_no, item_id, title, categories FROM items WHERE item_no IN ({marks})", *part
            )
            self._known |= {row[0]: Known(row[1], row[2], tuple(json.loads(row[3] or "[]"))) for row in rows}
        return {number: self._known.get(number, Known("", None, ())) for number in wanted}

    def read(self, *, popularity: bool = False) -> Shelf:
        """Return all items; ``popularity`` counts the users who met each, which scans the ledger."""
        self._refresh()
        if self._shelf is None:
            rows = self._store.rows(
                "SELECT item_id, categories, brand, price, attributes FROM items ORDER BY item_no"
            )
            self._shelf = fill_shelf([row[0] for row in rows], [_read(row) for row in rows])
        if popularity and self._shelf.popularity is None:
            counts = np.zeros(len(self._shelf))
            for number, users in self._store.rows(
                "SELECT i.item_no, count(*) FROM cells c JOIN items i ON i.item_id = c.key "
                "WHERE c.signal = 'item' GROUP BY i.item_no"
            ):
                counts[number] = users
            self._shelf = replace(self._shelf, popularity=counts)
        return self._shelf


def _read(row: tuple[Any, ...]) -> dict[str, Any]:
    attributes = json.loads(row[4] or "{}")
    said = {name: attributes.get(name) for name in ("in_stock", "stock")}
    return {"categories": json.loads(row[1] or "[]"), "brand": row[2], "price": row[3], **said}
