"""`leave-one-out`: the last item of each user, as in many papers; only to compare with them."""

import numpy as np

from limner.errors import InputError
from limner.evaluate.splits.split import Log, Split, Splits, ask_users, number_pairs
from limner.recommend.interactions import Mask

WARNING = (
    "leave-one-out is here to compare with papers, not to decide by: models are fitted on what others did "
    "after the moment they predict, and one relevant item a user makes lucky and good look alike"
)


def split_last(log: Log, rng: np.random.Generator) -> Splits:
    """Return the questions of each user's last item; without time, of a random one.

    The validation asks for the last but one, of a log without the last.

    Raises:
        InputError: nobody met three items.
    """
    last = mark_last(log, rng)
    test = _ask_last(log, last)
    earlier = log.where(~last)
    validation = _ask_last(earlier, mark_last(earlier, rng))
    if not test.relevant or not validation.relevant:
        raise InputError(
            "evaluate: leave-one-out needs users who met three items or more; there are none with an answer"
        )
    which = "last" if log.rows.timed else "random"
    return Splits(
        "leave-one-out", (validation,), (test,), {"left_out": f"the {which} item of each user"}, (WARNING,)
    )


def mark_last(log: Log, rng: np.random.Generator) -> Mask:
    """Return the events of each user with the item they met last, of users who met two or more."""
    rows = log.rows
    pairs, row_of = np.unique(number_pairs(rows), return_inverse=True)
    newest = np.full(len(pairs), np.iinfo(np.int64).min)
    np.maximum.at(newest, row_of, rows.timestamps)
    users = pairs // max(1, len(rows.item_ids))
    order = np.lexsort((rng.random(len(pairs)), newest, users))
    ends = np.append(users[order][1:] != users[order][:-1], True) if len(pairs) else np.zeros(0, np.bool_)
    chosen = np.zeros(len(pairs), dtype=np.bool_)
    chosen[order[ends]] = True
    chosen &= np.bincount(users, minlength=len(rows.user_ids))[users] >= 2
    return np.asarray(chosen[row_of], dtype=np.bool_)


def _ask_last(log: Log, last: Mask) -> Split:
    rest = log.rows.where(~last)
    return ask_users(rest, rest, log.where(last).answers(), log.rows.last_us)
