"""Where users stand by the items they met alone: αS + βB, for models of attributes.

Friends, declared attributes and corrections, which a portrait's vector may hold, are left out: a model must
not read what it is to tell.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.traits import Placing
from limner.fusion.space import Space
from limner.recommend.history import History

if TYPE_CHECKING:
    from limner.studio.studio import Studio

Reals = NDArray[np.float64]


def place_users(space: Space, history: History) -> Reals:
    """Return float64 (n_users, dim), a row for each user of a history; zeros where nothing is known."""
    (alpha, beta), (meaning, behaviour) = space.gates(history.known()), space.sides(history)
    return np.asarray(alpha[:, None] * meaning + beta[:, None] * behaviour, dtype=np.float64)


def place_history(space: Space, history: History, keys: Sequence[str]) -> Placing:
    """Return what each item of one user's history adds; ``keys`` are their ids in the history's order."""
    rows = space.weigh(history)[:, None] * place_items(space, history.items, history.known())
    return Placing(keys, rows)


def place_items(space: Space, items: NDArray[np.integer], known: Reals) -> Reals:
    """Return what an event with each item would add for a user with so many events, float64 (n, dim)."""
    alpha, beta = space.gates(known)
    rows = beta[0] * space.behaviour_in[items].astype(np.float64)
    if space.has_content:
        rows += alpha[0] * space.semantic_in[items].astype(np.float64)
    return np.asarray(rows)


def place_usually(studio: "Studio") -> Placing:
    """Return how much each item moves users apart: what it adds, times how unevenly users have met it."""
    space, history = studio.painter.space(), studio.painter.everyone()
    share = history.sum_by_item(np.ones(len(history.items))) / max(history.n_users, 1)
    known = history.known()
    met = np.flatnonzero(share)
    rows = place_items(space, met, np.array([np.median(known[known > 0])]) if known.any() else known[:1])
    ids = dict(studio.store.rows("SELECT item_no, item_id FROM items"))
    spread = np.sqrt(share[met] * (1 - share[met]))[:, None] * rows
    return Placing([ids[number] for number in met.tolist()], spread)
