"""Which items a list may hold at all."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.recommend.shelf import Mask, Shelf
from limner.recommend.wishes import Wishes


def allow_items(shelf: Shelf, wishes: Wishes) -> Mask:
    """Return a mask of the items that pass every filter, bool (n_items,).

    Raises:
        UnknownNameError: no item is of a category that was named; the text suggests near names.
        InputError: stock was asked for, and no item says whether it is in stock.
    """
    allowed = np.ones(len(shelf), dtype=np.bool_)
    if wishes.categories:
        allowed &= _mark(shelf, [find_members(shelf, "category", name) for name in wishes.categories])
    if wishes.without_categories:
        banned = [find_members(shelf, "category", name) for name in wishes.without_categories]
        allowed &= ~_mark(shelf, banned)
    if wishes.price_min is not None:
        allowed &= shelf.prices >= wishes.price_min
    if wishes.price_max is not None:
        allowed &= shelf.prices <= wishes.price_max
    if wishes.in_stock:
        allowed &= _read_stock(shelf)
    return allowed & _listed(shelf, wishes)


def find_members(shelf: Shelf, kind: str, name: str) -> NDArray[np.int64]:
    """Return the codes of the items of a category or brand, or of the one item, of that name.

    Raises:
        UnknownNameError: there are none; the text suggests near names.
    """
    known = shelf.members[kind]
    if name not in known:
        hint = did_you_mean(name, known) or (
            f" (for instance: {', '.join(sorted(known)[:3])})" if known else ""
        )
        raise UnknownNameError(f"no {kind} {name!r} among the items{hint}")
    return known[name]


def _read_stock(shelf: Shelf) -> Mask:
    if shelf.in_stock is None:
        raise InputError("no item says whether it is in stock; give items a column in_stock or stock")
    return shelf.in_stock


def _listed(shelf: Shelf, wishes: Wishes) -> Mask:
    """Return the items of the explicit lists; ids that nobody knows are passed over."""
    known = shelf.members["item"]
    never = _mark(shelf, [known[item_id] for item_id in wishes.never if item_id in known])
    if wishes.only is None:
        return ~never
    return _mark(shelf, [known[item_id] for item_id in wishes.only if item_id in known]) & ~never


def _mark(shelf: Shelf, codes: Sequence[NDArray[np.int64]]) -> Mask:
    marked = np.zeros(len(shelf), dtype=np.bool_)
    for some in codes:
        marked[some] = True
    return marked
