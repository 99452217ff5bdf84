"""The ledger in the store: new rows are summed where the cells are, by the compiled signals themselves.

Rows to be summed are staged in temporary tables of the connection; one upsert per signal adds them. Nothing
leaves SQLite, so a row costs microseconds, and a transaction holds log, sums and offsets together.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from limner.ledger.cells import SUM_COLUMNS, Cell, Moment
from limner.ledger.decay import Landmarks
from limner.ledger.places import SESSION_GAP_US
from limner.ledger.plan import Plan, bind_landmarks
from limner.ledger.signals import WRITTEN, Signal
from limner.ledger.staging import PREFIX, STAGED
from limner.records import FRIENDSHIP, UNTIMED
from limner.store.schema import columns_of
from limner.store.store import Store, fill_up

_LOG = ("events", *WRITTEN)
_SUMS = ", ".join(SUM_COLUMNS)
_ADDED = ("n", "recent", "lasting", "liking", "opinion", "liked", "disliked")
_KINDS = {"int64": "INTEGER", "float64": "REAL", "string": "TEXT"}
_LOGGED = {"events": "log_events"}
_EVENT = ", ".join(name for name in STAGED["events"] if name != "known")
_NEAR = (
    f"SELECT {', '.join(f'e.{name}' for name in _EVENT.split(', '))}, 1 FROM (VALUES ?) v JOIN events e "
    "ON e.user_no = v.column1 AND e.ts BETWEEN v.column2 AND v.column3"
)
"""Logged events that lie near others."""
_EVER = 2**62
"""An instant after every other."""


class LiveLedger:
    """The cells of a store and the plan that adds to them."""

    def __init__(
        self, store: Store, plan: Plan, signals: Sequence[Signal], offsets: tuple[tuple[int, int], ...]
    ) -> None:
        """Use a store and the plan of its signals in the dialect of SQLite, made for a zone's offsets."""
        self.offsets = offsets
        self.store = store
        self.plan = plan
        self.signals = tuple(signals)
        self._by_name = {signal.name: signal for signal in signals}
        self._prepared_after = -1
        self._filled: set[str] = set()
        self._bound: dict[tuple[str, Landmarks], str] = {}
        self._questions: dict[tuple[str, str, int], str] = {}

    def stage(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a staged table, in the columns of `STAGED`."""
        self._prepare()
        marks = ", ".join("?" * len(STAGED[name]))
        self._filled.add(PREFIX + name)
        self.store.executemany(f"INSERT INTO {PREFIX}{name} VALUES ({marks})", rows)

    def stage_log(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Stage rows of the log, given in the columns of the store's table."""
        stored = columns_of(name)
        places = [stored.index(column) for column in STAGED[name]]
        self.stage(name, ([row[place] for place in places] for row in rows))

    def stage_followers(self, relations: Iterable[Sequence[Any]]) -> None:
        """Stage one-sided relations, given in the columns of the store's table, from the other end."""
        of_id, of_no = (
            "SELECT user_no FROM users WHERE user_id = ?",
            "SELECT user_id FROM users WHERE user_no = ?",
        )
        for user_no, ts, ref, other_id, kind, weight, *_ in relations:
            other = self.store.one(of_id, other_id) if kind != FRIENDSHIP else None
            if other is not None:
                (user_id,) = self.store.one(of_no, user_no) or ("",)
                self.stage("followers", [(other[0], ts, ref, user_id, weight)])

    def stage_slice(
        self, user_nos: Sequence[int], *, before_us: int = _EVER, names: Iterable[str] = _LOG
    ) -> None:
        """Stage the log of some users, or what of it lies before an instant."""
        self._prepare()
        for name in names:
            self._filled.add(PREFIX + name)
            sql = f"INSERT INTO {PREFIX}{name} SELECT {_columns(name)} FROM {_LOGGED.get(name, name)} "
            users = [(user_no, before_us) for user_no in user_nos]
            self.store.executemany(f"{sql} WHERE user_no = ? AND ts < ?", users)

    def stage_before(self, cuts: Sequence[tuple[int, int]], *, names: Iterable[str]) -> None:
        """Stage the rows with a time of users, (user_no, before), from some tables of the log."""
        self._prepare()
        for name in names:
            self._filled.add(PREFIX + name)
            sql = f"INSERT INTO {PREFIX}{name} SELECT {_columns(name)} FROM {_LOGGED.get(name, name)} "
            self.store.executemany(f"{sql} WHERE user_no = ? AND ts < ? AND ts <> 0", cuts)

    def stage_known(self, fresh: Iterable[tuple[int, int, int]]) -> list[int]:
        """Stage the logged events that sessions and paths of fresh ones, (user_no, ts, ref), go on from.

        Return the users for whom that is not enough: a fresh event comes right before a logged one, which may
        begin a session, or turn a path, no longer.
        """
        self._prepare()
        timed = [row for row in fresh if row[1] != UNTIMED]
        spans = surround((row[:2] for row in timed), SESSION_GAP_US)
        known = sorted(self.store.join(_NEAR, spans), key=itemgetter(0, 2, 3))
        order = [(row[0], row[2], row[3]) for row in known]
        late: dict[int, None] = {}
        for row in timed:
            after = bisect_right(order, row)
            if (
                after < len(order)
                and order[after][0] == row[0]
                and order[after][1] - row[1] <= SESSION_GAP_US
            ):
                late[row[0]] = None
        self.stage("events", known)
        return list(late)

    def clear(self, *, everything: bool = False) -> None:
        """Forget all staged and derived rows."""
        everywhere = [*(PREFIX + name for name in _LOG), *(f"{name}_rows" for name in self.plan.prepared)]
        for name in everywhere if everything else self._filled:
            self.store.empty(name)
        self._filled.clear()

    def derive(self, landmarks: Landmarks, names: Iterable[str] | None = None) -> None:
        """Make the prepared rows of what is staged."""
        self._prepare()
        for name in self.plan.prepared if names is None else names:
            sql = self._bound.get((name, landmarks))
            if sql is None:
                bound = bind_landmarks(self.plan.prepared[name], landmarks)
                sql = self._bound[name, landmarks] = f"INSERT INTO {name}_rows {bound}"
            self._filled.add(f"{name}_rows")
            self.store.execute(sql)

    def add(self, signals: Iterable[Signal], *, into: str = "cells") -> None:
        """Add the sums of the derived rows to the ledger."""
        for signal in signals:
            sums = f"SELECT user_no, '{signal.name}', {_SUMS} FROM ({self.plan.sums[signal.name]})"
            self.store.execute(f"INSERT INTO {into} {sums} WHERE true {_add_to(into)}")

    def read(self) -> dict[str, dict[str, Cell]]:
        """Return the sums of the derived rows: signal → key → cell, of one user."""
        found: dict[str, dict[str, Cell]] = {}
        for signal in self.signals:
            rows = self.store.rows(f"SELECT {_SUMS} FROM ({self.plan.sums[signal.name]})")
            if rows:
                found[signal.name] = {row[0]: Cell._make((*row, signal.name)) for row in rows}
        return found

    def drop(self, user_nos: Sequence[int], signals: Iterable[Signal]) -> None:
        """Take signals of some users out of the ledger, down to what rows no longer kept had added."""
        for signal in signals:
            pairs = [(user_no, signal.name) for user_no in user_nos]
            execute = self.store.executemany
            execute("DELETE FROM cells WHERE user_no = ? AND signal = ?", pairs)
            execute("INSERT INTO cells SELECT * FROM retired_now WHERE user_no = ? AND signal = ?", pairs)

    def moments(self, user_no: int, cell: Cell, *, most: int, until_us: int = _EVER) -> list[Moment]:
        """Return the newest rows behind a cell, newest first.

        Of a signal that goes by the order of rows, the newest alone: the others would cost the whole history.
        """
        sql, values = self._say_moments(user_no, cell, most, until_us)
        return self.store.rows(sql, *values)

    def moments_of(
        self, user_no: int, cells: Iterable[tuple[Cell, int]], *, until_us: int = _EVER
    ) -> list[list[Moment]]:
        """Return what `moments` does for each of many cells, (cell, most), asked together."""
        return self.store.ask_all(self._say_moments(user_no, cell, most, until_us) for cell, most in cells)

    def _say_moments(
        self, user_no: int, cell: Cell, most: int, until_us: int
    ) -> tuple[str, tuple[str | int, ...]]:
        signal = self._by_name[cell.signal]
        if signal.sequential:
            return "SELECT ts, ref FROM events WHERE user_no = ? AND ts = ? LIMIT 1", (
                user_no,
                cell.last_seen,
            )
        newest = min(until_us, cell.last_seen)
        return f"{self._rows_of(signal, 'ts, ref')} LIMIT ?", (user_no, cell.key, newest, most)

    def opinions(
        self, user_no: int, signal: str, keys: Iterable[str], *, until_us: int = _EVER
    ) -> dict[str, list[tuple[int, float, float]]]:
        """Return the rows under some keys that show a polarity as (ts, weight, polarity), oldest first."""
        found: dict[str, list[tuple[int, float, float]]] = {key: [] for key in keys}
        for some in fill_up(found):
            sql = self._rows_of(self._by_name[signal], "key, ts, added, polarity", len(some))
            for key, *row in reversed(self.store.rows(sql, user_no, *some, until_us)):
                if row[2] is not None:
                    found[key].append(tuple(row))
        return found

    def _rows_of(self, signal: Signal, columns: str, n_keys: int = 1) -> str:
        """Return the SQL of a user's rows under some keys up to an instant, straight from the log."""
        known = self._questions.get((signal.name, columns, n_keys))
        if known is not None:
            return known
        sql = self.plan.keys[signal.name]
        for name in _LOG:
            sql = sql.replace(f'"{PREFIX}{name}"', f'"{_LOGGED.get(name, name)}"')
        named = "= ?" if n_keys == 1 else f"IN ({', '.join('?' * n_keys)})"
        asked = (
            f"SELECT {columns} FROM ({sql}) WHERE user_no = ? AND key {named} AND ts <= ? "
            "ORDER BY ts DESC, ref DESC"
        )
        return self._questions.setdefault((signal.name, columns, n_keys), asked)

    def _prepare(self) -> None:
        """Make the temporary tables of this connection: once, and when a rollback took them with it."""
        if self._prepared_after == self.store.rollbacks:
            return
        execute = self.store.execute
        for name, columns in STAGED.items():
            if name not in ("items", "categories"):
                typed = ", ".join(f"{column} {_KINDS[kind]}" for column, kind in columns.items())
                execute(f"CREATE TEMP TABLE IF NOT EXISTS {PREFIX}{name} ({typed})")
        for name, sql in self.plan.prepared.items():
            execute(f"CREATE TEMP TABLE IF NOT EXISTS {name}_rows AS SELECT * FROM ({sql}) LIMIT 0")
        self._prepared_after = self.store.rollbacks
        self.clear(everything=True)


def _add_to(table: str) -> str:
    """Return what an insertion does where a cell is there already."""
    sums = [f"{name} = {table}.{name} + excluded.{name}" for name in _ADDED]
    ends = [
        f"{name} = CASE WHEN excluded.{name} {sign} {table}.{name} "
        f"THEN excluded.{name} ELSE {table}.{name} END"
        for name, sign in (("first_seen", "<"), ("last_seen", ">"))
    ]
    return f"ON CONFLICT (user_no, signal, key) DO UPDATE SET {', '.join(sums + ends)}"


def _columns(name: str) -> str:
    return ", ".join(STAGED[name])


def surround(moments: Iterable[tuple[int, int]], width_us: int) -> list[tuple[int, int, int]]:
    """Return (user_no, first, last) spans that reach so far around moments, (user_no, ts), none over another.

    >>> surround([(1, 100), (1, 105), (1, 200), (2, 100)], 10)
    [(1, 90, 115), (1, 190, 210), (2, 90, 110)]
    """
    spans: list[tuple[int, int, int]] = []
    for user_no, ts in sorted(set(moments)):
        first = ts - width_us
        if spans and spans[-1][0] == user_no and first <= spans[-1][2]:
            first = spans.pop()[1]
        spans.append((user_no, first, ts + width_us))
    return spans


def load_plan(store: Store, fingerprint: str) -> Plan | None:
    """Return the plan a store keeps under a fingerprint."""
    row = store.one("SELECT plan FROM plans WHERE fingerprint = ?", fingerprint)
    return Plan.from_json(json.loads(row[0])) if row else None


def save_plan(store: Store, fingerprint: str, plan: Plan) -> None:
    """Keep a plan, and no other."""
    store.rows("DELETE FROM plans")
    store.insert("plans", [(fingerprint, json.dumps(plan.to_json()))])
