"""Rows that say again what an earlier row said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.collect.cleaning.faults import reject

if TYPE_CHECKING:
    import duckdb

_SEPARATOR = r"E'\x1f'"
EVENT_CONTENT = ("user_id", "item_id", "timestamp", "event", "value", "text", "dwell_s", "session_id")
TEXT_CONTENT = ("user_id", "item_id", "timestamp", "text")


def content_key(columns: Sequence[str]) -> str:
    """Return the SQL of a row's key, md5 of its fields: the same on every machine, in any order of rows."""
    fields = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in columns)
    return f"md5(concat_ws({_SEPARATOR}, {fields}))"


def reject_repeated_events(con: "duckdb.DuckDBPyConnection") -> None:
    """Keep the first of equal events, and of a user's events with one id."""
    _reject_repeats(con, "events", ["key"])
    _reject_repeats(con, "events", ["user_id", "event_id"])


def reject_repeated_texts(con: "duckdb.DuckDBPyConnection") -> None:
    """Keep the first of equal texts, and of a user's texts with one id."""
    _reject_repeats(con, "texts", ["key"])
    _reject_repeats(con, "texts", ["user_id", "text_id"])


def reject_repeated_edges(con: "duckdb.DuckDBPyConnection") -> None:
    """Keep the first of equal relations and of equal triples."""
    _reject_repeats(con, "relations", ["user_id", "other_id", "kind"])
    _reject_repeats(con, "triples", ["head", "relation", "tail"])


def merge_repeated(con: "duckdb.DuckDBPyConnection", table: str, id_column: str) -> None:
    """Keep the first row of each id, with what it lacks filled from the later ones."""
    twice = f"SELECT {id_column} FROM {table} GROUP BY {id_column} HAVING count(*) > 1"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT * FROM {table} WHERE {id_column} IN ({twice})"
    )
    columns = [name for name, *_ in con.execute("DESCRIBE repeated").fetchall()]
    # arg_min passes over nulls, so this is the first value that is there.
    filled = [f"arg_min({name}, seq) AS {name}" for name in columns if name not in (id_column, "seq")]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE filled AS SELECT {', '.join([id_column, 'min(seq) AS seq', *filled])} "
        f"FROM repeated GROUP BY {id_column}"
    )
    later = "FROM repeated WHERE seq NOT IN (SELECT seq FROM filled)"
    reject(con, table, f"SELECT seq, 'duplicate id' AS reason, NULL AS shown {later}")
    con.execute(f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM filled)")
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM filled")


def _reject_repeats(con: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str]) -> None:
    """Keep the first row of each combination of `columns`; a null is equal to nothing."""
    keys = ", ".join(columns)
    given = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {keys}, min(seq) AS first_seq FROM {table} "
        f"WHERE {given} GROUP BY {keys} HAVING count(*) > 1"
    )
    later = f"FROM {table} JOIN repeated USING ({keys}) WHERE seq > first_seq"
    reject(con, table, f"SELECT seq, 'duplicate' AS reason, NULL AS shown {later}")
