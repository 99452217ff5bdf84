"""What is fitted on, what is known, and what is asked: the two honest ways to part a log."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.recommend.interactions import Codes, Interactions
from limner.records import iso

Protocol = Literal["time", "users"]
PROTOCOLS = ("auto", "time", "users")

WINDOW_SHARE = 0.1
"""Of the events: the last tenth is test, the tenths before it are validation."""
TEST_USERS_SHARE = 0.2
"""Of the users, in the `users` protocol; half as many are a validation question."""
MOST_TEST_USERS = 2000
FOLD_IN_SHARE = 0.8
ENOUGH_USERS = 200
"""Validation questions are added, up to `MOST_QUESTIONS`, until so many users answer them."""
MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One question to every model: fitted on ``fit``, knowing ``known``, what comes next?

    ``known`` holds the evaluated users only, row by row with ``relevant``: the item codes each met
    later and not in ``known``; never empty. ``at_us`` is the instant the ledger is read at.
    """

    fit: Interactions
    known: Interactions
    relevant: list[Codes]
    at_us: int

    def truth(self) -> NDArray[np.bool_]:
        """Return relevance as bool (n_users, n_items)."""
        found = np.zeros(self.known.shape, dtype=np.bool_)
        for row, items in enumerate(self.relevant):
            found[row, items] = True
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """The validation questions, on which everything is chosen, and the test question, asked once."""

    protocol: Protocol
    validation: tuple[Split, ...]
    test: Split
    cutoffs: dict[str, str]
    """What was parted where, for the report."""


def make_splits(interactions: Interactions, *, protocol: str = "auto", seed: int = 7) -> Splits:
    """Return the splits of one protocol; ``auto`` is ``time`` when every event has a time, else ``users``.

    Raises:
        UnknownNameError: no such protocol.
        InputError: the log has no ground for an evaluation.
    """
    if protocol not in PROTOCOLS:
        hint = did_you_mean(protocol, PROTOCOLS) or f" (known: {', '.join(PROTOCOLS)})"
        raise UnknownNameError(f"no protocol {protocol!r}{hint}")
    if len(interactions) == 0:
        raise InputError("evaluate: no event names a user and an item; build from a log that has some")
    if protocol == "time" and not interactions.timed:
        raise InputError("evaluate: some events have no timestamp; use --protocol users")
    if protocol == "time" or (protocol == "auto" and interactions.timed):
        return _split_by_time(interactions)
    return _split_by_users(interactions, np.random.default_rng(seed))


def _split_by_time(interactions: Interactions) -> Splits:
    ordered = np.sort(interactions.timestamps)
    edges = [int(ordered[int(len(ordered) * (1 - WINDOW_SHARE * n))]) for n in range(1, MOST_QUESTIONS + 2)]
    if not ordered[0] < edges[1] < edges[0]:
        raise InputError(
            "evaluate: too many events share one timestamp to part them by time; use --protocol users"
        )
    test = _part_at(interactions, edges[0])
    validation: list[Split] = []
    for upper, lower in pairwise(edges):
        enough = sum(len(split.relevant) for split in validation) >= ENOUGH_USERS
        if enough or not ordered[0] < lower < upper:
            break
        split = _part_at(interactions.before(upper), lower)
        validation += [split] if split.relevant else []
    if not test.relevant or not validation:
        raise InputError(
            f"evaluate: nobody with an event before {iso(edges[0])} or {iso(edges[1])} meets a new item "
            "in the tenth of the log after it; use --protocol users, or bring a longer log"
        )
    cutoffs = {"test_from": str(iso(edges[0])), "validation_from": str(iso(validation[-1].at_us))}
    return Splits("time", tuple(validation), test, cutoffs)


def _part_at(interactions: Interactions, cutoff_us: int) -> Split:
    """Return the question of one instant: users with an event before it who meet something new after."""
    before = interactions.before(cutoff_us)
    after = interactions.where(interactions.timestamps >= cutoff_us)
    active = before.active_users()
    fresh = _new_items(before, after)
    users = np.array([user for user in active.tolist() if user in fresh], dtype=np.int32)
    return Split(before.of_users(active), before.of_users(users), [fresh[user] for user in users], cutoff_us)


def _new_items(before: Interactions, after: Interactions) -> dict[int, Codes]:
    """Return, per user code, the items met after and never before, ascending."""
    fresh = np.setdiff1d(_pairs(after), _pairs(before))
    users, items = np.divmod(fresh, len(after.item_ids))
    found, starts = np.unique(users, return_index=True)
    parts = np.split(items.astype(np.int32), starts[1:])
    return dict(zip(found.tolist(), parts, strict=False))


def _pairs(interactions: Interactions) -> NDArray[np.int64]:
    """Return one number for each pair of user and item, in the order of the events."""
    return interactions.users.astype(np.int64) * len(interactions.item_ids) + interactions.items


def _split_by_users(interactions: Interactions, rng: np.random.Generator) -> Splits:
    width = np.bincount(
        np.unique(_pairs(interactions)) // len(interactions.item_ids), minlength=len(interactions.user_ids)
    )
    users = rng.permutation(np.flatnonzero(width >= 2).astype(np.int32))
    n_test = min(MOST_TEST_USERS, round(len(users) * TEST_USERS_SHARE))
    size = n_test // 2
    if size < 1 or len(users) - n_test - size < 2:
        raise InputError(
            f"evaluate: only {len(users)} users met two items or more; 10 or more can be held out"
        )
    kept = np.setdiff1d(interactions.active_users(), users[:n_test])
    n_questions = min(MOST_QUESTIONS, -(-ENOUGH_USERS // size), (len(users) - n_test - 1) // size)
    starts = [n_test + size * question for question in range(n_questions)]
    groups = [np.sort(users[start : start + size]) for start in starts]
    validation = tuple(_fold_in(interactions, np.setdiff1d(kept, group), group, rng) for group in groups)
    test = _fold_in(interactions, kept, np.sort(users[:n_test]), rng)
    cutoffs = {"fold_in": f"{FOLD_IN_SHARE:.0%} of each held-out user's items"}
    return Splits("users", validation, test, cutoffs)


def _fold_in(interactions: Interactions, fit: Codes, held_out: Codes, rng: np.random.Generator) -> Split:
    """Return the question of held-out users: most of their items known, at least one asked."""
    asked = interactions.of_users(held_out)
    pairs, row_of = np.unique(_pairs(asked), return_inverse=True)
    users, items = np.divmod(pairs, len(asked.item_ids))
    edges = np.searchsorted(users, np.arange(len(held_out) + 1))
    hidden = np.zeros(len(pairs), dtype=np.bool_)
    for start, stop in pairwise(edges):
        n_hidden = max(1, round((stop - start) * (1 - FOLD_IN_SHARE)))
        hidden[start + rng.permutation(stop - start)[:n_hidden]] = True
    later = [items[start:stop][hidden[start:stop]].astype(np.int32) for start, stop in pairwise(edges)]
    return Split(interactions.of_users(fit), asked.where(~hidden[row_of]), later, interactions.last_us)
