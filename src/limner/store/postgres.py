"""A workspace's store in one schema of a PostgreSQL database: for several workers and several machines.

Writers wait for each other by an advisory lock of the store, readers wait for nobody: each reading is one
snapshot. Statements are those of SQLite, translated (`store.postgres_sql`).
"""

import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from psycopg.types.string import StrBinaryDumper, StrDumper

from limner.errors import WorkspaceError
from limner.store.places import connect_to, hide_password
from limner.store.postgres_sql import (
    create_statements,
    keys_of,
    limit_to_one,
    name_filled,
    on_conflict,
    translate,
)
from limner.store.postgres_standings import PostgresStandings
from limner.store.schema import INDEXES, TABLES, columns_of
from limner.store.store import CHUNK_ROWS, Store

_FEW = 16
"""Rows that are sent one by one; more go through COPY."""
_STREAMED = 5_000
_PREPARED = 1024
_TRUNCATED = 64
"""A temporary table is truncated every so often: rows that were deleted stay in it otherwise."""
_SESSION = (
    # groups come sorted, as SQLite gives them, and sums do not depend on how many workers there are
    "-c enable_hashagg=off -c max_parallel_workers_per_gather=0 -c lock_timeout=30s "
    "-c client_min_messages=warning -c jit=off -c extra_float_digits=1 "
    # of an index of vectors more than by default, so that hardly one neighbour is missed
    "-c hnsw.ef_search=400 -c plan_cache_mode=force_generic_plan"
)


