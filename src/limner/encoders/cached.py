"""Vectors of texts that were encoded before, in one SQLite file that processes share."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from limner.encoders import Encoder
from limner.encoders.texts import unit_rows

FILE_NAME = "vectors.sqlite"
CHUNK_TEXTS = 512
"""Texts that are encoded, and then kept, at once: an interrupted run loses no more than these."""
MOST_BYTES = 2 << 30
"""Size of the file above which the vectors that came first go, a tenth of all at a time."""
_LOOKUP = 500
_BUSY_S = 30.0
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS spaces (space INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS vectors (number INTEGER PRIMARY KEY AUTOINCREMENT, space INTEGER NOT NULL, "
    "key BLOB NOT NULL, data BLOB NOT NULL, UNIQUE (space, key))",
)
Progress = Callable[[int, int], None]
Vectors = NDArray[np.float32]
Result = TypeVar("Result")


class CachedEncoder:
    """Another encoder that encodes no text twice, in this process or a later one.

    Vectors are rounded to float16 before they are kept and before they are handed out, so that a text has one
    vector whether it is new or not; a cosine changes by less than 1e-6 by it, and half the space is needed.
    A cache that cannot be read or written is done without, and `trouble` says why.
    """

    def __init__(
        self,
        inner: Encoder,
        folder: Path,
        *,
        progress: Progress | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Keep vectors in a folder; ``progress`` is told how many texts of a call are done, of how many."""
        self.inner = inner
        self.name = inner.name
        self.dim = inner.dim
        self.progress = progress
        self.trouble = ""
        self._path = folder / FILE_NAME
        self._most_bytes = most_bytes

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing."""
        places: dict[bytes, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(_hash(text), []).append(place)
        vectors = np.zeros((len(texts), self.dim), np.float32)
        done = 0
        for keys, rows in self._find_or_make(places, texts):
            for key, row in zip(keys, rows, strict=True):
                vectors[places[key]] = row
                done += len(places[key])
            if self.progress is not None:
                self.progress(done, len(texts))
        return unit_rows(vectors)

    def _find_or_make(
        self, places: dict[bytes, list[int]], texts: Sequence[str]
    ) -> Iterator[tuple[list[bytes], Vectors]]:
        """Yield keys and their rows: what is known, then the rest in chunks, the longest texts first."""
        known = self._read(list(places))
        if known:
            yield list(known), np.stack(list(known.values()))
        missing = [key for key in places if key not in known]
        missing.sort(key=lambda key: -len(texts[places[key][0]]))
        for start in range(0, len(missing), CHUNK_TEXTS):
            keys = missing[start : start + CHUNK_TEXTS]
            rows = self.inner.encode([texts[places[key][0]] for key in keys]).astype(np.float16)
            self._write(keys, rows)
            yield keys, rows.astype(np.float32)

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        def read(connection: sqlite3.Connection) -> dict[bytes, Vectors]:
            found: dict[bytes, Vectors] = {}
            space = _find_space(connection, self.name)
            for start in range(0, len(keys), _LOOKUP):
                part = keys[start : start + _LOOKUP]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, data FROM vectors WHERE space = ? AND key IN ({marks})"
                for key, data in connection.execute(query, (space, *part)):
                    found[key] = np.frombuffer(data, np.float16).astype(np.float32)
            return {key: row for key, row in found.items() if len(row) == self.dim}

        return self._attempt(read) or {}

    def _write(self, keys: Sequence[bytes], rows: NDArray[np.float16]) -> None:
        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT OR IGNORE INTO spaces (name) VALUES (?)", (self.name,))
            space = _find_space(connection, self.name)
            connection.executemany(
                "INSERT OR IGNORE INTO vectors (space, key, data) VALUES (?, ?, ?)",
                [(space, key, row.tobytes()) for key, row in zip(keys, rows, strict=True)],
            )
            _trim(connection, self._most_bytes)

        self._attempt(write)

    def _attempt(self, step: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Return what a step comes to in one transaction; None, and `trouble`, when the cache fails."""
        try:
            with closing(_connect(self._path)) as connection, connection:
                return step(connection)
        except (sqlite3.Error, OSError) as exc:
            self.trouble = f"{self._path}: {exc}"
            return None


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a cache; a file that is none is begun anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _prepare(path)
    except sqlite3.OperationalError:  # busy, full or read-only: the file itself is sound
        raise
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        return _prepare(path)


def _prepare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone() is None:
            connection.execute("BEGIN IMMEDIATE")  # waits for another process that does the same
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("COMMIT")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _find_space(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the number of a space of vectors by its encoder's name; None before its first vector."""
    found = connection.execute("SELECT space FROM spaces WHERE name = ?", (name,)).fetchone()
    return None if found is None else int(found[0])


def _trim(connection: sqlite3.Connection, most_bytes: int) -> None:
    """Drop what came first while the file holds more than it may."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    if (pages - free) * size > most_bytes:
        first, last = connection.execute("SELECT min(number), max(number) FROM vectors").fetchone()
        limit = first + (last - first) // 10
        connection.execute("DELETE FROM vectors WHERE number <= ?", (limit,))


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
