"""A table of texts, read once: language, sentiment, opinions and keywords."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from limner.text.aspects import judge_aspects
from limner.text.claims import find_claims
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
CLAIMS = pa.schema(
    [
        ("row", pa.int64()),
        ("dimension", pa.string()),
        ("key", pa.string()),
        ("value", pa.string()),
        ("polarity", pa.float64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("source", pa.string()),
    ]
)
TOPICS = pa.schema([("row", pa.int64()), ("topic", pa.string()), ("weight", pa.float64())])
WORDS = pa.schema([("row", pa.int64()), ("word", pa.string()), ("weight", pa.float64())])
ROWS = pa.schema(
    [
        *SENTIMENTS,
        ("opinions", pa.list_(pa.struct(list(OPINIONS)[1:]))),
        ("claims", pa.list_(pa.struct(list(CLAIMS)[1:]))),
        ("words", pa.list_(pa.string())),
    ]
)
"""What single texts say, before their words are weighed against each other."""
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
    claims: tuple[tuple[str, str, str, float, int, int, str], ...] = ()
    """What it says of its writer, as `CLAIMS` without the row."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a table of texts says; ``row`` is the index of the text in the table that was read."""

    sentiments: pa.Table
    """One row per text: row, language, sentiment −1..1."""
    opinions: pa.Table
    """row, aspect, polarity −1..1, start, end (characters of the text)."""
    words: pa.Table
    """row, word, weight 0..1: at most `keywords.MOST_KEYWORDS` per text, heaviest first."""
    claims: pa.Table
    """row, dimension, key, value, polarity −1..1, start, end (characters of the text), source."""
    topics: pa.Table
    """row, topic, weight 0..1."""
    idf: WordTable
    """The table the weights were made with; pass it to read later texts alike."""


def read_texts(
    texts: pa.Table, *, idf: WordTable | None = None, progress: Callable[[int], None] | None = None
) -> Readings:
    """Return what a ``texts`` table (`limner.tables`) says, in its order; deterministic.

    `idf` None counts words over these very texts. `progress` is called with the number of texts done.
    A null text is read as an empty one, which is of language ``other`` and says nothing.
    """
    rows = read_rows(texts, progress)
    table = idf or WordTable.fit(rows["words"].to_pylist())
    return gather_readings(rows, weigh_words(rows, table), table)


def read_rows(texts: pa.Table, progress: Callable[[int], None] | None = None) -> pa.Table:
    """Return what each text says by itself, as `ROWS`; any part of a table can be read apart from the rest.

    ``row`` is that of `texts` where it has such a column, else the place of the text.
    """
    readings = list(_read_each(texts, progress))
    columns = [
        texts["row"].to_pylist() if "row" in texts.column_names else range(len(readings)),
        [reading.language for reading in readings],
        [reading.sentiment for reading in readings],
        [[dict(zip(OPINIONS.names[1:], said, strict=True)) for said in one.opinions] for one in readings],
        [[dict(zip(CLAIMS.names[1:], said, strict=True)) for said in one.claims] for one in readings],
        [reading.words for reading in readings],
    ]
    return pa.table(columns, schema=ROWS)


def weigh_words(rows: pa.Table, idf: WordTable) -> pa.Table:
    """Return the keywords of some `ROWS`, as `WORDS`."""
    weighed = [
        (row, word, weight)
        for row, words in zip(rows["row"].to_pylist(), rows["words"].to_pylist(), strict=True)
        for word, weight in weigh_keywords(words, idf)
    ]
    columns = list(zip(*weighed, strict=True)) or [()] * len(WORDS)
    return pa.table(columns, schema=WORDS)


def gather_readings(rows: pa.Table, words: pa.Table, idf: WordTable) -> Readings:
    """Return the readings of a table from its `ROWS` and `WORDS`, both in the order of ``row``."""
    sentiments = rows.select(SENTIMENTS.names)
    opinions, claims = _flatten(rows, "opinions", OPINIONS), _flatten(rows, "claims", CLAIMS)
    return Readings(sentiments, opinions, words, claims, TOPICS.empty_table(), idf)


def _flatten(rows: pa.Table, name: str, schema: pa.Schema) -> pa.Table:
    """Return what a column of lists holds, one row each."""
    said = rows[name].combine_chunks()
    of_row = rows["row"].combine_chunks().take(pc.list_parent_indices(said))
    held = pc.list_flatten(said)
    return pa.table([of_row, *(held.field(column) for column in schema.names[1:])], schema=schema)


def read_claims(texts: pa.Table) -> pa.Table:
    """Return what some texts say of their writers, as `CLAIMS`, without reading anything else in them."""
    claimed = [
        (row, *claim)
        for row, (text, language) in enumerate(
            zip(texts["text"].to_pylist(), texts["language"].to_pylist(), strict=True)
        )
        for claim in find_claims(normalise(text or ""), language)
    ]
    return pa.table(list(zip(*claimed, strict=True)) or [()] * len(CLAIMS), schema=CLAIMS)


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
        tuple(find_claims(normal, language)),
    )


def read_tag(text: str) -> TextReading:
    """Return what a tag says: it is one word, whatever is in it."""
    reading = read_text(text)
    word = " ".join(normalise(text).split())
    return TextReading(reading.language, reading.sentiment, reading.opinions, (word,) if word else ())


def _read_each(texts: pa.Table, progress: Callable[[int], None] | None) -> Iterator[TextReading]:
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
