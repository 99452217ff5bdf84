"""What every store can do, whichever database it stands in: the log, the ledger, the items and the space.

SQL is written once, in what SQLite and PostgreSQL both understand, with ``?`` for values; a store of another
dialect translates what differs (`store.postgres_sql`).
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from limner.ledger.cells import SUM_COLUMNS, Cell
from limner.store.schema import columns_of
from limner.store.standings import Standings

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 50_000
_TOGETHER = 512
"""Values that one question names."""
_CELL = ", ".join(SUM_COLUMNS)
_NUMBERS = (
    "SELECT u.user_id, u.user_no, m.known_no FROM users u LEFT JOIN merged m ON m.user_no = u.user_no "
    "WHERE u.user_id IN (?)"
)


class Rows(Protocol):
    """What a statement found."""

    @property
    def rowcount(self) -> int:
        """How many rows a statement wrote or took out."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchmany(self, size: int) -> Any:
        """Return the next rows; none at the end."""

    def fetchall(self) -> Any:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Yield all rows that are left."""


class Store(ABC):
    """One open store. Reads are point reads and range scans by user; writes are transactions."""

    dialect: ClassVar[Literal["sqlite", "postgres"]]
    path: Path
    """The workspace folder and, as its last part, the name of this store among those of the workspace."""
    lock: RLock
    """Held by a thread from the beginning to the end of a transaction or a reading."""
    rollbacks: int
    """How many transactions came to nothing: what a connection made in one of them is gone."""

    @abstractmethod
    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        """Run a statement and return what it finds, which may be read row by row."""

    @abstractmethod
    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Rows:
        """Run a statement for each of many rows of values."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside happens, or nothing does; other writers wait; an inner one may fail alone."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[None]:
        """Everything read inside is of one moment, whoever writes meanwhile."""

    @abstractmethod
    def insert(self, table: str, rows: Iterable[Sequence[Any]], *, replace: bool = False) -> None:
        """Add rows in the column order of `schema.TABLES`; one that is there stays, or is replaced."""

    @abstractmethod
    def version(self) -> int:
        """Return a number that changes when another connection has written."""

    @abstractmethod
    def changes(self) -> tuple[int, int]:
        """Return what changes when this connection, or another one, has written."""

    def current_name(self) -> str | None:
        """Return the name of the store that the workspace reads now; None: its folder says it."""
        return None

    @abstractmethod
    def columns_there(self, table: str) -> list[str]:
        """Return the columns that a table has, in order; none where there is no such table."""

    @abstractmethod
    def empty(self, table: str) -> None:
        """Take all rows out of a temporary table, inside a transaction or not."""

    @abstractmethod
    def beside(self) -> "Store":
        """Return another connection to the same store, for one more reader."""

    @abstractmethod
    def seal(self) -> None:
        """Make a freshly built store durable and quick: indexes, statistics, everything on disk."""

    @abstractmethod
    def size(self) -> int:
        """Return how many bytes the store takes."""

    @abstractmethod
    def check_room(self) -> None:
        """Refuse before anything is changed where `write_anew` would not find room.

        Raises:
            WorkspaceError: there is too little.
        """

    @abstractmethod
    def write_anew(self) -> None:
        """Give back the room of rows that went, and count what is left for the planner of queries.

        Raises:
            WorkspaceError: it could not be done; nothing is lost.
        """

    @abstractmethod
    def shred(self) -> None:
        """From now on, let nothing of rows that go stay readable, as far as the database can."""

    @abstractmethod
    def fold(self) -> None:
        """Write what waits in a log of changes to its place, as far as readers let it."""

    def fold_beside(self) -> None:
        """Write some of what waits in a log of changes to its place, without anybody waiting for it."""
        return

    def waiting(self) -> int:
        """Return how many bytes wait in a log of changes."""
        return 0

    def leave_folding(self) -> None:
        """Leave what waits in a log of changes to whoever calls `fold_beside`."""
        return

    @abstractmethod
    def standings(self) -> Standings:
        """Return the vectors of its users at rest."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        found: list[tuple[Any, ...]] = self.execute(sql, values).fetchall()
        return found

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        found: tuple[Any, ...] | None = self.execute(sql, values).fetchone()
        return found

    def ask_all(self, questions: Iterable[tuple[str, Sequence[Any]]]) -> list[list[tuple[Any, ...]]]:
        """Return all rows of each of many queries, given with their values, in their order."""
        return [self.execute(sql, values).fetchall() for sql, values in questions]

    def find(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of a query for many values at once, which stand in it as ``IN (?)``."""
        found: list[tuple[Any, ...]] = []
        for some in fill_up(values):
            asked = sql.replace("IN (?)", f"IN ({', '.join('?' * len(some))})", 1)
            found += self.rows(asked, *some)
        return found

    def join(self, sql: str, given: Sequence[Sequence[Any]]) -> set[tuple[Any, ...]]:
        """Return the rows of a query that joins many given ones, of one length.

        They stand in it as ``(VALUES ?)``, and their columns are called column1, column2, …
        """
        found: set[tuple[Any, ...]] = set()
        for some in fill_up(given):
            row = f"({', '.join('?' * len(some[0]))})"
            asked = sql.replace("(VALUES ?)", f"(VALUES {', '.join([row] * len(some))})", 1)
            found.update(self.rows(asked, *(value for values in some for value in values)))
        return found

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, few of them in memory; call it inside `reading` or a transaction."""
        return iter(self.execute(sql))

    def users(self) -> list[tuple[int, str]]:
        """Return the number and id of every user; one who was merged into another is no user."""
        return self.rows(
            "SELECT user_no, user_id FROM users WHERE user_no NOT IN (SELECT user_no FROM merged) "
            "ORDER BY user_no"
        )

    def number_users(self, user_ids: Sequence[str]) -> dict[str, int]:
        """Return the numbers of the ids that are known; one who was merged has the number of who they are."""
        rows = self.find(_NUMBERS, user_ids)
        return {user_id: int(no if known is None else known) for user_id, no, known in rows}

    def has_table(self, table: str) -> bool:
        """Return whether there is a table of that name."""
        return bool(self.columns_there(table))

    def insert_table(self, table: str, given: "pa.Table") -> None:
        """Add the rows of an arrow table that has the columns of `schema.TABLES`."""
        for batch in given.select(columns_of(table)).to_batches(max_chunksize=CHUNK_ROWS):
            self.insert(table, zip(*(column.to_pylist() for column in batch.columns), strict=True))

    def set_meta(self, **values: Any) -> None:
        """Remember values that JSON can hold."""
        self.insert("meta", [(name, json.dumps(value)) for name, value in values.items()], replace=True)

    def meta(self, names: Sequence[str] = ()) -> dict[str, Any]:
        """Return everything `set_meta` was given, or what of it is named."""
        chosen = f" WHERE name IN ({', '.join('?' * len(names))})" if names else ""
        rows = self.rows(f"SELECT name, value FROM meta{chosen}", *names)
        return {name: json.loads(value) for name, value in rows}

    def cells_of(self, user_no: int, signals: Sequence[str] = ()) -> dict[str, dict[str, Cell]]:
        """Return a user's ledger, or what of it is of some signals: signal → key → cell."""
        chosen = f" AND signal IN ({', '.join('?' * len(signals))})" if signals else ""
        found = self.rows(
            f"SELECT {_CELL}, signal FROM cells WHERE user_no = ?{chosen} ORDER BY signal, key",
            user_no,
            *signals,
        )
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


def fill_up(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield values in parts, each as long as a power of two by its last one: few statements to prepare."""
    left = iter(values)
    while some := list(islice(left, _TOGETHER)):
        yield some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))
