"""`value>=4`: a comparison that says which later events are relevant."""

import re
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.recommend.interactions import Mask

OPERATORS = (">=", "<=", "==", "!=", ">", "<")
_SIGN = re.compile("|".join(map(re.escape, OPERATORS)))
_WORDS = ("==", "!=")


def find_relevant(expression: str, events: pa.Table) -> Mask:
    """Return which events meet a comparison, bool (n_rows,); an event without the value does not.

    A column, a sign and a value: numbers by any sign, words by == and !=. Quotes around words may go.

    Raises:
        InputError: no comparison; the text points at where it stops making sense.
        UnknownNameError: no such column.
    """
    sign = _SIGN.search(expression)
    if sign is None:
        _fail(expression, len(expression), f"a sign is missing, one of {' '.join(OPERATORS)}")
    name, value = expression[: sign.start()].strip(), expression[sign.end() :].strip()
    if not name:
        _fail(expression, sign.start(), "the name of a column is missing")
    if name not in events.column_names:
        known = [column for column in events.column_names if events[column].null_count < len(events)]
        hint = did_you_mean(name, known) or f" (columns: {', '.join(known)})"
        raise UnknownNameError(f"--relevant {expression!r}, position 1: events have no column {name!r}{hint}")
    if not value or _SIGN.search(value):
        _fail(expression, sign.end(), "one value is expected here")
    column = events[name].combine_chunks()
    if pa.types.is_string(column.type):
        return _compare_words(expression, sign, column, value)
    try:
        number = float(value)
    except ValueError:
        _fail(expression, sign.end(), f"{name} holds numbers, and {value!r} is none")
    given = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.asarray(~np.isnan(given) & _compare(given, sign.group(), number), dtype=np.bool_)


def _compare_words(expression: str, sign: re.Match[str], column: Any, value: str) -> Mask:
    if sign.group() not in _WORDS:
        _fail(expression, sign.start(), f"words are compared with {' or '.join(_WORDS)}")
    given = column.to_pylist()
    same = np.array([one == value.strip("'\"") for one in given], dtype=np.bool_)
    there = np.array([one is not None for one in given], dtype=np.bool_)
    return same if sign.group() == "==" else there & ~same


def _compare(given: Any, sign: str, number: float) -> Any:
    compare = {
        ">=": np.greater_equal,
        "<=": np.less_equal,
        "==": np.equal,
        "!=": np.not_equal,
        ">": np.greater,
        "<": np.less,
    }
    return compare[sign](given, number)


def _fail(expression: str, place: int, text: str) -> NoReturn:
    raise InputError(
        f"--relevant {expression!r}, position {place + 1}: {text}; write it like value>=4 or event==purchase"
    )
