"""Who changed, and when last: so that what was painted can be kept until something of its user changes.

Every transaction that writes gives those it touched a new number. Numbers grow, and since they are taken from
the clock, two stores that were one once (a copy, a restored backup) never give the same number twice.
"""

import time
from collections.abc import Iterable

from limner.store.store import Store

EVERYONE = -1
"""Stands in the place of a user's number where all portraits may have changed."""


def note_changes(store: Store, user_nos: Iterable[int] | None) -> int:
    """Give some users, or with None everyone, a new number, and return it; call it in a transaction."""
    number = max(last_change(store) + 1, time.time_ns() // 1000)
    touched = (EVERYONE,) if user_nos is None else sorted(set(user_nos))
    store.insert("changes", [(user_no, number) for user_no in touched], replace=True)
    return number


def read_number(store: Store, user_no: int) -> int:
    """Return the number of the last change of a user, or of everyone where that was later."""
    (number,) = store.one("SELECT max(number) FROM changes WHERE user_no IN (?, ?)", user_no, EVERYONE) or (
        0,
    )
    return int(number or 0)


def last_change(store: Store) -> int:
    """Return the newest number: it moves with whatever is written of anyone."""
    (number,) = store.one("SELECT max(number) FROM changes") or (0,)
    return int(number or 0)


def read_changes(store: Store, since: int = -1) -> list[tuple[int, int]]:
    """Return (user_no, number) of who changed after a number, in that order; `EVERYONE` among them."""
    return store.rows("SELECT user_no, number FROM changes WHERE number > ? ORDER BY number", since)
