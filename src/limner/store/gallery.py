"""Painted portraits at rest, in a file of their own beside the store that they were painted from.

Where the store is a file, users' vectors stand in it, too (`store.standings_file`).

It is a cache: it can be deleted at any time, and whatever cannot be read in it counts as not there. It has
the store's name with ``-rest`` behind it, so a build that takes over removes it with the store it belongs to.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

_BUSY_S = 2.0
_FORMAT = 2
_COLUMNS = "user_no, lang, number, as_of_us, alpha, beta, vector, body"
_TABLES = {
    "portraits": (
        "user_no INTEGER, lang TEXT, number INTEGER, as_of_us INTEGER, "
        "alpha REAL, beta REAL, vector BLOB, body BLOB, PRIMARY KEY (user_no, lang)"
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
    alpha: float
    beta: float
    vector: bytes
    """float32, little-endian."""
    body: bytes
    """The JSON of the portrait, gzipped."""

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return len(self.vector) + len(self.body) + 400


class GalleryFile:
    """Keeps portraits of one store for all processes that serve it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin it anew where it is none of ours."""
        self.path = path
        self._reading, self._writing = Lock(), Lock()
        self._reader, self._writer = open_rest(path), open_rest(path)

    @classmethod
    def beside(cls, store_path: Path) -> "GalleryFile":
        """Return the file that belongs to a store."""
        return cls(gallery_path(store_path))

    def find(self, user_no: int, lang: str) -> Kept | None:
        """Return a portrait, whatever became of its user since."""
        return self._ask("user_no = ? AND lang = ?", (user_no, lang))

    def find_newest(self, user_nos: Sequence[int]) -> dict[int, Kept]:
        """Return the newest portrait of each of some users, in whichever language, without its body.

        The vector is the same in each.
        """
        marks = ", ".join("?" * len(user_nos))
        columns = _COLUMNS.replace("body", "x'' AS body")
        sql = f"SELECT {columns} FROM portraits WHERE user_no IN ({marks}) ORDER BY number, as_of_us"
        with self._reading:
            try:
                found = self._reader.execute(sql, user_nos).fetchall()
            except sqlite3.Error:
                return {}
        return {kept.user_no: kept for kept in map(Kept._make, found)}

    def stamps(self) -> Iterator[tuple[int, str, int, int]]:
        """Yield (user_no, lang, number, as_of_us) of all there are."""
        with self._reading:
            found = self._reader.execute("SELECT user_no, lang, number, as_of_us FROM portraits").fetchall()
        yield from found

    def keep(self, portraits: Iterable[Kept]) -> bool:
        """Put portraits in the place of those before; False where another process would not let us."""
        marks = ", ".join("?" * len(Kept._fields))
        sql = f"INSERT OR REPLACE INTO portraits ({_COLUMNS}) VALUES ({marks})"
        return self._write(sql, list(portraits))

    def forget(self, user_nos: Iterable[int]) -> bool:
        """Remove what is kept of some users, so that nothing of it can be read in the file."""
        return self._write("DELETE FROM portraits WHERE user_no = ?", [(one,) for one in user_nos])

    def close(self) -> None:
        """Close the file."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    def _ask(self, where: str, values: Sequence[int | str], columns: str = _COLUMNS) -> Kept | None:
        with self._reading:
            try:
                row = self._reader.execute(
                    f"SELECT {columns} FROM portraits WHERE {where}", values
                ).fetchone()
            except sqlite3.Error:
                return None
        return None if row is None else Kept._make(row)

    def _write(self, sql: str, rows: Sequence[Sequence[object]]) -> bool:
        with self._writing:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
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
