"""The ledger of some users summed again from their part of the log: the past, and what depends on order."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from limner.ledger.batch import Summer
from limner.ledger.cells import Cell
from limner.ledger.rows import Reading
from limner.settings import Settings
from limner.store.sqlite import Store
from limner.studio.build import make_reading, pack_cells
from limner.studio.catalogue import CatalogueItem, from_row, stage_items
from limner.studio.log import read_followers, read_slice

_SUMMERS: dict[str, Summer] = {}
_MOST_SUMMERS = 8


def summer_of(reading: Reading) -> Summer:
    """Return the compiled summer of a reading; compiling takes half a second, so equal readings share one."""
    key = repr(reading)
    if key not in _SUMMERS:
        if len(_SUMMERS) >= _MOST_SUMMERS:
            _SUMMERS.clear()
        _SUMMERS[key] = Summer(reading)
    return _SUMMERS[key]


def sum_past(
    store: Store, user_no: int, meta: Mapping[str, Any], settings: Settings, *, before_us: int
) -> dict[str, dict[str, Cell]]:
    """Return a user's ledger as the log had it strictly before an instant."""
    staged = read_slice(store, [user_no], before_us=before_us)
    staged["followers"] = read_followers(store, user_no, before_us=before_us)
    staged |= stage_items(items_of_rows(store, staged["events"]))
    reading = reading_of(meta, settings)
    ledger: dict[str, dict[str, Cell]] = {}
    for signal, cells in summer_of(reading).sum_cells(staged):
        for _, name, *cell in pack_cells(signal, cells):
            ledger.setdefault(name, {})[cell[0]] = Cell(*cell)
    return ledger


def reading_of(meta: Mapping[str, Any], settings: Settings, *, last_us: int = 0) -> Reading:
    """Return the reading a workspace was built with, for rows up to `last_us`."""
    landmark = int(meta["landmark_us"])
    newest = max(last_us, int(meta["as_of_us"]))
    return make_reading(settings, landmark_us=landmark, scale=meta["rating_scale"], last_us=newest)


def items_of_rows(store: Store, events: pa.Table) -> list[CatalogueItem]:
    """Return the catalogue items that some events name."""
    numbers = [number for number in events["item_no"].unique().to_pylist() if number is not None]
    return read_items(store, numbers)


def read_items(store: Store, numbers: Sequence[int]) -> list[CatalogueItem]:
    """Return catalogue items by their numbers, in that order."""
    rows = [store.one("SELECT * FROM items WHERE item_no = ?", int(number)) for number in numbers]
    return [from_row(row) for row in rows if row is not None]
