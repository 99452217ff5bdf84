"""The engine of a single machine: texts are read in this process, DuckDB sums, a large log out of core."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa

from limner.engines import Stage
from limner.engines.ranges import Staged, sum_files
from limner.engines.written import Summed, read_back
from limner.ledger.batch import Summer
from limner.ledger.decay import Landmarks
from limner.ledger.rows import Reading
from limner.ledger.staging import STAGED
from limner.text import Readings, WordTable
from limner.text import read_texts as read_all
from limner.text.wording import PLAIN, Wording

MANY_EVENTS = 1_000_000
"""From here on the ledger is summed from files, some users at a time."""
SCRATCH = "limner-sums-"
_ROWS_PER_GROUP = 122_880


class LocalEngine:
    """DuckDB; see `engines.Engine`."""

    def __init__(self, workspace: Path) -> None:
        """Keep files of large sums in the workspace while they are needed."""
        self._home = workspace

    def started(self, stage: Stage) -> AbstractContextManager[None]:
        """Nothing needs to be started."""
        return nullcontext()

    def read_texts(
        self, texts: pa.Table, *, idf: WordTable | None = None, wording: Wording = PLAIN
    ) -> Readings:
        """Return what the texts say."""
        return read_all(texts, idf=idf, wording=wording)

    def sum_ledger(
        self, reading: Reading, tables: Mapping[str, pa.Table], landmarks: Landmarks
    ) -> Iterator[Summed]:
        """Yield each signal with its cells and priors."""
        summer = Summer(reading)
        if tables["events"].num_rows >= MANY_EVENTS:
            yield from self._sum_files(summer, tables, landmarks)
            return
        for signal, cells, priors in summer.sum_with_priors(tables, landmarks):
            yield signal, [cells.sort_by([("user_no", "ascending"), ("key", "ascending")])], priors

    def _sum_files(
        self, summer: Summer, tables: Mapping[str, pa.Table], landmarks: Landmarks
    ) -> Iterator[Summed]:
        import duckdb

        with (
            tempfile.TemporaryDirectory(prefix=SCRATCH, dir=self._home) as folder,
            duckdb.connect(config={"temp_directory": f"{folder}/spill"}) as engine,
        ):
            scratch = Path(folder)
            given = [name for name in STAGED if name in tables]
            files = {name: _write(engine, name, tables[name], scratch) for name in given}
            cells = sum_files(summer, Staged(files, landmarks, scratch / "spill"), scratch / "cells")
            for signal in summer.signals:
                if cells.get(signal.name):
                    yield read_back(engine, str(scratch / "cells" / signal.name / "*.parquet"), signal)


def _write(engine: Any, name: str, table: pa.Table, folder: Path) -> Path:
    """Write a staged table as Parquet, rows of users sorted by user, time and ref."""
    path = folder / f"{name}.parquet"
    columns = [column for column in STAGED[name] if column != "known"]
    order = " ORDER BY user_no, ts, ref" if "user_no" in columns else ""
    engine.register("given", table)
    engine.execute(
        f"COPY (SELECT {', '.join(columns)} FROM given{order}) TO '{path}' "
        f"(FORMAT parquet, ROW_GROUP_SIZE {_ROWS_PER_GROUP})"
    )
    engine.unregister("given")
    return path
