"""All users at a glance: how many, what is known of them, how fresh it is, and how fast rows come in."""

import difflib
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from limner.errors import InputError
from limner.ledger.decay import DAY_US
from limner.records import iso

if TYPE_CHECKING:
    from limner.store.sqlite import Store
    from limner.studio.studio import Studio

_AGES_DAYS = (1, 7, 30, 90, 365)
_RATE_DAYS = 60
_EPOCH = date(1970, 1, 1)
_KNOWN = {
    "events": "activity",
    "texts": "writing",
    "aspects": "aspect",
    "purchases": "spend",
    "ratings": "rating",
    "friends": "relation",
}
"""What may be known of a user, and the signal that tells."""
_MOST_COMPARED = 50_000
_MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Population:
    """Everyone in a workspace, counted."""

    as_of: str | None
    users: int
    items: int
    events: int
    texts: int
    corrections: int
    coverage: dict[str, float]
    """Share of users of whom something is known: events, texts, aspects, purchases, ratings, friends."""
    declared: dict[str, float]
    """Share of users who declared each attribute."""
    freshness: tuple[dict[str, Any], ...]
    """days (None: longer, or never) and users: how long ago the newest event of each was, at `as_of`."""
    rate: tuple[dict[str, Any], ...]
    """day and events, oldest first: the last 60 days of the log, in the owner's time zone."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``GET /population``."""
        return asdict(self)


def count_population(studio: "Studio") -> Population:
    """Return the counts; all are read from the ledger and the log, in one pass each."""
    store = studio.store
    with store.reading():
        studio.painter.refresh()
        as_of = studio.painter.as_of
        users = _count(store, "users WHERE user_no NOT IN (SELECT user_no FROM merged)")
        last = store.rows("SELECT last_seen FROM cells WHERE signal = 'activity' AND key = 'all'")
        known = dict(store.rows("SELECT signal, count(DISTINCT user_no) FROM cells GROUP BY signal"))
        coverage = {name: _ratio(known.get(signal, 0), users) for name, signal in _KNOWN.items()}
        declared = store.rows("SELECT attributes FROM users")
        return Population(
            iso(as_of),
            users,
            _count(store, "items"),
            _count(store, "events"),
            _count(store, "texts"),
            _count(store, "corrections"),
            coverage,
            _count_declared([row[0] for row in declared], users),
            count_ages([row[0] for row in last], as_of=as_of, users=users),
            _count_days(store),
        )


def count_ages(last_seen: list[int], *, as_of: int, users: int) -> tuple[dict[str, Any], ...]:
    """Return how many users were last seen within 1, 7, 30, 90 and 365 days, and longer ago or never.

    >>> [one["users"] for one in count_ages([9 * DAY_US, 8 * DAY_US], as_of=9 * DAY_US, users=3)]
    [1, 1, 0, 0, 0, 1]
    """
    ages = [(as_of - ts) / DAY_US for ts in last_seen if ts]
    told: list[dict[str, Any]] = []
    before = 0
    for days in _AGES_DAYS:
        within = sum(age < days for age in ages)
        told.append({"days": days, "users": within - before})
        before = within
    return (*told, {"days": None, "users": users - before})


def find_users(studio: "Studio", query: str = "", limit: int = 10) -> list[str | int]:
    """Return ids of users: those that begin with the query, then those that hold it, then those like it.

    An empty query gives the first ids there are.

    Raises:
        InputError: limit is below 1 or above 100.
    """
    if not 1 <= limit <= _MOST_FOUND:
        raise InputError(f"limit must lie in 1..{_MOST_FOUND}, got {limit}")
    store, wanted = studio.store, query.strip()
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    sql = (
        "SELECT user_id FROM users WHERE user_id LIKE ? ESCAPE '\\' "
        "AND user_no NOT IN (SELECT user_no FROM merged) ORDER BY length(user_id), user_id LIMIT ?"
    )
    found = dict.fromkeys(row[0] for row in store.rows(sql, f"{escaped}%", limit))
    if wanted and len(found) < limit:
        found |= dict.fromkeys(row[0] for row in store.rows(sql, f"%{escaped}%", limit))
    if wanted and not found:
        known = [row[0] for row in store.rows("SELECT user_id FROM users LIMIT ?", _MOST_COMPARED)]
        found = dict.fromkeys(difflib.get_close_matches(wanted, known, n=limit, cutoff=0.5))
    return [studio.painter.outside_id("user_id", one) for one in list(found)[:limit]]


def _count(store: "Store", what: str) -> int:
    row = store.one(f"SELECT count(*) FROM {what}")
    return int(row[0]) if row else 0


def _count_declared(attributes: list[str | None], users: int) -> dict[str, float]:
    """Return the share of users who declared each attribute."""
    counts: dict[str, int] = {}
    for one in attributes:
        for name in json.loads(one or "{}"):
            counts[name] = counts.get(name, 0) + 1
    return {name: _ratio(count, users) for name, count in sorted(counts.items())}


def _count_days(store: "Store") -> tuple[dict[str, Any], ...]:
    """Return the events of each of the last days, also of those without any."""
    rows = store.rows("SELECT key, sum(n) FROM cells WHERE signal = 'day' GROUP BY key")
    counts = {int(day): int(events) for day, events in rows}
    if not counts:
        return ()
    last = max(counts)
    first = max(min(counts), last - _RATE_DAYS + 1)
    return tuple({"day": _name_day(day), "events": counts.get(day, 0)} for day in range(first, last + 1))


def _name_day(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
