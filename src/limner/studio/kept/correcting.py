"""What somebody corrected of a user: kept by the owner's user id, so that it outlives every store."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from limner.fusion.corrections import Pull
from limner.records import Correction
from limner.store.store import Store

_COLUMNS = "c.user_id, c.dimension, c.key, c.value, c.verb, c.liking, c.made_us, c.made_by, c.note"
_ITEMS = {
    "category": (
        "SELECT c.item_no, 1.0 / (SELECT count(*) FROM item_categories d WHERE d.item_no = c.item_no) "
        "FROM item_categories c WHERE c.category = ? ORDER BY c.item_no"
    ),
    "brand": "SELECT item_no, 1.0 FROM items WHERE brand = ? ORDER BY item_no",
    "item": "SELECT item_no, 1.0 FROM items WHERE item_id = ?",
}
"""Keys of interests that name items, and which: (item_no, how much of the item belongs to it)."""


def read_corrections(store: Store, user_no: int | None = None) -> list[Correction]:
    """Return the corrections of a user, oldest first, or of everyone.

    Those of ids that were merged into the user hold as well; where both said something of one fact, the
    user's own does.
    """
    if user_no is None:
        rows = store.rows(f"SELECT {_COLUMNS} FROM corrections c ORDER BY c.user_id, c.made_us")
        return [_read(row) for row in rows]
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM corrections c JOIN users u ON u.user_id = c.user_id WHERE u.user_no = ? "
        "OR u.user_no IN (SELECT m.user_no FROM merged m WHERE m.known_no = ?) "
        "ORDER BY u.user_no = ?, c.made_us",
        *(user_no, user_no, user_no),
    )
    told = {one.path: one for one in map(_read, rows)}
    return sorted(told.values(), key=lambda one: (one.made_us, one.path))


def read_pulls(store: Store, user_no: int) -> tuple[Pull, ...]:
    """Return what a user's corrections do in the space: those of categories, brands and items."""
    return make_pulls(store, read_corrections(store, user_no))


def make_pulls(store: Store, corrections: Iterable[Correction]) -> tuple[Pull, ...]:
    """Return what corrections do in the space."""
    return tuple(_pull(store, one) for one in corrections if names_items(one))


def read_corrected(store: Store) -> list[int]:
    """Return the numbers of users of whom something was corrected; not those merged into others."""
    rows = store.rows(
        "SELECT DISTINCT coalesce(m.known_no, u.user_no) FROM corrections c JOIN users u USING (user_id) "
        "LEFT JOIN merged m USING (user_no) ORDER BY 1"
    )
    return [row[0] for row in rows]


def names_items(correction: Correction) -> bool:
    """Return whether a correction is about items."""
    return correction.dimension == "interest" and correction.key in _ITEMS


def _pull(store: Store, correction: Correction) -> Pull:
    rows = store.rows(_ITEMS[correction.key], correction.value)
    items = np.array([row[0] for row in rows], dtype=np.int64)
    return Pull.of(correction, items, np.array([row[1] for row in rows], dtype=np.float64))


def _read(row: Sequence[Any]) -> Correction:
    user_id, dimension, key, value, verb, liking, made_us, by, note = row
    return Correction(user_id, dimension, key, value, verb, liking, made_us, by or "", note or "")
