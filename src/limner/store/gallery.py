"""Painted portraits and vectors at rest, in a file of their own beside the store that they were made from.

Where the store is a file, everyone's vectors of one moment stand in it, too (`store.standings_file`).

It is a cache: it can be deleted at any time, and whatever cannot be read in it counts as not there. It has
the store's name with ``-rest`` behind it, so a build that takes over removes it with the store it belongs to.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

_BUSY_S = 2.0
_FORMAT = 3
_IN_PLACE = 268_435_456
"""Bytes of the file that are read where the system holds them, without a call for each page."""
_TABLES = {
    "portraits": (
        "user_no INTEGER, lang TEXT, number INTEGER, as_of_us INTEGER, body BLOB, PRIMARY KEY (user_no, lang)"
    ),
    "vectors": (
        "user_no INTEGER PRIMARY KEY, number INTEGER, as_of_us INTEGER, alpha REAL, beta REAL, vector BLOB"
    ),
    "standings": "user_no INTEGER PRIMARY KEY, vector BLOB",
    "standings_mark": "one INTEGER PRIMARY KEY, turn INTEGER, number INTEGER, as_of_us INTEGER",
}


class Kept(NamedTuple):
    """One portrait at rest."""

    user_no: int
    lang: str
    number: int
    """The user's last change when it was painted: see `store.changes`."""
    as_of_us: int
    """The moment it was painted as of."""
    body: bytes
    """The JSON of the portrait, gzipped."""

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return len(self.body) + 400


class Placed(NamedTuple):
    """One vector at rest: it is the same in every language."""

    user_no: int
    number: int
    """The user's last change when it was drawn."""
    as_of_us: int
    """The moment it was drawn as of."""
    alpha: float
    beta: float
    vector: bytes
    """float32, little-endian."""


_PORTRAIT, _VECTOR = ", ".join(Kept._fields), ", ".join(Placed._fields)


class GalleryFile:
    """Keeps portraits of one store for all processes that serve it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin it anew where it is none of ours."""
        self.path = path
        self._reading, self._writing = Lock(), Lock()
        self._reader, self._writer = open_rest(path), open_rest(path)
        self._reader.execute(f"PRAGMA mmap_size = {_IN_PLACE}")

    @classmethod
    def beside(cls, store_path: Path) -> "GalleryFile":
        """Return the file that belongs to a store."""
        return cls(gallery_path(store_path))

    def find(self, user_no: int, lang: str) -> Kept | None:
        """Return a portrait, whatever became of its user since."""
        sql = f"SELECT {_PORTRAIT} FROM portraits WHERE user_no = ? AND lang = ?"
        return next(map(Kept._make, self._ask(sql, (user_no, lang))), None)

    def find_vectors(self, user_nos: Sequence[int]) -> list[Placed]:
        """Return the vectors of some users, whatever became of them since."""
        marks = ", ".join("?" * len(user_nos))
        found = self._ask(f"SELECT {_VECTOR} FROM vectors WHERE user_no IN ({marks})", user_nos)
        return list(map(Placed._make, found))

    def stamps(self) -> Iterator[tuple[int, str, int, int]]:
        """Yield (user_no, lang, number, as_of_us) of all there are."""
        with self._reading:
            found = self._reader.execute("SELECT user_no, lang, number, as_of_us FROM portraits").fetchall()
        yield from found

    def keep(self, portraits: Iterable[Kept], vectors: Iterable[Placed] = ()) -> bool:
        """Put them in the place of those before; False where another process would not let us."""
        return self._write(
            (f"INSERT OR REPLACE INTO portraits ({_PORTRAIT}) VALUES (?, ?, ?, ?, ?)", portraits),
            (f"INSERT OR REPLACE INTO vectors ({_VECTOR}) VALUES (?, ?, ?, ?, ?, ?)", vectors),
        )

    def forget(self, user_nos: Iterable[int]) -> bool:
        """Remove what is kept of some users, so that nothing of it can be read in the file."""
        rows = [(one,) for one in user_nos]
        return self._write(
            *((f"DELETE FROM {table} WHERE user_no = ?", rows) for table in ("portraits", "vectors"))
        )

    def close(self) -> None:
        """Close the file."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    def _ask(self, sql: str, values: Sequence[int | str]) -> list[tuple[Any, ...]]:
        with self._reading:
            try:
                return self._reader.execute(sql, values).fetchall()
            except sqlite3.Error:
                return []

    def _write(self, *statements: tuple[str, Iterable[Sequence[object]]]) -> bool:
        with self._writing:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                for sql, rows in statements:
                    self._writer.executemany(sql, rows)
                self._writer.execute("COMMIT")
            except sqlite3.Error:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                return False
        return True


def gallery_path(store_path: Path) -> Path:
    """Return where the portraits of a store are kept."""
    return store_path.with_name(f"{store_path.name}-rest")


def gallery_files(path: Path) -> tuple[Path, ...]:
    """Return the files that belong to a gallery."""
    return path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def open_rest(path: Path) -> sqlite3.Connection:
    """Return a connection to the file of what is at rest; one that is none of ours is begun anew."""
    try:
        return _connect(path)
    except sqlite3.DatabaseError:  # half written, or not ours: what is kept can be made again
        for name in gallery_files(path):
            name.unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # never torn; what a crash loses is painted again
    connection.execute("PRAGMA secure_delete = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for name, columns in _TABLES.items():
        if version not in (0, _FORMAT):
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    connection.execute(f"PRAGMA user_version = {_FORMAT}")
    return connection
