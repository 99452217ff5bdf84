"""Rows of several requests that wait for the same writer go in by one transaction, and to disk at once."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from limner.studio.intake.submission import Submission
    from limner.studio.serving.serving import Serving

_MOST_ROWS = 2_000
"""Rows of one transaction, unless a single request brings more: others wait for it to end."""


class _Waiting(NamedTuple):
    """What one request hands in, and who is told what came of it."""

    table: str
    rows: Sequence[Any]
    outcome: "Future[Submission]"


class Joining:
    """Takes rows in for many requests, by one thread: none that answers waits for a disk meanwhile."""

    def __init__(self, serving: "Serving") -> None:
        """Write by whom a service does."""
        self._serving = serving
        self._changed = Condition()
        self._waiting: deque[_Waiting] = deque()
        self._is_over = False
        self._thread: Thread | None = None

    def submit(self, table: str, rows: Sequence[Any]) -> "Future[Submission]":
        """Hand rows in; what is returned tells what became of each, once they are on disk.

        It raises UnknownNameError where rows of that table cannot be handed in, and WorkspaceError where the
        workspace cannot be written; it then is as it was. Who cancels it in time takes the rows back.
        """
        own = _Waiting(table, rows, Future())
        with self._changed:
            self._waiting.append(own)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="limner joining", daemon=True)
                self._thread.start()
            self._changed.notify()
        return own.outcome

    def close(self) -> None:
        """Write what waits, and end."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while some := self._take_some():
            self._write(some)

    def _take_some(self) -> list[_Waiting]:
        """Return what waits first, when something does; nothing when it is over."""
        taken: list[_Waiting] = []
        n_rows = 0
        with self._changed:
            while not self._waiting and not self._is_over:
                self._changed.wait()
            while self._waiting and (not taken or n_rows + len(self._waiting[0].rows) <= _MOST_ROWS):
                taken.append(self._waiting.popleft())
                n_rows += len(taken[-1].rows)
        return taken

    def _write(self, some: list[_Waiting]) -> None:
        wanted = [one for one in some if one.outcome.set_running_or_notify_cancel()]
        try:
            found = self._serving.submit_together([(one.table, one.rows) for one in wanted])
        except BaseException as exc:
            for one in wanted:
                one.outcome.set_exception(exc)
            return
        for one, outcome in zip(wanted, found, strict=True):
            if isinstance(outcome, BaseException):
                one.outcome.set_exception(outcome)
            else:
                one.outcome.set_result(outcome)
