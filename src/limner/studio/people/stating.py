"""What portraits of many users state, read for some keys only: no vector, and evidence where it decides.

A fact of a key is read from a few signals, so those cells alone are fetched, for many users at a time. What
comes out is what `Painter.paint` states of these keys: the same readers, the same corrections.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limner.dimensions.claims import join_claims
from limner.dimensions.corrections import correct_drafts
from limner.dimensions.portrait import READERS
from limner.dimensions.sitter import Draft, Sitter
from limner.dimensions.traits import SIGNALS as TRAITS
from limner.ledger.cells import SUM_COLUMNS, Cell
from limner.records import Correction
from limner.studio.kept.correcting import read_corrected, read_corrections
from limner.studio.people.vocabulary import SIGNALS
from limner.studio.portraits.evidence import Witness
from limner.studio.portraits.painting import EVER, Person

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter

_BATCH = 400
_ALWAYS = ("event", "activity", "claim")
_RHYTHM = ("day", "hour", "weekday")
"""Who has days has hours: the readers count on it."""
_READ_FROM: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("behaviour", "frequency"): _RHYTHM,
    ("behaviour", "monetary"): ("spend",),
    ("behaviour", "daypart"): _RHYTHM,
    ("behaviour", "peak_hour"): _RHYTHM,
    ("behaviour", "weekend_share"): _RHYTHM,
    ("behaviour", "sessions"): ("session",),
    ("behaviour", "rating_style"): ("rating",),
    ("interest", "keyword"): ("tag",),
    ("interest", "price_band"): ("price_band",),
    ("sentiment", "overall"): ("writing",),
    ("sentiment", "ratings"): ("rating",),
}
"""Signals that facts of a key are read from, beside the one they are named by and `_ALWAYS`."""
_SOCIAL = ("relation", "follower")
_CELL = ", ".join(SUM_COLUMNS)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a portrait states of some keys, and who can say whether it rests on anything."""

    user_no: int
    user_id: str
    drafts: tuple[Draft, ...]
    witness: Witness


def read_signals(keys: Collection[Key], painter: "Painter") -> tuple[str, ...]:
    """Return the signals that facts of some keys are read from."""
    found = list(_ALWAYS)
    for dimension, key in keys:
        named = SIGNALS.get((dimension, key), key if key in painter.settings.signals else "")
        found += [*_READ_FROM.get((dimension, key), ()), *([named] if named else ())]
        found += _SOCIAL if dimension == "social" else ()
    return tuple(dict.fromkeys(found))


def state_facts(painter: "Painter", user_nos: Sequence[int], keys: Collection[Key]) -> Iterator[Stated]:
    """Yield what portraits state of some keys of the users of these numbers."""
    signals = read_signals(keys, painter)
    corrected = {
        user_no: read_corrections(painter.store, user_no) for user_no in read_corrected(painter.store)
    }
    read = _Reader(painter, tuple(sorted({dimension for dimension, _ in keys})), keys)
    for first in range(0, len(user_nos), _BATCH):
        some = user_nos[first : first + _BATCH]
        people = _read_people(painter, some)
        cells = _read_cells(painter, some, signals)
        guessed = [person.user_no for person in people if read.guesses(person)]
        cells |= _read_cells(painter, guessed, tuple({*signals, *TRAITS})) if guessed else {}
        for person in people:
            own = tuple(corrected.get(person.user_no, ()))
            yield read.state(person, cells.get(person.user_no, {}), own)


class _Reader:
    """Reads some dimensions of one user after another."""

    def __init__(self, painter: "Painter", dimensions: Sequence[str], keys: Collection[Key]) -> None:
        self._painter = painter
        settings = painter.settings
        enabled = tuple(name for name in dimensions if name in settings.dimensions.enabled)
        self._settings = replace(settings, dimensions=replace(settings.dimensions, enabled=enabled))
        wanted = [key for dimension, key in keys if dimension == "demographic"]
        self._inferred = [key for key in wanted if key in painter.models()]
        self._keys = frozenset(keys)

    def guesses(self, person: Person) -> bool:
        """Return whether models may say something that is asked for of a user."""
        return any(key not in person.attributes for key in self._inferred)

    def state(
        self, person: Person, cells: dict[str, dict[str, Cell]], corrections: tuple[Correction, ...]
    ) -> Stated:
        painter = self._painter
        sitter = Sitter(
            person.user_id,
            cells,
            painter.usual,
            self._settings,
            "en",
            painter.as_of,
            painter.landmarks,
            str,
            person.attributes,
            person.circle,
            painter.infer(cells, person) if self.guesses(person) else {},
            corrections,
            painter.canonical,
        )
        drafts = [
            draft
            for draft in self._draft(sitter)
            if (draft.dimension, draft.key) in self._keys and draft.cites
        ]
        user = replace(painter.witnessed(person, EVER), corrections=corrections)
        return Stated(person.user_no, person.user_id, tuple(drafts), Witness(painter.ledger, user))

    def _draft(self, sitter: Sitter) -> list[Draft]:
        enabled = self._settings.dimensions.enabled
        read = [draft for name in enabled for draft in READERS[name](sitter)]
        return correct_drafts(sitter, join_claims(sitter, read))


def _read_cells(
    painter: "Painter", user_nos: Sequence[int], signals: Sequence[str]
) -> dict[int, dict[str, dict[str, Cell]]]:
    rows = painter.store.rows(
        f"SELECT {_CELL}, signal, user_no FROM cells WHERE user_no IN ({_marks(user_nos)}) "
        f"AND signal IN ({_marks(signals)})",
        *(*user_nos, *signals),
    )
    found: dict[int, dict[str, dict[str, Cell]]] = {}
    for *sums, signal, user_no in rows:
        cell = Cell._make((*sums, signal))
        found.setdefault(user_no, {}).setdefault(signal, {})[cell.key] = cell
    return found


def _read_people(painter: "Painter", user_nos: Sequence[int]) -> list[Person]:
    rows = painter.store.rows(
        f"SELECT user_no, user_id, attributes, circle FROM users WHERE user_no IN ({_marks(user_nos)}) "
        "ORDER BY user_no",
        *user_nos,
    )
    return [
        Person(user_no, user_id, json.loads(attributes or "{}"), json.loads(circle or "{}"))
        for user_no, user_id, attributes, circle in rows
    ]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
