"""Columns of plain values, read without an engine: as cleaning reads them, or not at all.

Every function takes the values of one column, None for nothing, and raises `Uncertain` where a value is not
of the few kinds whose reading is beyond doubt.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from limner.collect.cleaning.columns import BLANKS
from limner.collect.cleaning.times import EARLIEST_US, MICROS_BELOW, MILLIS_BELOW, SECONDS_BELOW

_NOTHING = frozenset({"", *BLANKS})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WHOLE_BELOW = 2**63
"""Integers of a column lie below, or the column is no column of integers."""
_EXACT_UP_TO = 2**53
"""A larger integer may be another number as a DOUBLE."""
_WRITTEN_OUT_FROM, _WRITTEN_OUT_BELOW = 1e-4, 1e16
"""Between them a number is written without an exponent."""
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][01]\d:[0-5]\d)", re.ASCII
)


class Uncertain(Exception):
    """A value that only the whole of cleaning can read."""


def read_ids(values: Sequence[Any]) -> Sequence[str | None]:
    """Return ids as text: plain texts as they are, or integers written out, never both in one column."""
    for value in values:
        if value is None:
            continue
        if type(value) is not str:
            return [None if one is None else _write_whole(one) for one in values]
        if not _is_plain(value) or value[-2:] == ".0":  # 196.0 may be 196
            raise Uncertain
    return values


def read_words(values: Sequence[Any]) -> Sequence[str | None]:
    """Return plain texts."""
    for value in values:
        if value is not None and not (type(value) is str and _is_plain(value)):
            raise Uncertain
    return values


def read_events(values: Sequence[Any]) -> list[str | None]:
    """Return event types in lower case."""
    for value in values:
        if value is not None and type(value) is not str:
            raise Uncertain
    return [None if value is None else _read_event(value) for value in values]


def read_numbers(values: Sequence[Any]) -> list[float | None]:
    """Return numbers; infinity and NaN come through, for a bound to hold off."""
    return [None if value is None else _read_number(value) for value in values]


def read_instants(values: Sequence[Any], *, latest_us: int) -> list[int]:
    """Return microseconds UTC of epochs, or of ISO times that name their zone, never both in one column.

    A day such as 20160509 would be an instant of 1970 as an epoch, and so it is too early to be certain.
    """
    kind = type(values[0])
    read = _INSTANT_READERS.get(kind)
    if read is None or any(type(value) is not kind for value in values):
        raise Uncertain
    instants = list(map(read, values))
    if min(instants) < EARLIEST_US or max(instants) > latest_us:
        raise Uncertain
    return instants


def write_number(number: float | None) -> str:
    """Return a number as the engine writes it; nothing for None."""
    if number is None:
        return ""
    if number and not _WRITTEN_OUT_FROM <= abs(number) < _WRITTEN_OUT_BELOW:
        raise Uncertain
    return repr(number)


def _is_plain(text: str) -> bool:
    """Whether a text is something, has no white space outside, and no character that is not seen."""
    return text not in _NOTHING and text.isprintable() and text[0] != " " and text[-1] != " "


def _write_whole(value: Any) -> str:
    if type(value) is not int or not -_WHOLE_BELOW <= value < _WHOLE_BELOW:
        raise Uncertain
    return str(value)


@lru_cache(maxsize=4096)
def _read_event(word: str) -> str:
    low = word.lower()
    # Beyond ASCII two libraries may disagree about a letter, but not about a script without case.
    if not _is_plain(word) or not (word.isascii() or low == word.upper()):
        raise Uncertain
    return low


def _read_number(value: Any) -> float:
    kind = type(value)
    if kind is float:
        return float(value) + 0.0  # −0.0 becomes 0.0
    if kind is int and -_EXACT_UP_TO <= value <= _EXACT_UP_TO:
        return float(value)
    raise Uncertain


def _read_epoch(value: float) -> int:
    if not 0 < value < _WHOLE_BELOW:
        raise Uncertain
    number = float(value)
    if number < SECONDS_BELOW:
        return round(number * 1e6)
    if number < MILLIS_BELOW:
        return round(number * 1e3)
    return round(number) if number < MICROS_BELOW else round(number * 1e-3)


def _read_written(text: str) -> int:
    if not _INSTANT.fullmatch(text):
        raise Uncertain
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except ValueError as exc:  # the 30th of February
        raise Uncertain from exc


_INSTANT_READERS: dict[type, Callable[[Any], int]] = {
    int: _read_epoch,
    float: _read_epoch,
    str: _read_written,
}
