"""A text made regular without moving a character, so that quotations stay exact.

Every step replaces characters one for one: what has to go becomes a filler or a space. The mapping
back to the original is therefore the identity, and ``text[start:end]`` quotes what was read.
"""

import html
import re
import unicodedata
from functools import cache
from importlib.resources import files

FILLER = "\u2060"
"""Stands where an entity such as ``&amp;`` was longer than what it means; words are read across it."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,300}>|<!--.{0,300}?-->", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,24});")
_URL = re.compile(r"(?:https?://|www\.)[!-~]+")
_BLOCKS = frozenset("br p div li ul ol tr td table h1 h2 h3 h4 h5 h6 hr blockquote".split())
_UNSEEN = "\u00ad\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2061\u2066\u2067\u2068\u2069\ufeff"
"""Characters that nobody sees: words are read across them, whatever is hidden so."""
_JOINER = re.compile(r"(?<=\w)\u200d(?=\w)")
"""The joiner of emoji, where it joins no emoji."""
_MARKS = {"‘": "'", "’": "'", "`": "'", "´": "'", "“": '"', "”": '"', "\u3000": " ", "\u00a0": " "}


class _Fold(dict[int, int]):
    """Code point → code point for `str.translate`: NFKC and lower case, where that is one character."""

    def __init__(self, simplified: dict[str, str]) -> None:
        """Fold to simplified characters as well, by a table of them."""
        super().__init__({ord(mark): ord(plain) for mark, plain in _MARKS.items()})
        self.update(dict.fromkeys(map(ord, _UNSEEN), ord(FILLER)))
        self._simplified = simplified

    def __missing__(self, code: int) -> int:
        """Compute and keep the fold of a character seen for the first time."""
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        folded = self._simplified.get(folded, folded)
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


@cache
def _fold(*, simplify: bool) -> _Fold:
    """Return the table by which characters are folded, one for either wish."""
    return _Fold(load_simplified() if simplify else {})


@cache
def load_simplified() -> dict[str, str]:
    """Return traditional character → simplified one, of the characters that are common in reviews."""
    text = files("limner.text").joinpath("lexicons", "traditional.txt").read_text(encoding="utf-8")
    return {pair[0]: pair[1] for line in text.splitlines() if line[:1] != "#" for pair in line.split()}


def normalise(text: str, *, simplify: bool = True) -> str:
    r"""Return the text in NFKC, lower case and simplified characters, without markup, at the same length.

    Tags, entities, addresses and characters that nobody sees go; emoji and repeated marks stay; traditional
    characters stay too unless `simplify`. ``len(normalise(text)) == len(text)``
    for any text, and index ``i`` of the result speaks of index ``i`` of the original.

    >>> normalise("Ｇｒｅａｔ！<br>Don’t miss")
    "great!\n   don't miss"
    """
    if "<" in text:
        text = _TAG.sub(_blank_tag, text)
    if "&" in text:
        text = _ENTITY.sub(_decode_entity, text)
    if "://" in text or "www." in text:
        text = _URL.sub(_blank, text)
    if "\u200d" in text:
        text = _JOINER.sub(FILLER, text)
    return text.translate(_fold(simplify=simplify))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _blank_tag(found: re.Match[str]) -> str:
    """Return spaces; a block tag starts with a line break, for it parts clauses."""
    blank = _blank(found)
    return "\n" + blank[1:] if (found[2] or "").lower() in _BLOCKS else blank


def _decode_entity(found: re.Match[str]) -> str:
    meant = html.unescape(found[0])
    if len(meant) != 1:
        return found[0]
    return meant + FILLER * (len(found[0]) - 1)
