"""Portraits and vectors at rest: made once, handed out until something of their user changes.

What hangs is valid as long as its user's number stands (`store.changes`): every transaction that touches the
user's rows, corrections or friends moves it, whichever process wrote. The log's newest moment moves without
them; a portrait may lag behind it by so long and no more, and says as of when it is.
"""

import gzip
import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.records import Language, Profile, UserVector
from limner.store.changes import EVERYONE, read_changes, read_number
from limner.store.gallery import GalleryFile, Kept, Placed
from limner.store.store import Store
from limner.studio.kept.spaces import NAME

if TYPE_CHECKING:
    from limner.studio.opened import Opened

_LEVEL = 6
_MOST_WAITING = 64
_LONGEST_WAIT_S = 1.0


class Painted(NamedTuple):
    """A portrait painted now, with the vector in it."""

    kept: Kept
    placed: Placed


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
        self._waiting: list[Painted] = []
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
            user_no = self.store.number_users([user_id]).get(user_id)
            found = None if user_no is None else self._file.find(user_no, lang)
            if found is None or not self._is_valid(found):
                return None
            self._hold(user_id, found)
            return found

    def find_vectors(self, user_ids: Sequence[str]) -> dict[str, UserVector]:
        """Return the vectors at rest of those users of whom one is valid now."""
        with self._lock:
            self._refresh()
            numbers = self.store.number_users(user_ids)
            found = {one.user_no: one for one in self._file.find_vectors(list(set(numbers.values())))}
            found |= {one.placed.user_no: one.placed for one in self._waiting}
            valid = {one: read_vector(placed) for one, placed in found.items() if self._is_valid(placed)}
        return {user_id: valid[number] for user_id, number in numbers.items() if number in valid}

    def paint(self, studio: "Opened", user_id: str, lang: Language) -> Kept:
        """Return the portrait of a user painted now, and hang it.

        Raises:
            UnknownUserError: no such user.
        """
        painted = paint_kept(studio, user_id, lang)
        with self._lock:
            self._hold(user_id, painted.kept)
            self._waiting.append(painted)
            due = len(self._waiting) >= _MOST_WAITING or time.monotonic() - self._kept_at > _LONGEST_WAIT_S
        if due:
            self.flush()
        return painted.kept

    def flush(self) -> None:
        """Write what was painted to the file."""
        with self._lock:
            self._refresh()  # nothing is written down of a user who was erased meanwhile
            waiting = [one for one in self._waiting if self._counts(one.kept.user_no, one.kept.number)]
            self._waiting, self._kept_at = [], time.monotonic()
        if waiting:
            self.keep(waiting)

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

    def keep(self, painted: Sequence[Painted]) -> None:
        """Hang portraits that were painted elsewhere, in the file alone."""
        self._file.keep([one.kept for one in painted], [one.placed for one in painted])

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

    def _is_valid(self, kept: Kept | Placed) -> bool:
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


def paint_kept(studio: "Opened", user_id: str, lang: Language) -> Painted:
    """Return a portrait painted now, ready to be kept, with the number that its user has at that moment."""
    store, painter = studio.store, studio.painter
    with store.reading():
        profile = painter.paint(user_id, lang=lang)
        user_no = painter.find_person(user_id).user_no
        number = read_number(store, user_no)
    vector, as_of = profile.vector, profile.as_of or 0
    packed = np.asarray(vector.values, dtype="<f4").tobytes()
    body = gzip.compress(write_portrait(profile), _LEVEL, mtime=0)
    return Painted(
        Kept(user_no, lang, number, as_of, body),
        Placed(user_no, number, as_of, vector.alpha, vector.beta, packed),
    )


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


def read_vector(placed: Placed) -> UserVector:
    """Return a vector at rest."""
    return UserVector(NAME, np.frombuffer(placed.vector, dtype="<f4"), placed.alpha, placed.beta)
