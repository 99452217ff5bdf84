"""A question to every model, and the questions of one protocol."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from limner.recommend.interactions import Codes, Interactions, Mask

ENOUGH_USERS = 200
"""Validation questions are added, up to `MOST_QUESTIONS`, until so many users answer them."""
MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Events, and which of them may be an answer: bool (n_events,). Every one of them may be known."""

    rows: Interactions
    wanted: Mask

    @classmethod
    def of(cls, rows: Interactions, wanted: Mask | None = None) -> "Log":
        """Return a log in which every event may be an answer, or those under a mask."""
        return cls(rows, np.ones(len(rows), dtype=np.bool_) if wanted is None else wanted)

    def where(self, mask: Mask) -> "Log":
        """Return the events under a mask."""
        return Log(self.rows.where(mask), self.wanted[mask])

    def answers(self) -> Interactions:
        """Return the events that may be an answer."""
        return self.rows.where(self.wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One question to every model: fitted on ``fit``, knowing ``known``, what comes next?

    ``known`` holds the evaluated users only, row by row with ``relevant``: the item codes each met
    later and not before; never empty. ``at_us`` is the instant the ledger is read at. ``seen`` is all
    that these users met before, where less than that is known; ``ranked`` says which items are ranked,
    bool (n_items,), where not all are.
    """

    fit: Interactions
    known: Interactions
    relevant: list[Codes]
    at_us: int
    seen: Interactions | None = None
    ranked: Mask | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """The validation questions, on which everything is chosen, and the test questions, asked once."""

    protocol: str
    validation: tuple[Split, ...]
    tests: tuple[Split, ...]
    """Oldest first; more than one in the `time` protocol."""
    cutoffs: dict[str, str]
    """What was parted where, for the report."""
    notes: tuple[str, ...] = ()

    @property
    def test(self) -> Split:
        """The newest test question."""
        return self.tests[-1]


def number_pairs(rows: Interactions) -> NDArray[np.int64]:
    """Return one number for each pair of user and item, in the order of the events."""
    return rows.users.astype(np.int64) * len(rows.item_ids) + rows.items


def find_new(before: Interactions, after: Interactions) -> dict[int, Codes]:
    """Return, per user code, the items met after and never before, ascending."""
    fresh = np.setdiff1d(number_pairs(after), number_pairs(before))
    users, items = np.divmod(fresh, max(1, len(after.item_ids)))
    found, starts = np.unique(users, return_index=True)
    parts = np.split(items.astype(np.int32), starts[1:])
    return dict(zip(found.tolist(), parts, strict=False))


def ask_users(fit: Interactions, known: Interactions, later: Interactions, at_us: int) -> Split:
    """Return the question of the users who are known a little and met something new later.

    All three have the user codes of one log; ``fit`` is left with the users who are in it.
    """
    fresh = find_new(known, later)
    users = np.array([user for user in known.active_users().tolist() if user in fresh], dtype=np.int32)
    relevant = [fresh[user] for user in users.tolist()]
    return Split(fit.of_users(fit.active_users()), known.of_users(users), relevant, at_us)


def keep_newest(rows: Interactions, n: int) -> Mask:
    """Return which events are among the newest n of their user; equal times in the order of the rows."""
    order = np.lexsort((np.arange(len(rows)), rows.timestamps, rows.users))
    ends = np.searchsorted(rows.users[order], np.arange(len(rows.user_ids) + 1))
    kept = np.zeros(len(rows), dtype=np.bool_)
    for start, stop in pairwise(ends.tolist()):
        kept[order[max(start, stop - n) : stop]] = True
    return kept


def limit_known(split: Split, n: int) -> Split:
    """Return a question whose users are known by their newest n events alone, also to what is fitted.

    What they met before that is still not asked for, and not ranked.
    """
    kept = keep_newest(split.known, n)
    asked = set(split.known.user_ids)
    theirs = np.array([user_id in asked for user_id in split.fit.user_ids], dtype=np.bool_)[split.fit.users]
    fit = split.fit.where(~theirs | keep_newest(split.fit, n))
    seen = split.known if split.seen is None else split.seen
    return replace(split, fit=fit, known=split.known.where(kept), seen=seen)
