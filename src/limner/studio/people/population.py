"""Everyone at a glance: how many, how well known, how fresh, how many rows a day."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from limner.ledger.decay import DAY_US
from limner.records import UNTIMED, iso

if TYPE_CHECKING:
    from limner.store.store import Store
    from limner.studio.studio import Studio

_DAYS = 30
_WHO = ("events", "texts", "relations")
_AGES_DAYS = (1, 7, 30, 90, 365)


def describe_population(studio: "Studio") -> dict[str, Any]:
    """Return counts, coverage, freshness and the events of the last days of a workspace.

    ``coverage`` says of how many users something is held; ``daily_events`` are those of the 30 days before
    the newest moment, by day in UTC. ``freshness`` says how many users were last seen how long before that
    moment, ``attributes`` how many declared what.
    """
    store, newest = studio.store, studio.painter.as_of
    users = len(studio.painter.users())
    counts = {name: _count(store, name) for name in ("events", "texts", "relations", "items")}
    days = _count_days(store, newest) if newest != UNTIMED else {}
    return {
        "users": users,
        **counts,
        "coverage": {name: _count_users(store, name) for name in _WHO} | {"declared": _declared(store)},
        "attributes": _count_attributes(store),
        "freshness": count_ages(_read_last_seen(store), as_of=newest, users=users),
        "corrections": _count(store, "corrections"),
        "newest": iso(newest),
        "daily_events": days,
        "events_per_day": round(sum(days.values()) / len(days), 1) if days else None,
    }


def count_ages(last_seen: list[int], *, as_of: int, users: int) -> list[dict[str, int | None]]:
    """Return how many users were last seen within 1, 7, 30, 90 and 365 days, and longer ago or never.

    Nobody is counted twice; the last has None for its days.

    >>> [one["users"] for one in count_ages([9 * DAY_US, 7 * DAY_US], as_of=9 * DAY_US, users=3)]
    [1, 1, 0, 0, 0, 1]
    """
    ages = [as_of - ts for ts in last_seen if ts != UNTIMED]
    within = [sum(age < days * DAY_US for age in ages) for days in _AGES_DAYS]
    steps = zip(_AGES_DAYS, within, [0, *within], strict=False)
    told: list[dict[str, int | None]] = [{"days": days, "users": n - before} for days, n, before in steps]
    return [*told, {"days": None, "users": users - within[-1]}]


def _read_last_seen(store: "Store") -> list[int]:
    rows = store.rows(
        "SELECT last_seen FROM cells WHERE signal = 'activity' AND key = 'all' "
        "AND user_no NOT IN (SELECT user_no FROM merged)"
    )
    return [row[0] for row in rows]


def _count_attributes(store: "Store") -> dict[str, int]:
    """Return of how many users each attribute is declared."""
    rows = store.rows("SELECT attributes FROM users WHERE attributes IS NOT NULL")
    counts = Counter(name for row in rows for name in json.loads(row[0] or "{}"))
    return dict(sorted(counts.items()))


def _count(store: "Store", table: str) -> int:
    row = store.one(f"SELECT count(*) FROM {table}")
    return int(row[0]) if row else 0


def _count_users(store: "Store", table: str) -> int:
    row = store.one(f"SELECT count(*) FROM (SELECT DISTINCT user_no FROM {table})")
    return int(row[0]) if row else 0


def _declared(store: "Store") -> int:
    row = store.one("SELECT count(*) FROM users WHERE attributes IS NOT NULL AND attributes <> '{}'")
    return int(row[0]) if row else 0


def _count_days(store: "Store", newest_us: int) -> dict[str, int]:
    """Return events by day, oldest first; a day without any counts 0."""
    last = newest_us // DAY_US
    rows = store.rows(
        "SELECT ts / ?, count(*) FROM events WHERE ts >= ? GROUP BY 1", DAY_US, (last - _DAYS + 1) * DAY_US
    )
    counts = dict(rows)
    days = range(last - _DAYS + 1, last + 1)
    return {(iso(day * DAY_US) or "")[:10]: int(counts.get(day, 0)) for day in days}
