"""A workspace folder: which store is current, which version wrote it, and how a new build takes over.

``workspace.json`` names the current store file. A build writes beside it and takes over with one atomic
rename, so a build that dies, or a disk that fills, leaves the old portrait as it was.
"""

import json
import os
from pathlib import Path
from typing import Any

from limner.errors import WorkspaceError
from limner.store.schema import VERSION
from limner.store.sqlite import Store, explained

POINTER = "workspace.json"


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


def begin_build(folder: Path) -> Store:
    """Return an empty store beside the current one, which stays in use until `publish`."""
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise PermissionError("permission denied")
    pointer = _read_pointer(folder)
    generation = int(pointer.get("generation", 0)) + 1 if pointer else 1
    return Store.create(folder / f"portrait-{generation}.sqlite")


def publish(folder: Path, store: Store) -> None:
    """Make a finished store the current one, and remove those before it."""
    store.seal()
    generation = int(store.path.stem.partition("-")[2])
    pointer = {"version": VERSION, "generation": generation, "store": store.path.name}
    with explained(folder):
        fresh = folder / f"{POINTER}.new"
        fresh.write_text(json.dumps(pointer, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, folder / POINTER)
        for old in folder.glob("portrait-*.sqlite*"):
            if not old.name.startswith(f"{store.path.name}"):
                old.unlink(missing_ok=True)


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
