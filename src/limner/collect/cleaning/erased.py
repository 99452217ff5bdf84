"""Rows of users who were erased: out before any other rule looks at them, counted, and kept nowhere."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import quote
from limner.records import ERASED

if TYPE_CHECKING:
    import duckdb

FindErased = Callable[[Collection[str]], set[str]]
"""Says which of some ids were erased."""
_NAMED_IN = {
    "events": ("user_id",),
    "texts": ("user_id",),
    "users": ("user_id",),
    "relations": ("user_id", "other_id"),
}


def nobody(user_ids: Collection[str]) -> set[str]:
    """Return that none of some ids was erased."""
    return set()


def mark_erased(con: "duckdb.DuckDBPyConnection", table: str, find: FindErased) -> None:
    """Give rows that are of an erased user, or name one, that reason, whatever else is wrong with them."""
    for column in _NAMED_IN.get(table, ()):
        asked = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"
        found = sorted(find([one for (one,) in con.execute(asked).fetchall()]))
        if found:
            listed = ", ".join(map(quote, found))
            con.execute(
                f"UPDATE {table} SET reason = {quote(ERASED)}, shown = NULL WHERE {column} IN ({listed})"
            )
