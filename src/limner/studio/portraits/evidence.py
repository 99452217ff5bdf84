"""Evidence looked up in the log: what a fact cites, as a person can check it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from limner.dimensions.sitter import Cite, Draft
from limner.ledger.cells import Cell, Moment
from limner.ledger.decay import half_life_us
from limner.records import Correction, Evidence, Turn, iso
from limner.store.ledgers import LiveLedger

_QUOTE_CHARS = 120
_WHERE = "WHERE user_no = ? AND ts = ? AND ref = ?"
_EVENTS = (
    "SELECT e.ts, e.ref, e.event_id, e.event, e.value, i.item_id, i.title FROM events e "
    "LEFT JOIN items i USING (item_no) WHERE user_no = ?"
)
_FOUND = {
    "texts": f"SELECT text_id, text FROM texts {_WHERE}",
    "opinions": (
        "SELECT t.text_id, t.text, o.start, o.stop, o.polarity FROM opinions o JOIN texts t "
        "ON t.user_no = o.user_no AND t.ts = o.ts AND t.ref = o.text_ref "
        "WHERE o.user_no = ? AND o.ts = ? AND o.ref = ?"
    ),
    "claims": (
        "SELECT t.text_id, t.text, c.start, c.stop, c.polarity, c.source FROM claims c JOIN texts t "
        "ON t.user_no = c.user_no AND t.ts = c.ts AND t.ref = c.text_ref "
        "WHERE c.user_no = ? AND c.ts = ? AND c.ref = ?"
    ),
    "relations": f"SELECT other_id, kind, weight FROM relations {_WHERE}",
    "followers": (
        "SELECT u.user_id, r.kind, r.weight FROM relations r JOIN users u USING (user_no) "
        "WHERE r.other_id = ? AND r.ts = ? AND r.ref = ?"
    ),
}
"""The row behind a moment, by the table that is cited; of followers the user is named by the outside id."""
_NEWEST = 128
"""Events read at once: most facts cite the newest."""
_MOST_TURNS = 8
Sided = tuple[int, float, float]
"""A row that shows a side: its time, its weight and its polarity."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Whose log is looked in, and up to when."""

    user_no: int
    user_id: str
    attributes: dict[str, Any]
    until_us: int
    retired_before_us: int
    """Rows before this are no longer kept; 0: all are."""
    corrections: tuple[Correction, ...] = ()


