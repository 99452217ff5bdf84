import pytest

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
