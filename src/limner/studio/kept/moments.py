"""Instants as people write them."""

import time as clock
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from limner.errors import SettingsError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FARTHEST_US = 62_000_000_000_000_000
"""Almost to the year 1 and beyond 3900: every instant within can be written as a date."""


def read_moment(given: str | int | date | datetime | None, *, timezone: str = "UTC") -> int | None:
    """Return an instant in microseconds UTC; a date means the end of that day.

    Integers are microseconds already; times without a zone are read in `timezone`.

    Raises:
        SettingsError: a text that is no date or time, or an instant thousands of years away.

    >>> read_moment("2026-01-02T03:04:05Z")
    1767323045000000
    """
    if given is None:
        return None
    moment = given if isinstance(given, int) else _count_microseconds(given, timezone)
    if abs(moment) > _FARTHEST_US:
        raise SettingsError(f"as_of {given!r} is thousands of years away; write one like 2026-06-30")
    return moment


def now_us() -> int:
    """Return this instant in microseconds UTC."""
    return clock.time_ns() // 1000


def _count_microseconds(given: str | date | datetime, timezone: str) -> int:
    moment = _parse(given) if isinstance(given, str) else given
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.max)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
    return (zoned - _EPOCH) // timedelta(microseconds=1)  # exact, where a float of seconds is not


def _parse(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as exc:
        raise SettingsError(
            f"as_of {text!r} is no date or time; write one like 2026-06-30 or 2026-06-30T12:00Z"
        ) from exc
