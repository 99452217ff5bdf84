"""What users declared, as classes, and the traits of the users who did."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.demographic import is_given
from limner.dimensions.traits import SIGNALS, Entries, Traits, choose_traits
from limner.store.store import Store

MOST_ROWS = 8_000
"""Users a model learns from; of more, so many are drawn."""
_AGE_BANDS = (
    *((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44")),
    *((50, "45-49"), (56, "50-55"), (200, "56+")),
)


def read_declared(store: Store, columns: Sequence[str]) -> dict[str, dict[int, str]]:
    """Return attribute → user number → class, of those who declared it."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for user, attributes in store.rows("SELECT user_no, attributes FROM users"):
        given = json.loads(attributes or "{}")
        for column in columns:
            if is_given(given.get(column)):
                found[column][user] = classify(column, given[column])
    return found


def classify(column: str, value: Any) -> str:
    """Return the class of a declared value: ages in bands, everything else as it is.

    >>> classify("age", 37), classify("gender", "F"), classify("age", "35-44")
    ('35-44', 'F', '35-44')
    """
    try:
        age = float(value) if column == "age" else None
    except ValueError:
        age = None
    if age is None:
        return str(value)
    return next((name for limit, name in _AGE_BANDS if age < limit), _AGE_BANDS[-1][1])


def read_traits(
    store: Store, users: Sequence[int], placed: NDArray[np.float64]
) -> tuple[Traits, NDArray[np.float64]]:
    """Return the traits most of some users have, and their rows, float64 (n_users, n_features).

    ``placed`` is where these users stand, float64 (n_users, dim).
    """
    entries = read_entries(store, users)
    traits = choose_traits(entries, len(users), placed)
    return traits, traits.table(entries, len(users), placed)


def read_entries(store: Store, users: Sequence[int]) -> dict[str, Entries]:
    """Return the cells of some users by signal; a user is numbered by their place among them."""
    place = {user: number for number, user in enumerate(users)}
    found: dict[str, list[tuple[int, str, float, float]]] = defaultdict(list)
    marks = ", ".join(f"'{signal}'" for signal in SIGNALS)
    sql = f"SELECT user_no, signal, key, n, liked - disliked FROM cells WHERE signal IN ({marks})"
    for user, signal, key, n, sides in store.rows(sql):
        if user in place and n > 0:
            found[signal].append((place[user], key, n, sides or 0))
    return {signal: collect_entries(rows) for signal, rows in found.items()}


def collect_entries(rows: Sequence[tuple[int, str, float, float]]) -> Entries:
    """Return (user, key, n, sides) rows as columns."""
    users, keys, n, sides = zip(*rows, strict=True)
    return Entries(
        np.array(users, dtype=np.int64),
        keys,
        np.array(n, dtype=np.float64),
        np.array(sides, dtype=np.float64),
    )