def connect(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """Return a connection of our settings; ``url`` may lack the password that this process was given.

    Raises:
        WorkspaceError: the database cannot be reached.
    """
    target, _ = connect_to(url)
    with explained(hide_password(url)):
        connection = psycopg.connect(target, autocommit=True, options=_SESSION, connect_timeout=10)
    connection.prepared_max = _PREPARED
    connection.prepare_threshold = 2
    adapters = connection.adapters
    for kind, dumper in ((int, Int8Dumper), (int, Int8BinaryDumper), (str, _BinaryText), (str, _Text)):
        adapters.register_dumper(kind, dumper)
    adapters.register_loader("numeric", _NumberLoader)
    return connection


class PostgresStore(Store):
    """One open schema of a database. Reads are point reads and range scans by user."""

    dialect = "postgres"

    def __init__(self, path: Path, url: str) -> None:
        """Connect to the schema that is the last part of ``path``; see `postgres_home`."""
        self.path = path
        self.url = url
        self.lock = RLock()
        self.rollbacks = 0
        self._writes = 0
        self._emptied = 0
        self._standings: PostgresStandings | None = None
        self._sentinel: weakref.finalize[Any, Any] | None = None
        self.workspace = path.name.rpartition("__")[0]
        self.connection = self._connect()

    def _connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        connection = connect(self.url)
        connection.execute(sql.SQL("SET search_path TO {}, public").format(sql.Identifier(self.path.name)))
        if self._sentinel is not None:
            self._sentinel.detach()
        self._sentinel = weakref.finalize(self, connection.close)
        return connection

    def beside(self) -> "PostgresStore":
        """Return another connection to the same store, for one more reader."""
        return PostgresStore(self.path, self.url)

    def create(self) -> None:
        """Make the tables of an empty store."""
        with explained(self.url):
            for statement in create_statements():
                self.connection.execute(statement)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Run a statement and return what it finds, which may be read row by row."""
        self._note(sql)
        asked = translate(sql)
        given = {f"p{place}": value for place, value in enumerate(values, 1)} if "%(p1)s" in asked else values
        with explained(self.url):
            return self._alive().execute(asked, given)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Run a statement for each of many rows of values."""
        self._note(sql)
        found, filled = list(rows), name_filled(sql)
        with explained(self.url):
            if filled and len(found) > _FEW:
                return self._copy(filled, found)
            cursor = self._alive().cursor()
            cursor.executemany(translate(sql), found)
            return cursor

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query; none of a statement that gives none."""
        cursor = self.execute(sql, values)
        return cursor.fetchall() if cursor.description else []

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        found: tuple[Any, ...] | None = self.execute(limit_to_one(sql), values).fetchone()
        return found

    def ask_all(self, questions: Iterable[tuple[str, Sequence[Any]]]) -> list[list[tuple[Any, ...]]]:
        """Return all rows of each of many queries: asked together, answered together."""
        with explained(self.url):
            connection = self._alive()
            with connection.pipeline():
                found = [connection.execute(translate(sql), values) for sql, values in questions]
            return [cursor.fetchall() for cursor in found]

    def find(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of a query for many values at once."""
        return self.rows(sql.replace("IN (?)", "= ANY(?)", 1), list(values)) if values else []

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, few of them in memory; call it inside `reading` or a transaction."""
        with explained(self.url), self._alive().cursor(name="stream") as cursor:
            cursor.itersize = _STREAMED
            yield from cursor.execute(translate(sql))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does; other writers of the store wait."""
        with self.lock, explained(self.url):
            connection = self._alive()
            if connection.info.transaction_status != TransactionStatus.IDLE:
                with self._part(connection):
                    yield
                return
            connection.execute("BEGIN")
            try:
                connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self.path.name])
                yield
                connection.execute("UPDATE clock SET n = n + 1")
            except BaseException:
                self._roll_back()
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _part(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> Iterator[None]:
        """A transaction inside another one, which may fail alone."""
        connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.rollbacks += 1
            with suppress(psycopg.Error):
                connection.execute("ROLLBACK TO part")
            raise
        finally:
            with suppress(psycopg.Error):
                connection.execute("RELEASE part")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside is of one moment, whoever writes meanwhile."""
        with self.lock, explained(self.url):
            connection = self._alive()
            if connection.info.transaction_status != TransactionStatus.IDLE:
                yield
                return
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            try:
                yield
            finally:
                if connection.info.transaction_status == TransactionStatus.INTRANS:
                    connection.execute("COMMIT")
                else:
                    self._roll_back()

    def insert(self, table: str, rows: Iterable[Sequence[Any]], *, replace: bool = False) -> None:
        """Add rows in the column order of `schema.TABLES`; one that is there stays, or is replaced."""
        self._writes += 1
        given = iter(rows)
        with explained(self.url):
            while some := list(islice(given, CHUNK_ROWS)):
                self._insert(table, some, replace=replace)

    def version(self) -> int:
        """Return a number that changes with every transaction that wrote."""
        row = self.one("SELECT n FROM clock")
        return int(row[0]) if row else -1

    def changes(self) -> tuple[int, int]:
        """Return what changes when this connection, or another one, has written."""
        return self.version(), self._writes

    def current_name(self) -> str | None:
        """Return the name of the store that the workspace reads now."""
        row = self.one(f'SELECT store FROM "{self.workspace}".workspace')
        return str(row[0]) if row else None

    def columns_there(self, table: str) -> list[str]:
        """Return the columns that a table has, in order; none where there is no such table."""
        found = self.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? "
            "ORDER BY ordinal_position",
            *(self.path.name, table),
        )
        return [name for (name,) in found]

    def empty(self, table: str) -> None:
        """Take all rows out of a temporary table, and now and then their room, too."""
        self._emptied += 1
        often = self._emptied % _TRUNCATED
        self.execute(f"DELETE FROM {table}" if often else f"TRUNCATE {table}")

    def seal(self) -> None:
        """Make a freshly built store quick: indexes, and what the planner knows of the tables."""
        for statement in INDEXES:
            self.execute(statement)
        for table in TABLES:
            self.execute(f"ANALYZE {table}")

    def size(self) -> int:
        """Return how many bytes the tables and indexes of the schema take."""
        row = self.one(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relkind = 'r'",
            self.path.name,
        )
        return int(row[0]) if row else 0

    def check_room(self) -> None:
        """Nothing is written twice: the server sees to its own disk."""

    def write_anew(self) -> None:
        """Let the server use again the room of rows that went."""
        for table in TABLES:
            self.execute(f"VACUUM ANALYZE {table}")

    def shred(self) -> None:
        """Nothing to prepare: rows that go are gone for every reader, and `fold` takes them out."""

    def fold(self) -> None:
        """Take rows that went out of the tables; the server's own log keeps them until it is reused."""
        for table in TABLES:
            self.execute(f"VACUUM {table}")

    def standings(self) -> PostgresStandings:
        """Return the vectors of its users at rest."""
        if self._standings is None:
            self._standings = PostgresStandings(self)
        return self._standings

    @contextmanager
    def speaking(self) -> "Iterator[psycopg.Connection[tuple[Any, ...]]]":
        """Yield the connection to whoever says things in PostgreSQL's own words."""
        with explained(self.url):
            yield self._alive()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _insert(self, table: str, rows: list[Sequence[Any]], *, replace: bool) -> None:
        columns = columns_of(table)
        ending = on_conflict(table, replace=replace)
        if len(rows) <= _FEW:
            marks = ", ".join(["%s"] * len(columns))
            cursor = self._alive().cursor()
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks}){ending}", rows)
            return
        connection, waiting = self._alive(), f"incoming_{table}"
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {waiting} (LIKE {table})")
        connection.execute(f"TRUNCATE {waiting}")
        self._copy(waiting, rows)
        keys = ", ".join(keys_of(table))
        chosen = f"DISTINCT ON ({keys}) *" if replace else "*"  # of equal keys the last one
        order = f" ORDER BY {keys}, ctid DESC" if replace else ""
        connection.execute(f"INSERT INTO {table} SELECT {chosen} FROM {waiting}{order}{ending}")
        connection.execute(f"TRUNCATE {waiting}")

    def _copy(self, table: str, rows: Iterable[Sequence[Any]]) -> "psycopg.Cursor[tuple[Any, ...]]":
        cursor = self._alive().cursor()
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return cursor

    def _alive(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Return the connection; another one where the server broke it off between two transactions."""
        if self.connection.broken:
            self.rollbacks += 1
            self.connection = self._connect()
        return self.connection

    def _note(self, sql: str) -> None:
        if not sql.startswith("SELECT"):
            self._writes += 1

    def _roll_back(self) -> None:
        self.rollbacks += 1
        with suppress(psycopg.Error):
            self.connection.execute("ROLLBACK")


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what PostgreSQL says into a `WorkspaceError` that names the remedy, and no password."""
    try:
        yield
    except psycopg.Error as exc:
        raise WorkspaceError(f"{hide_password(url)}: {_remedy(exc)}") from exc


def _remedy(exc: psycopg.Error) -> str:
    said = " ".join(str(exc).split())
    if isinstance(exc, errors.LockNotAvailable):
        return "another process is writing to this workspace; wait for it and try again"
    if isinstance(exc, errors.DiskFull):
        return "the disk is full; free some room and run the command again (nothing was changed)"
    if isinstance(exc, errors.InsufficientPrivilege):
        return f"may not be done ({said}); grant it: CREATE on the database makes a workspace"
    if isinstance(exc, errors.UndefinedTable | errors.InvalidSchemaName):
        return f"was built anew since it was opened, or is no workspace ({said}); open it again"
    if isinstance(exc, psycopg.OperationalError):
        return (
            f"cannot be reached ({said}); is the server running, and is the password given, by "
            "LIMNER_STORE_URL, PGPASSWORD or ~/.pgpass?"
        )
    return said


class _Text(StrDumper):  # type: ignore[misc]
    """Text without the one letter that PostgreSQL keeps in none."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class _BinaryText(StrBinaryDumper):  # type: ignore[misc]
    """The same, in the binary form."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class _NumberLoader(psycopg.adapt.Loader):  # type: ignore[misc]
    """Sums of whole numbers as whole numbers, others as floats: as SQLite gives them."""

    def load(self, data: Any) -> int | float:
        said = bytes(data)
        return float(said) if b"." in said or b"N" in said else int(said)
