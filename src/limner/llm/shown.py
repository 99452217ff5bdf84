"""A text as a model may see it: clauses without markup and hidden characters, each with its place.

`normalise` keeps the length of a text, so a clause of the normal form is a slice of the original; what is
shown of it is cleaned further, and nothing is ever read back from what was shown.
"""

import re
import unicodedata
from dataclasses import dataclass

from limner.llm.orders import find_order
from limner.text.clauses import iterate_clauses
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.normalisation import FILLER, normalise

MOST_CHARACTERS = 20_000
"""Of a text; the rest is not considered."""
LONGEST_CLAUSE = 160
"""Characters of a clause that are shown, and quoted."""
_SENTENCE_END = re.compile(r"[.。!！?？;；…\n]")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: ``text[start:stop]`` of the original."""

    start: int
    stop: int
    normal: str
    """Lower case, without markup and hidden characters: what rules read."""
    shown: str
    """The same with its capitals: what a model reads."""
    asks: bool
    """Whether a question mark closes it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The clauses of one text."""

    language: TextLanguage
    clauses: tuple[Clause, ...]
    withheld: tuple[Clause, ...]
    """Clauses from an order to the model onwards: they are not sent."""


def show(text: str, language: TextLanguage | None = None) -> Shown:
    """Return the clauses of a text in order; those that address the model, and all behind them, apart."""
    text = text[:MOST_CHARACTERS]
    normal = normalise(text)
    ordered = _find_withheld(text, normal)
    clauses = [
        clause
        for span in iterate_clauses(normal)
        if (clause := _cut(text, normal, span.start, span.end, "?" in span.mark)) is not None
    ]
    return Shown(
        language or detect_normalised(normal),
        tuple(clause for clause in clauses if clause.stop <= ordered),
        tuple(clause for clause in clauses if clause.stop > ordered),
    )


def is_hidden(character: str) -> bool:
    """Return whether a character shows nothing: zero-width, a control, or half of a character."""
    return character == FILLER or unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co", "Cn")


def _find_withheld(text: str, normal: str) -> int:
    """Return where the sentence begins that orders something; the length of the text when none does."""
    found = [place for joined in (False, True) if (place := _search(text, normal, joined)) is not None]
    if not found:
        return len(normal)
    ends = [mark.end() for mark in _SENTENCE_END.finditer(normal, 0, min(found))]
    return ends[-1] if ends else 0


def _search(text: str, normal: str, joined: bool) -> int | None:
    """Return where an order begins; `joined`: as if nothing stood where markup was, ``ig<b>nore</b>``."""
    kept = [
        place
        for place, (was, now) in enumerate(zip(text, normal, strict=True))
        if now == "\n"
        or not (is_hidden(now) or (joined and now == " " and not was.isspace() and was != "\u3000"))
    ]
    place = find_order("".join(normal[one] for one in kept))
    return None if place is None else kept[place]


def _cut(text: str, normal: str, start: int, stop: int, asks: bool) -> Clause | None:
    stop = min(stop, start + LONGEST_CLAUSE)
    pairs = [
        (was if was.lower() == now else now, now)
        for was, now in zip(text[start:stop], normal[start:stop], strict=True)
        if now.isspace() or not is_hidden(now)
    ]
    shown, low = (" ".join("".join(side).split()) for side in zip(*pairs, strict=True)) if pairs else ("", "")
    if not any(character.isalnum() for character in low):
        return None
    return Clause(start, stop, low, shown, asks)
