"""The whole ledger of some staged tables, summed by DuckDB."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from limner.ledger.rows import (
    Reading,
    categorised_rows,
    event_rows,
    session_rows,
    text_rows,
    transition_rows,
)
from limner.ledger.signals import SIGNALS, Signal
from limner.ledger.staging import CELL_COLUMNS, STAGED
from limner.ledger.sums import sum_signal

_WRITTEN = ("texts", "opinions", "words", "relations", "followers")


class Summer:
    """Sums staged tables into cells: the expressions are compiled once and run on any batch of rows."""

    def __init__(self, reading: Reading, signals: tuple[Signal, ...] = SIGNALS) -> None:
        """Compile the signals for one reading."""
        self.reading = reading
        self.signals = signals
        self._prepared = {name: _compile(rows) for name, rows in _prepared_rows(reading).items()}
        self._sums = {signal.name: _compile(_sum_of(signal, reading)) for signal in signals}

    def sum_cells(self, tables: Mapping[str, pa.Table], **only: Any) -> Iterator[tuple[Signal, pa.Table]]:
        """Yield each signal with its cells, columns as in `CELL_COLUMNS` but ``signal``.

        ``tables`` are those of `STAGED`; a missing one is empty. Pass ``signals=`` to sum only some.
        """
        import duckdb

        with duckdb.connect() as engine:
            for name, columns in STAGED.items():
                given = tables.get(name)
                engine.register(f"given_{name}", _empty(columns) if given is None else given)
                engine.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM given_{name}")
            for name, sql in self._prepared.items():
                engine.execute(f"CREATE TEMP TABLE {name}_rows AS {sql}")
            for signal in only.get("signals", self.signals):
                yield signal, engine.sql(self._sums[signal.name]).to_arrow_table()


def _prepared_rows(reading: Reading) -> dict[str, Any]:
    """Return the expressions that are computed once and kept for all their signals."""
    return {"event": event_rows(reading)} | {name: text_rows(name, reading) for name in _WRITTEN}


def _sum_of(signal: Signal, reading: Reading) -> Any:
    import ibis

    if signal.rows in _WRITTEN:
        rows = ibis.table(text_rows(signal.rows, reading).schema(), name=f"{signal.rows}_rows")
    else:
        events = ibis.table(event_rows(reading).schema(), name="event_rows")
        shapes = {
            "events": lambda rows: rows,
            "categorised": categorised_rows,
            "sessions": session_rows,
            "transitions": transition_rows,
        }
        rows = shapes[signal.rows](events)
    cells = sum_signal(rows, signal)
    return cells.select(*(name for name in CELL_COLUMNS if name != "signal"))


def _compile(expression: Any) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))


def _empty(columns: Mapping[str, str]) -> pa.Table:
    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()]).empty_table()
