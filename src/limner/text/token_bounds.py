"""At most how many tokens a text takes, whichever common byte-level BPE tokeniser counts.

A byte-level tokeniser never makes more tokens than there are bytes, so a byte counts as one token; that holds
for any text in any language. Only what Limner itself writes most counts for less, as measured over cl100k,
o200k and Llama 3: an English word of the catalogue of phrases, with the space before it, is at most one token
and one more for every three letters, and a Chinese character or mark of the catalogue at most two.
"""

import re
from functools import cache

from limner.phrases import CATALOGUE

_SLOT = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r" ?[A-Za-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff，。、：；（）“”]")
_LONG = frozenset("热褒饮")
"""Characters of the catalogue that cl100k takes three tokens for."""
_BYTES_OF_HAN = 3
_TOKENS_OF_HAN = 2


def bound_tokens(text: str) -> int:
    """Return a number of tokens that a text does not exceed; 0 of an empty one.

    >>> bound_tokens("liked by others"), bound_tokens("喜欢"), bound_tokens("xq7-喵")
    (6, 4, 7)
    """
    words, characters = _own_vocabulary()
    saved = sum(_BYTES_OF_HAN - _TOKENS_OF_HAN for char in text if char in characters)
    for found in _WORD.finditer(text):
        written = found[0]
        if written.strip().lower() in words:
            saved += max(0, len(written) - 1 - len(written.strip()) // 3)
    return len(text.encode("utf-8", "surrogatepass")) - saved


@cache
def _own_vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Return the English words and the Chinese characters that phrases are made of."""
    phrases = [_SLOT.sub("\n", phrase) for both in CATALOGUE.values() for phrase in both]
    words = {word.strip().lower() for phrase in phrases for word in _WORD.findall(phrase)}
    characters = {char for phrase in phrases for char in _HAN.findall(phrase)}
    return frozenset(words), frozenset(characters) - _LONG
