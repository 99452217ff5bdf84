"""Rows that say again what an earlier row said."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from limner.collect.cleaning.faults import materialise, reject

if TYPE_CHECKING:
    import duckdb

_SEPARATOR = r"E'\x1f'"
EVENT_CONTENT = ("user_id", "item_id", "timestamp", "event", "value", "text", "dwell_s", "session_id")
TEXT_CONTENT = ("user_id", "item_id", "timestamp", "text")
_REPEATED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "events": (("user_id", "event_id"),),
    "texts": (("user_id", "text_id"),),
    "relations": (("user_id", "other_id", "kind"),),
    "triples": (("head", "relation", "tail"),),
}
"""What two rows have in common that say the same: their own id, or their content where they have none."""
_MERGED = {"users": "user_id", "items": "item_id"}


def content_key(columns: Sequence[str]) -> str:
    """Return the SQL of a row's key, md5 of its fields: the same on every machine, in any order of rows."""
    fields = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in columns)
    return f"md5(concat_ws({_SEPARATOR}, {fields}))"


def reject_repeated(con: "duckdb.DuckDBPyConnection", table: str) -> None:
    """Keep the first of the rows of a table that say the same, or have the same id."""
    for columns in _REPEATED.get(table, ()):
        _reject_later(con, table, columns)
    if table in _MERGED:
        _merge(con, table, _MERGED[table])


def _reject_later(con: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str]) -> None:
    """Keep the first row of each combination of `columns`; a null is equal to nothing."""
    keys = ", ".join(columns)
    given = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    groups = f"FROM {table} WHERE {given} GROUP BY {keys} HAVING count(*) > 1"
    if materialise(con, "repeated", f"SELECT {keys}, min(seq) AS first_seq {groups}"):
        later = f"FROM {table} JOIN repeated USING ({keys}) WHERE seq > first_seq"
        reject(con, table, f"SELECT seq, 'duplicate' AS reason, NULL AS shown {later}")


def _merge(con: "duckdb.DuckDBPyConnection", table: str, id_column: str) -> None:
    """Keep the first row of each id, with what it lacks filled from the later ones."""
    twice = f"SELECT {id_column} FROM {table} GROUP BY {id_column} HAVING count(*) > 1"
    if not materialise(con, "repeated", f"SELECT * FROM {table} WHERE {id_column} IN ({twice})"):
        return
    columns = [name for name, *_ in con.execute("DESCRIBE repeated").fetchall()]
    # arg_min passes over nulls, so this is the first value that is there.
    filled = [f"arg_min({name}, seq) AS {name}" for name in columns if name not in (id_column, "seq")]
    fields = ", ".join([id_column, "min(seq) AS seq", *filled])
    materialise(con, "filled", f"SELECT {fields} FROM repeated GROUP BY {id_column}")
    later = "FROM repeated WHERE seq NOT IN (SELECT seq FROM filled)"
    reject(con, table, f"SELECT seq, 'duplicate id' AS reason, NULL AS shown {later}")
    con.execute(f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM filled)")
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM filled")
