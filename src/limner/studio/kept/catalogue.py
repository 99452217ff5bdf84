"""The items as the store keeps them: categories, price bands, attributes, and their words."""

import json
import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from limner.encoders.traits import Traits, read_amount
from limner.store.store import Store
from limner.tables import CONTRACTS

_MIN_PRICED = 10
_ALL = ""
_YEAR = re.compile(r"\((1[89]\d\d|20\d\d)\)")
"""The year in a title, as catalogues of films and books write it."""
_OWN = set(CONTRACTS["items"].columns.names)

Bands = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One item, ready to be stored and to be summed over."""

    item_no: int
    item_id: str
    title: str | None
    description: str | None
    categories: tuple[str, ...]
    brand: str | None
    price: float | None
    price_band: int | None
    attributes: Mapping[str, Any]

    def row(self) -> tuple[Any, ...]:
        """Return the row of the store's ``items``."""
        return (
            self.item_no,
            self.item_id,
            self.title,
            self.description,
            json.dumps(self.categories, ensure_ascii=False),
            self.brand,
            self.price,
            self.price_band,
            json.dumps(self.attributes, ensure_ascii=False, default=str),
            self.first_category,
        )

    @property
    def first_category(self) -> str | None:
        """The category an item is foremost of, None where it has none."""
        return self.categories[0] if self.categories else None

    def words(self) -> str:
        """Return everything the item says of itself, for an encoder."""
        parts = [self.title, *self.categories, *self.categories, self.brand, self.description]
        return " ".join(part for part in parts if part)

    def traits(self) -> Traits:
        """Return what the item is: its kinds by block, and its quantities, those in its title too."""
        further = {f"attribute {name}": value for name, value in self.attributes.items()}
        amounts = {name: read_amount(value) for name, value in further.items()}
        year = _YEAR.search(self.title or "")
        amounts["year"] = float(year[1]) if year else None
        amounts["price"] = math.log(self.price) if self.price and self.price > 0 else None
        kinds = {"category": self.categories, "brand": (self.brand,) if self.brand else ()}
        kinds |= {name: (str(value),) for name, value in further.items() if amounts[name] is None}
        return Traits(kinds, {name: amount for name, amount in amounts.items() if amount is not None})


def from_row(row: Sequence[Any]) -> CatalogueItem:
    """Return the item of a row of the store's ``items``."""
    number, item_id, title, description, categories, brand, price, band, attributes, *_ = row
    return CatalogueItem(
        number,
        item_id,
        title,
        description,
        tuple(json.loads(categories or "[]")),
        brand,
        price,
        band,
        json.loads(attributes or "{}"),
    )


def read_catalogue(store: Store) -> list[CatalogueItem]:
    """Return all items of a store, by their number."""
    return [from_row(row) for row in store.rows("SELECT * FROM items ORDER BY item_no")]


def put_items(store: Store, items: Sequence[CatalogueItem], *, replace: bool = False) -> None:
    """Write items and the categories they are in; those that are there stay, or are replaced."""
    if replace:
        for item in items:
            store.rows("DELETE FROM item_categories WHERE item_no = ?", item.item_no)
    store.insert("items", (item.row() for item in items), replace=replace)
    store.insert("item_categories", ((item.item_no, name) for item in items for name in item.categories))


def list_items(
    items: pa.Table, item_ids: Sequence[str], *, bands: Bands, first_no: int = 0
) -> list[CatalogueItem]:
    """Return one item per id, those without a row of their own bare; numbers follow the ids.

    ``bands`` are the price limits of `find_bands`.
    """
    given = {row["item_id"]: row for row in items.to_pylist()}
    rows = [given.get(item_id, {}) for item_id in item_ids]
    return [_item(first_no + place, item_ids[place], row, bands) for place, row in enumerate(rows)]


def find_bands(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Return the four price limits between fifths per first category; under "" those of all items.

    Where many cost the same there are no fifths, and no limits.
    """
    prices: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        price = row.get("price")
        if price is not None and price > 0 and math.isfinite(price):
            prices[_ALL].append(price)
            prices[(row.get("categories") or [_ALL])[0]].append(price)
    fifths = [0.2, 0.4, 0.6, 0.8]
    limits = {
        name: np.quantile(found, fifths).tolist()
        for name, found in prices.items()
        if len(found) >= _MIN_PRICED
    }
    return {name: found if len(set(found)) == len(fifths) else [] for name, found in limits.items()}


def stage_items(items: Sequence[CatalogueItem]) -> dict[str, pa.Table]:
    """Return the staged ``items`` and ``categories`` of `limner.ledger.staging`."""
    pairs = [(item.item_no, name) for item in items for name in item.categories]
    return {
        "items": pa.table(
            {
                "item_no": pa.array([item.item_no for item in items], pa.int64()),
                "item_id": pa.array([item.item_id for item in items], pa.string()),
                "brand": pa.array([item.brand for item in items], pa.string()),
                "price_band": pa.array([item.price_band for item in items], pa.int64()),
                "first_category": pa.array([item.first_category for item in items], pa.string()),
            }
        ),
        "categories": pa.table(
            {
                "item_no": pa.array([number for number, _ in pairs], pa.int64()),
                "category": pa.array([name for _, name in pairs], pa.string()),
            }
        ),
    }


def _item(number: int, item_id: str, row: Mapping[str, Any], limits: Bands) -> CatalogueItem:
    categories = tuple(dict.fromkeys(row.get("categories") or ()))
    price = row.get("price")
    known = limits.get(categories[0] if categories else _ALL, limits.get(_ALL))
    band = bisect_right(known, price) + 1 if known and price is not None and price > 0 else None
    further = {name: value for name, value in row.items() if name not in _OWN and value is not None}
    return CatalogueItem(
        number,
        item_id,
        row.get("title"),
        row.get("description"),
        categories,
        row.get("brand"),
        price,
        band,
        further,
    )
