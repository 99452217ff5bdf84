"""The engine of many machines: Spark reads the texts and sums the ledger.

Rows go to Spark and come back as Parquet in a scratch folder that the driver and every worker see; nothing
large passes through the driver's Java process. What is usual is asked of the cells that came back, by the
queries that DuckDB answers for its own.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from limner.engines import Stage
from limner.engines.partitions import COUNTS, count_batches, read_batches, weigh_batches
from limner.engines.scratch import find_home, keep_rows, open_scratch, url_of
from limner.engines.session import check_spark, explained, open_session
from limner.engines.written import Summed, read_back
from limner.ledger.decay import Landmarks
from limner.ledger.plan import Plan, bind_landmarks, compile_plan
from limner.ledger.rows import Reading
from limner.ledger.signals import Signal, declare_signals
from limner.ledger.staging import PREFIX, STAGED
from limner.settings import EngineSettings
from limner.text import Readings, WordTable, read_texts
from limner.text.reading import ROWS, WORDS, gather_readings
from limner.text.synonyms import join_synonyms
from limner.text.wording import PLAIN, Wording

SCRATCH = "limner-spark-"
"""How the name of a scratch folder begins."""
_ROWS_PER_BUCKET = 250_000
_MOST_BUCKETS = 1000
_TEXTS_PER_TASK = 5_000
_KNOWN = {"known": "CAST(0 AS BIGINT) AS known"}
"""In a build no row was summed before."""


class SparkEngine:
    """Spark; see `engines.Engine`."""

    def __init__(self, settings: EngineSettings, workspace: Path) -> None:
        """Check what can be checked before anything is started; see `engines.choose_engine`."""
        self._settings = settings
        self._home = find_home(settings, workspace)
        check_spark(settings)
        self._session: Any = None
        self._scratch = self._home

    @contextmanager
    def started(self, stage: Stage) -> Iterator[None]:
        """Hold a Spark session and a scratch folder."""
        if not self._settings.scratch:
            for left in self._home.glob(f"{SCRATCH}*"):  # by a build that was killed
                shutil.rmtree(left, ignore_errors=True)
        with ExitStack() as held:
            with stage("spark"):
                self._scratch = held.enter_context(open_scratch(self._home, SCRATCH))
                log = self._scratch / "spark.log"
                self._session = held.enter_context(open_session(self._settings, log))
            yield

    def read_texts(
        self, texts: pa.Table, *, idf: WordTable | None = None, wording: Wording = PLAIN
    ) -> Readings:
        """Return what the texts say, read a partition at a time."""
        if not texts.num_rows:
            return read_texts(texts, idf=idf, wording=wording)
        given = texts.select(["text", "kind", "language"])
        numbered = given.append_column("row", pa.array(range(len(given)), pa.int64()))
        folder = self._scratch / "texts"
        folder.mkdir()
        pq.write_table(numbered, folder / "part-0.parquet")
        with explained():
            tasks = max(self._session.sparkContext.defaultParallelism, len(given) // _TEXTS_PER_TASK)
            spread = self._read(folder).repartition(tasks)
            read = partial(read_batches, self._session.sparkContext.broadcast(wording))
            said = self._keep(spread.mapInArrow(read, _spark_type(ROWS)), "rows")
            table = idf or join_synonyms(
                self._count_words(said, len(given)),
                (words.as_py() for words in _load(said, ROWS)["words"]),
                apart=wording.own,
            )
            weigh = partial(weigh_batches, self._session.sparkContext.broadcast(table))
            words = self._keep(self._read(said).mapInArrow(weigh, _spark_type(WORDS)), "weighed")
        # One text's words lie together in their order; a stable sort by row keeps it.
        return gather_readings(_load(said, ROWS), _load(words, WORDS), table)

    def sum_ledger(
        self, reading: Reading, tables: Mapping[str, pa.Table], landmarks: Landmarks
    ) -> Iterator[Summed]:
        """Yield each signal with its cells and priors."""
        import duckdb

        signals = declare_signals(reading.settings.signals)
        plan = compile_plan(reading, signals, "pyspark")
        with explained():
            self._stage(tables)
            self._prepare(plan, landmarks)
        with duckdb.connect(config={"temp_directory": str(self._scratch / "duckdb")}) as reader:
            for signal in signals:
                with explained():
                    folder = self._keep(self._session.sql(plan.sums[signal.name]), _folder_of(signal))
                yield read_back(reader, str(folder / "*.parquet"), signal)

    def _stage(self, tables: Mapping[str, pa.Table]) -> None:
        """Write the staged tables, and make them known to Spark."""
        for name, columns in STAGED.items():
            folder = self._scratch / "staged" / name
            folder.mkdir(parents=True)
            schema = pa.schema(
                [(column, pa.type_for_alias(kind)) for column, kind in columns.items() if column != "known"]
            )
            given = tables.get(name, schema.empty_table()).select(schema.names).cast(schema)
            _write_buckets(given, folder)
            found = self._session.read.schema(_spark_type(schema)).parquet(url_of(folder))
            found.selectExpr(*(_KNOWN.get(column, column) for column in columns)).createOrReplaceTempView(
                PREFIX + name
            )

    def _prepare(self, plan: Plan, landmarks: Landmarks) -> None:
        """Derive the rows; those of events, which most signals read, are derived once and kept."""
        for name, sql in plan.prepared.items():
            derived = self._session.sql(bind_landmarks(sql, landmarks))
            rows = self._read(self._keep(derived, "prepared")) if name == "event" else derived
            rows.createOrReplaceTempView(f"{name}_rows")

    def _count_words(self, said: Path, n_texts: int) -> WordTable:
        """Return in how many texts each word occurs: the counts of the partitions, added up."""
        counted = self._read(said).select("words").mapInArrow(count_batches, _spark_type(COUNTS))
        added = counted.groupBy("word").sum("n").withColumnRenamed("sum(n)", "n")
        table = pq.read_table(self._keep(added, "counts"))
        pairs = zip(table["word"].to_pylist(), table["n"].to_pylist(), strict=True)
        return WordTable(n_texts, dict(sorted(pairs)))

    def _read(self, folder: Path) -> Any:
        return self._session.read.parquet(url_of(folder))

    def _keep(self, frame: Any, name: str) -> Path:
        """Write what Spark computes as Parquet, and return the folder."""
        return keep_rows(frame, self._scratch / name)


def _write_buckets(table: pa.Table, folder: Path) -> None:
    """Write a table as Parquet; the rows of a user lie in one bucket."""
    if "user_no" not in table.column_names:
        pq.write_table(table, folder / "part-0.parquet")
        return
    n_buckets = min(_MOST_BUCKETS, 1 + table.num_rows // _ROWS_PER_BUCKET)
    buckets = pa.array(table["user_no"].to_numpy() % n_buckets, pa.int64())
    by_bucket = ds.partitioning(pa.schema([("bucket", pa.int64())]), flavor="hive")
    bucketed = table.append_column("bucket", buckets)
    ds.write_dataset(bucketed, folder, format="parquet", partitioning=by_bucket, max_partitions=_MOST_BUCKETS)


def _load(folder: Path, schema: pa.Schema) -> pa.Table:
    """Return what Spark wrote, in the order of its rows."""
    return pq.read_table(folder).cast(schema).sort_by("row")


def _spark_type(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _folder_of(signal: Signal) -> str:
    """Return where the cells of a signal lie: names of the owner's may hold what no folder may."""
    return f"cells/signal={signal.name.encode().hex()}"
