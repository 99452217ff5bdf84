"""The engine of a single machine: texts are read in this process, DuckDB sums in memory."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import pyarrow as pa

from limner.engines import Stage
from limner.ledger.batch import Prior, Summer
from limner.ledger.decay import Landmarks
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
