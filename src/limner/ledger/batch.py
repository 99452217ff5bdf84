"""The whole ledger of some staged tables, summed by DuckDB."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from limner.ledger.decay import Landmarks
from limner.ledger.plan import Plan, bind_landmarks, compile_plan
from limner.ledger.priors import prior_queries
from limner.ledger.rows import Reading
from limner.ledger.signals import Signal, declare_signals
from limner.ledger.staging import PREFIX, STAGED

Prior = tuple[str, str, int, float]
"""(name, key, users who have it, mean share)."""
Sources = Mapping[str, Any]
"""Staged tables by name: arrow tables, or paths (globs) of Parquet files, which are read out of core."""


class Summer:
    """Sums staged tables into cells: the expressions are compiled once and run on any batch of rows."""

    def __init__(self, reading: Reading) -> None:
        """Compile every signal for one reading."""
        self.reading = reading
        self.signals = declare_signals(reading.settings.signals)

    @cached_property
    def plan(self) -> Plan:
        """The compiled signals."""
        return compile_plan(self.reading, self.signals, "duckdb")

    def sum_cells(
        self, tables: Sources, landmarks: Landmarks, signals: Sequence[Signal] | None = None
    ) -> Iterator[tuple[Signal, pa.Table]]:
        """Yield each signal with its cells, columns as in `sums.CELL_SUMS`.

        A missing table is empty. All signals, unless some are named; a signal whose rows come from an empty
        table has no cells and is left out.
        """
        wanted = [one for one in (self.signals if signals is None else signals) if _is_filled(one, tables)]
        if not wanted:
            return
        with self.staged(tables, landmarks) as engine:
            for signal in wanted:
                yield signal, engine.sql(self.plan.sums[signal.name]).to_arrow_table()

    def sum_with_priors(
        self, tables: Sources, landmarks: Landmarks
    ) -> Iterator[tuple[Signal, pa.Table, list[Prior]]]:
        """Yield each signal with its cells and with what is usual for its keys."""
        with self.staged(tables, landmarks) as engine:
            for signal in self.signals:
                cells = engine.sql(self.plan.sums[signal.name]).to_arrow_table()
                engine.register("cells", cells)
                if signal.name == "activity":
                    engine.register("activity", cells)
                yield signal, cells, find_priors(engine, signal)

    @contextmanager
    def staged(self, tables: Sources, landmarks: Landmarks) -> Iterator[Any]:
        """Yield a DuckDB connection that holds the prepared rows of some tables."""
        import duckdb

        with duckdb.connect() as engine:
            stage_tables(engine, tables)
            for name, sql in self.plan.prepared.items():
                engine.execute(f"CREATE TEMP TABLE {name}_rows AS {bind_landmarks(sql, landmarks)}")
            yield engine


def stage_tables(engine: Any, tables: Sources) -> None:
    """Make the staged tables known to a DuckDB connection; a missing one is empty."""
    for name, columns in STAGED.items():
        given = tables[name] if name in tables else _empty(columns)
        if isinstance(given, str):
            engine.execute(f"CREATE VIEW {PREFIX}{name} AS SELECT * FROM read_parquet('{given}')")
            continue
        if "known" in columns and "known" not in given.column_names:
            given = given.append_column("known", pa.array(np.zeros(len(given), np.int64)))
        engine.register(PREFIX + name, given)


def find_priors(engine: Any, signal: Signal) -> list[Prior]:
    """Return what is usual for the keys of a signal whose cells stand in ``cells``."""
    return [
        (name, key, users, share)
        for name, query in prior_queries(signal).items()
        for key, users, share in engine.execute(query).fetchall()
    ]


def _is_filled(signal: Signal, tables: Sources) -> bool:
    given = tables.get(signal.log_table)
    return given is not None and (isinstance(given, str) or bool(given.num_rows))


def _empty(columns: Mapping[str, str]) -> pa.Table:
    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()]).empty_table()
