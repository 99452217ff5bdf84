"""A table of texts, read once: language, sentiment, opinions and keywords."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from limner.text.aspects import judge_aspects
from limner.text.clauses import iterate_clauses
from limner.text.keywords import WordTable, is_keyword, weigh_keywords
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.normalisation import normalise
from limner.text.segmentation import find_new_words
from limner.text.sentiment import ClauseReading, combine, read_clause

SENTIMENTS = pa.schema([("row", pa.int64()), ("language", pa.string()), ("sentiment", pa.float64())])
OPINIONS = pa.schema(
    [
        ("row", pa.int64()),
        ("aspect", pa.string()),
        ("polarity", pa.float64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)
WORDS = pa.schema([("row", pa.int64()), ("word", pa.string()), ("weight", pa.float64())])
PROGRESS_EVERY = 500
"""Texts between two calls of `progress`."""


@dataclass(frozen=True, slots=True)
class TextReading:
    """What one text says; opinions are (aspect, polarity, start, end) in the text as given."""

    language: TextLanguage
    sentiment: float
    opinions: tuple[tuple[str, float, int, int], ...]
    words: tuple[str, ...]
    """Candidate keywords in order, repeats kept."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a table of texts says; ``row`` is the index of the text in the table that was read."""

    sentiments: pa.Table
    """One row per text: row, language, sentiment −1..1."""
    opinions: pa.Table
    """row, aspect, polarity −1..1, start, end (characters of the text)."""
    words: pa.Table
    """row, word, weight 0..1: at most `keywords.MOST_KEYWORDS` per text, heaviest first."""
    idf: WordTable
    """The table the weights were made with; pass it to read later texts alike."""


def read_texts(
    texts: pa.Table, *, idf: WordTable | None = None, progress: Callable[[int], None] | None = None
) -> Readings:
    """Return what a ``texts`` table (`limner.tables`) says, in its order; deterministic.

    `idf` None counts words over these very texts. `progress` is called with the number of texts done.
    A null text is read as an empty one, which is of language ``other`` and says nothing.
    """
    readings = list(_read_rows(texts, progress))
    table = idf or WordTable.fit(reading.words for reading in readings)
    return Readings(_sentiments(readings), _opinions(readings), _words(readings, table), table)


def read_text(text: str, language: TextLanguage | None = None) -> TextReading:
    """Return what one text says."""
    normal = normalise(text)
    language = language or detect_normalised(normal)
    spans = list(iterate_clauses(normal))
    clauses = [read_clause(normal[span.start : span.end], language) for span in spans]
    return TextReading(
        language,
        combine(normal, spans, clauses, language),
        tuple(
            (aspect, polarity, span.start, span.end)
            for span, clause in zip(spans, clauses, strict=True)
            for aspect, polarity in judge_aspects(span, clause)
        ),
        tuple(word for clause in clauses for word in _candidates(clause, language)),
    )


def read_tag(text: str) -> TextReading:
    """Return what a tag says: it is one word, whatever is in it."""
    reading = read_text(text)
    word = " ".join(normalise(text).split())
    return TextReading(reading.language, reading.sentiment, reading.opinions, (word,) if word else ())


def _read_rows(texts: pa.Table, progress: Callable[[int], None] | None) -> Iterator[TextReading]:
    """Yield the reading of every row, in order."""
    columns = (texts[name].to_pylist() for name in ("text", "kind", "language"))
    for row, (text, kind, language) in enumerate(zip(*columns, strict=True)):
        if progress and row % PROGRESS_EVERY == 0:
            progress(row)
        known: TextLanguage | None = language if language in ("zh", "en", "other") else None
        yield read_tag(text or "") if kind == "tag" else read_text(text or "", known)
    if progress:
        progress(texts.num_rows)


def _candidates(clause: ClauseReading, language: TextLanguage) -> tuple[str, ...]:
    """Return the words of a clause that can be keywords."""
    words = [
        word.lemma
        for word in clause.words
        if _is_keyword(word.text, language) and _is_keyword(word.lemma, language)
    ]
    return (*words, *(find_new_words(clause.words) if language == "zh" else ()))


_is_keyword = lru_cache(maxsize=1 << 16)(is_keyword)


def _sentiments(readings: list[TextReading]) -> pa.Table:
    return pa.table(
        [
            range(len(readings)),
            [reading.language for reading in readings],
            [reading.sentiment for reading in readings],
        ],
        schema=SENTIMENTS,
    )


def _opinions(readings: list[TextReading]) -> pa.Table:
    rows = [(row, *opinion) for row, reading in enumerate(readings) for opinion in reading.opinions]
    return _transposed(rows, OPINIONS)


def _words(readings: list[TextReading], idf: WordTable) -> pa.Table:
    rows = [
        (row, word, weight)
        for row, reading in enumerate(readings)
        for word, weight in weigh_keywords(reading.words, idf)
    ]
    return _transposed(rows, WORDS)


def _transposed(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(columns, schema=schema)
