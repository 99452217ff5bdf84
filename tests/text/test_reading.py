from pathlib import Path

import pyarrow as pa
import pytest

from limner.tables import CONTRACTS, empty
from limner.text import WordTable, find_opinions, read_texts, score_sentiment
from limner.text.reading import gather_readings, read_rows, weigh_words
from limner.text.synonyms import join_synonyms

DATA = Path(__file__).parents[3] / "shared" / "data"
TEXTS = ["屏幕很好，但是太贵了", "Great tone, flimsy housing", "", "降噪耳机", "sci-fi  Movie", None]
KINDS = ["review", "review", "review", "query", "tag", None]


def _table(texts: list[str | None], kinds: list[str | None]) -> pa.Table:
    given = {"text": texts, "kind": kinds}
    nulls = [None] * len(texts)
    columns = CONTRACTS["texts"].columns
    return pa.table([pa.array(given.get(part.name, nulls), part.type) for part in columns], schema=columns)


def test_every_text_has_one_sentiment_in_order() -> None:
    sentiments = read_texts(_table(TEXTS, KINDS)).sentiments
    assert sentiments["row"].to_pylist() == list(range(6))
    assert sentiments["language"].to_pylist() == ["zh", "en", "other", "zh", "en", "other"]
    assert sentiments["sentiment"].to_pylist() == [score_sentiment(text or "") for text in TEXTS]


def test_opinions_are_those_of_the_single_text() -> None:
    opinions = read_texts(_table(TEXTS, KINDS)).opinions.to_pylist()
    expected = [
        {"row": row, "aspect": o.aspect, "polarity": o.polarity, "start": o.start, "end": o.end}
        for row, text in enumerate(TEXTS)
        for o in find_opinions(text or "")
    ]
    assert opinions == expected


def test_a_tag_is_one_word_and_a_query_is_cut() -> None:
    words = read_texts(_table(TEXTS, KINDS)).words.to_pylist()
    assert {row["word"] for row in words if row["row"] == 3} == {"降噪", "耳机"}
    assert [row["word"] for row in words if row["row"] == 4] == ["sci-fi movie"]


def test_a_stored_table_weighs_new_texts_as_the_old_ones() -> None:
    built = read_texts(_table(TEXTS, KINDS))
    again = read_texts(_table(TEXTS[:1], KINDS[:1]), idf=built.idf)
    assert again.idf == built.idf
    assert again.words.to_pylist() == [row for row in built.words.to_pylist() if row["row"] == 0]


def test_no_texts_give_empty_tables_with_their_columns() -> None:
    readings = read_texts(empty("texts"))
    tables = (readings.sentiments, readings.opinions, readings.words)
    assert [table.num_rows for table in tables] == [0, 0, 0]
    assert readings.opinions.column_names == ["row", "aspect", "polarity", "start", "end"]


def test_texts_read_in_parts_say_what_they_say_together() -> None:
    table = _table(TEXTS, KINDS).append_column("row", pa.array(range(6), pa.int64()))
    parts = [read_rows(table.slice(0, 2)), read_rows(table.slice(2, 4))]
    counts = [WordTable.fit(part["words"].to_pylist()).counts for part in parts]
    added = {word: sum(one.get(word, 0) for one in counts) for word in sorted({**counts[0], **counts[1]})}
    whole = read_texts(table)

    idf = join_synonyms(WordTable(6, added), [])
    words = pa.concat_tables([weigh_words(part, idf) for part in parts])
    assert gather_readings(pa.concat_tables(parts), words, idf) == whole


def test_progress_ends_at_the_number_of_texts() -> None:
    seen: list[int] = []
    read_texts(_table(TEXTS, KINDS), progress=seen.append)
    assert seen == [0, len(TEXTS)]


def test_reading_twice_gives_the_same() -> None:
    table = _table(TEXTS, KINDS)
    assert read_texts(table) == read_texts(table)


@pytest.mark.skipif(not DATA.exists(), reason="needs the public data sets beside the repository")
def test_food_reviews_agree_with_their_labels() -> None:
    lines = (DATA / "chinese_reviews" / "waimai_10k.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    sample = [line.split(",", 1) for line in lines[::40]]
    scores = [score_sentiment(review) for _, review in sample]
    agreed = [(score > 0) == (label == "1") for score, (label, _) in zip(scores, sample, strict=True)]
    assert sum(agreed) / len(agreed) > 0.78
