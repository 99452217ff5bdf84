"""Which language a text is in, from its script and its small words."""

import re
from typing import Literal

from limner.text.normalisation import normalise

TextLanguage = Literal["zh", "en", "other"]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebef]")
_KANA_HANGUL = re.compile(r"[\u3041-\u306d\u306f-\u3096\u30a1-\u30fa\u1100-\u11ff\uac00-\ud7a3]")
"""Without の, which Chinese shop names use for ornament."""
_LATIN_WORD = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u024f]+")
_ACCENTED = re.compile(r"[\u00df-\u00f6\u00f8-\u024f]")
_FOREIGN_LETTER = re.compile(r"[\u0370-\u1fff\u2c00-\u2dff\u3041-\u30fa\uac00-\ud7a3]")
_HAN_PER_WORD = 1.6
"""Characters of a Chinese word, about: so words of two scripts can be held against each other."""
_ENGLISH = frozenset(
    "the and is it of to in that this for with was are not have but my you they very on as so be at we had "
    "were from there i a an or would will can no good great".split()
)
_FOREIGN = frozenset(
    "le les des une est et pas pour dans que qui avec sur je très mais el los las una es y por con para "
    "muy pero está der die das und ist nicht ein eine mit für auf ich sehr il di che non è per sono molto "
    "o os um uma não com muito é het een niet van zijn och att det är som inte".split()
)
_FOREIGN_ALONE = _FOREIGN - frozenset(
    "les des est que sur je el las es y con para die der mit per o os um com van som".split()
)
_LOANED = frozenset(
    "café cafés cliché clichés naïve résumé fiancé fiancée décor pokémon jalapeño jalapeños déjà".split()
)
"""English words that keep their accent."""


def detect_language(text: str) -> TextLanguage:
    """Return ``zh`` or ``en``, or ``other`` for another script, another language, or no word at all.

    A Chinese sentence with foreign names in it is Chinese; an English one with a Chinese word is English.

    >>> detect_language("屏幕很好"), detect_language("The screen is fine"), detect_language("👍")
    ('zh', 'en', 'other')
    >>> detect_language("iPhone 15 Pro Max Titanium 手机壳"), detect_language("muy bueno")
    ('zh', 'other')
    """
    return detect_normalised(normalise(text))


def detect_normalised(normal: str) -> TextLanguage:
    """Return the language of a text that `normalise` has made regular."""
    han = len(_HAN.findall(normal))
    if han and 5 * len(_KANA_HANGUL.findall(normal)) > han:
        return "other"
    words = _LATIN_WORD.findall(normal)
    english = sum(word in _ENGLISH for word in words)
    if han and (han >= len(words) or not english or han / _HAN_PER_WORD >= len(words)):
        return "zh"
    if not words or len(_FOREIGN_LETTER.findall(normal)) > len(words):
        return "other"
    return "other" if _is_foreign(words, english) else "en"


def _is_foreign(words: list[str], english: int) -> bool:
    """Return whether Latin words are of another language than English."""
    foreign = sum(word in _FOREIGN for word in words)
    if foreign > english and foreign >= 2:
        return True
    marked = any(word in _FOREIGN_ALONE or (_ACCENTED.search(word) and word not in _LOANED) for word in words)
    return marked and not english
