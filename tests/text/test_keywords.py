import math

from hypothesis import given
from hypothesis import strategies as st

from limner.text.keywords import MOST_KEYWORDS, WordTable, is_keyword, weigh_keywords


def test_a_rare_word_outweighs_a_common_one() -> None:
    idf = WordTable.fit([["guitar", "capo"], ["guitar"], ["guitar"]])
    assert weigh_keywords(["guitar", "capo"], idf)[0][0] == "capo"


def test_a_repeated_word_counts_once_per_text_in_the_table() -> None:
    assert WordTable.fit([["a", "a"], ["b"]]) == WordTable(2, {"a": 1, "b": 1})


def test_a_table_survives_the_store() -> None:
    idf = WordTable.fit([["屏幕", "tone"], ["屏幕"]])
    assert WordTable.from_json(idf.to_json()) == idf


def test_stop_words_numbers_and_single_characters_are_no_keywords() -> None:
    kept = [word for word in ["的", "屏幕", "书", "非常", "100", "3g"] if is_keyword(word, "zh")]
    assert kept == ["屏幕"]


def test_no_words_give_no_keywords() -> None:
    assert weigh_keywords([], WordTable(0, {})) == []


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=4)))
def test_weights_are_at_most_twelve_sorted_and_of_norm_one_or_less(words: list[str]) -> None:
    weights = [weight for _, weight in weigh_keywords(words, WordTable.fit([words]))]
    assert len(weights) <= MOST_KEYWORDS and weights == sorted(weights, reverse=True)
    assert math.hypot(*weights) <= 1 + 1e-9
