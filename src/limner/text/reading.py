"""A table of texts, read once: language, sentiment, opinions and keywords."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from limner.text.aspects import judge_aspects
from limner.text.claims import find_claims
from limner.text.clauses import Span, iterate_clauses
from limner.text.compounds import join_compounds
from limner.text.keywords import WordTable, is_keyword, weigh_keywords
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.normalisation import normalise
from limner.text.segmentation import Word, find_new_words
from limner.text.sentiment import combine, read_clause
from limner.text.synonyms import join_synonyms
from limner.text.wording import PLAIN, Wording

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
LONGEST_CLAUSE = 300
"""Characters; what goes on longer without a mark is read in parts."""
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
    texts: pa.Table,
    *,
    idf: WordTable | None = None,
    wording: Wording = PLAIN,
    progress: Callable[[int], None] | None = None,
) -> Readings:
    """Return what a ``texts`` table (`limner.tables`) says, in its order; deterministic.

    `idf` None counts words over these very texts. `progress` is called with the number of texts done.
    A null text is read as an empty one, which is of language ``other`` and says nothing.
    """
    rows = read_rows(texts, wording, progress)
    table = idf or _count_words(rows["words"].to_pylist(), wording)
    return gather_readings(rows, weigh_words(rows, table), table)


def _count_words(words: list[list[str]], wording: Wording) -> WordTable:
    return join_synonyms(WordTable.fit(words), words, apart=wording.own)


def read_rows(
    texts: pa.Table, wording: Wording = PLAIN, progress: Callable[[int], None] | None = None
) -> pa.Table:
    """Return what each text says by itself, as `ROWS`; any part of a table can be read apart from the rest.

    ``row`` is that of `texts` where it has such a column, else the place of the text.
    """
    readings = list(_read_each(texts, wording, progress))
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


def read_text(text: str, language: TextLanguage | None = None, wording: Wording = PLAIN) -> TextReading:
    """Return what one text says."""
    normal = normalise(text, simplify=wording.simplify)
    language = language or detect_normalised(normal)
    spans = [part for span in iterate_clauses(normal) for part in cut_long(span, normal)]
    pieces = [normal[span.start : span.end] for span in spans]
    clauses = [read_clause(piece, language, wording) for piece in pieces]
    return TextReading(
        language,
        combine(normal, spans, clauses, language),
        tuple(judge_aspects(spans, clauses, language)),
        tuple(
            word
            for piece, clause in zip(pieces, clauses, strict=True)
            for word in find_candidates(piece, clause.words, language, wording)
        ),
        tuple(find_claims(normal, language)),
    )


def cut_long(span: Span, normal: str) -> Iterator[Span]:
    """Yield a clause in parts that carry one thought at most: people put no marks, machines no end.

    >>> [part.start for part in cut_long(Span(0, 1001), "good " * 200 + ".")]
    [0, 300, 600, 900]
    """
    start, link = span.start, span.link
    while span.end - start > LONGEST_CLAUSE:
        space = normal.rfind(" ", start + 1, start + LONGEST_CLAUSE)
        end = start + LONGEST_CLAUSE if space < 0 else space
        yield Span(start, end, link, "")
        start, link = end + (space >= 0), ""
    yield Span(start, span.end, link, span.mark)


def read_tag(text: str, wording: Wording = PLAIN) -> TextReading:
    """Return what a tag says: it is one word, whatever is in it."""
    reading = read_text(text, wording=wording)
    word = " ".join(normalise(text, simplify=wording.simplify).split())
    return TextReading(reading.language, reading.sentiment, reading.opinions, (word,) if word else ())


def _read_each(
    texts: pa.Table, wording: Wording, progress: Callable[[int], None] | None
) -> Iterator[TextReading]:
    """Yield the reading of every row, in order."""
    columns = (texts[name].to_pylist() for name in ("text", "kind", "language"))
    for row, (text, kind, language) in enumerate(zip(*columns, strict=True)):
        if progress and row % PROGRESS_EVERY == 0:
            progress(row)
        known: TextLanguage | None = language if language in ("zh", "en", "other") else None
        yield read_tag(text or "", wording) if kind == "tag" else read_text(text or "", known, wording)
    if progress:
        progress(texts.num_rows)


def find_candidates(
    clause: str, words: tuple[Word, ...], language: TextLanguage, wording: Wording = PLAIN
) -> tuple[str, ...]:
    """Return the words of a normalised clause that can be keywords, in order, repeats kept."""
    if language == "zh":
        named = [word.lemma for word in words if _is_keyword(word.lemma, language, wording)]
        return (*named, *find_new_words(words))
    return tuple(
        word.lemma
        for word in join_compounds(words, clause)
        if _is_keyword(word.text, language, wording) and _is_keyword(word.lemma, language, wording)
    )


_is_keyword = lru_cache(maxsize=1 << 16)(is_keyword)
