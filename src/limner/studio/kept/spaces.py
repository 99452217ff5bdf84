"""A space at rest: saved by item, held whole for recommending, or read only where one user stands."""

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Space
from limner.fusion.trend import ARRAYS as TREND
from limner.recommend.history import History
from limner.store.store import Store

_BY_ITEM = ("behaviour_in", "semantic_in", "item_out")
_LATER = "item_lent"
"""Not in stores that were written before it was kept."""
_WHOLE = ("base", "content_map", "header")
_TERMS = ("usual", "passed", "attribute_in")
_STRETCHED = (*_BY_ITEM, _LATER, "base", "passed", *TREND)
NAME = "limner-linear-1"
_SPARE = 0.25
"""Share of rows that are held ready for items to come."""

Arrays = dict[str, NDArray[Any]]


class LiveSpace:
    """The space of a store in memory, kept up with the items that join it; threads may share one."""

    def __init__(self) -> None:
        """Hold nothing until it is asked for."""
        self._lock = Lock()
        self._held: Arrays = {}
        self._n_items = 0
        self._version: Any = None
        self._space: Space | None = None

    @property
    def is_held(self) -> bool:
        """Whether it was read before."""
        return self._space is not None

    def read(self, store: Store, version: Any) -> Space:
        """Return the space of all items there are now; ``version`` changes when known items moved."""
        n_items = count_items(store)
        with self._lock:
            if self._space is None or version != self._version:
                self._hold(read_arrays(store, n_items), n_items)
                self._version = version
            elif n_items != self._n_items:
                self._grow(store, n_items)
            assert self._space is not None
            return self._space

    def _hold(self, arrays: Arrays, n_items: int) -> None:
        self._held, self._n_items = arrays, n_items
        shown = {name: array[:n_items] if name in _STRETCHED else array for name, array in arrays.items()}
        self._space = Space.from_arrays(shown)

    def _grow(self, store: Store, n_items: int) -> None:
        """Take in the items that are new; room is made for more at once, so that few copies are made."""
        held = dict(self._held)
        if n_items > len(held["base"]):
            room = n_items + int(_SPARE * n_items) + 64
            held = {
                name: _stretch(name, array, room) if name in _STRETCHED else array
                for name, array in held.items()
            }
        for name in (*_BY_ITEM, _LATER):
            if name in held:
                _fill(store, name, held[name], first=self._n_items)
        self._hold(held, n_items)


def save_space(store: Store, space: Space) -> None:
    """Write a space; the arrays with one row per item row by row."""
    arrays = space.to_arrays()
    for name in (*_BY_ITEM, _LATER):
        store.put_array(name, arrays[name])
    for name in (*_WHOLE, *TREND, *(name for name in _TERMS if name in arrays)):
        store.put_array(name, arrays[name][None])
    store.set_meta(terms=space.terms.are_learnt)


def count_items(store: Store) -> int:
    """Return the number of items of a store, with or without a place."""
    (count,) = store.one("SELECT coalesce(max(item_no), -1) + 1 FROM items") or (0,)
    return int(count)


def load_space(store: Store) -> Space:
    """Return the whole space."""
    return Space.from_arrays(read_arrays(store, count_items(store)))


def read_arrays(store: Store, n_items: int) -> Arrays:
    """Return the arrays of a space of so many items.

    An item without rows of its own stands nowhere and has the lowest base: it can be read, not recommended.
    """
    arrays: Arrays = {}
    for name in _BY_ITEM:
        arrays[name] = _read_rows(store, name, n_items)
    with suppress(KeyError):
        arrays[_LATER] = _read_rows(store, _LATER, n_items)
    arrays |= {name: store.array(name)[0] for name in _WHOLE}
    arrays["base"] = _stretch("base", arrays["base"], n_items)
    with suppress(KeyError):  # a store written before they were kept has neither
        arrays |= {name: _stretch(name, store.array(name)[0], n_items) for name in TREND}
    if store.meta(["terms"]).get("terms"):
        arrays |= {name: store.array(name)[0] for name in _TERMS}
        arrays["passed"] = _stretch("passed", arrays["passed"], n_items)
    return arrays


def load_corner(store: Store, items: Sequence[int]) -> Space:
    """Return a space of these items alone, renumbered in their order: enough for one user's vector.

    Terms are left out: where they are open the whole space is needed.
    """
    arrays: Arrays = {}
    for name in ("behaviour_in", "semantic_in"):
        dtype, shape = store.array_header(name)
        arrays[name] = np.zeros((len(items), *shape[1:]), dtype=dtype)
        for place, item in enumerate(items):
            row = store.one("SELECT data FROM arrays WHERE name = ? AND row = ?", name, item)
            if row is not None:
                arrays[name][place] = np.frombuffer(row[0], dtype=dtype)
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


def _read_rows(store: Store, name: str, n_rows: int) -> NDArray[Any]:
    dtype, shape = store.array_header(name)
    array = np.zeros((n_rows, *shape[1:]), dtype=dtype)
    _fill(store, name, array, first=0)
    return array


def _fill(store: Store, name: str, array: NDArray[Any], *, first: int) -> None:
    """Put the stored rows from ``first`` on into their places."""
    rows = store.rows("SELECT row, data FROM arrays WHERE name = ? AND row >= ?", name, first)
    for row, data in rows:
        if row < len(array):
            array[row] = np.frombuffer(data, dtype=array.dtype)


def _stretch(name: str, array: NDArray[Any], n_rows: int) -> NDArray[Any]:
    """Return an array of more rows: zeros, or the lowest value of a row of single numbers."""
    longer = np.zeros((max(n_rows, len(array)), *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    if array.ndim == 1:
        longer[len(array) :] = array.min() if len(array) and name not in TREND else 0
    return longer
