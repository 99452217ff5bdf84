"""The items as filters and boosts see them: categories, brands, prices, stock, and how often each was met."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.recommend.interactions import Reals

Mask = NDArray[np.bool_]
Members = Mapping[str, NDArray[np.int64]]
_NO = {"", "0", "0.0", "false", "no", "n", "f", "off", "none", "null", "否", "无"}


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """One entry per item code, in the order of the codes; ``members`` by kind, then name, hold codes.

    ``prices`` float64 (n_items,), NaN where none is known; ``in_stock`` bool (n_items,), or None where no
    item says; ``popularity`` float64 (n_items,), the users who met each, or None where nobody counted.
    """

    item_ids: Sequence[str]
    categories: Sequence[tuple[str, ...]]
    members: Mapping[str, Members]
    prices: Reals
    in_stock: Mask | None
    popularity: Reals | None = None

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.item_ids)


def fill_shelf(
    item_ids: Sequence[str], rows: Iterable[Mapping[str, Any]], *, popularity: Reals | None = None
) -> Shelf:
    """Return the shelf of some items, each with its row: ``categories``, ``brand``, ``price``, and its stock.

    Stock is a column ``in_stock`` (yes or no) or ``stock`` (a number). Where only some rows have one, an
    item without is taken for one that is not in stock.
    """
    given = list(rows)
    categories = [tuple(row.get("categories") or ()) for row in given]
    brands = [(str(row["brand"]),) if row.get("brand") else () for row in given]
    prices = [np.nan if row.get("price") is None else float(row["price"]) for row in given]
    stock = [read_stock(row) for row in given]
    members = {
        "category": _collect(categories),
        "brand": _collect(brands),
        "item": _collect([(item_id,) for item_id in item_ids]),
    }
    said = any(one is not None for one in stock)
    in_stock = np.array([bool(one) for one in stock], dtype=np.bool_) if said else None
    return Shelf(item_ids, categories, members, np.array(prices, np.float64), in_stock, popularity)


def read_stock(row: Mapping[str, Any]) -> bool | None:
    """Return whether an item is in stock; None where its row does not say.

    >>> read_stock({"stock": "3"}), read_stock({"in_stock": "no"}), read_stock({})
    (True, False, None)
    """
    said = row.get("in_stock")
    if said is not None:
        return str(said).strip().lower() not in _NO
    count = row.get("stock")
    if count is None:
        return None
    try:
        return float(count) > 0
    except (TypeError, ValueError):
        return str(count).strip().lower() not in _NO


def _collect(names: Sequence[tuple[str, ...]]) -> dict[str, NDArray[np.int64]]:
    found: dict[str, list[int]] = {}
    for code, mine in enumerate(names):
        for name in mine:
            found.setdefault(name, []).append(code)
    return {name: np.array(codes, dtype=np.int64) for name, codes in found.items()}
