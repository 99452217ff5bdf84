"""A workspace folder: which store is current, which version wrote it, and how a new build takes over.

``workspace.json`` names the current store file. A build writes beside it and takes over with one atomic
rename, so a build that dies, or a disk that fills, leaves the old portrait as it was. It takes over while no
row is being written: rows that come in then go to the new store.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner.errors import WorkspaceError
from limner.store.schema import VERSION, columns_of
from limner.store.sqlite import Store, explained

POINTER = "workspace.json"
AUDIENCE = "audience:"
"""Before the id of an audience, in ``meta``."""
_BUILDING = "build.lock"


class BuiltAnewError(Exception):
    """A build took over: what was to be written belongs to another store now. Nothing was written."""


def open_workspace(folder: Path) -> Store:
    """Return the current store of a workspace.

    Raises:
        WorkspaceError: there is no workspace, or another version of Limner wrote it.
    """
    pointer = _read_pointer(folder)
    if pointer is None:
        raise WorkspaceError(
            f"{folder}: no workspace here; make one with: limner build SOURCE -w {folder}  "
            "(or see one with: limner demo)"
        )
    version = pointer.get("version")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        remedy = "upgrade limner" if newer else "build it again with: limner build"
        raise WorkspaceError(
            f"{folder}: workspace version {version}, this limner reads version {VERSION}; {remedy}"
        )
    return Store.open(folder / pointer["store"])


def find_version(folder: Path) -> tuple[int, Path] | None:
    """Return the version and the store file of a workspace; None where there is none."""
    pointer = _read_pointer(folder)
    if pointer is None or not isinstance(pointer.get("version"), int):
        return None
    return pointer["version"], folder / pointer["store"]


def is_current(store: Store) -> bool:
    """Return whether a store is still the one its workspace reads: a build may have taken over."""
    pointer = _read_pointer(store.path.parent)
    return pointer is not None and pointer["store"] == store.path.name


@contextmanager
def building(folder: Path) -> Iterator[Store]:
    """Yield an empty store beside the current one, which stays in use until `publish`.

    Raises:
        WorkspaceError: the folder cannot be written, or another build is running in it.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise PermissionError("permission denied")
    with _locked(folder):
        pointer = _read_pointer(folder)
        generation = int(pointer.get("generation", 0)) + 1 if pointer else 1
        path = folder / f"portrait-{generation}.sqlite"
        try:
            store = Store.create(path)
            try:
                yield store
            finally:
                store.close()
        finally:
            current = find_version(folder)
            if current is None or current[1] != path:
                path.unlink(missing_ok=True)


def publish(folder: Path, store: Store) -> None:
    """Make a finished store the current one, and remove those before it."""
    store.seal()
    generation = int(store.path.stem.partition("-")[2])
    pointer = {"version": VERSION, "generation": generation, "store": store.path.name}
    with explained(folder), _undisturbed(folder) as current:
        if current is not None:
            _carry_corrections(current, store)
            _carry_audiences(current, store)
        fresh = folder / f"{POINTER}.new"
        fresh.write_text(json.dumps(pointer, indent=1) + "\n", encoding="utf-8")
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(fresh, folder / POINTER)
    for old in folder.glob("portrait-*.sqlite*"):
        if not old.name.startswith(f"{store.path.name}"):
            old.unlink(missing_ok=True)


@contextmanager
def _undisturbed(folder: Path) -> Iterator[Store | None]:
    """Keep writers of the current store waiting: they find the new one afterwards."""
    found = find_version(folder)
    if found is None or not found[1].is_file():
        yield None
        return
    current = Store.open(found[1])
    try:
        current.connection.execute("BEGIN IMMEDIATE")
        yield current
    finally:
        if current.connection.in_transaction:
            current.connection.execute("ROLLBACK")
        current.close()


def _carry_corrections(current: Store, store: Store) -> None:
    """Take over what people corrected, at the last moment: it is in no source and outlives every store."""
    if current.one("SELECT 1 FROM sqlite_master WHERE name = 'corrections'") is None:
        return
    kept = current.rows(f"SELECT {', '.join(columns_of('corrections'))} FROM corrections")
    with store.transaction():
        store.rows("DELETE FROM corrections")
        store.insert("corrections", kept)


def _carry_audiences(current: Store, store: Store) -> None:
    """Take over the expressions that somebody keeps: who they find is found anew in every store."""
    kept = current.rows("SELECT name, value FROM meta WHERE name LIKE ?", f"{AUDIENCE}%")
    with store.transaction():
        store.insert("meta", kept, replace=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of builds, where the system has such locks; a process that dies lets go of it."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with explained(folder), (folder / _BUILDING).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise WorkspaceError(
                f"{folder}: another build is running here; wait for it, or pass another -w WORKSPACE"
            ) from exc
        yield


def _read_pointer(folder: Path) -> dict[str, Any] | None:
    try:
        pointer = json.loads((folder / POINTER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as exc:
        raise WorkspaceError(
            f"{folder / POINTER}: cannot be read ({exc}); build again: limner build"
        ) from exc
    if not isinstance(pointer, dict) or "store" not in pointer:
        raise WorkspaceError(f"{folder / POINTER}: names no store; build again: limner build")
    return pointer
