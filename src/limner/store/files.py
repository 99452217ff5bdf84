"""Where the stores of a workspace stand by default: SQLite files in its folder, and a pointer to the current.

A build writes beside the current file and takes over with one atomic rename of ``workspace.json``, so a build
that dies, or a disk that fills, leaves the old portrait as it was.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from limner.errors import WorkspaceError
from limner.store.locking import locked
from limner.store.sqlite import SqliteStore, explained
from limner.store.store import Store

POINTER = "workspace.json"
_BUILDING = "build.lock"


class FileHome:
    """The SQLite files of one workspace folder."""

    def __init__(self, folder: Path) -> None:
        """Look in a folder, which need not be there."""
        self.folder = folder

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the place of builds: there is one at a time.

        Raises:
            WorkspaceError: the folder cannot be written, or another build is running in it.
        """
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self.folder.is_dir() or not os.access(self.folder, os.W_OK):
                raise PermissionError("permission denied")
        with _alone(self.folder):
            yield

    def read_pointer(self) -> dict[str, Any] | None:
        """Return what is current: ``version``, ``generation``, ``store``; None where there is nothing.

        Raises:
            WorkspaceError: the pointer cannot be read.
        """
        found = self.folder / POINTER
        try:
            pointer = json.loads(found.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise WorkspaceError(f"{found}: cannot be read ({exc}); build again: limner build") from exc
        if not isinstance(pointer, dict) or "store" not in pointer:
            raise WorkspaceError(f"{found}: names no store; build again: limner build")
        return pointer

    def point(self, pointer: Mapping[str, Any]) -> None:
        """Make another store the current one, at once for everybody."""
        with explained(self.folder):
            fresh = self.folder / f"{POINTER}.new"
            fresh.write_text(json.dumps(pointer, indent=1) + "\n", encoding="utf-8")
            with fresh.open("rb") as written:
                os.fsync(written.fileno())
            os.replace(fresh, self.folder / POINTER)

    def name(self, generation: int) -> str:
        """Return the name of a generation of the store."""
        return f"portrait-{generation}.sqlite"

    def open(self, name: str) -> Store:
        """Return a store by its name."""
        return SqliteStore.open(self.folder / name)

    def create(self, name: str) -> Store:
        """Return an empty store of that name."""
        return SqliteStore.create(self.folder / name)

    @contextmanager
    def undisturbed(self, name: str) -> Iterator[Store | None]:
        """Keep writers of a store waiting: they find the new one afterwards; None where it is gone."""
        if not (self.folder / name).is_file():
            yield None
            return
        with explained(self.folder):
            current = SqliteStore.open(self.folder / name)
            try:
                current.connection.execute("BEGIN IMMEDIATE")
                yield current
            finally:
                if current.connection.in_transaction:
                    current.connection.execute("ROLLBACK")
                current.close()

    def remove(self, name: str) -> None:
        """Take away a store that never became current."""
        for left in self.folder.glob(f"{name}*"):
            left.unlink(missing_ok=True)

    def clear(self, name: str) -> None:
        """Take away all stores but one; who still has another open reads it to the end."""
        for old in self.folder.glob("portrait-*.sqlite*"):
            if not old.name.startswith(name):
                old.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of builds."""
    with ExitStack() as held, explained(folder):
        try:
            held.enter_context(locked(folder / _BUILDING, wait=False))
        except BlockingIOError as exc:
            raise WorkspaceError(
                f"{folder}: another build is running here; wait for it, or pass another -w WORKSPACE"
            ) from exc
        yield
