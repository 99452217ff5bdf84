"""A signal's declaration as one grouping: cells of (user, signal, key) with their sums."""

from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from limner.errors import SettingsError, did_you_mean
from limner.ledger.cells import EVIDENCE_KEPT
from limner.ledger.rows import real
from limner.ledger.signals import Signal

_MOMENT = "struct<ts: int64, ref: int64>"


@ibis.udf.agg.builtin(  # type: ignore[untyped-decorator]
    name="max", signature=((_MOMENT, "int64"), f"array<{_MOMENT}>")
)
def _newest(moment: Any, kept: Any) -> Any:
    """Return the newest moments: DuckDB's ``max`` of the n largest, by time and then by ref."""


def sum_signal(rows: ir.Table, signal: Signal) -> ir.Table:
    """One cell per user and key.

    ``n`` counts rows; ``recent`` and ``lasting`` are forward-decayed sums of the weight; ``liking`` and
    ``opinion`` are lasting sums of weight × polarity and of the weight of rows that show a polarity;
    ``evidence`` holds the newest (ts, ref) of the log. All merge by adding, or by min, max and newest.
    """
    _check_columns(rows, signal)
    weight = rows[signal.weight].cast("float64")
    keyed = rows.mutate(key=_key(rows, signal.key), added=weight)
    keyed = keyed.filter(keyed.key.notnull() & keyed.added.notnull())
    lasting = keyed.added * keyed.lasting_decay
    moment = ibis.struct({"ts": keyed.ts, "ref": keyed.ref})
    return keyed.group_by("user_no", "key").agg(
        n=keyed.count(),
        recent=(keyed.added * keyed.recent_decay).sum(),
        lasting=lasting.sum(),
        **_opinions(keyed, lasting, signal),
        first_seen=keyed.ts.min(),
        last_seen=keyed.ts.max(),
        evidence=_newest(moment, EVIDENCE_KEPT),
    )


def _check_columns(rows: ir.Table, signal: Signal) -> None:
    """Refuse a signal over columns its rows do not have.

    Raises:
        SettingsError: names the column and the choices.
    """
    wanted = [*signal.key.split("|"), signal.weight, *(["polarity"] if signal.polarity else [])]
    for column in wanted:
        if column not in rows.columns:
            hint = did_you_mean(column, rows.columns) or f" (known: {', '.join(rows.columns)})"
            raise SettingsError(f"signals.{signal.name}: {signal.rows} have no column {column!r}{hint}")


def _opinions(keyed: ir.Table, lasting: ir.FloatingColumn, signal: Signal) -> dict[str, ir.Value]:
    nothing = real(0)
    if not signal.polarity:
        return {"liking": nothing, "opinion": nothing}
    return {
        "liking": (lasting * keyed.polarity).sum().fill_null(nothing),
        "opinion": lasting.sum(where=keyed.polarity.notnull()).fill_null(nothing),
    }


def _key(rows: ir.Table, key: str) -> ir.StringValue:
    """Return the key column as text; several columns are joined by ``|`` and null when one is."""
    parts = [rows[name].cast("string") for name in key.split("|")]
    return reduce(lambda left, right: left + "|" + right, parts)
