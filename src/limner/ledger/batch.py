"""The whole ledger of some staged tables, summed by DuckDB."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import ibis
import pyarrow as pa

from limner.ledger.priors import prior_queries
from limner.ledger.rows import (
    Reading,
    categorised_rows,
    event_rows,
    session_rows,
    text_rows,
    transition_rows,
)
from limner.ledger.signals import Signal, declare_signals
from limner.ledger.staging import CELL_COLUMNS, STAGED
from limner.ledger.sums import sum_signal

_WRITTEN = ("texts", "opinions", "words", "relations", "followers")
_SHAPES = {
    "events": lambda rows: rows,
    "categorised": categorised_rows,
    "sessions": session_rows,
    "transitions": transition_rows,
}

Prior = tuple[str, str, int, float]
"""(name, key, users who have it, mean share)."""


class Summer:
    """Sums staged tables into cells: the expressions are compiled once and run on any batch of rows."""

    def __init__(self, reading: Reading) -> None:
        """Compile every signal for one reading."""
        self.reading = reading
        self.signals = declare_signals(reading.settings.signals)
        prepared = {"event": event_rows(reading)} | {name: text_rows(name, reading) for name in _WRITTEN}
        self._prepared = {name: _compile(rows) for name, rows in prepared.items()}
        schemas = tuple((name, rows.schema()) for name, rows in prepared.items())
        self._sums = {signal.name: _compile_sum(signal, schemas) for signal in self.signals}

    def sum_cells(
        self, tables: Mapping[str, pa.Table], signals: Sequence[Signal] | None = None
    ) -> Iterator[tuple[Signal, pa.Table]]:
        """Yield each signal with its cells, columns as in `CELL_COLUMNS` but ``signal``.

        ``tables`` are those of `STAGED`; a missing one is empty. All signals, unless some are named; a signal
        whose rows come from an empty table has no cells and is left out.
        """
        filled = {name for name, table in tables.items() if table.num_rows}
        wanted = [one for one in (self.signals if signals is None else signals) if _origin(one) in filled]
        if not wanted:
            return
        with self._staged(tables) as engine:
            for signal in wanted:
                yield signal, engine.sql(self._sums[signal.name]).to_arrow_table()

    def sum_with_priors(
        self, tables: Mapping[str, pa.Table]
    ) -> Iterator[tuple[Signal, pa.Table, list[Prior]]]:
        """Yield each signal with its cells and with what is usual for its keys."""
        with self._staged(tables) as engine:
            for signal in self.signals:
                cells = engine.sql(self._sums[signal.name]).to_arrow_table()
                engine.register("cells", cells)
                if signal.name == "activity":
                    engine.register("activity", cells)
                priors = [
                    (name, key, users, share)
                    for name, query in prior_queries(signal).items()
                    for key, users, share in engine.execute(query).fetchall()
                ]
                yield signal, cells, priors

    @contextmanager
    def _staged(self, tables: Mapping[str, pa.Table]) -> Iterator[Any]:
        import duckdb

        with duckdb.connect() as engine:
            for name, columns in STAGED.items():
                engine.register(name, tables[name] if name in tables else _empty(columns))
            for name, sql in self._prepared.items():
                engine.execute(f"CREATE TEMP TABLE {name}_rows AS {sql}")
            yield engine


def _origin(signal: Signal) -> str:
    """Return the staged table a signal's rows come from."""
    return signal.rows if signal.rows in _WRITTEN else "events"


@lru_cache(maxsize=256)
def _compile_sum(signal: Signal, schemas: tuple[tuple[str, Any], ...]) -> str:
    """Return a signal's grouping as SQL; columns alone decide it, so all builds of a process share it."""
    named = {name: ibis.table(schema, name=f"{name}_rows") for name, schema in schemas}
    return _compile(_sum_rows(signal, named))


def _sum_rows(signal: Signal, named: Mapping[str, Any]) -> Any:
    if signal.rows in _WRITTEN:
        rows = named[signal.rows]
    else:
        rows = _SHAPES[signal.rows](named["event"])
    return sum_signal(rows, signal).select(*(name for name in CELL_COLUMNS if name != "signal"))


def _compile(expression: Any) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _empty(columns: Mapping[str, str]) -> pa.Table:
    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()]).empty_table()
