"""Whose portraits a transaction changes: those whose rows it touches, and those who borrow from them."""

from collections.abc import Collection, Mapping
from typing import Any

from limner.store.changes import EVERYONE, note_changes
from limner.store.schema import columns_of
from limner.store.store import Store
from limner.studio.intake.admitting import Admission
from limner.studio.kept.correcting import read_corrected

_OTHER = columns_of("relations").index("other_id")


def find_touched(store: Store, admission: Admission) -> set[int]:
    """Return the users whose rows join or go, and those who are named in a relation that joins."""
    touched = {row[0] for rows in admission.fresh.values() for row in rows} | set(admission.touched)
    for row in admission.fresh["relations"]:
        other = store.one("SELECT user_no FROM users WHERE user_id = ?", row[_OTHER])
        touched |= set(other or ())
    return touched


def find_naming(store: Store, meta: Mapping[str, Any]) -> list[int]:
    """Return who may name an item without a row of it in the log: by a correction, or by rows that went."""
    return [EVERYONE] if meta.get("retired_before_us") else read_corrected(store)


def find_borrowers(store: Store, user_nos: Collection[int]) -> set[int]:
    """Return the users whose vectors hold something of the past of these: their friends."""
    sql = "SELECT user_no FROM relations WHERE other_id IN (SELECT user_id FROM users WHERE user_no IN (?))"
    return {row[0] for row in store.find(sql, sorted(user_nos))}


def keep_touched(store: Store, touched: set[int] | None, meta: Mapping[str, Any]) -> None:
    """Give everyone whose portrait changes a new number; None stands for all there are."""
    if touched is None:
        note_changes(store, None)
    elif touched:
        borrowers = find_borrowers(store, touched - {EVERYONE}) if meta.get("terms") else set()
        note_changes(store, touched | borrowers)
