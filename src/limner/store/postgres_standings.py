"""Everyone's vectors in a table of PostgreSQL: compared there by pgvector, or in memory where there is none.

The tables are no part of the store's schema: they are made when they are first filled. A user who is erased
takes the vector along, since it hangs on the row in ``users``.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import errors
from psycopg.pq import TransactionStatus

from limner.store.standings import NOTHING, Drawn, Mark, Standing, Standings, sort_standing

if TYPE_CHECKING:
    from limner.store.postgres import PostgresStore

INDEX_FROM = 50_000
"""Users from which on an index pays: below, comparing with everyone takes about as long, and is exact."""
MOST_BY_INDEX = 100
"""Neighbours up to which the index is asked: for more it would have to look at most of everyone."""
_WIDEST, _WIDEST_INDEXED = 16_000, 4_000
"""Numbers in a vector that pgvector keeps, and that its index of half precision takes."""
_PLAIN_BYTES = 7_000
"""A vector up to this stands in its row, where a comparison with everyone finds it at once."""
_NO_VECTOR = (
    "the database has no pgvector (0.7 or newer), so users are compared in the memory of each process; "
    "where the server carries it, CREATE EXTENSION vector turns it on"
)
_MARK = (
    "CREATE TABLE standings_mark (one BOOLEAN PRIMARY KEY DEFAULT true, turn BIGINT NOT NULL, "
    "number BIGINT NOT NULL, as_of_us BIGINT NOT NULL, kind TEXT NOT NULL)"
)
_BYTES, _VECTOR, _INDEXED = "bytes", "vector", "indexed"
"""How the vectors are kept."""
_TOO_LATE = (
    errors.ForeignKeyViolation,  # erased meanwhile
    errors.DuplicateTable,
    errors.UniqueViolation,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
)
"""Another process was quicker."""


class _GaveWayError(Exception):
    """Another process wrote first."""


class PostgresStandings(Standings):
    """The vectors of one store in a database, for the thread that uses the store."""

    def __init__(self, store: "PostgresStore") -> None:
        """Look for pgvector in the database of a store."""
        self._store = store
        self._is_there = False
        self._home = self._find_extension()
        self.note = "" if self._home else _NO_VECTOR

    def read_mark(self) -> Mark:
        """Return up to when it is right; bytes count for nothing where pgvector came since."""
        mark, kind = self._read_mark()
        return mark._replace(number=-1) if kind == _BYTES and self._home else mark

    def read(self, user_nos: Iterable[int] | None = None) -> Standing:
        """Return where some users stand, or everyone."""
        _, kind = self._read_mark()
        if not kind:
            return NOTHING
        chosen = " WHERE user_no = ANY(%s)" if user_nos is not None else ""
        asked = f"COPY (SELECT user_no, vector FROM standings{chosen}) TO STDOUT (FORMAT BINARY)"
        values = [list(user_nos)] if user_nos is not None else []
        with self._store.lock, self._store.speaking() as connection, connection.cursor() as cursor:
            with cursor.copy(asked, values) as copy:
                said = b"".join(copy)
        return _unpack(said, is_vector=kind != _BYTES)

    def write(self, before: Mark, drawn: Drawn) -> bool:
        """Write what was drawn from a mark on; False where another was quicker."""
        with self._store.lock, self._store.speaking() as connection:
            try:
                with self._turn(connection, before):
                    kind = self._fill(connection, drawn) if drawn.is_whole else self._renew(connection, drawn)
                    connection.execute(
                        "UPDATE standings_mark SET number = %s, as_of_us = %s, kind = %s",
                        (drawn.mark.number, drawn.mark.as_of_us, kind),
                    )
            except (_GaveWayError, *_TOO_LATE):
                return False
        return True

    def find_nearest(self, user_no: int, most: int) -> list[tuple[int, float]] | None:
        """Return the others who stand nearest, nearest first: by the index where there is one."""
        _, kind = self._read_mark()
        if kind not in (_VECTOR, _INDEXED):
            return None
        own = self._store.one(
            f'SELECT "{self._home}".vector_dims(vector), "{self._home}".vector_norm(vector) FROM standings '
            "WHERE user_no = ?",
            user_no,
        )
        if own is None or not own[1]:
            return []
        by_index = kind == _INDEXED and most <= MOST_BY_INDEX
        asked = self._say_by_index(own[0]) if by_index else self._say_by_all()
        found = self._store.execute(asked, (user_no, most + 1)).fetchall()
        return [(int(one), float(nearness)) for one, nearness in found if one != user_no][:most]

    def forget(self, user_nos: Sequence[int]) -> None:
        """Remove the vectors of users; an erased one took the own along."""
        if self._read_mark()[1]:
            self._store.execute("UPDATE standings_mark SET turn = turn + 1")
            self._store.execute("DELETE FROM standings WHERE user_no = ANY(?)", (list(user_nos),))

    def close(self) -> None:
        """Nothing is open but the store."""

    def _say_by_all(self) -> str:
        # the own vector is asked for inside: as a value it would be read anew for every row
        near = f'OPERATOR("{self._home}".<#>) (SELECT vector FROM standings WHERE user_no = ?1)'
        return f"SELECT user_no, -(vector {near}) FROM standings ORDER BY vector {near}, user_no LIMIT ?2"

    def _say_by_index(self, dim: int) -> str:
        """Return a question that the index of half precision narrows down and whole vectors put in order."""
        near, half = f'OPERATOR("{self._home}".<#>)', f'"{self._home}".halfvec({dim})'
        own, rough = (
            f"(SELECT vector{cast} FROM standings WHERE user_no = ?1)" for cast in ("", f"::{half}")
        )
        return (
            f"SELECT user_no, -(vector {near} {own}) FROM (SELECT user_no, vector FROM standings "
            f"ORDER BY vector::{half} {near} {rough} LIMIT {2 * MOST_BY_INDEX}) found "
            f"ORDER BY vector {near} {own}, user_no LIMIT ?2"
        )

    def _read_mark(self) -> tuple[Mark, str]:
        """Return the mark, and how the vectors are kept; empty: there are none."""
        if not self._is_there:
            found = self._store.one("SELECT to_regclass(?)", f'"{self._store.path.name}".standings_mark')
            self._is_there = found is not None and found[0] is not None
        row = self._is_there and self._store.one("SELECT turn, number, as_of_us, kind FROM standings_mark")
        return (Mark(*row[:3]), row[3]) if row else (Mark(), "")

    @contextmanager
    def _turn(self, connection: "psycopg.Connection[Any]", before: Mark) -> Iterator[None]:
        """Write by turns: everything inside happens, or nothing where the mark is no longer that one."""
        is_own = connection.info.transaction_status == TransactionStatus.IDLE
        if is_own:
            connection.execute("BEGIN")
        try:
            if not self._read_mark()[1]:
                connection.execute(_MARK)
                connection.execute("INSERT INTO standings_mark VALUES (true, 0, -1, 0, '')")
            turned = connection.execute(
                "UPDATE standings_mark SET turn = turn + 1 WHERE turn = %s", (before.turn,)
            )
            if not turned.rowcount:
                raise _GaveWayError
            yield
        except BaseException:
            if is_own:
                connection.execute("ROLLBACK")
            raise
        if is_own:
            connection.execute("COMMIT")

    def _fill(self, connection: "psycopg.Connection[Any]", drawn: Drawn) -> str:
        """Write everyone into a table of its own, which then takes the place of the one before."""
        n_users, dim = drawn.standing.vectors.shape
        if self._home is None:
            self._home = self._add_extension(connection)
            self.note = "" if self._home else _NO_VECTOR
        kind = _VECTOR if self._home and 0 < dim <= _WIDEST else _BYTES
        column = f'"{self._home}".vector({dim})' if kind == _VECTOR else "BYTEA"
        connection.execute(
            "CREATE TABLE standings_new (user_no BIGINT PRIMARY KEY REFERENCES users ON DELETE CASCADE, "
            f"vector {column} NOT NULL)"
        )
        if 4 * dim <= _PLAIN_BYTES:
            connection.execute("ALTER TABLE standings_new ALTER COLUMN vector SET STORAGE PLAIN")
        _copy(connection, "standings_new", drawn.standing, is_vector=kind == _VECTOR)
        if kind == _VECTOR and n_users >= INDEX_FROM and dim <= _WIDEST_INDEXED:
            kind = self._add_index(connection, dim)
        connection.execute("DROP TABLE IF EXISTS standings")
        connection.execute("ALTER TABLE standings_new RENAME TO standings")
        return kind

    def _renew(self, connection: "psycopg.Connection[Any]", drawn: Drawn) -> str:
        gone = [*drawn.gone, *drawn.standing.user_nos.tolist()]
        _, kind = self._read_mark()
        connection.execute("DELETE FROM standings WHERE user_no = ANY(%s)", (gone,))
        _copy(connection, "standings", drawn.standing, is_vector=kind != _BYTES)
        return kind

    def _add_index(self, connection: "psycopg.Connection[Any]", dim: int) -> str:
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'")  # a graph that does not fit is slow
        connection.execute(
            f'CREATE INDEX ON standings_new USING hnsw ((vector::"{self._home}".halfvec({dim})) '
            f'"{self._home}".halfvec_ip_ops)'
        )
        return _INDEXED

    def _find_extension(self) -> str | None:
        """Return the schema that pgvector stands in; None: it is not there, or too old for half precision."""
        row = self._store.one(
            "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
            "JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = 'halfvec' WHERE e.extname = 'vector'"
        )
        return str(row[0]) if row else None

    def _add_extension(self, connection: "psycopg.Connection[Any]") -> str | None:
        """Turn pgvector on where the server carries it and the role may; inside a transaction."""
        connection.execute("SAVEPOINT extension")
        try:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
        except psycopg.Error:
            connection.execute("ROLLBACK TO SAVEPOINT extension")
        return self._find_extension()


def _copy(connection: "psycopg.Connection[Any]", table: str, standing: Standing, *, is_vector: bool) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_pack(standing, is_vector=is_vector))


_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""Before and after the rows of a binary COPY."""


