"""`items`: some items with words are in no fitting; users are known by the others, and asked about these."""

from dataclasses import replace

import numpy as np

from limner.errors import InputError
from limner.evaluate.splits.split import Log, Split, Splits, ask_users
from limner.recommend.interactions import Codes, Mask

COLD_SHARE = 0.2
"""Of the items with words, for the test; the same share of the rest is the validation."""


def split_by_items(log: Log, worded: Mask | None, rng: np.random.Generator) -> Splits:
    """Return the questions of unseen items; ``worded`` says which items have words, bool (n_items,).

    Only the unseen items are ranked. Those of the test are in no validation, neither fitted nor ranked.

    Raises:
        InputError: no item has words, or nobody is left to be asked.
    """
    rows = log.rows
    if worded is None or not worded.any():
        raise InputError(
            "evaluate: no item has words, so nothing is known of one nobody met; "
            "bring an items table with a title, categories or a description, or use --protocol users"
        )
    met = np.bincount(rows.items, minlength=len(rows.item_ids)) > 0
    pool = rng.permutation(np.flatnonzero(worded & met).astype(np.int32))
    n_test = round(len(pool) * COLD_SHARE)
    n_validation = round((len(pool) - n_test) * COLD_SHARE)
    test_items, validation_items = pool[:n_test], pool[n_test : n_test + n_validation]
    test = hide_items(log, test_items)
    validation = hide_items(log.where(~np.isin(rows.items, test_items)), validation_items)
    if not test.relevant or not validation.relevant:
        raise InputError(
            f"evaluate: {len(pool)} items with words were met; no user met both some that could be hidden "
            "and others; bring a longer log, or use --protocol users"
        )
    cutoffs = {"items": f"{n_test:,} items that no model has seen; only they are ranked"}
    return Splits("items", (validation,), (test,), cutoffs)


def hide_items(log: Log, hidden: Codes) -> Split:
    """Return the question of items that are taken out of a log: who, known by other items, met which?"""
    cold = np.isin(log.rows.items, hidden)
    warm = log.rows.where(~cold)
    ranked = np.zeros(len(log.rows.item_ids), dtype=np.bool_)
    ranked[hidden] = True
    return replace(ask_users(warm, warm, log.where(cold).answers(), log.rows.last_us), ranked=ranked)
