"""The live ledger held against one summed anew from the stored log, by the other engine."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from limner.ledger.batch import Summer
from limner.ledger.cells import SUM_COLUMNS, Cell
from limner.ledger.decay import Landmarks
from limner.records import iso
from limner.settings import Settings
from limner.store.store import Store
from limner.studio.building.build import pack_cells
from limner.studio.kept.catalogue import read_catalogue, stage_items
from limner.studio.kept.ledgers import landmarks_of, reading_of
from limner.studio.kept.log import read_log
from limner.studio.portraits.painting import Painter

TOLERANCE = 1e-9
_NOTHING = 2.0**-900
"""A sum below this is nothing: hundreds of half-lives old, and at the end of what a double can hold."""
_CHUNK_EVENTS = 100_000
_NUMBERS = ("recent", "lasting", "liking", "opinion")
_EXACT = ("n", "liked", "disliked", "first_seen", "last_seen")
_CELL = ", ".join(SUM_COLUMNS)
Ledger = dict[tuple[int, str, str], Cell]
"""(user_no, signal, key) → cell."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a comparison found."""

    cells: int
    """Cells compared: those on either side."""
    largest_difference: float
    """Of the decayed sums, relative; infinite where a cell is on one side only."""
    cells_differing: int
    facts: int
    """Facts compared, of the users whose cells differ."""
    facts_differing: tuple[str, ...]
    """``user: path`` of each."""
    retired_before: str | None = None
    """Rows before this are no longer kept: what they added was taken as it stands, and not verified."""
    retired_rows: int = 0
    """Events among them."""

    @property
    def clean(self) -> bool:
        """Whether everything agrees."""
        return not self.cells_differing and not self.facts_differing

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner verify --json``."""
        return {
            "clean": self.clean,
            "cells": self.cells,
            "largest_difference": None if math.isinf(self.largest_difference) else self.largest_difference,
            "cells_differing": self.cells_differing,
            "facts": self.facts,
            "facts_differing": list(self.facts_differing),
            "retired_before": self.retired_before,
            "retired_rows": self.retired_rows,
        }


@dataclass(slots=True)
class _Tally:
    cells: int = 0
    largest: float = 0.0
    differing: int = 0
    facts: int = 0
    wrong: list[str] = field(default_factory=list)


def verify_store(store: Store, settings: Settings) -> Verification:
    """Sum the stored log anew and compare every cell, and every fact of users whose cells differ.

    Users are taken some at a time, so memory stays bounded.
    """
    tally = _Tally()
    with store.reading():
        meta = store.meta()
        summer, landmarks = Summer(reading_of(meta, settings)), landmarks_of(meta)
        staged = stage_items(read_catalogue(store))
        painter = Painter(store)
        for first, last in _list_chunks(store):
            anew = _sum_chunk(store, (first, last), summer, (staged, landmarks))
            live = _read_cells(store, "cells", first, last)
            _compare_chunk(live, anew, painter, tally)
        (retired,) = store.one("SELECT coalesce(sum(n), 0) FROM retired WHERE signal = 'event'") or (0,)
    return Verification(
        tally.cells,
        tally.largest,
        tally.differing,
        tally.facts,
        tuple(tally.wrong),
        iso(meta.get("retired_before_us")),
        int(retired),
    )


def compare_cells(live: Cell | None, anew: Cell | None) -> float:
    """Return the largest relative difference of the sums; infinite when anything else differs."""
    if live is None or anew is None:
        return math.inf
    if any(getattr(live, name) != getattr(anew, name) for name in _EXACT):
        return math.inf
    gaps = []
    for name in _NUMBERS:
        one, other = getattr(live, name), getattr(anew, name)
        weights = (live.opinion, anew.opinion) if name == "liking" else ()  # a mean of both sides may be 0
        scale = max(abs(one), abs(other), *weights)
        gaps.append(abs(one - other) / scale if scale > _NOTHING else 0.0)
    return max(gaps)


def _list_chunks(store: Store) -> Iterator[tuple[int, int]]:
    """Yield ranges of user numbers that hold about so many events each, and that cover everyone."""
    rows = store.execute(
        "SELECT u.user_no, count(e.ref) FROM users u LEFT JOIN events e USING (user_no) "
        "GROUP BY u.user_no ORDER BY 1"
    ).fetchall()
    first, held = 0, 0
    for user_no, n_events in rows:
        held += n_events
        if held >= _CHUNK_EVENTS:
            yield first, user_no
            first, held = user_no + 1, 0
    if rows:
        yield first, max(first, rows[-1][0])


def _sum_chunk(
    store: Store,
    users: tuple[int, int],
    summer: Summer,
    known: tuple[Mapping[str, pa.Table], Landmarks],
) -> Ledger:
    """Return the cells of a range of users summed anew, with what rows that are no longer kept had added."""
    ledger = _read_cells(store, "retired_now", *users)
    tables = {**read_log(store, users), **known[0]}
    for signal, cells in summer.sum_cells(tables, known[1]):
        for row in pack_cells(signal, cells):
            key, cell = (row[0], signal.name, row[2]), Cell._make((*row[2:], signal.name))
            before = ledger.get(key)
            ledger[key] = cell if before is None else before.plus(cell)
    return ledger


def _read_cells(store: Store, table: str, first: int, last: int) -> Ledger:
    rows = store.execute(
        f"SELECT user_no, signal, {_CELL} FROM {table} WHERE user_no BETWEEN ? AND ?", (first, last)
    )
    return {(user_no, signal, cell[0]): Cell._make((*cell, signal)) for user_no, signal, *cell in rows}


def _compare_chunk(live: Ledger, anew: Ledger, painter: Painter, tally: _Tally) -> None:
    suspects: dict[int, None] = {}
    for key in live.keys() | anew.keys():
        gap = compare_cells(live.get(key), anew.get(key))
        tally.cells += 1
        tally.largest = max(tally.largest, gap)
        if gap > TOLERANCE:
            tally.differing += 1
            suspects[key[0]] = None
    for user_no in suspects:
        _compare_facts(user_no, anew, painter, tally)


def _compare_facts(user_no: int, anew: Ledger, painter: Painter, tally: _Tally) -> None:
    """Paint a user from both ledgers and note the facts that differ."""
    (user_id,) = painter.store.one("SELECT user_id FROM users WHERE user_no = ?", user_no) or ("",)
    cells: dict[str, dict[str, Cell]] = {}
    for (number, signal, key), cell in anew.items():
        if number == user_no:
            cells.setdefault(signal, {})[key] = cell
    live = {fact.path: fact for fact in painter.paint(user_id, lang="en").facts}
    fresh = {fact.path: fact for fact in painter.paint(user_id, lang="en", cells=cells).facts}
    paths = sorted(live.keys() | fresh.keys())
    tally.facts += len(paths)
    tally.wrong += [f"{user_id}: {path}" for path in paths if live.get(path) != fresh.get(path)]