def _row_type(dim: int, *, is_vector: bool) -> np.dtype[Any]:
    """Return how a row stands in a binary COPY: all are of one length."""
    head = [("columns", ">i2"), ("id_size", ">i4"), ("user_no", ">i8"), ("size", ">i4")]
    counted = [("dim", ">i2"), ("unused", ">i2")] if is_vector else []
    return np.dtype([*head, *counted, ("vector", ">f4" if is_vector else "<f4", (dim,))])


def _pack(standing: Standing, *, is_vector: bool) -> bytes:
    n_users, dim = standing.vectors.shape
    rows: NDArray[Any] = np.zeros(n_users, _row_type(dim, is_vector=is_vector))
    rows["columns"], rows["id_size"], rows["size"] = 2, 8, 4 * dim + 4 * is_vector
    rows["user_no"], rows["vector"] = standing.user_nos, standing.vectors
    if is_vector:
        rows["dim"] = dim
    return _HEAD + rows.tobytes() + _TAIL


def _unpack(said: bytes, *, is_vector: bool) -> Standing:
    body = said[len(_HEAD) : -len(_TAIL)]
    if not body:
        return NOTHING
    size = int.from_bytes(body[14:18], "big")
    rows = np.frombuffer(body, _row_type(size // 4 - is_vector, is_vector=is_vector))
    return sort_standing(rows["user_no"].astype(np.int64), rows["vector"].astype(np.float32))
