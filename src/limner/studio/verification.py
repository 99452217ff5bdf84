"""The live ledger held against one summed anew from the stored log."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from limner.ledger.cells import Cell
from limner.ledger.numbering import Index, turn_relations
from limner.settings import Settings
from limner.store.sqlite import Store
from limner.studio.build import pack_cells
from limner.studio.catalogue import from_row, stage_items
from limner.studio.log import read_log
from limner.studio.painting import Painter
from limner.studio.past import reading_of, summer_of

TOLERANCE = 1e-9
_NUMBERS = ("recent", "lasting", "liking", "opinion")


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
        }


def verify_store(store: Store, settings: Settings) -> Verification:
    """Sum the stored log anew and compare every cell, and every fact of users whose cells differ."""
    meta = store.meta()
    summer = summer_of(reading_of(meta, settings))
    staged = _stage_all(store)
    cells, differing, largest = 0, 0, 0.0
    suspects: dict[int, None] = {}
    summed = {signal.name: cells for signal, cells in summer.sum_cells(staged)}
    for signal in summer.signals:
        found = pack_cells(signal, summed[signal.name]) if signal.name in summed else ()
        anew = {(row[0], row[2]): Cell(*row[2:]) for row in found}
        live = dict(_live_cells(store, signal.name))
        for key in live.keys() | anew.keys():
            gap = _compare(live.get(key), anew.get(key))
            cells += 1
            largest = max(largest, gap)
            if gap > TOLERANCE:
                differing += 1
                suspects[key[0]] = None
    facts, wrong = _compare_facts(store, list(suspects), staged, summer)
    return Verification(cells, largest, differing, facts, wrong)


def _stage_all(store: Store) -> dict[str, pa.Table]:
    rows = store.rows("SELECT user_id, user_no FROM users")
    users = Index(
        pa.array([row[0] for row in rows], pa.string()), pa.array([row[1] for row in rows], pa.int64())
    )
    log = read_log(store)
    catalogue = [from_row(row) for row in store.rows("SELECT * FROM items")]
    return {**log, "followers": turn_relations(log["relations"], users), **stage_items(catalogue)}


def _live_cells(store: Store, signal: str) -> Iterator[tuple[tuple[int, str], Cell]]:
    rows = store.rows(
        "SELECT user_no, key, n, recent, lasting, liking, opinion, first_seen, last_seen, evidence "
        "FROM cells WHERE signal = ?",
        signal,
    )
    return (((row[0], row[1]), Cell(*row[1:])) for row in rows)


def _compare(live: Cell | None, anew: Cell | None) -> float:
    """Return the largest relative difference of the sums; infinite when anything else differs."""
    if live is None or anew is None:
        return math.inf
    exact = ("n", "first_seen", "last_seen", "evidence")
    if any(getattr(live, name) != getattr(anew, name) for name in exact):
        return math.inf
    gaps = []
    for name in _NUMBERS:
        one, other = getattr(live, name), getattr(anew, name)
        scale = max(abs(one), abs(other), abs(live.lasting))
        gaps.append(abs(one - other) / scale if scale > 0 else 0.0)
    return max(gaps)


def _compare_facts(
    store: Store, user_nos: list[int], staged: Mapping[str, pa.Table], summer: Any
) -> tuple[int, tuple[str, ...]]:
    """Paint the users whose cells differ from both ledgers; return facts compared and those that differ."""
    if not user_nos:
        return 0, ()
    painter = Painter(store)
    anew: dict[int, dict[str, dict[str, Cell]]] = {user_no: {} for user_no in user_nos}
    for signal, summed in summer.sum_cells(staged):
        for user_no, name, *cell in pack_cells(signal, summed):
            if user_no in anew:
                anew[user_no].setdefault(name, {})[cell[0]] = Cell(*cell)
    compared, wrong = 0, []
    for user_no in user_nos:
        (user_id,) = store.one("SELECT user_id FROM users WHERE user_no = ?", user_no) or ("",)
        live = {fact.path: fact for fact in painter.paint(user_id, lang="en").facts}
        fresh = {fact.path: fact for fact in painter.paint(user_id, lang="en", cells=anew[user_no]).facts}
        paths = sorted(live.keys() | fresh.keys())
        compared += len(paths)
        wrong += [f"{user_id}: {path}" for path in paths if live.get(path) != fresh.get(path)]
    return compared, tuple(wrong)
