"""Where users stood at many instants: P from what each interval between two of them added."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Matrix, Reals, Space, normalise
from limner.ledger.ladder import Ladder
from limner.recommend.history import History

Factors = tuple[Reals, Reals]
Met = Mapping[str, NDArray[Any]]
"""user_no, slot, item_no, n, recent, lasting: an entry per user, slot and item; see `ledger.intervals`."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Vectors of all slots of a ladder."""

    vectors: Matrix
    """P, float32 (n_slots, dim), rows of length 1, zeros where nothing is known."""
    alpha: Reals
    beta: Reals


def place_slots(space: Space, ladder: Ladder, met: Met, factors: Factors) -> Places:
    """Return where users stood at their labels; ``factors``, recent and lasting, are the ladder's.

    Where x is a function of counts alone, P adds up over events and is carried like any sum. With memory
    every past item is weighed anew at every label, which costs as much as there are pairs of both.
    """
    known = np.bincount(met["slot"], met["n"], minlength=ladder.n_slots).astype(np.float64)
    ladder.carry(known)
    alpha, beta = space.gates(known)
    inside = np.hstack([space.behaviour_in, space.semantic_in]) if space.has_content else space.behaviour_in
    fades = space.recipe.memory or space.recipe.recent
    pulled = (_weigh_anew if fades else _add_up)(space, inside, ladder, met, factors)
    placed = beta[:, None] * pulled[:, : space.dim]
    if space.has_content:
        placed += alpha[:, None] * pulled[:, space.dim :]
    return Places(normalise(placed.astype(np.float32)), alpha, beta)


def _add_up(space: Space, inside: Matrix, ladder: Ladder, met: Met, _: Factors) -> Reals:
    """Return Σ x·place by what each slot's events add to x = log2(1 + count)."""
    from scipy.sparse import csr_matrix

    slots = met["slot"]
    order = np.lexsort((slots, met["item_no"], met["user_no"]))
    items, counts = met["item_no"][order], met["n"][order].astype(np.float64)
    fresh = _begins(met["user_no"][order], items)
    summed = np.cumsum(counts)
    before = summed - counts
    before -= np.repeat(before[fresh], np.diff(np.append(np.flatnonzero(fresh), len(fresh))))
    added = np.log2((1 + before + counts) / (1 + before)).astype(np.float32)
    shape = (ladder.n_slots, space.n_items)
    pulled = np.asarray(csr_matrix((added, (slots[order], items)), shape=shape) @ inside, dtype=np.float64)
    ladder.carry(pulled.T)
    return pulled


def _weigh_anew(
    space: Space, inside: Matrix, ladder: Ladder, met: Met, factors: tuple[Reals, Reals]
) -> Reals:
    """Return Σ x·place with every past item weighed at every label, rung by rung."""
    by_number = np.argsort(ladder.user_nos)
    users = by_number[np.searchsorted(ladder.user_nos[by_number], met["user_no"])]
    order = np.lexsort((met["item_no"], users))
    fresh = _begins(users[order], met["item_no"][order])
    pair = np.empty(len(order), dtype=np.int64)
    pair[order] = np.cumsum(fresh) - 1
    pair_users, pair_items = users[order][fresh], met["item_no"][order][fresh]
    ends = np.searchsorted(pair_users, np.arange(len(ladder.user_nos) + 1))
    by_slot = np.argsort(met["slot"], kind="stable")
    bounds = np.searchsorted(met["slot"][by_slot], ladder.starts)
    count, recent, lasting = sums = np.zeros((3, len(pair_users)))
    pulled = np.zeros((ladder.n_slots, inside.shape[1]))
    for rung, (start, stop) in enumerate(pairwise(ladder.starts)):
        held = ends[stop - start]
        for faded, factor in zip((recent, lasting), factors, strict=True):
            faded[:held] *= factor[start:stop][pair_users[:held]]
        _add(met, pair, by_slot[bounds[rung] : bounds[rung + 1]], sums)
        told = (pair_items[:held], count[:held], recent[:held], lasting[:held])
        history = History(space.n_items, ends[: stop - start + 1], *told, at_us=0)
        pulled[start:stop] = history.matrix(space.weigh(history)) @ inside
    return pulled


def _add(met: Met, pair: NDArray[Any], rows: NDArray[Any], sums: Reals) -> None:
    for name, held in zip(("n", "recent", "lasting"), sums, strict=True):
        np.add.at(held, pair[rows], met[name][rows])


def _begins(users: NDArray[Any], items: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where another pair of user and item begins."""
    fresh = np.ones(len(users), dtype=bool)
    fresh[1:] = (users[1:] != users[:-1]) | (items[1:] != items[:-1])
    return fresh
