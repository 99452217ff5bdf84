import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.compounds import join_compounds
from limner.text.normalisation import normalise
from limner.text.reading import read_text
from limner.text.segmentation import cut_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't like it", ["i", "don't", "like", "it"]),
        ("my iPhone 15 Pro", ["my", "iphone", "15", "pro"]),
        ("C++ and C#", ["c++", "and", "c#"]),
        ("an e-mail over Wi-Fi", ["an", "e-mail", "over", "wi-fi"]),
        ("the SM57, R&B", ["the", "sm57", "r&b"]),
        ("4K at 60fps", ["4k", "at", "60fps"]),
        ("plug-and-play", ["plug-and-play"]),
        ("cost $29.99", ["cost", "29.99"]),
        ("well - made", ["well", "made"]),
    ],
    ids=str,
)
def test_what_people_write_as_one_word_is_one(text, words):
    normal = normalise(text)

    assert [word.text for word in join_compounds(cut_words(normal, "en"), normal)] == words


def test_a_model_name_is_a_keyword():
    assert {"sm57", "usb-c"} <= set(read_text("The SM57 with USB-C cables").words)


@given(st.text(alphabet="ab1-&+# .'"))
def test_joining_loses_no_letter(text):
    words = cut_words(text, "en")
    joined = list(join_compounds(words, text))

    assert [text[word.start] for word in joined] == [word.text[0] for word in joined]
    assert len(joined) <= len(words)
