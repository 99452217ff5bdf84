"""SQL as every store is asked, in PostgreSQL's words: translated once per statement, and kept."""

import re
from functools import lru_cache

from limner.store.schema import TABLES, VIEWS, columns_of

_QUOTED = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")
_WORDS = (
    (re.compile(r"%"), "%%"),
    (re.compile(r"\?(\d+)"), r"%(p\1)s"),
    (re.compile(r"\?"), "%s"),
    (re.compile(r"\bLIKE\b"), "ILIKE"),  # SQLite's asks for no case, either
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bREAL\b"), "DOUBLE PRECISION"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
)
_INSERT = re.compile(r"^INSERT OR (IGNORE|REPLACE) INTO (\w+)")
_PLAIN = re.compile(r"^INSERT INTO (\w+) VALUES \((?:\?, )*\?\)$")
_LIMITED = re.compile(r"\bLIMIT\s+\S+\s*$")
CLOCK = "CREATE TABLE clock (n BIGINT NOT NULL)"
FUNCTIONS = (
    "CREATE FUNCTION json_each(given TEXT) RETURNS TABLE (key TEXT, value TEXT) LANGUAGE sql IMMUTABLE AS $$ "
    "SELECT e.key, e.value FROM json_each_text("
    "CASE json_typeof(given::json) WHEN 'object' THEN given::json END) e UNION ALL "
    "SELECT (a.place - 1)::text, a.value FROM json_array_elements_text("
    "CASE json_typeof(given::json) WHEN 'array' THEN given::json END) WITH ORDINALITY a(value, place) $$",
    "CREATE FUNCTION json_extract(given TEXT, path TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$ "
    "SELECT jsonb_path_query_first(given::jsonb, path::jsonpath) #>> '{}' $$",
    "CREATE FUNCTION json_remove(given TEXT, path TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$ "
    "SELECT (given::jsonb - substr(path, 3))::text $$",
)
"""What SQLite has of its own: ``json_remove`` knows paths of one step alone."""


@lru_cache(maxsize=4096)
def translate(sql: str) -> str:
    """Return a statement for psycopg: its placeholders, its types, its ways to insert.

    >>> translate("SELECT 100 % n FROM t WHERE key = ? AND name LIKE 'a%'")
    "SELECT 100 %% n FROM t WHERE key = %s AND name ILIKE 'a%%'"
    """
    verb = _INSERT.match(sql)
    if verb:
        sql = sql.replace(f" OR {verb[1]}", "", 1) + on_conflict(verb[2], replace=verb[1] == "REPLACE")
    return "".join(map(_translate_part, _QUOTED.split(sql)))


@lru_cache(maxsize=4096)
def limit_to_one(sql: str) -> str:
    """Return a query that stops at its first row; another statement as it is."""
    if not sql.startswith("SELECT") or _LIMITED.search(sql):
        return sql
    return f"{sql} LIMIT 1"


def name_filled(sql: str) -> str | None:
    """Return the table that a plain insertion of whole rows fills; None for another statement."""
    found = _PLAIN.match(sql)
    return found[1] if found else None


def on_conflict(table: str, *, replace: bool) -> str:
    """Return the end of an insertion: a row that is there stays, or is replaced."""
    if not replace:
        return " ON CONFLICT DO NOTHING"
    keys = keys_of(table)
    kept = [f"{name} = excluded.{name}" for name in columns_of(table) if name not in keys]
    done = f"UPDATE SET {', '.join(kept)}" if kept else "NOTHING"
    return f" ON CONFLICT ({', '.join(keys)}) DO {done}"


def keys_of(table: str) -> list[str]:
    """Return the columns of a table's primary key."""
    _, given, keys = TABLES[table].partition("PRIMARY KEY (")
    if given:
        return keys.rstrip(")").split(", ")
    return [part.split()[0] for part in TABLES[table].split(", ") if "PRIMARY KEY" in part]


def create_statements() -> list[str]:
    """Return the statements that make an empty store, as psycopg takes them with no values."""
    tables = [create_table(f"TABLE {name}", f"({TABLES[name]})") for name in TABLES]
    return [*tables, CLOCK, "INSERT INTO clock VALUES (0)", *FUNCTIONS, *map(_translate_views, VIEWS)]


def create_table(name: str, columns: str) -> str:
    """Return the statement that makes a table; texts are compared byte by byte, as SQLite does."""
    return f"CREATE {name} {_translate_views(columns)}".replace("TEXT", 'TEXT COLLATE "C"')


def _translate_views(sql: str) -> str:
    return translate(sql).replace("%%", "%")


def _translate_part(part: str) -> str:
    if part[:1] in ("'", '"'):
        return part.replace("%", "%%")
    for pattern, said in _WORDS:
        part = pattern.sub(said, part)
    return part
