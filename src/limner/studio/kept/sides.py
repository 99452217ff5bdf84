"""What users of a workspace get from others, read from its log as it stands now."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from limner.dimensions.demographic import is_given
from limner.recommend.history import History, collect_history
from limner.recommend.sides import MOST_FRIENDS, Declared, Friends, Links, Sides, read_sides
from limner.settings import Recipe
from limner.store.store import Store
from limner.studio.kept.spaces import read_sums

_MOST_CLASSES = 50
"""A column with more is a name or a number, not a kind of user."""
_FRIENDS = (
    "SELECT u.user_no, u.user_id FROM relations r JOIN users u ON u.user_id = r.other_id "
    "WHERE r.user_no = ? AND u.user_no <> r.user_no AND u.user_no NOT IN (SELECT user_no FROM merged) "
    "GROUP BY u.user_no ORDER BY max(coalesce(r.weight, 1)) DESC, u.user_id LIMIT ?"
)


def read_all_sides(store: Store) -> Sides:
    """Return everybody's friends and declared attributes."""
    known = dict(store.users())
    present = set(known.values())
    rows = store.rows("SELECT user_no, other_id, coalesce(weight, 1) FROM relations")
    # A friendship stands in the log of both: here every row counts for its own side.
    told = [(known[no], other, "", weight) for no, other, weight in rows if no in known and other in present]
    declared = {user: _classify(given) for user, given in store.rows("SELECT user_id, attributes FROM users")}
    return read_sides(told, _keep_kinds(declared))


def attach_all(store: Store, history: History, recipe: Recipe) -> History:
    """Return the history of all users, by user number, with what the open terms need."""
    if not any(recipe.terms):
        return history
    ids = [""] * history.n_users
    for number, user_id in store.rows("SELECT user_no, user_id FROM users"):
        ids[number] = user_id
    return read_all_sides(store).attach(history, ids, pasts=history, past_ids=ids)


def attach_one(
    store: Store, history: History, user_no: int, recipe: Recipe, factors: tuple[float, float]
) -> History:
    """Return one user's history with what the open terms need, its sums read with their factors."""
    from dataclasses import replace

    friends = _read_friends(store, history, user_no, factors) if recipe.friends or recipe.tips else None
    declared = None
    if recipe.attributes:
        row = store.one("SELECT attributes FROM users WHERE user_no = ?", user_no) or (None,)
        names = [f"{column}={value}" for column, value in _classify(row[0]).items()]
        declared = Declared(_tie_to_all(len(names)), names)
    return replace(history, friends=friends, declared=declared)


def _read_friends(store: Store, history: History, user_no: int, factors: tuple[float, float]) -> Friends:
    from limner.ledger.items import ItemSums

    found = store.rows(_FRIENDS, user_no, MOST_FRIENDS)
    place = {number: row for row, (number, _) in enumerate(found)}
    marks = ", ".join("?" * len(place))
    rows = store.rows(
        "SELECT c.user_no, i.item_no, c.n, c.recent, c.lasting FROM cells c "
        f"JOIN items i ON i.item_id = c.key WHERE c.signal = 'item' AND c.user_no IN ({marks})",
        *place,
    )
    table = read_sums(rows, factors).reshape(-1, 5)
    users = np.array([place[int(number)] for number in table[:, 0]], dtype=np.int32)
    sums = ItemSums(users, table[:, 1].astype(np.int32), table[:, 2], table[:, 3], table[:, 4])
    pasts = collect_history(sums, shape=(len(found), history.n_items), at_us=history.at_us)
    return Friends(_tie_to_all(len(found)), pasts, [user_id for _, user_id in found])


def _tie_to_all(n: int) -> Links:
    """Return the ties of one user to so many."""
    return Links(np.array([0, n], dtype=np.int64), np.arange(n, dtype=np.int32))


def _classify(attributes: str | None) -> dict[str, str]:
    """Return attribute → class of what one user declared."""
    from limner.studio.kept.declared import classify

    given: dict[str, Any] = json.loads(attributes or "{}")
    return {
        column: classify(column, value)
        for column, value in given.items()
        if isinstance(value, str | int | float) and is_given(value)
    }


def _keep_kinds(declared: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return what was declared in columns that have few classes."""
    classes: dict[str, set[str]] = {}
    for own in declared.values():
        for column, value in own.items():
            classes.setdefault(column, set()).add(value)
    return {
        user: {column: value for column, value in own.items() if len(classes[column]) <= _MOST_CLASSES}
        for user, own in declared.items()
    }
