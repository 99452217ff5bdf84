"""A signal's declaration as one grouping: cells of (user, signal, key) with their sums."""

from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from limner.errors import SettingsError, did_you_mean
from limner.ledger.cells import SUM_COLUMNS
from limner.ledger.rows import real, staged
from limner.ledger.signals import Signal

_DIGITS = 4
"""Decimals of a number that is a key, so that every engine writes it alike."""
_CONSTANT = {"all": "all", "spent": "all"}
"""Columns that hold one value or nothing: a group of them is one of users."""
_CODES = {"item_id": "item_no"}
"""Keys that are grouped by a number of the same meaning, and named afterwards: groups of texts cost more."""


def keyed_rows(rows: ir.Table, signal: Signal) -> ir.Table:
    """Return the rows that count for a signal: user_no, ts, ref, key, added (its weight), polarity."""
    counted = _counted(rows, signal)
    polarity = counted.polarity if signal.polarity else ibis.null("float64")
    return counted.select(
        "user_no", "ts", "ref", key=_key(counted, signal.key), added=counted.added, polarity=polarity
    )


def sum_signal(rows: ir.Table, signal: Signal) -> ir.Table:
    """One cell per user and key.

    ``n`` counts rows; ``recent`` and ``lasting`` are forward-decayed sums of the weight; ``liking`` and
    ``opinion`` are decayed sums of weight × polarity and of the weight of rows that show a polarity;
    ``liked`` and ``disliked`` count the rows on either side. All merge by adding, or by min and max.
    """
    counted = _counted(rows, signal)
    parts, codes = signal.key.split("|"), code_key(counted, signal)
    told_apart = [code for code in dict.fromkeys(codes) if code not in _CONSTANT]
    summed = counted.group_by("user_no", *told_apart).agg(
        n=counted.count(),
        **_decayed_sums(counted, signal),
        first_seen=counted.ts.min(),
        last_seen=counted.ts.max(),
    )
    summed = summed.mutate(**{code: ibis.literal(_CONSTANT[code]) for code in codes if code in _CONSTANT})
    for part, code in zip(parts, codes, strict=True):
        if code != part:
            summed = summed.inner_join(staged("items").select(code, part), code)
    return summed.mutate(key=_key(summed, signal.key)).select(*CELL_SUMS)


def added_rows(rows: ir.Table, signal: Signal) -> ir.Table:
    """Return the rows that count for a signal with what each adds to its cell, where `sum_signal` sums it.

    The rows keep their columns; ``recent``, ``lasting``, ``liking`` and ``opinion`` join them.
    """
    counted = _counted(rows, signal)
    return counted.mutate(**_parts(counted, signal))


def name_key(rows: ir.Table, signal: Signal) -> Any:
    """Return the key of each row as text."""
    return _key(rows, signal.key)


def code_key(rows: ir.Table, signal: Signal) -> list[str]:
    """Return the columns that keys are told apart by, in the order of the key's parts."""
    return [_CODES[part] if _CODES.get(part) in rows.columns else part for part in signal.key.split("|")]


CELL_SUMS = ("user_no", *SUM_COLUMNS)
"""Columns of what `sum_signal` returns."""


def _counted(rows: ir.Table, signal: Signal) -> ir.Table:
    """Return the rows that count, with what they add in ``added``."""
    _check_columns(rows, signal)
    given = [rows[name].notnull() for name in dict.fromkeys([*code_key(rows, signal), signal.weight])]
    fresh = [rows.known == 0] if "known" in rows.columns and not signal.sequential else []
    return rows.filter(*given, *fresh).mutate(added=rows[signal.weight].cast("float64"))


def _check_columns(rows: ir.Table, signal: Signal) -> None:
    """Refuse a signal over columns its rows do not have.

    Raises:
        SettingsError: names the column and the choices.
    """
    wanted = [*signal.key.split("|"), signal.weight, *(["polarity"] if signal.polarity else [])]
    for column in wanted:
        if column not in rows.columns and _CODES.get(column) not in rows.columns:
            hint = did_you_mean(column, rows.columns) or f" (known: {', '.join(rows.columns)})"
            raise SettingsError(f"signals.{signal.name}: {signal.rows} have no column {column!r}{hint}")


def _decayed_sums(rows: ir.Table, signal: Signal) -> dict[str, ir.Value]:
    nothing, none = real(0), ibis.literal(0, "int64")
    parts = _parts(rows, signal)
    sums = {
        "recent": parts["recent"].sum() if signal.horizon != "lasting" else nothing,
        "lasting": parts["lasting"].sum(),
    }
    if not signal.polarity:
        return sums | {"liking": nothing, "opinion": nothing, "liked": none, "disliked": none}
    return sums | {
        "liking": parts["liking"].sum().fill_null(nothing),
        "opinion": parts["opinion"].sum().fill_null(nothing),
        # Spark counts by a sum: NULL of nothing.
        "liked": rows.count(where=rows.polarity > 0).fill_null(none),
        "disliked": rows.count(where=rows.polarity < 0).fill_null(none),
    }


def _parts(rows: ir.Table, signal: Signal) -> dict[str, Any]:
    """Return what one row adds to each decayed sum; null where it shows no polarity, 0 where none is kept."""
    nothing = real(0)
    recent, lasting = rows.added * rows.recent_decay, rows.added * rows.lasting_decay
    shown = rows.polarity.notnull() if signal.polarity else None
    return {
        "recent": recent if signal.horizon != "lasting" else nothing,
        "lasting": lasting,
        "liking": lasting * rows.polarity if signal.polarity else nothing,
        "opinion": ibis.ifelse(shown, lasting, ibis.null("float64")) if signal.polarity else nothing,
    }


def _key(rows: ir.Table, key: str) -> Any:
    """Return the key column as text; several columns are joined by ``|``."""
    return reduce(lambda left, right: left + "|" + right, [_text(rows[name]) for name in key.split("|")])


def _text(column: ir.Value) -> Any:
    # + 0 turns a minus zero into the zero it is.
    rounded = column.round(_DIGITS) + real(0) if column.type().is_floating() else column
    return rounded.cast("string")
