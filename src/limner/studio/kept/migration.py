"""Workspaces of an older version, brought up to date.

A new store is written beside the old one, which stays until the new one is whole.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa

from limner.errors import WorkspaceError
from limner.ledger.decay import Landmarks
from limner.settings import settings_from_json
from limner.store import workspace
from limner.store.changes import note_changes
from limner.store.schema import INDEXES, VERSION, columns_of
from limner.store.store import Store
from limner.studio.kept.log import LOG_TABLES

OLDEST = 1
"""Versions before this, and ones of the future, are refused."""
_SECOND, _THIRD = ("retired", "offsets", "merged", "bots"), ("personas", "own_sentences", "read_by")
_FOURTH = ("corrections",)
_SINCE = (
    dict.fromkeys(_SECOND, 2) | dict.fromkeys(("claims", "topics", *_THIRD), 3) | dict.fromkeys(_FOURTH, 4)
)
"""The version that brought a table, where it was not the first."""
_COPIED = ("users", "items", *LOG_TABLES, "priors", "arrays", *_SECOND, *_THIRD, *_FOURTH)
_SUMMED_USERS = 500
_READ_TEXTS = 2_000


def open_workspace(folder: Path) -> Store:
    """Return the current store of a workspace; one that an older Limner wrote is migrated first.

    Raises:
        WorkspaceError: there is no workspace, or a version wrote it that cannot be migrated.
    """
    found = workspace.find_version(folder)
    if found is not None and OLDEST <= found[0] < VERSION:
        migrate(folder)
    return workspace.open_workspace(folder)


def migrate(folder: Path) -> None:
    """Write the store of a workspace anew in today's form, from its log, and make it the current one.

    Raises:
        WorkspaceError: the folder cannot be written, or the disk is full; the old store stays in use.
    """
    with workspace.building(folder) as store:
        found = workspace.find_version(folder)
        if found is None or found[0] >= VERSION:  # another process was quicker
            return
        old = workspace.open_store(found[1])
        try:
            with store.transaction(), old.reading():
                _copy(old, store, found[0])
                _sum_all(store)
        finally:
            old.close()
        workspace.publish(folder, store)


def _copy(old: Store, store: Store, version: int) -> None:
    for table in _COPIED:
        there = old.columns_there(table)
        if not there and _SINCE.get(table, 1) > version:
            continue
        if not there:
            raise WorkspaceError(f"{old.path}: has no table {table!r}; build it again with: limner build")
        columns = columns_of(table)
        shared = [name for name in columns if name in there]
        rows = old.execute(f"SELECT {', '.join(shared)} FROM {table}")
        filled = ({**dict.fromkeys(columns), **dict(zip(shared, row, strict=True))} for row in rows)
        store.insert(table, (tuple(row.values()) for row in filled))
    store.rows("UPDATE items SET first_category = json_extract(categories, '$[0]')")
    store.rows(
        "INSERT OR IGNORE INTO item_categories "
        "SELECT i.item_no, c.value FROM items i, json_each(i.categories) c"
    )
    store.set_meta(**_renew(old.meta(), store))
    note_changes(store, None)
    if version < _SINCE["claims"]:
        _read_claims(store)


def _read_claims(store: Store) -> None:
    """Read what the texts of the log say of their writers."""
    from limner.ledger.numbering import number_claims
    from limner.text.reading import read_claims

    columns = ("user_no", "ts", "ref", "text_id", "text", "language")
    asked = f"SELECT {', '.join(columns)} FROM texts WHERE kind NOT IN ('query', 'tag')"
    rows = store.execute(asked)
    while some := rows.fetchmany(_READ_TEXTS):
        texts = pa.table(dict(zip(columns, map(list, zip(*some, strict=True)), strict=True)))
        store.insert_table("claims", number_claims(texts, read_claims(texts)))


def _renew(meta: dict[str, Any], store: Store) -> dict[str, Any]:
    """Return what a store knows of itself in today's words."""
    landmark = meta.pop("landmark_us", 0)
    timed = [
        name for name in ("events", "texts") if store.one(f"SELECT 1 FROM {name} WHERE ts <> 0") is not None
    ]
    derived = store.one("SELECT 1 FROM events WHERE derived = 1") is not None
    return {
        "landmarks": Landmarks.at(landmark).to_json(),
        "timed_tables": timed,
        "caps": {},
        **({"derived_events": True} if derived else {}),
        **meta,
    }


def _sum_all(store: Store) -> None:
    """Sum the whole log into the ledger."""
    from limner.studio.intake.ingestion import sum_anew
    from limner.studio.kept.ledgers import keep_plan, landmarks_of

    for statement in INDEXES:
        store.rows(statement)
    meta = store.meta()
    ledger = keep_plan(store, meta, settings_from_json(meta["settings"]))
    users = [row[0] for row in store.rows("SELECT user_no FROM users ORDER BY user_no")]
    for start in range(0, len(users), _SUMMED_USERS):
        sum_anew(ledger, users[start : start + _SUMMED_USERS], landmarks_of(meta))
