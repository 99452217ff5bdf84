"""Offsets of a time zone, so that hours and weekdays are arithmetic on every engine."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limner.errors import SettingsError

_STEP = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=64)
def find_offsets(timezone: str, first_us: int, last_us: int) -> tuple[tuple[int, int], ...]:
    """Return (from instant, offset) pairs in microseconds that cover first..last, oldest first.

    Raises:
        SettingsError: no such time zone.

    >>> find_offsets("Asia/Shanghai", 1_600_000_000_000_000, 1_700_000_000_000_000)
    ((1600000000000000, 28800000000),)
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise SettingsError(f"timezone {timezone!r} is not known; write one like 'Asia/Shanghai'") from exc
    moment, last = _instant(first_us), _instant(last_us)
    pairs = [(first_us, _offset_us(moment, zone))]
    while moment < last:
        ahead = min(moment + _STEP, last)
        if _offset_us(ahead, zone) != pairs[-1][1]:
            change = _find_change(moment, ahead, zone)
            pairs.append((_microseconds(change), _offset_us(change, zone)))
        moment = ahead
    return tuple(pairs)


def _find_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second at which the offset is no longer that of `before`."""
    old = _offset_us(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if _offset_us(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _instant(timestamp_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=timestamp_us)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _offset_us(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)
