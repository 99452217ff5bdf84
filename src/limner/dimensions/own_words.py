"""Whether a text is Limner's own writing: a portrait is never evidence for a portrait.

Two marks give it away. Sentences of the catalogue are recognised by their form: most are so much of a kind,
with counts, percentages and brackets in fixed places, that one of them anywhere in a text is enough
(`MARKED`); of the plain ones, such as ``Praises {themes}``, the whole text has to be made. What a model
wrote has no form, so the hash of every sentence of a stored persona is kept.
"""

import hashlib
import html
import re
import string
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache

from limner.phrases import CATALOGUE

REASON = "limner's own words"
"""Why such a text is refused."""
_ROOMS = (
    "demographic.",
    "behaviour.",
    "interest.",
    "social.",
    "sentiment.",
    "claim.",
    "persona.",
    "reason.",
    "corrected.",
)
_PARTS = ("claim.other", "persona.open", "persona.who")
"""Phrases that never stand alone, and say nothing with others' words in them."""
_NUMBERS = {"events", "days", "n", "size"}
_SLOT = r"[^\n]{1,400}?"
_CAPITAL = r"(?![a-z])[^\n]{1,400}?"
_MOST_CHARS = 3_000
"""A text longer than this is not made of portraits alone."""
_HASHED_CHARS = 12
"""A shorter sentence could be anybody's: a persona with it is known by its other ones."""
_AMBIGUOUS = {
    ("persona.favourites", 0), ("persona.dislikes", 0), ("persona.praises", 0), ("persona.complains", 0),
    ("reason.similar", 0),
}  # fmt: skip
"""(phrase, language) of what people write as well: one alone tells nothing, two and no other words do."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_TAG = re.compile(r"<[^<>]{1,300}>")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_STOP = re.compile(r"[。!?\n]+|\.(?:\s+|$)")
_BEGIN, _END = r"(?:(?<=[。!?;:,\n\"'>*])|(?<=[.] )|(?<=- )|^)\s*", r"\s*(?=[。!?;,\n\"'<]|[.](?:\s|$)|$)"


@dataclass(frozen=True, slots=True)
class _Form:
    """One phrase of the catalogue in one language."""

    literal: str
    """The longest stretch that is the same in every sentence of it."""
    whole: re.Pattern[str]
    anywhere: re.Pattern[str] | None
    """None: only a text that has no other words is recognised by it."""
    alone: bool
    """Whether one such sentence is enough for that."""


class OwnWords:
    """Recognises what Limner wrote."""

    def __init__(self, knows: Callable[[Collection[int]], bool] | None = None) -> None:
        """Know the catalogue's sentences; ``knows`` says whether one of some hashes is of a persona."""
        self._knows = knows

    def wrote(self, text: str, *, prose: bool = True) -> bool:
        """Return whether a text is, or has in it, a sentence of Limner's.

        In a query or a tag (``prose`` False) only marked sentences count: titles may be anything.

        >>> own = OwnWords()
        >>> own.wrote("Hi! Praises the tent (2×)."), own.wrote("I praise the tent.")
        (True, False)
        """
        plain = _make_plain(text)
        forms = [form for form in _list_forms() if form.literal in plain or form.literal in plain.lower()]
        if any(form.anywhere and form.anywhere.search(plain) for form in forms):
            return True
        if prose and forms and len(plain) <= _MOST_CHARS and _is_made_of(forms, plain):
            return True
        return self._knows is not None and self._knows(hash_sentences(text))


def hash_sentences(text: str) -> set[int]:
    """Return the 63-bit hashes of a text's longer sentences, and of the whole text."""
    plain = _make_plain(text)
    said = [sentence for sentence in _STOP.split(plain) if len(sentence.strip()) >= _HASHED_CHARS]
    return {_hash(sentence) for sentence in (plain, *said)}


def _hash(sentence: str) -> int:
    bare = "".join(char for char in sentence.casefold() if char.isalnum())
    return int.from_bytes(hashlib.md5(bare.encode(), usedforsecurity=False).digest()[8:], "little") >> 1


def _make_plain(text: str) -> str:
    """Return a text without markup, entities and unseen characters, its forms of characters made one."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_QUOTES)
    return re.sub(r"[^\S\n]+", " ", plain).strip()


def _is_made_of(forms: list[_Form], plain: str) -> bool:
    sentences = [one.strip() for one in _STOP.split(plain) if one.strip()]
    found = [[form for form in forms if form.whole.fullmatch(one)] for one in sentences]
    if not sentences or not all(found):
        return any(form.alone and form.whole.fullmatch(plain) for form in forms)
    return len(sentences) > 1 or any(form.alone for form in found[0])


@cache
def _list_forms() -> tuple[_Form, ...]:
    """Return the forms of all statements, in both languages."""
    names = [name for name in CATALOGUE if name.startswith(_ROOMS) and name not in _PARTS]
    return tuple(
        form
        for name in names
        if not name.startswith("claim.") or name in ("claim.said", "claim.denied")
        for language, template in enumerate(CATALOGUE[name])
        for form in _make_forms(name, language, template)
    )


def _make_forms(name: str, language: int, template: str) -> Iterator[_Form]:
    parts = list(string.Formatter().parse(_make_plain(template)))
    slot = _CAPITAL if (name, language) == ("reason.item", 1) else _SLOT
    pattern = "".join(
        re.escape(said) + _write_field(field, spec or "", slot) for said, field, spec, _ in parts
    )
    literal = max((said for said, *_ in parts), key=len).strip()
    core, begins, ends = pattern, bool(parts[0][0]), parts[-1][1] is None
    marked = any(field is not None and _is_marked(field, spec or "") for _, field, spec, _ in parts)
    core = core if begins else core.removeprefix(slot)
    core = core if ends or not core.endswith(slot) else core.removesuffix(slot)
    if core.count(slot) > 1:  # the first one ends where it can: else two would try all ends of both
        head, _, tail = core.partition(slot)
        between, _, rest = tail.partition(slot)
        core = f"{head}(?>{slot}{between}){slot}{rest}"
    anywhere = f"{_BEGIN if begins else ''}{core}{_END if ends else ''}"
    if marked or "(" in literal:
        yield _Form(literal, re.compile(pattern), re.compile(anywhere, re.IGNORECASE), True)
    else:
        yield _Form(literal, re.compile(pattern), None, (name, language) not in _AMBIGUOUS)


def _is_marked(field: str, spec: str) -> bool:
    return field in _NUMBERS or spec.endswith(("f", "%")) or field == "date"


def _write_field(field: str | None, spec: str, slot: str) -> str:
    """Return the pattern of what fills a field."""
    if field is None:
        return ""
    if spec.isalpha() and len(spec) > 1:
        return rf"\d+ {spec}s?"
    if spec.endswith("%"):
        return r"\d+%"
    if spec.endswith("f"):
        return r"[+-]?\d+(?:\.\d+)?"
    if field == "date":
        return r"\d{4}-\d\d-\d\d"
    return r"\d+" if field in _NUMBERS else slot
