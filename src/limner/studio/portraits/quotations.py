"""What a user wrote, word by word: whole texts, the places that judge, and single rows of the log."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from limner.errors import UnknownRowError
from limner.records import iso
from limner.store.store import Store

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_MOST_OPINIONS = 400
_NOT_PROSE = ("query", "tag")
"""Kinds of texts that are looked for or stuck on, not written to be read."""
_JUDGED = (
    "SELECT o.aspect, o.polarity, o.start, o.stop, t.text_id, t.ts, t.text, i.item_id, i.title "
    "FROM opinions o JOIN texts t ON t.user_no = o.user_no AND t.ts = o.ts AND t.ref = o.text_ref "
    "LEFT JOIN items i ON i.item_no = t.item_no WHERE o.user_no = ? "
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """A place in a text that praises or blames an aspect."""

    aspect: str
    polarity: float
    start: int
    """In characters (code points) of the text; `stop` is behind the last."""
    stop: int
    text_id: str
    timestamp: str | None
    text: str
    item_id: str | None
    title: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of a quotation."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_opinions(store: Store, user_no: int, until_us: int) -> list[Opinion]:
    """Return the newest judging places in a user's texts, newest first."""
    rows = store.rows(
        f"{_JUDGED} AND o.ts <= ? ORDER BY o.ts DESC, o.ref DESC LIMIT ?",
        *(user_no, until_us, _MOST_OPINIONS),
    )
    return [_opine(row) for row in rows]


def read_newest_texts(store: Store, user_no: int, until_us: int, *, most: int) -> list[dict[str, Any]]:
    """Return the newest texts a user wrote to be read, newest first, each with the places that judge."""
    rows = store.rows(
        "SELECT t.text_id, t.ts, t.kind, t.rating, t.language, t.polarity, t.text, i.item_id, i.title, t.ref "
        "FROM texts t LEFT JOIN items i ON i.item_no = t.item_no "
        "WHERE t.user_no = ? AND t.ts <= ? AND t.kind NOT IN (?, ?) ORDER BY t.ts DESC, t.ref DESC LIMIT ?",
        *(user_no, until_us, *_NOT_PROSE, most),
    )
    return [_tell_text(store, user_no, row) for row in rows]


def read_row(studio: "Studio", user_id: str | int, row_id: str) -> dict[str, Any]:
    """Return one row that a fact cites: an event, or a whole text with the places that judge something.

    Raises:
        UnknownUserError: no such user.
        UnknownRowError: no row of that id is kept of this user.
    """
    with studio.store.reading():
        person = studio.painter.find_person(user_id)
        text = studio.store.one(
            "SELECT t.text_id, t.ts, t.kind, t.rating, t.language, t.polarity, t.text, i.item_id, i.title, "
            "t.ref FROM texts t LEFT JOIN items i ON i.item_no = t.item_no "
            "WHERE t.user_no = ? AND t.text_id = ?",
            *(person.user_no, row_id),
        )
        if text is not None:
            return _tell_text(studio.store, person.user_no, text)
        event = studio.store.one(
            "SELECT e.event_id, e.ts, e.event, e.value, e.dwell_s, e.session_id, i.item_id, i.title "
            "FROM events e LEFT JOIN items i ON i.item_no = e.item_no "
            "WHERE e.user_no = ? AND e.event_id = ?",
            *(person.user_no, row_id),
        )
    if event is None:
        raise UnknownRowError(f"user {person.user_id!r} has no row {row_id!r}; it may be no longer kept")
    event_id, ts, name, value, dwell_s, session_id, item_id, title = event
    return {
        "event_id": event_id,
        "timestamp": iso(ts),
        "event": name,
        "value": value,
        "dwell_s": dwell_s,
        "session_id": session_id,
        "item_id": item_id,
        "title": title,
    }


def _tell_text(store: Store, user_no: int, row: tuple[Any, ...]) -> dict[str, Any]:
    text_id, ts, kind, rating, language, polarity, text, item_id, title, ref = row
    judged = store.rows(
        f"{_JUDGED} AND o.ts = ? AND o.text_ref = ? ORDER BY o.start, o.stop", user_no, ts, ref
    )
    spans = [_opine(one) for one in judged]
    return {
        "text_id": text_id,
        "timestamp": iso(ts),
        "kind": kind,
        "rating": rating,
        "language": language,
        "polarity": None if polarity is None else round(polarity, 4),
        "text": text,
        "item_id": item_id,
        "title": title,
        "spans": [
            {"aspect": one.aspect, "polarity": one.polarity, "start": one.start, "stop": one.stop}
            for one in spans
        ],
    }


def _opine(row: tuple[Any, ...]) -> Opinion:
    aspect, polarity, start, stop, text_id, ts, text, item_id, title = row
    return Opinion(aspect, round(polarity, 2), start, stop, text_id, iso(ts), text, item_id, title)
