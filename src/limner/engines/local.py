"""The engines of a single machine: texts are read in this process, DuckDB sums in memory."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pyarrow as pa

from limner.engines import Stage
from limner.ledger.batch import Prior, Summer
from limner.ledger.decay import Landmarks
from limner.ledger.intervals import IntervalPlan
from limner.ledger.plan import Dialect
from limner.ledger.rows import Reading
from limner.ledger.signals import Signal
from limner.text import Readings, WordTable
from limner.text import read_texts as read_all


class LocalEngine:
    """DuckDB; see `engines.Engine`."""

    def started(self, stage: Stage) -> AbstractContextManager[None]:
        """Nothing needs to be started."""
        return nullcontext()

    def read_texts(self, texts: pa.Table, *, idf: WordTable | None = None) -> Readings:
        """Return what the texts say."""
        return read_all(texts, idf=idf)

    def sum_ledger(
        self, reading: Reading, tables: Mapping[str, pa.Table], landmarks: Landmarks
    ) -> Iterator[tuple[Signal, Iterable[pa.Table], list[Prior]]]:
        """Yield each signal with its cells and priors."""
        for signal, cells, priors in Summer(reading).sum_with_priors(tables, landmarks):
            yield signal, [cells.sort_by([("user_no", "ascending"), ("key", "ascending")])], priors


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
