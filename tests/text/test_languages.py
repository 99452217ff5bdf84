import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("屏幕很好", "zh"),
        ("华为 Mate 60 Pro 很好用，拍照很清楚", "zh"),
        ("手机", "zh"),
        ("The screen is gorgeous", "en"),
        ("headphones", "en"),
        ("I love 寿司 and the ramen here", "en"),
        ("とても美味しいです", "other"),
        ("정말 좋아요", "other"),
        ("Очень хорошо", "other"),
        ("El teléfono es muy bueno y la pantalla no está mal", "other"),
        ("C'est un très bon produit et je suis ravi pour le prix", "other"),
        ("", "other"),
        ("12345", "other"),
        ("👍👍", "other"),
    ],
    ids=str,
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("iPhone的屏幕很棒", "zh"),
        ("iPhone 15 Pro Max Titanium 手机壳", "zh"),
        ("love 寿司", "zh"),
        ("呢部手機好正㗎", "zh"),
        ("螢幕很漂亮，價錢也實惠", "zh"),
        ("優の良品", "zh"),
        ("この商品は最高です", "other"),
        ("iPhone 최고예요", "other"),
        ("ok", "en"),
        ("Great!", "en"),
        ("good 👍", "en"),
        ("nice café", "en"),
        ("muy bueno", "other"),
        ("très bien", "other"),
        ("sehr gut", "other"),
        ("muito bom", "other"),
        ("отлично", "other"),
        ("ممتاز جدا", "other"),
        ("ดีมาก", "other"),
        ("質量不錯, but the price is far too high for what it is", "en"),
    ],
    ids=str,
)
def test_the_language_of_short_and_mixed_texts(text: str, language: str) -> None:
    assert detect_language(text) == language


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_chinese_characters_alone_are_chinese(text: str) -> None:
    assert detect_language(text) == "zh"


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1))
def test_korean_letters_alone_are_another_language(text: str) -> None:
    assert detect_language(text) == "other"


@given(st.text())
def test_blanks_and_marks_around_a_text_do_not_matter(text: str) -> None:
    assert detect_language(f" …!  {text}\n 123") == detect_language(text)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_capitals_do_not_matter(text: str) -> None:
    assert detect_language(text.upper()) == detect_language(text.lower())


@given(st.text())
def test_a_text_said_twice_is_in_its_language(text: str) -> None:
    assert detect_language(f"{text}\n{text}") == detect_language(f"{text}\n{text}\n{text}\n{text}")
