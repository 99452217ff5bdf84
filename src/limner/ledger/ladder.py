"""Sums carried from label to label: a user's next label has what the last one had, decayed, and more.

Labels of a user are the rungs of a ladder. All users climb at once: a step adds the k-th labels of everyone
to the k+1-th, and since users stand in the order of how many labels they have, both are one slice of an
array. Every sum is anchored at the instant of its own label, so no half-life is too short and no span too
long: what is small is old. Nothing is subtracted, so nothing cancels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.ledger.decay import half_life_us

Whole = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ladder:
    """Labels by rung: everyone's first, then everyone's second; a *slot* is the place of one among them."""

    user_nos: Whole
    """(n_users,) those with the most labels first."""
    read_us: Whole
    """(n_slots,) the instant of each label."""
    starts: Whole
    """(n_rungs + 1,) the slot that each rung begins with."""

    @property
    def n_slots(self) -> int:
        """Labels, each user and instant once."""
        return len(self.read_us)

    @cached_property
    def users(self) -> Whole:
        """The place in ``user_nos`` of every slot's user."""
        sizes = np.diff(self.starts)
        return np.arange(self.n_slots) - np.repeat(self.starts[:-1], sizes)

    def steps(self) -> Iterator[tuple[slice, slice]]:
        """Yield the slots of a rung and, in the same order of users, those of the rung before it."""
        for before, start, stop in zip(self.starts, self.starts[1:], self.starts[2:], strict=False):
            yield slice(start, stop), slice(before, before + stop - start)

    def factors(self, half_life_days: float) -> Reals:
        """Return what a sum of the label before is multiplied by, (n_slots,), 1 on the first rung."""
        waited = np.zeros(self.n_slots, dtype=np.int64)
        for here, before in self.steps():
            waited[here] = self.read_us[here] - self.read_us[before]
        return np.asarray(np.exp2(-(waited / half_life_us(half_life_days))))

    def carry(self, sums: NDArray[Any], factors: Reals | None = None) -> None:
        """Turn what intervals add, (…, n_slots), into what the labels that end them have, in place."""
        for here, before in self.steps():
            known = sums[..., before]
            sums[..., here] += known if factors is None else known * factors[here]

    def carry_newest(self, moments: Whole) -> None:
        """Turn the newest moment of each interval into the newest before each label, in place."""
        for here, before in self.steps():
            np.maximum(moments[here], moments[before], out=moments[here])


def raise_ladder(user_nos: Whole, read_us: Whole) -> tuple[Ladder, Whole]:
    """Return the ladder of some labels, in any order, and the slot of each; equal labels share one."""
    order = np.lexsort((read_us, user_nos))
    users, moments = user_nos[order], read_us[order]
    fresh_user = np.ones(len(order), dtype=bool)
    fresh_user[1:] = users[1:] != users[:-1]
    fresh = fresh_user.copy()
    fresh[1:] |= moments[1:] != moments[:-1]
    firsts: Whole = np.flatnonzero(fresh_user[fresh]).astype(np.int64)
    counts: Whole = np.diff(firsts, append=np.int64(np.count_nonzero(fresh)))
    by_count = np.argsort(-counts, kind="stable")
    rank = np.empty_like(by_count)
    rank[by_count] = np.arange(len(by_count))
    rung = np.arange(int(counts.sum())) - np.repeat(firsts, counts)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rung))]).astype(np.int64)
    slots = starts[rung] + np.repeat(rank, counts)
    instants = np.empty(len(slots), dtype=np.int64)
    instants[slots] = moments[fresh]
    found = np.empty(len(order), dtype=np.int64)
    found[order] = slots[np.cumsum(fresh) - 1]
    return Ladder(users[fresh][firsts][by_count], instants, starts), found
