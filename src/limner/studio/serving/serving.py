"""A workspace that many ask at once: one studio writes, others read beside it, and portraits hang ready.

A reader has a connection of its own, so it waits for no writer and no other reader; the space and the
models are held once. When a build takes over, everything turns to the new store; who is still reading
finishes in the old one.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock, RLock
from typing import TYPE_CHECKING

from limner.settings import ServeSettings
from limner.store.workspace import POINTER, is_current
from limner.studio.serving.folding import Folding
from limner.studio.serving.gallery import Gallery
from limner.studio.serving.scribe import Scribe, Submitted
from limner.studio.studio import Studio

if TYPE_CHECKING:
    from limner.errors import LimnerError
    from limner.studio.intake.submission import Submission

_ASKED_S = 0.1
"""How long a build that took over in a database may go unseen; a file is looked at each time."""
MOST_READERS = 4
"""Who reads at the same time; more would wait for the same cores."""


class Readers:
    """Studios of one open store, each lent to one thread at a time."""

    def __init__(self, studio: Studio) -> None:
        """Open none yet."""
        self._studio = studio
        self._lock = Lock()
        self._idle: list[Studio] = []
        self._is_over = False

    def borrow(self) -> Studio:
        """Return a reader that nobody else has."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._studio.beside()

    def give_back(self, reader: Studio) -> None:
        """Take a reader back."""
        with self._lock:
            if not self._is_over:
                self._idle.append(reader)
                return
        reader.close()

    def close(self) -> None:
        """Close those that are idle now, and each of the others when it comes back."""
        with self._lock:
            idle, self._idle, self._is_over = self._idle, [], True
        for reader in idle:
            reader.close()


class Serving:
    """An open workspace for many threads."""

    def __init__(
        self,
        workspace: Path,
        settings: ServeSettings | None = None,
        *,
        lang: str = "",
        beside: bool = False,
    ) -> None:
        """Open the workspace; ``beside``: rows are written by a process of their own.

        Raises:
            WorkspaceError: there is none, or another version of Limner wrote it.
        """
        self.workspace = workspace
        self._settings = settings or ServeSettings()
        self._writing, self._turning = RLock(), Lock()
        self._room = BoundedSemaphore(MOST_READERS)
        self._studio = Studio(workspace, lang=lang)
        self.lang = self._studio.lang
        self._asking, self._asked_at = Lock(), -_ASKED_S
        self._named: tuple[int, int] = (0, 0)
        self._open_beside()
        self._stamp = self._read_stamp()
        self._scribe = Scribe(workspace) if beside else None

    @property
    def gallery(self) -> Gallery:
        """The portraits of the store that is current."""
        if self._read_stamp() != self._stamp:
            self._turn()
        return self._gallery

    @contextmanager
    def writer(self) -> Iterator[Studio]:
        """Yield the studio that writes, to one thread at a time."""
        with self._writing:
            if self._read_stamp() != self._stamp:
                self._turn()
            yield self._studio

    def submit_together(self, submitted: Submitted) -> "list[Submission | LimnerError]":
        """Do what `Studio.submit_together` does, by whom rows are written here, while nobody else writes."""
        with self.writer() as studio:
            return (self._scribe or studio).submit_together(submitted)

    @contextmanager
    def reader(self) -> Iterator[Studio]:
        """Yield a studio to read from, waiting for one while all are lent."""
        if self._read_stamp() != self._stamp:
            self._turn()
        with self._room:
            readers = self._readers
            reader = readers.borrow()
            try:
                yield reader
            finally:
                readers.give_back(reader)

    def close(self) -> None:
        """Finish what is being written, and close everything."""
        self._folding.close()
        with self._writing:
            if self._scribe is not None:
                self._scribe.close()
            self._gallery.close()
            self._readers.close()
            self._watching.close()
            self._studio.close()

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        with self._writing:
            yield

    def _turn(self) -> None:
        """Turn to the store that is current, where a build took over."""
        with self._writing, self._turning:
            stamp = self._read_stamp()
            if stamp == self._stamp:
                return
            if not is_current(self._studio.store) or self._gallery.store.path != self._studio.store.path:
                self._folding.leave()
                self._readers.close()
                self._gallery.close()
                self._watching.close()
                self._studio.reopen()
                self._open_beside()
            self._stamp = stamp

    def _open_beside(self) -> None:
        store, settings = self._studio.store, self._settings
        store.leave_folding()
        self._folding = Folding(store.beside(), self._undisturbed)
        self._readers = Readers(self._studio)
        self._watching = store.beside()
        self._gallery = Gallery(
            store.beside(),
            memory_bytes=settings.memory_mb * 1_000_000,
            lag_us=round(settings.lag_s * 1e6),
        )

    def _read_stamp(self) -> tuple[int, int]:
        """Return what changes when a build takes over."""
        try:
            found = os.stat(self.workspace / POINTER)
        except OSError:  # the pointer stands in a database
            return self._ask_stamp()
        return found.st_ino, found.st_mtime_ns

    def _ask_stamp(self) -> tuple[int, int]:
        """Return what a database said lately, by a connection that waits for no writer."""
        now = time.monotonic()
        if now - self._asked_at >= _ASKED_S and self._asking.acquire(blocking=False):
            try:
                self._named = (hash(self._watching.current_name()), 0)
                self._asked_at = now
            finally:
                self._asking.release()
        return self._named
