"""A workspace's store in one SQLite file: the log, the ledger, the items and the space."""

import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.errors import WorkspaceError
from limner.ledger.cells import Cell, merge_evidence
from limner.store.schema import INDEXES, columns_of, create_statements

if TYPE_CHECKING:
    import pyarrow as pa

_BUSY_S = 30.0
_CHUNK_ROWS = 50_000
_UPSERT_CELL = """
INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
  n = n + excluded.n, recent = recent + excluded.recent, lasting = lasting + excluded.lasting,
  liking = liking + excluded.liking, opinion = opinion + excluded.opinion,
  first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
  evidence = merge_evidence(evidence, excluded.evidence)
"""


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
        connection.create_function("merge_evidence", 2, merge_evidence, deterministic=True)

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Return an empty store at `path`, unsafe but fast until `seal` is called."""
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            for leftover in ("", "-wal", "-shm", "-journal"):  # of a build that was killed
                path.with_name(path.name + leftover).unlink(missing_ok=True)
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -65536")
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
            connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S, check_same_thread=False)
            connection.execute("PRAGMA synchronous = FULL")
        return cls(path, connection)

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
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
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

    def add_cells(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add sums to the ledger: a cell that is there grows, a new one appears."""
        self.connection.executemany(_UPSERT_CELL, rows)

    def drop_cells(self, user_nos: Sequence[int], signals: Sequence[str]) -> None:
        """Remove whole signals of some users, to be replaced."""
        pairs = [(user_no, signal) for user_no in user_nos for signal in signals]
        self.connection.executemany("DELETE FROM cells WHERE user_no = ? AND signal = ?", pairs)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with explained(self.path):
            return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        with explained(self.path):
            found: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
        return found

    def set_meta(self, **values: Any) -> None:
        """Remember values that JSON can hold."""
        self.insert("meta", [(name, json.dumps(value)) for name, value in values.items()], replace=True)

    def meta(self) -> dict[str, Any]:
        """Return everything `set_meta` was given."""
        return {name: json.loads(value) for name, value in self.rows("SELECT name, value FROM meta")}

    def cells_of(self, user_no: int) -> dict[str, dict[str, Cell]]:
        """Return a user's ledger: signal → key → cell."""
        found = self.rows(
            "SELECT signal, key, n, recent, lasting, liking, opinion, first_seen, last_seen, evidence "
            "FROM cells WHERE user_no = ?",
            user_no,
        )
        ledger: dict[str, dict[str, Cell]] = {}
        for signal, *cell in found:
            ledger.setdefault(signal, {})[cell[0]] = Cell(*cell)
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

    def array(self, name: str, rows: Sequence[int] | None = None) -> NDArray[Any]:
        """Return an array, or only the rows asked for, in that order; KeyError when there is none."""
        head = self.one("SELECT data FROM arrays WHERE name = ? AND row = -1", name)
        if head is None:
            raise KeyError(name)
        header = json.loads(head[0])
        if rows is None:
            found = self.rows("SELECT data FROM arrays WHERE name = ? AND row >= 0 ORDER BY row", name)
        else:
            found = [found for row in rows for found in self._array_row(name, row)]
        shape = [len(found), *header["shape"][1:]]
        return np.frombuffer(b"".join(data for (data,) in found), dtype=header["dtype"]).reshape(shape)

    def _array_row(self, name: str, row: int) -> list[tuple[Any, ...]]:
        return self.rows("SELECT data FROM arrays WHERE name = ? AND row = ?", name, row)
