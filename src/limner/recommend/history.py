"""What each user did with each item, as sums of the ledger: the one input of every model."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from limner.recommend.interactions import Codes, Reals
from limner.recommend.sides import Declared, Friends


class Sums(Protocol):
    """Rows of the ledger's ``item`` signal, one entry per user and item: see `limner.ledger.items`."""

    @property
    def users(self) -> Codes:
        """Row of each entry."""

    @property
    def items(self) -> Codes:
        """Column of each entry."""

    @property
    def count(self) -> Reals:
        """Events."""

    @property
    def recent(self) -> Reals:
        """Weights decayed by the short half-life."""

    @property
    def lasting(self) -> Reals:
        """Weights decayed by the long half-life."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """User × item sums in compressed sparse rows that share one pattern.

    ``indptr`` int64 (n_users + 1,), ``items`` int32 (n,) ascending within a user; ``count`` events,
    ``recent`` and ``lasting`` the decayed weights read at ``at_us`` (microseconds UTC, `UNTIMED` when
    nothing has a time: then both are plain sums of weights), float64 (n,). ``friends`` and ``declared`` are
    what else is known of the same users.
    """

    n_items: int
    indptr: NDArray[np.int64]
    items: Codes
    count: Reals
    recent: Reals
    lasting: Reals
    at_us: int
    friends: Friends | None = None
    declared: Declared | None = None
    factors: Reals | None = None
    """What a user's corrections multiply each weight by, float64 (n,); None: nothing was corrected."""

    @property
    def n_users(self) -> int:
        """Rows, with or without events."""
        return len(self.indptr) - 1

    @property
    def users(self) -> Codes:
        """The row of every entry, int32 (n,)."""
        return np.repeat(np.arange(self.n_users, dtype=np.int32), np.diff(self.indptr))

    def known(self) -> Reals:
        """Return the number of events of each user, float64 (n_users,)."""
        return self.sum_by_user(self.count)

    def freshness(self) -> Reals:
        """Return how new the newest event of each user is, from 1 down to 0, float64 (n_users,).

        It is the largest recent / lasting over their items: 2 ^ (−age · (1/h − 1/H)) with the two half-lives
        for an item met once; 0 where nothing is known, 1 where nothing has a time.
        """
        known = self.lasting > 0
        shares = np.divide(self.recent, self.lasting, out=np.zeros(len(self.items)), where=known)
        newest = np.zeros(self.n_users)
        np.maximum.at(newest, self.users, shares)
        return np.clip(newest, 0.0, 1.0)

    def sum_by_user(self, values: Reals) -> Reals:
        """Return the sum of values over the items of each user, float64 (n_users,)."""
        return np.asarray(np.bincount(self.users, values, minlength=self.n_users), dtype=np.float64)

    def sum_by_item(self, values: Reals | None = None) -> Reals:
        """Return the sum of values over the users of each item, float64 (n_items,); by default of 1."""
        return np.asarray(np.bincount(self.items, values, minlength=self.n_items), dtype=np.float64)

    def relate(self, sums: Reals) -> Reals:
        """Return sums, each taken for at most 1, against the largest of their user, float64 (n,).

        So no single pair rules, and a past that has faded as a whole still counts.
        """
        bounded = np.minimum(sums, 1.0)
        largest = np.zeros(self.n_users)
        users = self.users
        np.maximum.at(largest, users, bounded)
        return np.asarray(bounded / np.where(largest > 0, largest, 1)[users])

    def rows(self, start: int, stop: int) -> "History":
        """Return the users start..stop as a history of their own."""
        lowest, highest = int(self.indptr[start]), int(self.indptr[stop])
        cut = slice(lowest, highest)
        return History(
            self.n_items,
            self.indptr[start : stop + 1] - lowest,
            self.items[cut],
            self.count[cut],
            self.recent[cut],
            self.lasting[cut],
            self.at_us,
            self.friends and self.friends.rows(start, stop),
            self.declared and self.declared.rows(start, stop),
            None if self.factors is None else self.factors[cut],
        )

    def take(self, rows: NDArray[np.integer]) -> "History":
        """Return some users' events in the order given, without friends and attributes."""
        sizes = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        kept = np.repeat(self.indptr[rows] - indptr[:-1], sizes) + np.arange(indptr[-1])
        return self._keep(kept, indptr)

    def without(self, places: NDArray[np.bool_]) -> "History":
        """Return one user's history without some of its entries."""
        kept = self._keep(~places, np.array([0, int((~places).sum())], dtype=np.int64))
        return replace(kept, friends=self.friends, declared=self.declared)

    def _keep(self, entries: NDArray[Any], indptr: NDArray[np.int64]) -> "History":
        """Return some entries as rows of their own, of users nothing else is known of."""
        items, count, recent, lasting = (
            part[entries] for part in (self.items, self.count, self.recent, self.lasting)
        )
        factors = None if self.factors is None else self.factors[entries]
        return History(self.n_items, indptr, items, count, recent, lasting, self.at_us, factors=factors)

    def alone(self) -> "History":
        """Return the same events without friends and attributes."""
        return replace(self, friends=None, declared=None)

    def matrix(self, values: NDArray[Any] | None = None) -> Any:
        """Return a scipy CSR matrix (n_users, n_items) of float32; without values, 1 for every pair seen."""
        from scipy.sparse import csr_matrix

        data = np.ones(len(self.items), np.float32) if values is None else values.astype(np.float32)
        return csr_matrix((data, self.items, self.indptr), shape=(self.n_users, self.n_items))


def collect_history(sums: Sums, *, shape: tuple[int, int], at_us: int) -> History:
    """Return the history of ledger rows, each pair of user and item at most once, in any order.

    ``shape`` is (n_users, n_items): users and items without rows are part of it.
    """
    order = np.lexsort((sums.items, sums.users))
    indptr = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(sums.users, minlength=shape[0]), out=indptr[1:])
    items = np.asarray(sums.items, dtype=np.int32)[order]
    count, recent, lasting = (
        np.asarray(part, dtype=np.float64)[order] for part in (sums.count, sums.recent, sums.lasting)
    )
    return History(shape[1], indptr, items, count, recent, lasting, at_us)