class Witness:
    """Finds the rows that one user's facts cite."""

    def __init__(self, ledger: LiveLedger, user: Witnessed) -> None:
        """Look in one user's part of the log."""
        self._ledger = ledger
        self._store = ledger.store
        self._user = user
        self._found: dict[tuple[str, Cell], list[Evidence]] = {}
        self._events: dict[Moment, Evidence] = {}
        self._newest: dict[Moment, tuple[Any, ...]] | None = None
        self._moments: dict[tuple[str, Cell], list[Moment]] = {}
        self._asked: dict[tuple[str, Moment], tuple[Any, ...] | None] = {}
        self._sided: dict[str, dict[str, list[Sided]]] = {}
        self._find: dict[str, Callable[[Moment], Evidence | None]] = {
            "events": self._event,
            "texts": self._text,
            "opinions": self._opinion,
            "claims": self._claim,
            "relations": self._relation,
            "followers": self._follower,
        }

    def foresee(self, drafts: Sequence[Draft]) -> None:
        """Ask for all rows of drafts in a few rounds: to a database elsewhere each question is a way."""
        for signal, keys in group_keys(cell for draft in drafts for cell in find_turning(draft)).items():
            self._sided[signal] = self._read_sided(signal, keys)
        wanted: dict[tuple[str, Cell], int] = {}
        for cite in (cite for draft in drafts for cite in (*draft.cites, *draft.against)):
            if cite.cell is not None and cite.table in self._find:
                key = (cite.table, cite.cell)
                wanted[key] = max(cite.most, wanted.get(key, 0))
        cells = ((cell, most) for (_, cell), most in wanted.items())
        found = self._ledger.moments_of(self._user.user_no, cells, until_us=self._user.until_us)
        self._moments = dict(zip(wanted, found, strict=True))
        moments = ((table, one) for (table, _), some in self._moments.items() for one in some)
        rows = list(dict.fromkeys(pair for pair in moments if pair[0] in _FOUND))
        told = self._store.ask_all((_FOUND[table], self._name(table, moment)) for table, moment in rows)
        self._asked = {pair: some[0] if some else None for pair, some in zip(rows, told, strict=True)}

    def _name(self, table: str, moment: Moment) -> tuple[str | int, ...]:
        user = self._user
        return (user.user_id if table == "followers" else user.user_no, *moment)

    def find(self, cites: Iterable[Cite]) -> tuple[Evidence, ...]:
        """Return the evidence that is really there, each once, in the order cited."""
        found = (one for cite in cites for one in self._look_up(cite))
        return tuple({one.id: one for one in found}.values())

    def turns(self, draft: Draft, *, half_life_days: float) -> tuple[Turn, ...]:
        """Return how the side of a fact changed, oldest first; none where it never did.

        Sides are those of a liking, or, where it was disputed, those of who says so and who says otherwise.
        """
        if not find_turning(draft):
            return ()
        sides, rows = ("liked", "disliked"), self._all_sides(draft.cites)
        if draft.dispute:
            sides = (("said", "denied"), sides)[draft.liking is not None]
            one = -1.0 if (draft.liking or 0.0) < 0 else 1.0
            rows = [(ts, weight, one) for ts, weight, _ in rows]
            rows += [(ts, weight, -one) for ts, weight, _ in self._all_sides(draft.against)]
        return read_turns(sorted(rows, key=itemgetter(0)), half_life_us(half_life_days), sides)

    def _all_sides(self, cites: Iterable[Cite]) -> list[Sided]:
        return [row for cell in _cells(cites) for row in self._sides(cell)]

    def _sides(self, cell: Cell) -> list[Sided]:
        """Return the rows of a cell that show a side, oldest first."""
        known = self._sided.get(cell.signal, {}).get(cell.key)
        return self._read_sided(cell.signal, [cell.key])[cell.key] if known is None else known

    def _read_sided(self, signal: str, keys: Iterable[str]) -> dict[str, list[Sided]]:
        return self._ledger.opinions(self._user.user_no, signal, keys, until_us=self._user.until_us)

    def _look_up(self, cite: Cite) -> list[Evidence]:
        if cite.table == "corrections":
            return self._correction(cite.name)
        if cite.cell is None:
            return self._attribute(cite.name)
        key = (cite.table, cite.cell)
        if key not in self._found or len(self._found[key]) < cite.most:
            self._found[key] = self._rows(cite, cite.cell)
        return self._found[key][: cite.most]

    def _rows(self, cite: Cite, cell: Cell) -> list[Evidence]:
        moments = self._moments.get((cite.table, cell))
        if moments is None:
            moments = self._ledger.moments(
                self._user.user_no, cell, most=cite.most, until_us=self._user.until_us
            )
        find = self._find[cite.table]
        found = [one for moment in moments if (one := find(moment)) is not None]
        return found or self._retired(cell)

    def _retired(self, cell: Cell) -> list[Evidence]:
        """Return what is still known of rows that are no longer kept: how many, and from when to when."""
        if not 0 < cell.last_seen < self._user.retired_before_us:
            return []
        details = (("rows", cell.n), ("first_seen", iso(cell.first_seen)), ("kept", "sums only"))
        named = f"retired:{self._user.user_id}:{cell.signal}:{cell.key}"
        return [Evidence(named, "event", cell.last_seen, None, details)]

    def _row(self, table: str, moment: Moment) -> tuple[Any, ...] | None:
        key = (table, moment)
        return self._asked[key] if key in self._asked else self._store.one(_FOUND[table], *self._name(*key))

    def _event(self, moment: Moment) -> Evidence | None:
        """Return an event; the newest ones are read together, since many facts cite the same."""
        found = self._events.get(moment)
        if found is not None:
            return found
        if self._newest is None:
            asked = f"{_EVENTS} ORDER BY ts DESC, ref DESC LIMIT {_NEWEST}"
            self._newest = {row[:2]: row for row in self._store.rows(asked, self._user.user_no)}
        row = self._newest.get(moment)
        if row is None:
            row = self._store.one(f"{_EVENTS} AND ts = ? AND ref = ?", self._user.user_no, *moment)
        return None if row is None else self._events.setdefault(moment, _read_event(row))

    def _text(self, moment: Moment) -> Evidence | None:
        row = self._row("texts", moment)
        if row is None:
            return None
        quote = row[1].strip()[:_QUOTE_CHARS]
        return Evidence(row[0], "text", moment[0] or None, quote)

    def _opinion(self, moment: Moment) -> Evidence | None:
        row = self._row("opinions", moment)
        if row is None:
            return None
        text_id, text, start, stop, polarity = row
        details = (("polarity", round(polarity, 2)),)
        return Evidence(text_id, "text", moment[0] or None, text[start:stop], details)

    def _claim(self, moment: Moment) -> Evidence | None:
        row = self._row("claims", moment)
        if row is None:
            return None
        text_id, text, start, stop, polarity, source = row
        details = (("polarity", round(polarity, 2)), ("read_by", source))
        return Evidence(text_id, "text", moment[0] or None, text[start:stop], details)

    def _relation(self, moment: Moment) -> Evidence | None:
        row = self._row("relations", moment)
        if row is None:
            return None
        other_id, kind, weight = row
        details = {"other_id": other_id, "kind": kind, "weight": weight}
        named = f"relations:{self._user.user_id}:{other_id}"
        return Evidence(named, "event", moment[0] or None, None, _given(details))

    def _follower(self, moment: Moment) -> Evidence | None:
        row = self._row("followers", moment)
        if row is None:
            return None
        details = {"user_id": row[0], "kind": row[1], "weight": row[2]}
        named = f"relations:{row[0]}:{self._user.user_id}"
        return Evidence(named, "event", moment[0] or None, None, _given(details))

    def _correction(self, named: str) -> list[Evidence]:
        made = [one for one in self._user.corrections if one.id == named]
        told = [{"event": one.verb, "by": one.by or None, "note": one.note or None} for one in made]
        pairs = zip(made, told, strict=True)
        return [Evidence(one.id, "event", one.made_us or None, None, _given(said)) for one, said in pairs]

    def _attribute(self, name: str) -> list[Evidence]:
        value = self._user.attributes.get(name)
        if value is None:
            return []
        named = f"users:{self._user.user_id}:{name}"
        return [Evidence(named, "event", None, None, _given({"column": name, "value": value}))]


