"""Stores that move: from a folder into a database and back, into one portable file and out of it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from limner.errors import InputError, WorkspaceError
from limner.settings import settings_from_json
from limner.store.places import is_url, read_url, settle
from limner.store.schema import TABLES, VERSION, columns_of
from limner.store.sqlite import SqliteStore, explained
from limner.store.store import CHUNK_ROWS, Store
from limner.store.workspace import POINTER, building, find_version, publish
from limner.studio.kept.ledgers import keep_plan
from limner.studio.kept.migration import open_workspace
from limner.studio.studio import Studio

_WIDE = 64
_PAGES = 4_000
"""Pages that a backup writes at once."""
_MADE_ANEW = ("plans",)
"""Tables that the new store writes itself: they hold SQL of its dialect."""
Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied, and that it arrived."""

    rows: int
    tables: dict[str, int]
    """Rows by table; empty ones are left out."""
    checksum: str
    """Of every row of every table, whatever their order: the same on both sides."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner store copy --json``."""
        return {"rows": self.rows, "tables": self.tables, "checksum": self.checksum}


def copy_workspace(source: str | Path, target: str | Path, *, replace: bool, watch: Watch) -> Moved:
    """Copy every table of a workspace into another, which may stand elsewhere; both are folders or URLs.

    The copy is of one moment, also while rows come in, and takes over when it is whole.

    Raises:
        WorkspaceError: there is no such workspace, or there is one already at the target and it is not to be
            replaced, or it is the same one, or what arrived is not what was sent.
    """
    with _folder_of(source) as start, _folder_of(target) as end, closing(open_workspace(start)) as old:
        if _name(start) == _name(end):
            raise WorkspaceError(f"{_name(start)}: would be copied onto itself; name another place")
        return _copy_into(old, end, replace, watch)


def back_up(store: Store, out: Path, *, replace: bool, watch: Watch) -> Moved:
    """Write a store into one portable file, of one moment, while it is in use.

    Raises:
        InputError: there is such a file, and it is not to be replaced, or it would lie in the workspace.
        WorkspaceError: it cannot be written.
    """
    if out.exists() and not replace:
        raise InputError(f"{out}: is there already; name another file, or add --replace")
    if out.absolute().parent.resolve() == store.path.parent.resolve():
        raise InputError(f"{out}: lies in the workspace it is to save; name a place outside")
    fresh = out.with_name(f"{out.name}.new")
    try:
        with explained(out), closing(SqliteStore.create(fresh)) as copy:
            if isinstance(store, SqliteStore):
                _save_pages(store, copy, watch)
                moved = _sum_up(copy)
            else:
                moved = _pour(store, copy, watch)
                copy.seal()
            copy.rows("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            copy.rows(f"PRAGMA user_version = {VERSION}")
        with explained(out), fresh.open("rb") as written:
            os.fsync(written.fileno())
            os.replace(fresh, out)
    finally:
        fresh.unlink(missing_ok=True)
    return moved


def _save_pages(store: SqliteStore, copy: SqliteStore, watch: Watch) -> None:
    """Copy all pages as of now: a reading holds them still, else every row that came in would begin anew."""
    with store.reading():
        store.one("SELECT 1 FROM meta")
        store.connection.backup(copy.connection, pages=_PAGES, progress=lambda *_left: watch("saving"))


def restore(file: Path, folder: Path, *, replace: bool, watch: Watch) -> Moved:
    """Make what `back_up` wrote the current store of a workspace, wherever that stands.

    Raises:
        InputError: the file is no backup.
        WorkspaceError: there is a workspace already, and it is not to be replaced.
    """
    with TemporaryDirectory(prefix="limner-") as scratch:
        held = Path(scratch)
        with explained(file):
            shutil.copyfile(file, held / "portrait-1.sqlite")
        pointer = {"version": _read_version(file, held), "generation": 1, "store": "portrait-1.sqlite"}
        (held / POINTER).write_text(json.dumps(pointer), encoding="utf-8")
        with closing(open_workspace(held)) as old:
            return _copy_into(old, folder, replace, watch)


def _read_version(file: Path, held: Path) -> int:
    try:
        with closing(SqliteStore.open(held / "portrait-1.sqlite")) as store:
            (version,) = store.one("PRAGMA user_version") or (0,)
            (sound,) = store.one("PRAGMA quick_check") or ("",)
            known = version and store.has_table("cells")
    except WorkspaceError as exc:
        raise InputError(f"{file}: is no backup; limner backup writes one (or it is damaged)") from exc
    if sound != "ok":
        raise InputError(f"{file}: is a damaged backup ({sound}); name an older one")
    if not known:
        raise InputError(f"{file}: is no backup; limner backup writes one")
    if version > VERSION:
        raise InputError(f"{file}: of version {version}, this limner reads version {VERSION}; upgrade limner")
    return int(version)


def _copy_into(old: Store, folder: Path, replace: bool, watch: Watch) -> Moved:
    if find_version(folder) is not None and not replace:
        raise WorkspaceError(
            f"{read_url(folder) or folder}: holds a workspace already; name another, or add --replace"
        )
    with building(folder) as store:
        moved = _pour(old, store, watch)
        watch("storing")
        publish(folder, store, carry=False)
    Studio(folder).enforce_erasures()  # of those who were erased since the copy was made
    return moved


def _pour(old: Store, store: Store, watch: Watch) -> Moved:
    """Copy all tables in one transaction, of one moment, and compare what arrived with what was sent."""
    with old.reading(), store.transaction():
        for table in (name for name in TABLES if name not in _MADE_ANEW):
            watch(f"copying {table}")
            rows = old.stream(f"SELECT {', '.join(columns_of(table))} FROM {table}")
            while some := list(islice(rows, CHUNK_ROWS)):
                store.insert(table, some)
        meta = store.meta()
        if "settings" in meta:
            keep_plan(store, meta, settings_from_json(meta["settings"]))
        watch("comparing")
        sent, arrived = _sum_up(old), _sum_up(store)
    if sent != arrived:
        wrong = [name for name in TABLES if sent.tables.get(name) != arrived.tables.get(name)]
        raise WorkspaceError(
            f"{store.path}: what arrived is not what was sent ({', '.join(wrong) or 'values differ'}); "
            "nothing was changed: copy again"
        )
    return sent


def _sum_up(store: Store) -> Moved:
    counts: dict[str, int] = {}
    total = 0
    for table in (name for name in TABLES if name not in _MADE_ANEW):
        with store.reading():
            for row in store.stream(f"SELECT {', '.join(columns_of(table))} FROM {table}"):
                counts[table] = counts.get(table, 0) + 1
                said = repr((table, *row)).replace("\\x00", "\ufffd")  # as PostgreSQL keeps it
                digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                total += int.from_bytes(digest, "big")
    return Moved(sum(counts.values()), counts, f"{total % 2**_WIDE:016x}")


@contextmanager
def _folder_of(place: str | Path) -> Iterator[Path]:
    """Yield the folder of a workspace; for a URL one that stands for it while it is needed."""
    if not is_url(place):
        yield Path(place)
        return
    with TemporaryDirectory(prefix="limner-") as scratch:
        settle(Path(scratch), str(place))
        yield Path(scratch)


def _name(folder: Path) -> str:
    """Return what tells a workspace from others: its URL, or where its folder is."""
    return read_url(folder) or str(folder.resolve())
