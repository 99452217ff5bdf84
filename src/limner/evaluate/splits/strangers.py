"""`users`: some users are in no fitting; most of their items are told, the others are asked."""

from itertools import pairwise

import numpy as np

from limner.errors import InputError
from limner.evaluate.splits.split import ENOUGH_USERS, MOST_QUESTIONS, Log, Split, Splits, number_pairs
from limner.recommend.interactions import Codes

TEST_USERS_SHARE = 0.2
"""Of the users; half as many are a validation question."""
MOST_TEST_USERS = 2000
FOLD_IN_SHARE = 0.8


def split_by_users(log: Log, rng: np.random.Generator) -> Splits:
    """Return the questions of held-out users; those of the validation come back for the test.

    Raises:
        InputError: too few users met two items, or nobody has an answer.
    """
    rows = log.rows
    pairs = np.unique(number_pairs(rows)) // len(rows.item_ids)
    width = np.bincount(pairs, minlength=len(rows.user_ids))
    users = rng.permutation(np.flatnonzero(width >= 2).astype(np.int32))
    n_test = min(MOST_TEST_USERS, round(len(users) * TEST_USERS_SHARE))
    size = n_test // 2
    if size < 1 or len(users) - n_test - size < 2:
        raise InputError(
            f"evaluate: only {len(users)} users met two items or more; 10 or more can be held out"
        )
    kept = np.setdiff1d(rows.active_users(), users[:n_test])
    n_questions = min(MOST_QUESTIONS, -(-ENOUGH_USERS // size), (len(users) - n_test - 1) // size)
    starts = [n_test + size * question for question in range(n_questions)]
    groups = [np.sort(users[start : start + size]) for start in starts]
    validation = [fold_in(log, np.setdiff1d(kept, group), group, rng) for group in groups]
    test = fold_in(log, kept, np.sort(users[:n_test]), rng)
    validation = [split for split in validation if split.relevant]
    if not validation or not test.relevant:
        raise InputError("evaluate: no held-out user met anything relevant; ask for less with --relevant")
    cutoffs = {"fold_in": f"{FOLD_IN_SHARE:.0%} of each held-out user's items"}
    return Splits("users", tuple(validation), (test,), cutoffs)


def fold_in(log: Log, fit: Codes, held_out: Codes, rng: np.random.Generator) -> Split:
    """Return the question of held-out users: most of their items known, at least one asked."""
    asked = log.rows.of_users(held_out)
    pairs, row_of = np.unique(number_pairs(asked), return_inverse=True)
    users, items = np.divmod(pairs, len(asked.item_ids))
    edges = np.searchsorted(users, np.arange(len(held_out) + 1))
    hidden = np.zeros(len(pairs), dtype=np.bool_)
    for start, stop in pairwise(edges):
        n_hidden = max(1, round((stop - start) * (1 - FOLD_IN_SHARE)))
        hidden[start + rng.permutation(stop - start)[:n_hidden]] = True
    wanted = np.zeros(len(pairs), dtype=np.bool_)
    wanted[row_of[log.wanted[np.isin(log.rows.users, held_out)]]] = True
    wanted &= hidden
    later = [items[start:stop][wanted[start:stop]].astype(np.int32) for start, stop in pairwise(edges)]
    kept = np.flatnonzero([len(one) > 0 for one in later]).astype(np.int32)
    known = asked.where(~hidden[row_of]).of_users(kept)
    return Split(log.rows.of_users(fit), known, [later[row] for row in kept.tolist()], log.rows.last_us)
