"""Words of one meaning become one key, and words that only stand in the same places do not."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.tables import CONTRACTS
from limner.text import WordTable, read_texts
from limner.text.keywords import weigh_keywords
from limner.text.lexicons import load_synonyms
from limner.text.normalisation import normalise
from limner.text.synonyms import are_opposed, join_synonyms, known_synonyms, learn_aliases
from limner.text.wording import Wording
from limner.text.wordvectors import WordVectors


def vectors_of(near: dict[str, dict[str, float]]) -> WordVectors:
    """Return vectors of words in a plane, from the cosines each has with a first word."""
    words, rows = [], []
    for word, others in near.items():
        for name, cosine in {word: 1.0, **others}.items():
            words.append(name)
            rows.append([cosine, np.sqrt(1 - cosine**2)])
    vectors = np.array(rows, np.float32)
    cosines = vectors @ vectors.T
    found = {
        one: tuple((other, float(cosines[i, j])) for j, other in enumerate(words) if i != j)
        for i, one in enumerate(words)
    }
    return WordVectors(tuple(words), vectors, found)


@pytest.mark.parametrize(
    ("counts", "word", "name"),
    [
        ({}, "价钱", "价格"),
        ({}, "手机屏", "屏幕"),
        ({}, "colour", "color"),
        ({"账单": 3, "帐单": 9}, "账单", "帐单"),
        ({"midrange": 9, "mid-range": 2}, "mid-range", "midrange"),
        ({"摄象头": 1, "摄像头": 80}, "摄象头", "摄像头"),
    ],
    ids=str,
)
def test_words_of_one_meaning_have_one_name(counts, word, name):
    assert learn_aliases(counts)[word] == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("d-g", "dg"),
        ("一分", "一份"),
        ("男生", "女生"),
        ("定位", "订位"),
        ("strap", "strip"),
        ("mp3", "mp-3"),
    ],
)
def test_words_that_only_look_alike_stay_apart(one, other):
    aliases = learn_aliases({one: 10, other: 40})

    assert aliases.get(one, one) != aliases.get(other, other)


def test_vectors_confirm_a_misspelling_and_a_longer_form():
    counts = {"gauge": 90, "guage": 9, "四星": 30, "四星级": 20, "phase": 80, "phaser": 20}
    vectors = vectors_of({"gauge": {"guage": 0.9}, "四星": {"四星级": 0.9}, "phase": {"phaser": 0.9}})

    aliases = learn_aliases(counts, vectors)

    assert aliases["guage"] == "gauge"
    assert aliases["四星级"] == "四星"
    assert "phaser" not in aliases


def test_vectors_do_not_join_what_does_not_look_alike():
    vectors = vectors_of({"苹果": {"香蕉": 0.99}, "左边": {"右边": 0.99}})

    assert not {"苹果", "香蕉", "左边", "右边"} & set(
        learn_aliases(dict.fromkeys(vectors.words, 50), vectors)
    )


def test_vectors_keep_apart_what_means_something_else_in_this_corpus():
    vectors = vectors_of({"价格": {"价位": 0.1}})

    assert "价位" not in learn_aliases({"价格": 50, "价位": 20}, vectors)


@pytest.mark.parametrize(
    "pair", [("便宜", "贵"), ("good", "bad"), ("大号", "小号"), ("左边", "右边")], ids=str
)
def test_opposites_are_known(pair):
    assert are_opposed(*pair)
    assert are_opposed(*pair[::-1])


def test_the_list_is_written_as_texts_are_read_and_holds_no_opposites():
    groups = load_synonyms()
    words = [word for group in groups for word in group]

    assert [word for word in words if normalise(word) != word] == []
    assert len(words) == len(set(words))
    assert [group for group in groups for word in group[1:] if are_opposed(word, group[0])] == []


@given(st.dictionaries(st.text("ab-账帐像象子", min_size=1, max_size=7), st.integers(1, 50), max_size=30))
def test_a_name_stands_for_itself(counts):
    aliases = learn_aliases(counts)

    assert all(name not in aliases for name in aliases.values())


def test_counts_of_words_of_one_meaning_are_added():
    table = WordTable.fit([["价钱"], ["价格"], ["价位", "屏幕"]]).with_aliases(known_synonyms())

    assert table.counts == {"价格": 3, "屏幕": 1}
    assert [word for word, _ in weigh_keywords(["价钱", "价格", "屏幕"], table)] == ["价格", "屏幕"]
    assert WordTable.from_json(table.to_json()) == table


def test_words_of_the_owner_stay_as_they_are():
    wording = Wording.of(user_words=["价钱"])
    table = join_synonyms(WordTable.fit([["价钱", "价位"]]), [["价钱", "价位"]], apart=wording.own)

    assert table.counts == {"价钱": 1, "价格": 1}


def test_texts_with_words_of_one_meaning_share_a_keyword():
    columns = CONTRACTS["texts"].columns
    given = {"text": ["这个价钱的耳机", "这个价位的音箱"], "kind": ["review"] * 2}
    table = pa.table([pa.array(given.get(c.name, [None] * 2), c.type) for c in columns], schema=columns)

    words = read_texts(table).words.to_pylist()

    assert [row["row"] for row in words if row["word"] == "价格"] == [0, 1]
