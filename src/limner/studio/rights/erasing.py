"""A user is taken out: every row, sum, correction and answer of theirs, and their name in those of others.

The receipt says what went. What a build learnt of everyone (the space, the usual shares) holds no user and
stays; so do the owner's own sources, which Limner only reads.
"""

import csv
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from limner.errors import InputError, WorkspaceError
from limner.records import iso
from limner.store.gallery import GalleryFile, gallery_path
from limner.store.store import Store
from limner.studio.intake.ingestion import sum_anew, writing
from limner.studio.kept.erasures import find_erased, forget_erasure, note_erased
from limner.studio.texts.answering import BOOK

if TYPE_CHECKING:
    from limner.studio.intake.receiving import Receiver
    from limner.studio.portraits.painting import Painter

REGISTER = "erasures.jsonl"
"""The file of a workspace that lists receipts, without the names of who was erased."""
KEPT = (
    "the owner's own sources: rows of the user in them are left out of every build, and counted",
    "a keyed hash of the user's ids, by which they are left out; limner erase USER --allow forgets it",
    "the item space and the usual shares, learnt of everyone together, until the next build",
    "backups made before",
)
_FORGET_ALIKE = (
    "UPDATE users SET circle = json_remove(circle, '$.alike') "
    "WHERE json_extract(circle, '$.alike[0]') = ? RETURNING user_no"
)
_OWN = (
    "opinions",
    "claims",
    "words",
    "topics",
    "texts",
    "events",
    "relations",
    "cells",
    "retired",
    "personas",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a user was erased."""

    user_id: str | int
    erased_us: int
    """Microseconds UTC."""
    removed: dict[str, int]
    """Rows that went, by table."""
    key: str = ""
    """What the workspace's hashes are made with."""

    @property
    def id(self) -> str:
        """The receipt's number: a keyed hash of who and when."""
        told = f"{self.key}\x1f{self.user_id}\x1f{self.erased_us}"
        return f"erasure:{hashlib.sha256(told.encode()).hexdigest()[:20]}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``DELETE /users/{id}``."""
        return {
            "receipt": self.id,
            "user_id": self.user_id,
            "erased_at": iso(self.erased_us),
            "removed": dict(self.removed),
            "not_covered": list(KEPT),
        }


def erase_user(receiver: "Receiver", folder: Path, user_id: str | int, *, now_us: int) -> Receipt:
    """Erase a user, and everyone who was merged into them, from a workspace; nothing brings them back.

    Raises:
        UnknownUserError: no such user.
        WorkspaceError: the workspace cannot be written; it then is as it was.
    """
    gone = receiver.write(lambda painter: _erase_rows(painter, user_id, now_us))
    receiver.write(_overwrite)
    removed = gone.removed
    removed["model answers"] = _erase_answers(folder / BOOK, gone.ids)
    removed["quarantine"] = sum(
        _erase_rejected(path, gone.ids) for path in folder.glob("quarantine/**/*.csv")
    )
    receipt = Receipt(gone.user_id, now_us, {name: n for name, n in removed.items() if n}, gone.key)
    _register(folder / REGISTER, receipt)
    return receipt


def enforce_erasures(receiver: "Receiver", folder: Path, *, now_us: int) -> list[Receipt]:
    """Erase whoever is on the list and stands in the store all the same; return their receipts.

    Such are users who were erased while a build ran that had read them, and users of a copy made before.
    """

    def find(painter: "Painter") -> set[str]:
        return find_erased(painter.store, [user_id for _, user_id in painter.store.users()])

    return [erase_user(receiver, folder, user_id, now_us=now_us) for user_id in sorted(receiver.write(find))]


def allow_again(receiver: "Receiver", user_id: str | int) -> None:
    """Let rows of an erased user in again, from now on.

    Raises:
        InputError: nobody of that id was erased.
    """

    def forget(painter: "Painter") -> bool:
        with writing(painter):
            painter.touch(())
            return forget_erasure(painter.store, str(user_id))

    if not receiver.write(forget):
        raise InputError(
            f"nobody of the id {str(user_id)!r} was erased, or they may come back already; "
            "limner erase --list says how many were, and when"
        )


class _Gone(NamedTuple):
    user_id: str | int
    """As the owner keeps it."""
    ids: list[str]
    removed: dict[str, int]
    key: str


def _erase_rows(painter: "Painter", user_id: str | int, now_us: int) -> _Gone:
    """Return whose rows went, and how many by table."""
    store = painter.store
    store.shred()
    with writing(painter):
        person = painter.find_person(user_id)
        found = store.rows(
            "SELECT user_no, user_id FROM users WHERE user_no = ? "
            "OR user_no IN (SELECT user_no FROM merged WHERE known_no = ?)",
            *(person.user_no, person.user_no),
        )
        numbers, ids = [row[0] for row in found], [row[1] for row in found]
        friends = _find_friends(store, numbers, ids)
        removed = {
            "read_by": _delete(store, "read_by", "ref", [ref for (ref,) in _text_refs(store, numbers)])
        }
        removed |= {name: _delete(store, name, "user_no", numbers) for name in _OWN}
        removed["relations"] += _delete(store, "relations", "other_id", ids)
        for name in ("corrections", "bots"):
            removed[name] = _delete(store, name, "user_id", ids)
        _delete(store, "merged", "user_no", numbers)
        removed["users"] = _delete(store, "users", "user_no", numbers)
        alike = [row[0] for one in ids for row in store.rows(_FORGET_ALIKE, one)]
        sum_anew(painter.ledger, friends, painter.landmarks)
        painter.touch((*numbers, *friends, *alike))
        key = note_erased(store, ids, now_us=now_us)
    return _Gone(painter.outside_id("user_id", person.user_id), ids, removed, key)


def _find_friends(store: Store, numbers: list[int], ids: list[str]) -> list[int]:
    """Return the numbers of others who have the user among their relations, or are among the user's."""
    found: dict[int, None] = {}
    for one in ids:
        rows = store.rows("SELECT DISTINCT user_no FROM relations WHERE other_id = ?", one)
        found |= dict.fromkeys(row[0] for row in rows)
    for number in numbers:
        rows = store.rows(
            "SELECT DISTINCT u.user_no FROM relations r JOIN users u ON u.user_id = r.other_id "
            "WHERE r.user_no = ?",
            number,
        )
        found |= dict.fromkeys(row[0] for row in rows)
    return [number for number in found if number not in numbers]


def _text_refs(store: Store, numbers: list[int]) -> Iterator[tuple[int]]:
    for number in numbers:
        yield from store.rows("SELECT ref FROM texts WHERE user_no = ?", number)


def _delete(store: Store, table: str, column: str, values: list[Any]) -> int:
    sql = f"DELETE FROM {table} WHERE {column} = ?"
    return max(store.executemany(sql, [(value,) for value in values]).rowcount, 0)


def _overwrite(painter: "Painter") -> None:
    """Fold the write-ahead log in, where the erased rows may still stand; readers may put it off.

    Portraits at rest that name the user go, too: the user's own, and those of friends; and the vector.
    """
    store, touched = painter.store, painter.touched or ()
    store.fold()
    gone = [one for one in touched if store.one("SELECT 1 FROM users WHERE user_no = ?", one) is None]
    store.standings().forget(gone)
    if gallery_path(painter.store.path).is_file():
        file = GalleryFile.beside(painter.store.path)
        file.forget(painter.touched or ())
        file.close()


def _erase_answers(book: Path, ids: list[str]) -> int:
    """Take what models answered about the user out of the book of answers."""
    if not book.is_file():
        return 0
    from limner.llm.book import Book

    answered = "DELETE FROM answers WHERE evidence IN (SELECT evidence FROM texts WHERE user_id = ?)"
    named = [f"DELETE FROM {name} WHERE user_id = ?" for name in ("texts", "rejected", "usage")]
    with Book(book) as opened:
        opened.connection.execute("PRAGMA secure_delete = ON")
        with opened.writing() as connection:
            return sum(connection.execute(sql, (one,)).rowcount for one in ids for sql in (answered, *named))


def _erase_rejected(path: Path, ids: list[str]) -> int:
    """Take rows of the user out of one file of the quarantine; the counts beside it name nobody."""
    marks = [f"{name}={one}" for name in ("user_id", "other_id") for one in ids]
    with _explained(path):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        kept = [row for row in rows if not row or not _names(row[-1], marks)]
        if len(kept) == len(rows):
            return 0
        fresh = path.with_suffix(".csv.new")
        with fresh.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(kept)
        os.replace(fresh, path)
    return len(rows) - len(kept)


def _names(row: str, marks: list[str]) -> bool:
    return any(row == mark or row.startswith(f"{mark},") or f" {mark}," in f"{row}," for mark in marks)


def _register(path: Path, receipt: Receipt) -> None:
    line = {"receipt": receipt.id, "erased_at": iso(receipt.erased_us), "removed": receipt.removed}
    with _explained(path), path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


class _explained:
    """Turn what the file system says into a `WorkspaceError`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, exc: BaseException | None, trace: Any) -> None:
        if isinstance(exc, OSError):
            raise WorkspaceError(
                f"{self._path}: the rows of the store are erased, this file could not be written ({exc}); "
                "erase by hand what it holds of the user"
            ) from exc
