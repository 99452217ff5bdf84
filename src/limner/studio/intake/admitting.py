"""Which clean rows may join a log: new ones, of users who are people, of a time it still keeps."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from limner.records import MODEL, UNTIMED, iso
from limner.settings import Settings
from limner.store.ledgers import surround
from limner.store.schema import columns_of
from limner.store.store import Store
from limner.studio.kept.log import LOG_TABLES

Row = tuple[Any, ...]
MINUTE_US = 60_000_000
_QUARTER_US = 15 * MINUTE_US
_DERIVED = columns_of("events").index("derived")
_PARTS = {"opinions": "text_ref", "claims": "text_ref", "words": "ref", "topics": "ref"}
"""Rows that come and go with the text they were read from, and their column that names it."""
_SOURCE = columns_of("claims").index("source")


@dataclass(slots=True)
class Admission:
    """Rows that join, by table in the columns of the store, and what became of the others."""

    fresh: dict[str, list[Row]]
    refused: Counter[str] = field(default_factory=Counter)
    """Rows kept out, by table; repeats are not among them."""
    reasons: Counter[str] = field(default_factory=Counter)
    touched: list[int] = field(default_factory=list)
    """Users who must be summed anew: rows of theirs went."""
    withheld: list[tuple[str, str]] = field(default_factory=list)
    """(row, reason)."""

    @property
    def newest_us(self) -> int:
        """The newest moment of the rows that join."""
        return max((row[1] for rows in self.fresh.values() for row in rows), default=UNTIMED)


def admit(
    store: Store, rows: Mapping[str, list[Row]], settings: Settings, meta: Mapping[str, Any]
) -> Admission:
    """Decide on rows in the columns of the log; rows of it that give way to them are taken out."""
    admission = Admission({name: [] for name in LOG_TABLES})
    rows = _keep_recent(rows, admission, meta.get("retired_before_us"))
    admission.fresh |= {name: _unseen(store, name, rows[name]) for name in LOG_TABLES if name not in _PARTS}
    texts = {(row[0], row[2]) for row in admission.fresh["texts"]}
    for name, column in _PARTS.items():
        place = columns_of(name).index(column)
        admission.fresh[name] = [row for row in rows[name] if (row[0], row[place]) in texts]
    admission.fresh["claims"] += _newly_claimed(store, rows["claims"], texts)
    admission.fresh["events"] = without_doubles(store, admission.fresh["events"])
    refuse_bots(store, admission, limit=settings.clean.max_events_per_minute)
    if meta.get("derived_events"):
        admission.touched += drop_superseded(store, admission.fresh["events"])
    if any(row[_DERIVED] for row in admission.fresh["events"]):
        store.set_meta(derived_events=True)
    return admission


def read_rows(name: str, table: pa.Table) -> list[Row]:
    """Return a numbered table as rows, in the columns of the store."""
    columns = [table[column].to_pylist() for column in columns_of(name)]
    return list(zip(*columns, strict=True)) if columns else []


def _keep_recent(
    rows: Mapping[str, list[Row]], admission: Admission, retired_before_us: int | None
) -> dict[str, list[Row]]:
    """Return the rows without those of a time whose rows are no longer kept: nobody could tell a repeat."""
    if not retired_before_us:
        return dict(rows)
    reason = f"older than what is kept: before {iso(retired_before_us)}"
    kept = {}
    for name, found in rows.items():
        old = [row for row in found if row[1] != UNTIMED and row[1] < retired_before_us]
        refuse(admission, name, old, reason)
        gone = set(map(id, old))
        kept[name] = [row for row in found if id(row) not in gone] if gone else found
    return kept


def _newly_claimed(store: Store, claims: Sequence[Row], texts: Container[tuple[int, int]]) -> Iterator[Row]:
    """Yield what a model read elsewhere in texts that are in the log already."""
    place = columns_of("claims").index("text_ref")
    known = "SELECT 1 FROM texts WHERE user_no = ? AND ref = ?"
    held = "SELECT 1 FROM claims WHERE user_no = ? AND ts = ? AND ref = ?"
    for row in claims:
        if not row[_SOURCE].startswith(MODEL) or (row[0], row[place]) in texts:
            continue
        if store.one(known, row[0], row[place]) and not store.one(held, *row[:3]):
            yield row


def refuse(admission: Admission, name: str, rows: Sequence[Row], reason: str) -> None:
    """Keep rows out and say why."""
    if not rows:
        return
    admission.refused[name] += len(rows)
    if name in _PARTS:
        return
    admission.reasons[reason] += len(rows)
    admission.withheld += [(f"{name} {row[3]} at {iso(row[1])}", reason) for row in rows]


def _unseen(store: Store, name: str, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that the log does not hold yet, each once: a row is told by its user and ref."""
    query = (
        f"SELECT t.user_no, t.ref FROM (VALUES ?) v "
        f"JOIN {name} t ON t.user_no = v.column1 AND t.ref = v.column2"
    )
    first = {(row[0], row[2]): row for row in reversed(rows)}
    keys = list(dict.fromkeys((row[0], row[2]) for row in rows))
    held = store.join(query, keys)
    return [first[key] for key in keys if key not in held]


