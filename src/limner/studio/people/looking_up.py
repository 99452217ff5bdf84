"""Users found by a part of their id or of what they declared."""

import difflib
import json
from typing import TYPE_CHECKING, Any

from limner.errors import InputError
from limner.records import iso

if TYPE_CHECKING:
    from limner.studio.studio import Studio

MOST = 100
_COMPARED = 5_000
_LIKE = 0.6
_NOT_MERGED = "user_no NOT IN (SELECT user_no FROM merged)"
_FOUND = "SELECT user_no, user_id, attributes FROM users WHERE"


def find_users(studio: "Studio", text: str, limit: int = 20) -> list[dict[str, Any]]:
    """Return users whose id is, begins with, or holds a text, or who declared it, in this order.

    Where there are none, those of the first 5,000 whose ids look like it.

    Each has ``user_id``, ``attributes``, ``events`` and ``last_seen``; an empty text finds the first users.

    Raises:
        InputError: the limit is not 1 to 100.
    """
    if not 1 <= limit <= MOST:
        raise InputError(f"limit must be 1 to {MOST}, got {limit}")
    store, wanted = studio.store, text.strip()
    if "\x00" in wanted:  # SQLite would take it for the end of the text
        return []
    held = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in wanted)
    steps = (
        ("user_id = ?1", wanted),
        ("user_id LIKE ?1 ESCAPE '\\'", f"{held}%"),
        ("(user_id LIKE ?1 ESCAPE '\\' OR attributes LIKE ?1 ESCAPE '\\')", f"%{held}%"),
    )
    found: dict[int, tuple[str, str | None]] = {}
    for condition, value in steps:
        if len(found) >= limit:
            break
        rows = store.rows(f"{_FOUND} {condition} AND {_NOT_MERGED} LIMIT {limit}", value)
        found |= {row[0]: (row[1], row[2]) for row in rows if row[0] not in found}
    found = found or _find_near(studio, wanted, limit)
    return [_describe(studio, number, *row) for number, row in list(found.items())[:limit]]


def _find_near(studio: "Studio", wanted: str, limit: int) -> dict[int, tuple[str, str | None]]:
    """Return users with ids like a text, the likest first: for somebody who mistyped."""
    rows = studio.store.rows(f"{_FOUND} {_NOT_MERGED} LIMIT {_COMPARED}")
    known = {row[1]: row for row in rows}
    near = difflib.get_close_matches(wanted, known, n=limit, cutoff=_LIKE)
    return {known[one][0]: (one, known[one][2]) for one in near}


def _describe(studio: "Studio", user_no: int, user_id: str, attributes: str | None) -> dict[str, Any]:
    row = studio.store.one(
        "SELECT n, last_seen FROM cells WHERE user_no = ? AND signal = 'activity' AND key = 'all'", user_no
    )
    n, last_seen = row or (0, None)
    return {
        "user_id": studio.painter.outside_id("user_id", user_id),
        "attributes": json.loads(attributes or "{}"),
        "events": n,
        "last_seen": iso(last_seen),
    }
