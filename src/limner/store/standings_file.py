"""Everyone's vectors in the file of portraits at rest, beside a store in a file: compared in memory."""

import sqlite3
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from limner.store.gallery import gallery_path, open_rest
from limner.store.standings import NOTHING, Drawn, Mark, Standing, Standings

_WRITE = "INSERT OR REPLACE INTO standings (user_no, vector) VALUES (?, ?)"
_REMOVE = "DELETE FROM standings WHERE user_no = ?"


class StandingsFile(Standings):
    """The vectors of a store in a file; threads may share it."""

    def __init__(self, store_path: Path) -> None:
        """Open the file that belongs to a store, or begin it anew where it is none of ours."""
        self._lock = Lock()
        self._connection = open_rest(gallery_path(store_path))
        weakref.finalize(self, self._connection.close)

    def read_mark(self) -> Mark:
        """Return up to when it is right."""
        with self._lock:
            return self._read_mark()

    def read(self, user_nos: Iterable[int] | None = None) -> Standing:
        """Return where some users stand, or everyone."""
        asked = "SELECT user_no, vector FROM standings"
        with self._lock:
            if user_nos is None:
                return _unpack(self._connection.execute(f"{asked} ORDER BY user_no").fetchall())
            one = f"{asked} WHERE user_no = ?"
            found = [self._connection.execute(one, (user_no,)).fetchone() for user_no in sorted(user_nos)]
            return _unpack([row for row in found if row is not None])

    def write(self, before: Mark, drawn: Drawn) -> bool:
        """Write what was drawn from a mark on; False where another was quicker, or would not let us."""
        user_nos, vectors = drawn.standing
        rows = zip(user_nos.tolist(), (row.tobytes() for row in vectors.astype("<f4")), strict=True)
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                is_ours = self._read_mark() == before
                if is_ours:
                    self._take_out(drawn)
                    self._connection.executemany(_WRITE, rows)
                    self._put_mark(drawn.mark._replace(turn=before.turn + 1))
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                self._give_up()
                return False
        return is_ours

    def forget(self, user_nos: Sequence[int]) -> None:
        """Remove the vectors of users, also from what waits beside the file, as far as readers let it."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                mark = self._read_mark()
                self._connection.executemany(_REMOVE, [(one,) for one in user_nos])
                self._put_mark(mark._replace(turn=mark.turn + 1))
                self._connection.execute("COMMIT")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error:
                self._give_up()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _take_out(self, drawn: Drawn) -> None:
        if drawn.is_whole:
            self._connection.execute("DELETE FROM standings")
        self._connection.executemany(_REMOVE, [(one,) for one in drawn.gone])

    def _read_mark(self) -> Mark:
        row = self._connection.execute("SELECT turn, number, as_of_us FROM standings_mark").fetchone()
        return Mark() if row is None else Mark(*row)

    def _put_mark(self, mark: Mark) -> None:
        self._connection.execute("INSERT OR REPLACE INTO standings_mark VALUES (1, ?, ?, ?)", mark)

    def _give_up(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _unpack(rows: Sequence[tuple[Any, ...]]) -> Standing:
    if not rows:
        return NOTHING
    numbers = np.array([row[0] for row in rows], dtype=np.int64)
    vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
    return Standing(numbers, vectors.reshape(len(rows), -1))
