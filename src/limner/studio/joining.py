"""Rows of several requests that wait for the same writer go in by one transaction, and to disk at once."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.studio.serving import Serving
    from limner.studio.submission import Submission

_MOST_ROWS = 2_000
"""Rows of one transaction, unless a single request brings more: others wait for it to end."""


class _Waiting:
    """What one request hands in, and what came of it."""

    __slots__ = ("outcome", "rows", "table")

    def __init__(self, table: str, rows: Sequence[Any]) -> None:
        self.table, self.rows = table, rows
        self.outcome: Submission | BaseException | None = None


class Joining:
    """Takes rows in for many threads; who gets to write takes along what the others brought meanwhile."""

    def __init__(self, serving: "Serving") -> None:
        """Write by the one studio that does."""
        self._serving = serving
        self._lock = Lock()
        self._waiting: list[_Waiting] = []

    def submit(self, table: str, rows: Sequence[Any]) -> "Submission":
        """Add rows and return what became of each; they are on disk by then.

        Raises:
            UnknownNameError: rows of that table cannot be handed in.
            WorkspaceError: the workspace cannot be written; it then is as it was.
        """
        own = _Waiting(table, rows)
        with self._lock:
            self._waiting.append(own)
        while own.outcome is None:
            self._write_some(own)
        if isinstance(own.outcome, BaseException):
            raise own.outcome
        return own.outcome

    def _write_some(self, own: _Waiting) -> None:
        """Write what waits first, once this thread is the one that writes; nothing where its own is in."""
        with self._serving.writer() as studio:
            if own.outcome is not None:
                return
            some = self._take_some()
            try:
                found = studio.submit_together([(one.table, one.rows) for one in some])
            except BaseException as exc:
                for one in some:
                    one.outcome = exc
                return
            for one, outcome in zip(some, found, strict=True):
                one.outcome = outcome

    def _take_some(self) -> list[_Waiting]:
        with self._lock:
            taken, n_rows = 0, 0
            for one in self._waiting:
                n_rows += len(one.rows)
                if taken and n_rows > _MOST_ROWS:
                    break
                taken += 1
            some, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return some
