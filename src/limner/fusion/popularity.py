"""What everybody meets: each item's shares of events, what they take from its place, the base of a score."""

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Space
from limner.fusion.spectrum import Matrix
from limner.recommend.history import History
from limner.settings import Recipe

Reals = NDArray[np.float64]
SPREAD_USERS = 500
"""Users whose scores say how wide a usual spread is."""


def share_popularity(history: History, *, smoothing: float) -> tuple[Reals, Reals]:
    """Return each item's share of all events and of recent ones, both above 0 and summing to 1.

    A horizon with few events says little, so each is shrunk to the longer one: recent to lasting and lasting
    to all by ``smoothing`` pseudo-events per item of the catalogue, all to even shares by half of one.
    """
    n_items = history.n_items
    share = np.full(n_items, 1 / max(n_items, 1))
    everyday = _shrink(history.sum_by_item(history.count), share, 0.5 * n_items)
    share = everyday
    for sums in (history.lasting, history.recent):
        share = _shrink(history.sum_by_item(sums), share, smoothing * n_items)
    return everyday, share


def _shrink(sums: Reals, towards: Reals, pseudo_events: float) -> Reals:
    return np.asarray((sums + pseudo_events * towards) / max(sums.sum() + pseudo_events, 1e-12))


def damp_items(everyday: Reals, *, recipe: Recipe) -> Reals:
    """Return the factor of each item's place, float64 (n_items,), from shares of events.

    It falls with what everybody meets anyway: (all-time share · n_items) ^ −damping.
    """
    return np.asarray((everyday * max(len(everyday), 1)) ** -recipe.damping)


def set_base(recent: Reals, usual: float, *, prior: float) -> Matrix:
    """Return the score of each item for a user of whom nothing is known, float32 (n_items,).

    The shares of late, so wide that they weigh ``prior`` against the ``usual`` spread of a user's scores.
    """
    if not len(recent):
        return np.zeros(0, dtype=np.float32)
    # Where all items are met alike they hardly differ, and dividing by that would drown every other part.
    spread = max(float(recent.std()), float(recent.mean()) / 100)
    return np.asarray(prior * usual * recent / spread, dtype=np.float32)


def usual_spread(space: Space, history: History) -> float:
    """Return the mean over users of the standard deviation of their scores; 1 where nothing is known."""
    some = history.alone().rows(0, min(SPREAD_USERS, history.n_users))
    active = some.known() > 0
    if not active.any():
        return 1.0
    return float(space.score_all(some)[active].std(axis=1).mean()) or 1.0
