"""A workspace's store in one SQLite file: the log, the ledger, the items and the space."""

import math
import shutil
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from limner.errors import WorkspaceError
from limner.store.schema import INDEXES, columns_of, create_statements
from limner.store.standings_file import StandingsFile
from limner.store.store import Store as Store
from limner.store.store import fill_up

_BUSY_S = 30.0
_CACHE_KIB = 65_536
_BESIDE_KIB = 16_384
_CHECKPOINT_PAGES = 4_000
"""The write-ahead log is folded in when it has grown by this: rarely enough for a stream of small batches."""
_LAST_RESORT_PAGES = 262_144
"""Where folding is left to somebody else, and nobody does."""
_STATEMENTS = 1024
"""Compiled statements a connection keeps: one for every signal and question."""
_ROOM = 1.1
"""Room that writing a file anew takes beside it, by its size."""
_OUTER = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_INNER = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))
"""How a transaction begins, ends, and is undone."""
_FOLD = "PRAGMA wal_checkpoint(TRUNCATE)"
_FOLD_BESIDE = "PRAGMA wal_checkpoint(PASSIVE)"
_LEFT = ("", "-wal", "-shm", "-journal", "-rest", "-rest-wal", "-rest-shm")
"""What belongs to a store's file, by what its name has in the end."""


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


class SqliteStore(Store):
    """One open SQLite file. Reads are point reads and range scans by user; writes are transactions."""

    dialect = "sqlite"

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Wrap an open connection; use `create` or `open`."""
        self.path = path
        self.connection = connection
        weakref.finalize(self, connection.close)
        self.lock = RLock()
        self.rollbacks = 0
        self._depth = 0
        self._standings: StandingsFile | None = None
        _add_functions(connection)

    @classmethod
    def create(cls, path: Path) -> "SqliteStore":
        """Return an empty store at `path`, unsafe but fast until `seal` is called."""
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            for leftover in _LEFT:  # of a build that was killed
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
    def open(cls, path: Path) -> "SqliteStore":
        """Return the store at `path`, which must exist."""
        with explained(path):
            if not path.is_file():
                raise FileNotFoundError(2, "no such file")
            connection = _connect(path)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        return cls(path, connection)

    def beside(self) -> "SqliteStore":
        """Return another connection to the same file, for one more reader: it caches less."""
        other = SqliteStore.open(self.path)
        other.rows(f"PRAGMA cache_size = -{_BESIDE_KIB}")
        return other

    def seal(self) -> None:
        """Make a freshly built store durable: indexes, statistics, write-ahead log, everything on disk."""
        with explained(self.path):
            for statement in INDEXES:
                self.connection.execute(statement)
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute("PRAGMA journal_mode = WAL")

    def standings(self) -> StandingsFile:
        """Return the vectors of its users at rest."""
        if self._standings is None:
            with explained(self.path):
                self._standings = StandingsFile(self.path)
        return self._standings

    def close(self) -> None:
        """Close the file, and what is at rest beside it."""
        if self._standings is not None:
            self._standings.close()
            self._standings = None
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does; one inside another may fail alone."""
        with self.lock, explained(self.path):
            begin, end, undo = _INNER if self._depth else _OUTER
            self.connection.execute(begin)
            self._depth += 1
            try:
                yield
            except BaseException:
                self.rollbacks += 1
                for statement in undo if self.connection.in_transaction else ():
                    self.connection.execute(statement)
                raise
            finally:
                self._depth -= 1
            self.connection.execute(end)

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
        row = f"({', '.join('?' * len(columns_of(table)))})"
        with explained(self.path):
            if not replace:
                self.connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES {row}", rows)
                return
            # each statement that replaces looks through all that a transaction in another one has changed
            for some in fill_up(rows):
                marks = ", ".join([row] * len(some))
                values = [value for given in some for value in given]
                self.connection.execute(f"INSERT OR REPLACE INTO {table} VALUES {marks}", values)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run a statement and return what it finds, which may be read row by row."""
        try:
            return self.connection.execute(sql, values)
        except sqlite3.Error:
            with explained(self.path):
                raise

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        """Run a statement for each of many rows of values."""
        try:
            return self.connection.executemany(sql, rows)
        except sqlite3.Error:
            with explained(self.path):
                raise

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

    def version(self) -> int:
        """Return a number that changes when another connection has written."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def changes(self) -> tuple[int, int]:
        """Return what changes when this connection, or another one, has written."""
        return self.version(), self.connection.total_changes

    def columns_there(self, table: str) -> list[str]:
        """Return the columns that a table has, in order; none where there is no such table."""
        return [row[1] for row in self.rows(f"PRAGMA table_info({table})")]

    def empty(self, table: str) -> None:
        """Take all rows out of a temporary table."""
        self.execute(f"DELETE FROM {table}")

    def size(self) -> int:
        """Return the size of the file and of what waits beside it."""
        beside = [self.path, self.path.with_name(self.path.name + "-wal")]
        return sum(path.stat().st_size for path in beside if path.is_file())

    def check_room(self) -> None:
        """Refuse before anything is changed where a second copy of the file would not find room."""
        needed, free = round(_ROOM * self.size()), shutil.disk_usage(self.path.parent).free
        if free < needed:
            raise WorkspaceError(
                f"{self.path}: writing it anew needs {needed / 1e6:.1f} MB beside it, {free / 1e6:.1f} MB "
                "are free; free some room and run the command again (nothing was changed)"
            )

    def write_anew(self) -> None:
        """Write the file anew, by a connection of its own: what it needs beside the file goes to disk."""
        try:
            fresh = SqliteStore.open(self.path)
            fresh.rows("PRAGMA temp_store = FILE")
            for statement in (_FOLD, "VACUUM", "ANALYZE", _FOLD):
                fresh.rows(statement)
            fresh.close()
        except WorkspaceError as exc:
            raise WorkspaceError(
                f"{self.path}: old rows are let go, but the file could not be written anew "
                f"({exc.__cause__}); run the command again when it can"
            ) from exc

    def shred(self) -> None:
        """Overwrite what is free: nothing of rows that go is left to be read."""
        self.rows("PRAGMA secure_delete = ON")

    def fold(self) -> None:
        """Fold the write-ahead log in, where erased rows may still stand; readers may put it off."""
        self.rows(_FOLD)

    def fold_beside(self) -> None:
        """Fold in what of the write-ahead log can be without anybody waiting for it."""
        self.rows(_FOLD_BESIDE)

    def waiting(self) -> int:
        """Return how many bytes the write-ahead log takes."""
        log = self.path.with_name(self.path.name + "-wal")
        return log.stat().st_size if log.is_file() else 0

    def leave_folding(self) -> None:
        """Do not fold while writing: somebody else does, and sees by the log's length when it is worth it."""
        self.rows(f"PRAGMA wal_autocheckpoint = {_LAST_RESORT_PAGES}")
        self.rows("PRAGMA journal_size_limit = 0")


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
