"""Portraits that hang ready: painted once, handed out until something of their user changes.

What hangs is valid as long as its user's number stands (`store.changes`): every transaction that touches the
user's rows, corrections or friends moves it, whichever process wrote. The log's newest moment moves without
them; a portrait may lag behind it by so long and no more, and says as of when it is.
"""

import gzip
import json
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.records import Language, Profile, UserVector
from limner.store.changes import EVERYONE, read_changes, read_number
from limner.store.gallery import GalleryFile, Kept
from limner.store.store import Store
from limner.studio.spaces import NAME

if TYPE_CHECKING:
    from limner.studio.opened import Opened

_LEVEL = 6
_MOST_WAITING = 64
_LONGEST_WAIT_S = 1.0
_NUMBERS = (
    "SELECT u.user_id, u.user_no, m.known_no FROM users u LEFT JOIN merged m ON m.user_no = u.user_no "
    "WHERE u.user_id"
)


class Gallery:
    """The portraits of one open store that hang ready; threads may share it."""

    def __init__(self, store: Store, *, memory_bytes: int, lag_us: int) -> None:
        """Watch a store by a connection that nobody else uses, and open the file beside it."""
        self.store = store
        self.lag_us = lag_us
        self._file = GalleryFile.beside(store.path)
        self._room = memory_bytes
        self._lock = Lock()
        self._version = -1
        self._numbers: dict[int, int] = {}
        self._newest = -1
        self._as_of = 0
        self._held: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._size = 0
        self._waiting: list[Kept] = []
        self._kept_at = time.monotonic()

    def find(self, user_id: str, lang: Language) -> Kept | None:
        """Return the portrait of a user that is valid now; None where there is none, or no such user.

        Takes microseconds from memory, less than a millisecond from the file, and waits for no writer.
        """
        with self._lock:
            self._refresh()
            held = self._held.get((user_id, lang))
            if held is not None and self._is_valid(held):
                self._held.move_to_end((user_id, lang))
                return held
            user_no = self._find_numbers([user_id]).get(user_id)
            found = None if user_no is None else self._file.find(user_no, lang)
            if found is None or not self._is_valid(found):
                return None
            self._hold(user_id, found)
            return found

    def find_vectors(self, user_ids: Iterable[str]) -> dict[str, UserVector]:
        """Return the vectors of those users of whom one hangs that is valid now."""
        wanted = list(dict.fromkeys(user_ids))
        with self._lock:
            self._refresh()
            found = {one: held for one in wanted if (held := self._find_held(one)) is not None}
            numbers = self._find_numbers([one for one in wanted if one not in found])
            newest = self._file.find_newest(list(numbers.values())) if numbers else {}
            for user_id, user_no in numbers.items():
                if user_no in newest and self._is_valid(newest[user_no]):
                    found[user_id] = newest[user_no]
        return {user_id: read_vector(kept) for user_id, kept in found.items()}

    def _find_held(self, user_id: str) -> Kept | None:
        """Return what is in memory of a user in any language, if it is valid."""
        held = (self._held.get((user_id, lang)) for lang in ("zh", "en"))
        return next((kept for kept in held if kept is not None and self._is_valid(kept)), None)

    def _find_numbers(self, user_ids: Sequence[str]) -> dict[str, int]:
        rows = self.store.find(f"{_NUMBERS} IN (?)", user_ids)
        return {user_id: int(no if known is None else known) for user_id, no, known in rows}

    def paint(self, studio: "Opened", user_id: str, lang: Language) -> Kept:
        """Return the portrait of a user painted now, and hang it.

        Raises:
            UnknownUserError: no such user.
        """
        kept = paint_kept(studio, user_id, lang)
        with self._lock:
            self._hold(user_id, kept)
            self._waiting.append(kept)
            due = len(self._waiting) >= _MOST_WAITING or time.monotonic() - self._kept_at > _LONGEST_WAIT_S
        if due:
            self.flush()
        return kept

    def flush(self) -> None:
        """Write what was painted to the file."""
        with self._lock:
            self._refresh()  # nothing is written down of a user who was erased meanwhile
            waiting = [kept for kept in self._waiting if self._counts(kept.user_no, kept.number)]
            self._waiting, self._kept_at = [], time.monotonic()
        if waiting:
            self._file.keep(waiting)

    def list_stale(self, langs: Sequence[Language]) -> list[tuple[str, Language]]:
        """Return (user_id, lang) of everyone whose portrait is missing at rest, or not valid now."""
        users = self.store.users()
        with self._lock:
            self._refresh()
            fresh = {
                (user_no, lang)
                for user_no, lang, number, as_of in self._file.stamps()
                if self._counts(user_no, number) and self._as_of - as_of <= self.lag_us
            }
        return [
            (user_id, lang) for user_no, user_id in users for lang in langs if (user_no, lang) not in fresh
        ]

    def keep(self, portraits: Sequence[Kept]) -> None:
        """Hang portraits that were painted elsewhere, in the file alone."""
        self._file.keep(portraits)

    def close(self) -> None:
        """Write what waits, and close the file."""
        self.flush()
        with self._lock:
            self._file.close()
            self.store.close()

    def _refresh(self) -> None:
        """Take over whose portraits changed since: written by whichever process."""
        version = self.store.version()
        if version == self._version:
            return
        self._version = version
        self._as_of = int(self.store.meta(("as_of_us",))["as_of_us"])
        for user_no, number in read_changes(self.store, self._newest):
            self._numbers[user_no] = self._newest = number

    def _is_valid(self, kept: Kept) -> bool:
        return self._counts(kept.user_no, kept.number) and self._as_of - kept.as_of_us <= self.lag_us

    def _counts(self, user_no: int, number: int) -> bool:
        return number == max(self._numbers.get(user_no, 0), self._numbers.get(EVERYONE, 0))

    def _hold(self, user_id: str, kept: Kept) -> None:
        key = (user_id, kept.lang)
        before = self._held.pop(key, None)
        self._held[key] = kept
        self._size += kept.size - (before.size if before else 0)
        while self._size > self._room and self._held:
            self._size -= self._held.popitem(last=False)[1].size


