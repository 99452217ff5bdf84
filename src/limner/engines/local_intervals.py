"""Features in this process: DuckDB gives each row its next label and sums what falls between two labels."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from limner.ledger.intervals import IntervalPlan
from limner.ledger.plan import Dialect


class LocalIntervals:
    """DuckDB; see `engines.IntervalEngine`."""

    dialect: Dialect = "duckdb"
    chunk_events = 1_000_000

    def __init__(self) -> None:
        """Nothing is opened yet."""
        self._engine: Any = None

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """Yield the connection that rows are staged in, and read from."""
        import duckdb

        with duckdb.connect() as self._engine:
            self._engine.execute("SET preserve_insertion_order = false")
            yield self._engine

    def assign(self, plan: IntervalPlan, tables: Mapping[str, pa.Table]) -> None:
        """Give the staged rows their labels."""
        for name, table in tables.items():
            self._engine.register(name, table)
        for name, sql in plan.assigned.items():
            self._engine.execute(f"CREATE OR REPLACE TEMP TABLE assigned_{name} AS {sql}")
        for name, sql in plan.prepared.items():
            self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {name}_rows AS {sql}")

    def fetch(self, sql: str) -> pa.Table:
        """Return what a query over the assigned rows gives."""
        return self._engine.sql(sql).to_arrow_table()
