"""The nouns of a Chinese text, as jieba tags them."""

from functools import cache
from typing import Any, NamedTuple


class Noun(NamedTuple):
    """A word that names something, and where it begins."""

    text: str
    start: int


def find_nouns(normal: str) -> list[Noun]:
    """Return the nouns of a normalised text of two characters and more, in order.

    >>> [noun.text for noun in find_nouns("比一般的单声道优美")]
    ['单声道']
    """
    nouns, start = [], 0
    for pair in _load_tagger().cut(normal):
        if len(pair.word) > 1 and (pair.flag[:1] == "n" or pair.flag == "vn"):
            nouns.append(Noun(pair.word, start))
        start += len(pair.word)
    return nouns


@cache
def _load_tagger() -> Any:
    import jieba.posseg

    return jieba.posseg