def paint_kept(studio: "Opened", user_id: str, lang: Language) -> Kept:
    """Return a portrait painted now, ready to be kept, with the number that its user has at that moment."""
    store, painter = studio.store, studio.painter
    with store.reading():
        profile = painter.paint(user_id, lang=lang)
        user_no = painter.find_person(user_id).user_no
        number = read_number(store, user_no)
    vector = profile.vector
    packed = np.asarray(vector.values, dtype="<f4").tobytes()
    body = gzip.compress(write_portrait(profile), _LEVEL, mtime=0)
    return Kept(user_no, lang, number, profile.as_of or 0, vector.alpha, vector.beta, packed, body)


def shape_portrait(profile: Profile, pending_events: int = 0) -> dict[str, Any]:
    """Return the JSON shape of ``GET /users/{id}``: that of ``limner show --json``, with pending events.

    ``pending_events`` are those of the user that are held and not in this portrait: of one of now there are
    none.
    """
    shape = profile.to_dict()
    who = {"user_id": shape.pop("user_id"), "as_of": shape.pop("as_of")}
    return {**who, "pending_events": pending_events, **shape}


def write_portrait(profile: Profile) -> bytes:
    """Return the body of ``GET /users/{id}``, the same bytes for the same portrait."""
    return json.dumps(shape_portrait(profile), ensure_ascii=False, separators=(",", ":")).encode()


def read_body(kept: Kept) -> bytes:
    """Return the JSON of a portrait at rest."""
    return gzip.decompress(kept.body)


def read_vector(kept: Kept) -> UserVector:
    """Return the vector of a portrait at rest."""
    return UserVector(NAME, np.frombuffer(kept.vector, dtype="<f4"), kept.alpha, kept.beta)
