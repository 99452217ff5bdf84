import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text import segment
from limner.text.segmentation import cut_words, find_new_words, lemmatise


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("strings", "string"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("watches", "watch"),
        ("glass", "glass"),
        ("does", "does"),
        ("played", "play"),
        ("tuned", "tune"),
        ("loved", "love"),
        ("stopped", "stop"),
        ("used", "use"),
        ("making", "make"),
        ("opening", "open"),
        ("string", "string"),
        ("tried", "try"),
        ("seller's", "seller"),
        ("changing", "change"),
        ("shaped", "shape"),
        ("crackling", "crackle"),
        ("advertised", "advertise"),
        ("repaired", "repair"),
        ("shouting", "shout"),
        ("leaked", "leak"),
        ("dying", "die"),
        ("movies", "movie"),
        ("agreed", "agree"),
        ("canvas", "canvas"),
        ("guitarstring", "guitarstring"),
    ],
    ids=str,
)
def test_an_english_word_is_matched_by_its_base_form(word: str, lemma: str) -> None:
    assert lemmatise(word) == lemma


def test_chinese_is_cut_into_words_without_punctuation() -> None:
    assert segment("屏幕很清晰，音质不错。", "zh") == ["屏幕", "很", "清晰", "音质", "不错"]


def test_a_modifier_is_cut_from_the_opinion_it_modifies() -> None:
    assert segment("太难吃", "zh") == ["太", "难吃"]


def test_other_languages_are_cut_at_spaces_and_marks() -> None:
    assert segment("très bon, l'été", "other") == ["très", "bon", "l'été"]


def test_a_word_is_read_across_an_entity() -> None:
    assert segment("don&#39;t", "en") == ["don't"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("哈哈哈哈哈", ["哈哈"]),
        ("贵贵贵", ["贵"]),
        ("呵呵呵呵", ["呵呵"]),
        ("非非非常好", ["非常", "好"]),
    ],
    ids=str,
)
def test_drawn_out_characters_are_read_as_the_word(text: str, words: list[str]) -> None:
    assert segment(text, "zh") == words


def test_hidden_characters_do_not_part_words() -> None:
    assert segment("难\u200b吃 g\u200bood", "zh") == ["难吃", "good"]
    assert segment("g\u200bo\u200dod so\u00adund", "en") == ["good", "sound"]


def test_words_that_no_dictionary_holds_are_guessed() -> None:
    assert find_new_words(cut_words("费列罗巧克力", "zh")) == ("费列罗",)


@given(st.text(), st.sampled_from(["zh", "en", "other"]))
def test_words_stand_where_they_say(text: str, language: str) -> None:
    words = cut_words(text, language)
    assert [text[word.start] for word in words if word.text] == [word.text[0] for word in words if word.text]
