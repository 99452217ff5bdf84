"""What Spark's workers run on a partition of texts: arrow batches in, arrow batches out.

Reading is split in two, since a keyword weighs by the word counts of the whole corpus: texts are read
apart from each other, their word counts add up, and with the sum the words are weighed.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from limner.text.keywords import WordTable
from limner.text.reading import read_rows, weigh_words

COUNTS = pa.schema([("word", pa.string()), ("n", pa.int64())])


def read_batches(wording: Any, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what the texts of a partition say, as `reading.ROWS`; ``wording`` is a broadcast `Wording`."""
    for batch in batches:
        yield from read_rows(pa.Table.from_batches([batch]), wording.value).to_batches()


def count_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield in how many texts of a partition each word occurs, as `COUNTS`."""
    counts = WordTable.fit(words for batch in batches for words in batch.column("words").to_pylist()).counts
    yield pa.RecordBatch.from_pydict({"word": list(counts), "n": list(counts.values())}, schema=COUNTS)


def weigh_batches(idf: Any, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the keywords of a partition, as `reading.WORDS`; ``idf`` is a broadcast `WordTable`."""
    for batch in batches:
        yield from weigh_words(pa.Table.from_batches([batch]), idf.value).to_batches()
