"""Features on Spark: it gives each row its next label and sums what falls between two labels."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from limner.engines.scratch import find_home, keep_rows, open_scratch, url_of
from limner.engines.session import check_spark, explained, open_session
from limner.ledger.intervals import IntervalPlan
from limner.ledger.plan import Dialect
from limner.ledger.staging import PREFIX, STAGED
from limner.settings import EngineSettings

SCRATCH = "limner-features-"
"""How the name of a scratch folder begins; no build takes it for what another build left."""


class SparkIntervals:
    """Spark; see `engines.IntervalEngine`."""

    dialect: Dialect = "pyspark"
    chunk_events = 10_000_000

    def __init__(self, settings: EngineSettings, workspace: Path) -> None:
        """Check what can be checked before anything is started; see `engines.choose_engine`."""
        self._settings = settings
        self._home = find_home(settings, workspace)
        check_spark(settings)
        self._session: Any = None
        self._staging: Any = None
        self._scratch = self._chunk = self._home
        self._fetched = 0

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """Hold a Spark session and a scratch folder, and yield the connection that rows are staged in."""
        import duckdb

        with ExitStack() as held:
            self._scratch = held.enter_context(open_scratch(self._home, SCRATCH))
            self._session = held.enter_context(open_session(self._settings, self._scratch / "spark.log"))
            self._staging = held.enter_context(duckdb.connect())
            self._chunk = self._scratch / "rows"
            yield self._staging

    def assign(self, plan: IntervalPlan, tables: Mapping[str, pa.Table]) -> None:
        """Hand the staged rows to Spark; those of events, which most signals read, are derived once."""
        shutil.rmtree(self._chunk, ignore_errors=True)
        self._chunk.mkdir()
        for name in (PREFIX + one for one in STAGED):
            self._staging.table(name).write_parquet(str(self._chunk / f"{name}.parquet"))
        for name, table in tables.items():
            pq.write_table(table, self._chunk / f"{name}.parquet")
        with explained():
            for path in self._chunk.glob("*.parquet"):
                self._session.read.parquet(url_of(path)).createOrReplaceTempView(path.stem)
            for name, sql in plan.assigned.items():
                self._session.sql(sql).createOrReplaceTempView(f"assigned_{name}")
            for name, sql in plan.prepared.items():
                rows = self._session.sql(sql)
                if name == "event":
                    rows = self._session.read.parquet(url_of(keep_rows(rows, self._chunk / "prepared")))
                rows.createOrReplaceTempView(f"{name}_rows")

    def fetch(self, sql: str) -> pa.Table:
        """Return what a query over the assigned rows gives."""
        self._fetched += 1
        with explained():
            return pq.read_table(keep_rows(self._session.sql(sql), self._chunk / f"sums-{self._fetched}"))