def find_turning(draft: Draft) -> list[Cell]:
    """Return the cells whose rows tell how the side of a fact changed; none where it cannot have."""
    if draft.dispute:
        return [*_cells(draft.cites), *_cells(draft.against)]
    cells = _cells(draft.cites)
    return cells if draft.liking is not None and any(cell.two_sided for cell in cells) else []


def group_keys(cells: Iterable[Cell]) -> dict[str, list[str]]:
    """Return the keys of cells by their signal, each once."""
    grouped: dict[str, dict[str, None]] = {}
    for cell in cells:
        grouped.setdefault(cell.signal, {})[cell.key] = None
    return {signal: list(keys) for signal, keys in grouped.items()}


def _cells(cites: Iterable[Cite]) -> list[Cell]:
    return [cite.cell for cite in cites if cite.cell is not None]


def _read_event(row: tuple[Any, ...]) -> Evidence:
    ts, _, event_id, event, value, item_id, title = row
    details = {"event": event, "item_id": item_id, "title": title, "value": value}
    return Evidence(event_id, "event", ts or None, None, _given(details))


def read_turns(
    rows: Iterable[tuple[int, float, float]],
    half_life_us: int,
    sides: tuple[str, str] = ("liked", "disliked"),
) -> tuple[Turn, ...]:
    """Return the sides a decayed liking was on, from rows of (ts, weight, polarity), oldest first.

    A row that leaves the liking at 0 leaves it on its side. One side all along is no turn, and is not told.
    """
    turns: list[list[Any]] = []
    liking, last, side = 0.0, 0, ""
    for ts, weight, polarity in rows:
        liking = liking * 2.0 ** -((ts - last) / half_life_us) + weight * polarity
        last = ts
        side = sides[0] if liking > 0 else sides[1] if liking < 0 else side
        if not side:
            continue
        if not turns or turns[-1][0] != side:
            turns.append([side, ts or None, 0, 0])
        turns[-1][2] += polarity > 0
        turns[-1][3] += polarity < 0
    return tuple(Turn(*turn) for turn in turns[-_MOST_TURNS:]) if len(turns) > 1 else ()


def _given(details: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in details.items() if value is not None)
