"""Who was erased, as hashes: so that no build, stream or request brings them back.

An entry is a keyed hash of an id, in ``meta``, where builds, copies and backups take it along; its key stands
beside it. It says nothing of a user to who does not know the id, but whoever holds the store can try ids.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.collect.cleaning.erased import FindErased
from limner.records import iso
from limner.store.store import Store
from limner.store.workspace import ERASED, ERASURE_KEYS, open_current


class ErasedMeanwhileError(Exception):
    """Rows that were to be written are of a user who is erased. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One id that was erased."""

    number: str
    """The beginning of the hash: entries are told apart by it."""
    erased_us: int
    """Microseconds UTC."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner erase --list --json``."""
        return {"number": self.number, "erased_at": iso(self.erased_us)}


def find_erased(store: Store, user_ids: Collection[str]) -> set[str]:
    """Return those of some ids that were erased."""
    keys = store.meta((ERASURE_KEYS,)).get(ERASURE_KEYS) or []
    named = {_name(key, one): one for key in keys for one in user_ids}
    rows = store.find("SELECT name FROM meta WHERE name IN (?)", list(named))
    return {named[name] for (name,) in rows}


def refuse_erased(store: Store, user_ids: Collection[str]) -> None:
    """Do nothing where none of some ids was erased; inside a transaction nobody can be meanwhile.

    Raises:
        ErasedMeanwhileError: one was.
    """
    if find_erased(store, user_ids):
        raise ErasedMeanwhileError


def note_erased(store: Store, user_ids: Iterable[str], *, now_us: int) -> str:
    """Remember that ids were erased, and return the key of their hashes; the first one makes it."""
    keys = store.meta((ERASURE_KEYS,)).get(ERASURE_KEYS) or [secrets.token_hex(16)]
    store.set_meta(**{ERASURE_KEYS: keys}, **{_name(keys[0], one): now_us for one in user_ids})
    return str(keys[0])


def forget_erasure(store: Store, user_id: str) -> bool:
    """Let rows of an id in again; return whether it had been erased. What was erased does not come back."""
    keys = store.meta((ERASURE_KEYS,)).get(ERASURE_KEYS) or []
    gone = [store.rows("DELETE FROM meta WHERE name = ? RETURNING name", _name(key, user_id)) for key in keys]
    return any(gone)


def list_erasures(store: Store) -> list[Erasure]:
    """Return what is remembered, the oldest first."""
    rows = store.rows("SELECT name, value FROM meta WHERE name LIKE ?", f"{ERASED}%")
    listed = [Erasure(name.removeprefix(ERASED)[:12], json.loads(value)) for name, value in rows]
    return sorted(listed, key=lambda one: (one.erased_us, one.number))


@contextmanager
def known_erasures(folder: Path) -> Iterator[FindErased]:
    """Yield what finds the erased among ids, by the current store of a folder; nobody where there is none."""
    store = open_current(folder)
    if store is None:
        yield lambda user_ids: set()
        return
    try:
        yield lambda user_ids: find_erased(store, user_ids)
    finally:
        store.close()


def _name(key: str, user_id: str) -> str:
    """Return the name of an entry.

    Source: Aumasson, Neves, Wilcox-O'Hearn, Winnerlein, "BLAKE2", RFC 7693 (keyed hashing).
    """
    hashed = hashlib.blake2b(user_id.encode("utf-8", "surrogatepass"), key=bytes.fromhex(key), digest_size=16)
    return f"{ERASED}{hashed.hexdigest()}"
