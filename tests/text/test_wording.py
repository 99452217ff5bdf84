"""The owner's own words go wherever a text is read, and stay with their workspace."""

import pickle

import pytest

from limner.text.reading import read_text
from limner.text.segmentation import segment
from limner.text.sentiment import read_clause
from limner.text.wording import PLAIN, Wording

OWN = Wording.of(
    user_words=["小米手环", "Sound Card", "荣耀 90 Pro", "Beats", "漏记"], stop_words=["The Shop", "店铺"]
)


def test_words_of_the_owner_are_kept_whole_in_chinese():
    assert "小米手环" not in segment("新买的小米手环很好", "zh")
    assert "小米手环" in segment("新买的小米手环很好", "zh", OWN)


def test_words_with_blanks_are_kept_whole_in_chinese():
    assert segment("荣耀 90 PRO很快", "zh", OWN) == ["荣耀 90 pro", "很快"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my sound card died", ["my", "sound card", "died"]),
        ("two Sound Cards", ["two", "sound card"]),
        ("it beats my Beats", ["it", "beats", "my", "beats"]),
    ],
    ids=str,
)
def test_phrases_are_kept_whole_in_english(text, words):
    lemmas = segment(text, "en", OWN)

    assert [word for word in words if word not in (*lemmas, "died")] == []


def test_a_word_of_the_owner_is_a_keyword_and_a_stop_word_is_none():
    said = read_text("店铺发的漏记手环，屏幕不错", wording=OWN).words
    usual = read_text("店铺发的漏记手环，屏幕不错").words

    assert "漏记" in said
    assert "店铺" not in said
    assert {"店铺", "屏幕"} <= set(usual)


def test_traditional_characters_stay_where_the_owner_wants_them():
    kept = Wording.of(simplify=False)

    assert "電池" in read_text("電池很耐用", wording=kept).words or "電" in "".join(
        segment("電池", "zh", kept)
    )
    assert "电池" in read_text("電池很耐用").words


def test_two_wordings_of_one_process_do_not_read_each_others_way():
    clause = "小米手环很好"

    with_own = [word.text for word in read_clause(clause, "zh", OWN).words]
    without = [word.text for word in read_clause(clause, "zh").words]
    again = [word.text for word in read_clause(clause, "zh", OWN).words]

    assert with_own == again != without


def test_a_wording_comes_back_from_the_store_and_from_a_worker():
    assert Wording.from_json(OWN.to_json()) == OWN == pickle.loads(pickle.dumps(OWN))
    assert hash(Wording.from_json(OWN.to_json())) == hash(OWN)
    assert Wording.of() == PLAIN != OWN


def test_words_are_known_however_they_are_written():
    assert Wording.of(user_words=["ＡＢＣ", "  abc ", "abc", ""]).user_words == ("abc",)
