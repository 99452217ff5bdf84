"""A workspace's store in one SQLite file: the log, the ledger, the items and the space."""

import json
import math
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.errors import WorkspaceError
from limner.ledger.cells import SUM_COLUMNS, Cell
from limner.store.schema import INDEXES, columns_of, create_statements

if TYPE_CHECKING:
    import pyarrow as pa

_BUSY_S = 30.0
_CHUNK_ROWS = 50_000
_CACHE_KIB = 65_536
_BESIDE_KIB = 16_384
_CHECKPOINT_PAGES = 4_000
"""The write-ahead log is folded in when it has grown by this: rarely enough for a stream of small batches."""
_STATEMENTS = 1024
"""Compiled statements a connection keeps: one for every signal and question."""
_CELL = ", ".join(SUM_COLUMNS)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into a `WorkspaceError` that names the remedy."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.DatabaseError, OSError) as exc:
        raise WorkspaceError(f"{path}: {_remedy(exc)}") from exc


def _remedy(exc: Exception) -> str:
    text = str(exc).lower()
    if "full" in text or getattr(exc, "errno", None) == 28:
        return "the disk is full; free some room and run the command again (nothing was changed)"
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return f"cannot be written or opened ({exc}); check the permissions or pass another -w WORKSPACE"
    if isinstance(exc, FileNotFoundError):
        return "is not there; build it again with: limner build"
    if "locked" in text:
        return "another process is writing to this workspace; wait for it and try again"
    if "disk i/o" in text:
        return (
            f"cannot be read or written ({exc}); the disk is full or failing: "
            "free some room and run the command again (nothing was changed)"
        )
    if "not a database" in text or "malformed" in text:
        return "is damaged or not a Limner store; rebuild it with: limner build"
    return f"{exc}"


class Store:
    """One open SQLite file. Reads are point reads and range scans by user; writes are transactions."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Wrap an open connection; use `create` or `open`."""
        self.path = path
        self.connection = connection
        weakref.finalize(self, connection.close)
        self.lock = RLock()
        _add_functions(connection)

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Return an empty store at `path`, unsafe but fast until `seal` is called."""
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            for leftover in ("", "-wal", "-shm", "-journal"):  # of a build that was killed
                path.with_name(path.name + leftover).unlink(missing_ok=True)
            connection = _connect(path)
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            store = cls(path, connection)
            for statement in create_statements():
                connection.execute(statement)
        return store

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Return the store at `path`, which must exist."""
        with explained(path):
            if not path.is_file():
                raise FileNotFoundError(2, "no such file")
            connection = _connect(path)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        return cls(path, connection)

    def beside(self) -> "Store":
        """Return another connection to the same file, for one more reader: it caches less."""
        other = Store.open(self.path)
        other.rows(f"PRAGMA cache_size = -{_BESIDE_KIB}")
        return other

    def seal(self) -> None:
        """Make a freshly built store durable: indexes, statistics, write-ahead log, everything on disk."""
        with explained(self.path):
            for statement in INDEXES:
                self.connection.execute(statement)
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does."""
        with self.lock, explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside is of one moment, whoever writes meanwhile."""
        with self.lock, explained(self.path):
            if self.connection.in_transaction:
                yield
                return
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("COMMIT")

    def insert(self, table: str, rows: Iterable[Sequence[Any]], *, replace: bool = False) -> None:
        """Add rows in the column order of `schema.TABLES`; one that is there stays, or is replaced."""
        marks = ", ".join("?" * len(columns_of(table)))
        verb = "REPLACE" if replace else "IGNORE"
        with explained(self.path):
            self.connection.executemany(f"INSERT OR {verb} INTO {table} VALUES ({marks})", rows)

    def insert_table(self, table: str, given: "pa.Table") -> None:
        """Add the rows of an arrow table that has the columns of `schema.TABLES`."""
        for batch in given.select(columns_of(table)).to_batches(max_chunksize=_CHUNK_ROWS):
            self.insert(table, zip(*(column.to_pylist() for column in batch.columns), strict=True))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error:
            with explained(self.path):
                raise

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        try:
            found: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
        except sqlite3.Error:
            with explained(self.path):
                raise
        return found

    def set_meta(self, **values: Any) -> None:
        """Remember values that JSON can hold."""
        self.insert("meta", [(name, json.dumps(value)) for name, value in values.items()], replace=True)

    def meta(self, names: Sequence[str] = ()) -> dict[str, Any]:
        """Return everything `set_meta` was given, or what of it is named."""
        chosen = f" WHERE name IN ({', '.join('?' * len(names))})" if names else ""
        rows = self.rows(f"SELECT name, value FROM meta{chosen}", *names)
        return {name: json.loads(value) for name, value in rows}

    def version(self) -> int:
        """Return a number that changes when another connection has written."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def cells_of(self, user_no: int, signals: Sequence[str] = ()) -> dict[str, dict[str, Cell]]:
        """Return a user's ledger, or what of it is of some signals: signal → key → cell."""
        chosen = f" AND signal IN ({', '.join('?' * len(signals))})" if signals else ""
        found = self.rows(f"SELECT {_CELL}, signal FROM cells WHERE user_no = ?{chosen}", user_no, *signals)
        ledger: dict[str, dict[str, Cell]] = {}
        for cell in map(Cell._make, found):
            ledger.setdefault(cell.signal, {})[cell.key] = cell
        return ledger

    def put_array(self, name: str, array: NDArray[Any]) -> None:
        """Keep an array row by row, so that single rows can be read."""
        header = {"dtype": str(array.dtype), "shape": list(array.shape)}
        self.insert("arrays", [(name, -1, json.dumps(header).encode())], replace=True)
        self.append_rows(name, array, first=0)

    def append_rows(self, name: str, rows: NDArray[Any], *, first: int) -> None:
        """Add rows to an array from row `first` on."""
        packed = (
            (name, first + place, row.tobytes()) for place, row in enumerate(np.ascontiguousarray(rows))
        )
        self.insert("arrays", packed, replace=True)

    def array_header(self, name: str) -> tuple[str, list[int]]:
        """Return the type of an array's numbers, and the shape it was put in with.

        Raises:
            KeyError: there is none of that name.
        """
        head = self.one("SELECT data FROM arrays WHERE name = ? AND row = -1", name)
        if head is None:
            raise KeyError(name)
        header = json.loads(head[0])
        return header["dtype"], header["shape"]

    def array(self, name: str) -> NDArray[Any]:
        """Return an array; KeyError when there is none."""
        dtype, shape = self.array_header(name)
        found = self.rows("SELECT data FROM arrays WHERE name = ? AND row >= 0 ORDER BY row", name)
        return np.frombuffer(b"".join(data for (data,) in found), dtype=dtype).reshape(
            [len(found), *shape[1:]]
        )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        timeout=_BUSY_S,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _add_functions(connection: sqlite3.Connection) -> None:
    """Bring the functions that the ledger's SQL calls, where SQLite was built without them."""
    try:
        connection.execute("SELECT power(2.0, 1.5), ln(2.0), floor(1.5)")
    except sqlite3.OperationalError:
        for name, count, function in _MATHS:
            connection.create_function(name, count, _skip_null(function), deterministic=True)


def _skip_null(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: None if None in values else function(*values)


_MATHS = (("power", 2, math.pow), ("ln", 1, math.log), ("floor", 1, math.floor))
