"""Columns as they were read → the few kinds that cleaning tells apart."""

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["text", "integer", "real", "truth", "time", "list", "lists", "empty", "other"]

_SPACES = " \t\r\n\v\f\u00a0\u2003\u200b\u3000\ufeff"
BLANKS = ("NA", "N/A", "<NA>", "null", "NULL", "Null", "None", "nan", "NaN", "NAN", "NaT", r"\N")
"""What programs write for nothing. In lower case only where a program does: 'none' may be an occupation."""


def tell_kind(type_: pa.DataType) -> Kind:
    """Return what an arrow type holds, as far as cleaning cares.

    >>> tell_kind(pa.int16()), tell_kind(pa.timestamp("ns", "UTC")), tell_kind(pa.large_string())
    ('integer', 'time', 'text')
    """
    tests: list[tuple[Kind, bool]] = [
        ("empty", pa.types.is_null(type_)),
        ("text", pa.types.is_string(type_) or pa.types.is_large_string(type_)),
        ("integer", pa.types.is_integer(type_)),
        ("real", pa.types.is_floating(type_) or pa.types.is_decimal(type_)),
        ("truth", pa.types.is_boolean(type_)),
        ("time", pa.types.is_timestamp(type_) or pa.types.is_date(type_)),
        ("lists", _is_list(type_) and pa.types.is_nested(type_.value_type)),
        ("list", _is_list(type_)),
    ]
    return next((kind for kind, holds in tests if holds), "other")


def simplify(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column without encodings: no dictionaries, views, bytes or half floats."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        plain = simplify(pa.chunked_array([], type_.value_type)).type
        words = [simplify(pa.chunked_array([chunk.dictionary])) for chunk in column.chunks]
        parts = [each.take(chunk.indices) for each, chunk in zip(words, column.chunks, strict=True)]
        return pa.chunked_array([piece for part in parts for piece in part.chunks], plain)
    if pa.types.is_run_end_encoded(type_):
        return simplify(
            pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], type_.value_type)
        )
    if _is_bytes(type_):
        return _decode(column)
    if pa.types.is_string_view(type_):
        return column.cast(pa.large_string())
    if pa.types.is_float16(type_):
        return column.cast(pa.float32())
    if _is_list(type_) and not pa.types.is_nested(type_.value_type):
        return column.cast(pa.large_list(pa.large_string()))
    return column


def strip(column: pa.ChunkedArray, *, blanks: Sequence[str] = BLANKS) -> pa.ChunkedArray:
    """Return a text column without outer white space, null for nothing; another column as it is.

    `blanks` are the words that stand for nothing: none of them in prose, where a film may be called 'Null'.
    """
    if tell_kind(column.type) != "text":
        return column
    trimmed = pc.utf8_trim(column, characters=_SPACES)
    nothing = pc.is_in(trimmed, value_set=pa.array(["", *blanks], trimmed.type))
    return pc.if_else(nothing, pa.scalar(None, trimmed.type), trimmed)


def are_integers(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds whole numbers only.

    196.0 is one: that is how pandas keeps integers with gaps.
    """
    kind = tell_kind(column.type)
    if kind == "integer":
        return True
    if kind != "real":
        return False
    numbers = column.cast(pa.float64()).drop_null()
    whole = pc.or_(pc.is_nan(numbers), pc.equal(numbers, pc.floor(numbers)))
    finite = pc.invert(pc.is_inf(numbers))
    return bool(pc.all(pc.and_(whole, finite), min_count=0).as_py())


def _is_bytes(type_: pa.DataType) -> bool:
    return any(
        test(type_)
        for test in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_fixed_size_binary,
        )
    )


def _is_list(type_: pa.DataType) -> bool:
    return any(
        test(type_)
        for test in (
            pa.types.is_list,
            pa.types.is_large_list,
            pa.types.is_fixed_size_list,
            pa.types.is_list_view,
            pa.types.is_large_list_view,
        )
    )


def _decode(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:  # not UTF-8: show what can be shown, so that the row can be found again
        values = [None if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()]
        return pa.chunked_array([pa.array(values, pa.large_string())])
