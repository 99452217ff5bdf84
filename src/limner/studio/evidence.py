"""Evidence looked up in the log: what a fact cites, as a person can check it."""

from collections.abc import Callable, Iterable
from typing import Any

from limner.dimensions.sitter import Cite
from limner.records import Evidence
from limner.store.sqlite import Store

_QUOTE_CHARS = 120
_WHERE = "WHERE user_no = ? AND ts = ? AND ref = ?"


class Witness:
    """Finds the rows that one user's facts cite."""

    def __init__(self, store: Store, user_no: int, user_id: str, attributes: dict[str, Any]) -> None:
        """Look in one user's part of the log."""
        self._store = store
        self._user = (user_no, user_id)
        self._attributes = attributes
        self._find: dict[str, Callable[[Cite], Evidence | None]] = {
            "events": self._event,
            "texts": self._text,
            "opinions": self._opinion,
            "relations": self._relation,
            "followers": self._follower,
            "users": self._attribute,
        }

    def find(self, cites: Iterable[Cite]) -> tuple[Evidence, ...]:
        """Return the evidence that is really there, each once, in the order cited."""
        found = (self._find[cite.table](cite) for cite in cites)
        return tuple({one.id: one for one in found if one is not None}.values())

    def _row(self, sql: str, cite: Cite) -> tuple[Any, ...] | None:
        return self._store.one(sql, self._user[0], *cite.moment)

    def _event(self, cite: Cite) -> Evidence | None:
        row = self._row(
            "SELECT e.event_id, e.event, e.value, i.item_id, i.title FROM events e "
            f"LEFT JOIN items i USING (item_no) {_WHERE}",
            cite,
        )
        if row is None:
            return None
        event_id, event, value, item_id, title = row
        details = {"event": event, "item_id": item_id, "title": title, "value": value}
        return Evidence(event_id, "event", cite.moment[0] or None, None, _given(details))

    def _text(self, cite: Cite) -> Evidence | None:
        row = self._row(f"SELECT text_id, text FROM texts {_WHERE}", cite)
        if row is None:
            return None
        quote = row[1].strip()[:_QUOTE_CHARS]
        return Evidence(row[0], "text", cite.moment[0] or None, quote)

    def _opinion(self, cite: Cite) -> Evidence | None:
        row = self._row(
            "SELECT t.text_id, t.text, o.start, o.stop, o.polarity FROM opinions o JOIN texts t "
            "ON t.user_no = o.user_no AND t.ts = o.ts AND t.ref = o.text_ref "
            "WHERE o.user_no = ? AND o.ts = ? AND o.ref = ?",
            cite,
        )
        if row is None:
            return None
        text_id, text, start, stop, polarity = row
        details = (("polarity", round(polarity, 2)),)
        return Evidence(text_id, "text", cite.moment[0] or None, text[start:stop], details)

    def _relation(self, cite: Cite) -> Evidence | None:
        row = self._row(f"SELECT other_id, kind, weight FROM relations {_WHERE}", cite)
        if row is None:
            return None
        other_id, kind, weight = row
        details = {"other_id": other_id, "kind": kind, "weight": weight}
        named = f"relations:{self._user[1]}:{other_id}"
        return Evidence(named, "event", cite.moment[0] or None, None, _given(details))

    def _follower(self, cite: Cite) -> Evidence | None:
        row = self._store.one(
            "SELECT u.user_id, r.kind, r.weight FROM relations r JOIN users u USING (user_no) "
            "WHERE r.other_id = ? AND r.ts = ? AND r.ref = ?",
            self._user[1],
            *cite.moment,
        )
        if row is None:
            return None
        details = {"user_id": row[0], "kind": row[1], "weight": row[2]}
        named = f"relations:{row[0]}:{self._user[1]}"
        return Evidence(named, "event", cite.moment[0] or None, None, _given(details))

    def _attribute(self, cite: Cite) -> Evidence | None:
        value = self._attributes.get(cite.name)
        if value is None:
            return None
        named = f"users:{self._user[1]}:{cite.name}"
        return Evidence(named, "event", None, None, _given({"column": cite.name, "value": value}))


def _given(details: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in details.items() if value is not None)
