"""A space at rest: saved by item, loaded whole for recommending or only where one user stands."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Space
from limner.recommend.history import History
from limner.store.sqlite import Store

_BY_ITEM = ("behaviour_in", "semantic_in", "item_out")
_WHOLE = ("base", "content_map", "header")
NAME = "limner-linear-1"


def save_space(store: Store, space: Space) -> None:
    """Write a space; the arrays with one row per item row by row."""
    arrays = space.to_arrays()
    for name in _BY_ITEM:
        store.put_array(name, arrays[name])
    for name in _WHOLE:
        store.put_array(name, arrays[name][None])


def append_space(store: Store, space: Space, *, first_new: int) -> None:
    """Write the rows of items that joined a saved space."""
    arrays = space.to_arrays()
    for name in _BY_ITEM:
        store.append_rows(name, arrays[name][first_new:], first=first_new)
    store.put_array("base", arrays["base"][None])


def load_space(store: Store) -> Space:
    """Return the whole space."""
    arrays = {name: store.array(name) for name in _BY_ITEM}
    return Space.from_arrays(arrays | {name: store.array(name)[0] for name in _WHOLE})


def load_corner(store: Store, items: Sequence[int]) -> Space:
    """Return a space of these items alone, renumbered in their order: enough for one user's vector."""
    arrays = {name: store.array(name, items) for name in ("behaviour_in", "semantic_in")}
    content_map = store.array("content_map")[0]
    nothing = np.zeros_like(arrays["behaviour_in"])
    base = np.zeros(len(items), dtype=np.float32)
    header = store.array("header")[0]
    return Space.from_arrays(
        arrays | {"item_out": nothing, "base": base, "content_map": content_map, "header": header}
    )


def read_sums(rows: Sequence[tuple[Any, ...]], factors: tuple[float, float]) -> NDArray[np.float64]:
    """Return (…, n, recent, lasting) rows as an array, both decayed sums read with their factors."""
    if not len(rows):
        return np.zeros((0, 0))
    table = np.array(rows, dtype=np.float64)
    table[:, -2:] *= factors
    return table


def history_of(table: NDArray[np.float64], *, n_items: int, at_us: int) -> History:
    """Return one user's history from (item_no, n, recent, lasting) rows as `read_sums` gives them."""
    if not len(table):
        nothing = np.zeros(0)
        return History(
            n_items, np.zeros(2, np.int64), nothing.astype(np.int32), nothing, nothing, nothing, at_us
        )
    ordered = table[np.argsort(table[:, 0], kind="stable")]
    indptr = np.array([0, len(ordered)], dtype=np.int64)
    items = ordered[:, 0].astype(np.int32)
    return History(n_items, indptr, items, ordered[:, 1], ordered[:, 2], ordered[:, 3], at_us)
