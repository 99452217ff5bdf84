"""Everyone at a glance: how many, how well known, how fresh, how many rows a day."""

from typing import TYPE_CHECKING, Any

from limner.records import UNTIMED, iso

if TYPE_CHECKING:
    from limner.store.store import Store
    from limner.studio.studio import Studio

_DAYS = 30
_DAY_US = 86_400_000_000
_WHO = ("events", "texts", "relations")


def describe_population(studio: "Studio") -> dict[str, Any]:
    """Return counts, coverage, freshness and the events of the last days of a workspace.

    ``coverage`` says of how many users something is held; ``daily_events`` are those of the 30 days before
    the newest moment, by day in UTC.
    """
    store, newest = studio.store, studio.painter.as_of
    users = len(studio.painter.users())
    counts = {name: _count(store, name) for name in ("events", "texts", "relations", "items")}
    days = _count_days(store, newest) if newest != UNTIMED else {}
    return {
        "users": users,
        **counts,
        "coverage": {name: _count_users(store, name) for name in _WHO} | {"declared": _declared(store)},
        "corrections": _count(store, "corrections"),
        "newest": iso(newest),
        "daily_events": days,
        "events_per_day": round(sum(days.values()) / len(days), 1) if days else None,
    }


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
    last = newest_us // _DAY_US
    rows = store.rows(
        "SELECT ts / ?, count(*) FROM events WHERE ts >= ? GROUP BY 1", _DAY_US, (last - _DAYS + 1) * _DAY_US
    )
    counts = dict(rows)
    days = range(last - _DAYS + 1, last + 1)
    return {(iso(day * _DAY_US) or "")[:10]: int(counts.get(day, 0)) for day in days}