def without_doubles(store: Store, events: list[Row]) -> list[Row]:
    """Return new events without those made from texts whose real event is in the log already."""
    query = "SELECT 1 FROM events WHERE user_no = ? AND item_no = ? AND (ts = ? OR ts = 0 OR ? = 0)"
    return [
        row for row in events if not row[_DERIVED] or store.one(query, row[0], row[4], row[1], row[1]) is None
    ]


def drop_superseded(store: Store, events: Sequence[Row]) -> list[int]:
    """Take events made from texts out of the log when their real event comes in; return whose they were."""
    touched: dict[int, None] = {}
    asked = "SELECT DISTINCT user_no, item_no FROM events WHERE derived = 1 AND user_no IN (?)"
    made = set(store.find(asked, list({row[0] for row in events})))
    for row in events:
        if row[_DERIVED] or (row[0], row[4]) not in made:
            continue
        found = store.rows(
            "DELETE FROM events WHERE derived = 1 AND user_no = ? AND item_no = ? "
            "AND (ts = ? OR ts = 0 OR ? = 0) RETURNING ref",
            *(row[0], row[4], row[1], row[1]),
        )
        if found:
            touched[row[0]] = None
    return list(touched)


def refuse_bots(store: Store, admission: Admission, *, limit: int) -> None:
    """Keep events of bots out, and take what they got in before out of the log: a batch would have, too."""
    events = admission.fresh["events"]
    found = _known_bots(store, {row[0] for row in events})
    found |= find_bots(store, [row for row in events if row[0] not in found], limit=limit)
    if not found:
        return
    for user_no, n in found.items():
        store.rows("INSERT OR REPLACE INTO bots SELECT user_id, ? FROM users WHERE user_no = ?", n, user_no)
    reason = f"bot-like user: events in one minute (limit {limit})"
    refuse(admission, "events", [row for row in events if row[0] in found], reason)
    admission.fresh["events"] = [row for row in events if row[0] not in found]
    for user_no in found:
        gone = store.rows("DELETE FROM events WHERE user_no = ? RETURNING ts, event_id", user_no)
        if gone:
            admission.touched.append(user_no)
            admission.reasons[reason] += len(gone)
            admission.withheld += [(f"events {event_id} at {iso(ts)}", reason) for ts, event_id in gone]


def find_bots(store: Store, events: Sequence[Row], *, limit: int) -> dict[int, int]:
    """Return users with more than ``limit`` events within any 60 s, log and new rows together, and how many.

    Whole quarters of an hour are not counted: logs that keep days or hours say nothing about minutes.
    """
    by_user: dict[int, list[int]] = defaultdict(list)
    for row in events:
        if row[1] % _QUARTER_US:
            by_user[row[0]].append(row[1])
    query = (
        "SELECT e.user_no, e.ts, e.ref FROM (VALUES ?) v JOIN events e "
        "ON e.user_no = v.column1 AND e.ts BETWEEN v.column2 AND v.column3"
    )
    spans = surround(((user_no, ts) for user_no, new in by_user.items() for ts in new), MINUTE_US)
    held: dict[int, list[int]] = defaultdict(list)
    for user_no, ts, _ in store.join(query, spans):
        if ts % _QUARTER_US:
            held[user_no].append(ts)
    bots = {}
    for user_no, new in by_user.items():
        if len(held[user_no]) + len(new) > limit:
            most = _most_in_a_minute(sorted([*new, *held[user_no]]))
            if most > limit:
                bots[user_no] = most
    return bots


def _most_in_a_minute(stamps: Sequence[int]) -> int:
    most, first = 0, 0
    for place, stamp in enumerate(stamps):
        while stamp - stamps[first] >= MINUTE_US:
            first += 1
        most = max(most, place - first + 1)
    return most


def _known_bots(store: Store, user_nos: Iterable[int]) -> dict[int, int]:
    """Return those of some users who were found to be bots before, and how quick they were."""
    if store.one("SELECT 1 FROM bots") is None:
        return {}
    query = "SELECT u.user_no, b.n_events FROM users u JOIN bots b USING (user_id) WHERE u.user_no IN (?)"
    return dict(store.find(query, list(user_nos)))
