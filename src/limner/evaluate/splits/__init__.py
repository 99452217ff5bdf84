"""What is fitted on, what is known, and what is asked: the protocols, one module each."""

from dataclasses import replace

import numpy as np

from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.evaluate.splits.cold import split_by_items
from limner.evaluate.splits.leave_one_out import split_last
from limner.evaluate.splits.rolling import Rolling, split_by_time
from limner.evaluate.splits.split import Log, Split, Splits, limit_known
from limner.evaluate.splits.strangers import split_by_users
from limner.recommend.interactions import Interactions, Mask

PROTOCOLS = ("auto", "time", "users", "items", "leave-one-out")

__all__ = ["PROTOCOLS", "Log", "Rolling", "Split", "Splits", "make_splits"]


def make_splits(
    interactions: Interactions,
    *,
    protocol: str = "auto",
    seed: int = 7,
    wanted: Mask | None = None,
    worded: Mask | None = None,
    rolling: Rolling | None = None,
    known: int | None = None,
) -> Splits:
    """Return the splits of one protocol; ``auto`` is ``time`` when every event has a time, else ``users``.

    ``wanted`` says which events may be answers, bool (n_events,), by default all; ``worded`` which items
    have words, bool (n_items,); ``known`` how many of the newest events of each asked user are told.

    Raises:
        UnknownNameError: no such protocol.
        InputError: the log has no ground for an evaluation.
    """
    if protocol not in PROTOCOLS:
        hint = did_you_mean(protocol, PROTOCOLS) or f" (known: {', '.join(PROTOCOLS)})"
        raise UnknownNameError(f"no protocol {protocol!r}{hint}")
    if len(interactions) == 0:
        raise InputError("evaluate: no event names a user and an item; build from a log that has some")
    log, rng = Log.of(interactions, wanted), np.random.default_rng(seed)
    chosen = protocol if protocol != "auto" else "time" if interactions.timed else "users"
    if chosen == "time":
        splits = split_by_time(log, rolling or Rolling())
    elif chosen == "items":
        splits = split_by_items(log, worded, rng)
    else:
        splits = (split_last if chosen == "leave-one-out" else split_by_users)(log, rng)
    if known is None:
        return splits
    return replace(
        splits,
        validation=tuple(limit_known(split, known) for split in splits.validation),
        tests=tuple(limit_known(split, known) for split in splits.tests),
    )
