"""The write-ahead log of a store that a service writes, folded in beside it: who writes need not.

Folding costs as much of the disk as writing does, and a writer who folds keeps everyone waiting meanwhile.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from threading import Event, Thread

from limner.errors import WorkspaceError
from limner.store.store import Store

_EVERY_S = 0.25
_SOME, _MUCH = 16_000_000, 128_000_000
"""Bytes that are worth folding, and so many that the writer has to wait for the rest."""


class Folding:
    """A thread that folds in what waits, over a connection of its own."""

    def __init__(self, store: Store, undisturbed: Callable[[], AbstractContextManager[object]]) -> None:
        """Begin; `undisturbed` gives a moment in which nobody writes, so that the log can start over."""
        self._store = store
        self._undisturbed = undisturbed
        self._over = Event()
        self._thread = Thread(target=self._work, name="limner folding", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """End when what is being folded is folded, without waiting for it."""
        self._over.set()

    def close(self) -> None:
        """End, and wait for it; not while keeping others from writing."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        with closing(self._store):
            self._fold()

    def _fold(self) -> None:
        folded = 0
        while not self._over.wait(_EVERY_S):
            try:
                waiting = self._store.waiting()
                if waiting > _SOME and waiting != folded:
                    self._store.fold_beside()
                    folded = waiting
                if waiting > _MUCH:
                    self._start_over()
            except WorkspaceError:  # the disk is full, or the store is gone: whoever writes says so
                continue

    def _start_over(self) -> None:
        with self._undisturbed():
            self._store.fold_beside()
