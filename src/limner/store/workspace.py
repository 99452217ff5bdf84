"""A workspace: which store is current, which version wrote it, and how a new build takes over.

A build writes beside the current store and takes over while no row is being written: rows that come in then
go to the new store. Stores stand in files of the workspace folder, or in a database that the folder names:
see `store.places`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner.errors import WorkspaceError
from limner.store.changes import note_changes
from limner.store.files import POINTER as POINTER
from limner.store.places import Home, find_home
from limner.store.schema import VERSION, columns_of
from limner.store.store import Store

AUDIENCE = "audience:"
"""Before the id of an audience, in ``meta``."""
ERASED = "erased:"
"""Before the hash of a user who was erased, in ``meta``."""
ERASURE_KEYS = "erasure_keys"
"""The keys of those hashes, in ``meta``."""


class BuiltAnewError(Exception):
    """A build took over: what was to be written belongs to another store now. Nothing was written."""


def open_workspace(folder: Path) -> Store:
    """Return the current store of a workspace.

    Raises:
        WorkspaceError: there is no workspace, or another version of Limner wrote it.
    """
    home = find_home(folder)
    pointer = home.read_pointer()
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
    return home.open(pointer["store"])


def find_version(folder: Path) -> tuple[int, Path] | None:
    """Return the version and the store of a workspace, as `Store.path`; None where there is none."""
    pointer = find_home(folder).read_pointer()
    if pointer is None or not isinstance(pointer.get("version"), int):
        return None
    return pointer["version"], folder / pointer["store"]


def open_current(folder: Path, *, since: int = 1) -> Store | None:
    """Return the current store as it stands, of a version from ``since`` on; None where none can be read."""
    try:
        found = find_version(folder)
        return open_store(found[1]) if found and found[0] >= since else None
    except WorkspaceError:
        return None  # writing the new one says what is wrong


def open_store(path: Path) -> Store:
    """Return the store that `find_version` found, of whatever version."""
    return find_home(path.parent).open(path.name)


def is_current(store: Store) -> bool:
    """Return whether a store is still the one its workspace reads: a build may have taken over."""
    name = store.current_name()
    if name is not None:
        return name == store.path.name
    pointer = find_home(store.path.parent).read_pointer()
    return pointer is not None and pointer["store"] == store.path.name


@contextmanager
def building(folder: Path) -> Iterator[Store]:
    """Yield an empty store beside the current one, which stays in use until `publish`.

    Raises:
        WorkspaceError: the folder cannot be written, or another build is running in it.
    """
    home = find_home(folder)
    with home.building():
        pointer = home.read_pointer()
        name = home.name(int(pointer.get("generation", 0)) + 1 if pointer else 1)
        try:
            store = home.create(name)
            try:
                yield store
            finally:
                store.close()
        finally:
            current = home.read_pointer()
            if current is None or current["store"] != name:
                home.remove(name)


def publish(folder: Path, store: Store, *, carry: bool = True) -> None:
    """Make a finished store the current one, and remove those before it.

    ``carry``: what people decided in the current one goes on; not so where the new one is a copy. That a user
    was erased goes on in any case.
    """
    store.seal()
    home = find_home(folder)
    pointer = home.read_pointer()
    generation = int(pointer.get("generation", 0)) + 1 if pointer else 1
    with _undisturbed(home) as current:
        if current is not None:
            _carry_erasures(current, store)
        if current is not None and carry:
            _carry_corrections(current, store)
            _carry_audiences(current, store)
        home.point({"version": VERSION, "generation": generation, "store": store.path.name})
    home.clear(store.path.name)


@contextmanager
def _undisturbed(home: Home) -> Iterator[Store | None]:
    pointer = home.read_pointer()
    if pointer is None:
        yield None
        return
    with home.undisturbed(pointer["store"]) as current:
        yield current


def _carry_corrections(current: Store, store: Store) -> None:
    """Take over what people corrected, at the last moment: it is in no source and outlives every store."""
    if not current.has_table("corrections"):
        return
    kept = current.rows(f"SELECT {', '.join(columns_of('corrections'))} FROM corrections")
    with store.transaction():
        store.rows("DELETE FROM corrections")
        store.insert("corrections", kept)
        told = store.rows("SELECT user_no FROM users WHERE user_id IN (SELECT user_id FROM corrections)")
        note_changes(store, [user_no for (user_no,) in told])


def _carry_erasures(current: Store, store: Store) -> None:
    """Add who was erased: a copy may come from before, or know of others."""
    kept = current.rows("SELECT name, value FROM meta WHERE name LIKE ?", f"{ERASED}%")
    if not kept:
        return
    keys = [
        *(store.meta((ERASURE_KEYS,)).get(ERASURE_KEYS) or ()),
        *current.meta((ERASURE_KEYS,))[ERASURE_KEYS],
    ]
    with store.transaction():
        store.insert("meta", kept, replace=True)
        store.set_meta(**{ERASURE_KEYS: list(dict.fromkeys(keys))})


def _carry_audiences(current: Store, store: Store) -> None:
    """Take over the expressions that somebody keeps: who they find is found anew in every store."""
    kept = current.rows("SELECT name, value FROM meta WHERE name LIKE ?", f"{AUDIENCE}%")
    with store.transaction():
        store.insert("meta", kept, replace=True)
