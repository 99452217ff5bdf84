"""Instants as people write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from limner.errors import SettingsError


def read_moment(given: str | int | date | datetime | None, *, timezone: str = "UTC") -> int | None:
    """Return an instant in microseconds UTC; a date means the end of that day.

    Integers are microseconds already; times without a zone are read in `timezone`.

    Raises:
        SettingsError: a text that is no date or time.

    >>> read_moment("2026-01-02T03:04:05Z")
    1767323045000000
    """
    if given is None or isinstance(given, int):
        return given
    if isinstance(given, str):
        given = _parse(given)
    if not isinstance(given, datetime):
        given = datetime.combine(given, time.max)
    zoned = given if given.tzinfo else given.replace(tzinfo=ZoneInfo(timezone))
    seconds = (zoned - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return round(seconds * 1_000_000)


def _parse(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as exc:
        raise SettingsError(
            f"as_of {text!r} is no date or time; write one like 2026-06-30 or 2026-06-30T12:00Z"
        ) from exc
