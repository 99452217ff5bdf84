"""The word lists of one language, read once from the data files beside this module.

An `Entry` is everything the lists say about one word or phrase, so reading a text costs one look-up a word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from limner.text.languages import TextLanguage

_SECTION = re.compile(r"\[([a-z]*)\s*([+-]?[0-9.]*)\]")
_FIT = {"+": 0.55, "-": -0.55}
"""Strength of a word that praises or blames one aspect only, such as 大 for 分量."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lists say about one word or phrase."""

    strength: float = 0.0
    """Opinion, −1..1."""
    role: str = ""
    """A section of the modifiers file: negation, intensifier, …; empty for none."""
    factor: float = 1.0
    """What an intensifier or diminisher multiplies by."""
    aspect: str = ""
    """The aspect it names."""
    vague: bool = False
    """Whether it names a thing that is judged by the aspect (菜 by 味道), not the aspect itself."""
    implies: str = ""
    """The aspect it speaks of when nothing in the clause names one."""
    fits: Mapping[str, float] = field(default_factory=dict)
    """Aspect → strength, where that differs from `strength`."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The entries of one language; a phrase is its words joined by `joiner`."""

    joiner: str
    entries: dict[str, Entry] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    """Every beginning of a longer entry: a reader stops extending a phrase that is not among them."""
    stop_words: frozenset[str] = frozenset()


@cache
def load_lexicon(language: TextLanguage) -> Lexicon:
    """Return the lexicon of a language; an empty one for ``other``."""
    if language == "other":
        return Lexicon(" ")
    joiner = "" if language == "zh" else " "
    entries: dict[str, Entry] = {}
    for _, number, word in _sections(f"opinions.{language}.txt"):
        entries[word.replace("_", " ")] = Entry(strength=float(number))
    for role, number, word in _sections(f"modifiers.{language}.txt"):
        key = word.replace("_", " ")
        entries[key] = replace(entries.get(key, Entry()), role=role, factor=float(number or 1.0))
    _add_aspects(entries, f"aspects.{language}.txt")
    stop_words = frozenset(word for _, _, word in _sections(f"stop_words.{language}.txt"))
    return Lexicon(joiner, entries, _prefixes(entries, joiner), stop_words)


@cache
def load_emoji() -> dict[str, float]:
    """Return emoji and emoticons (lower case) with their strengths, the same in every language."""
    return {mark: float(number) for _, number, mark in _sections("emoji.txt")}


@cache
def load_synonyms() -> tuple[tuple[str, ...], ...]:
    """Return groups of words of one meaning; the first of each names it."""
    return tuple(tuple(line.split()) for line in _lines("synonyms.txt"))


def _lines(name: str) -> Iterator[str]:
    """Yield the lines of a data file that are neither empty nor remarks."""
    text = files("limner.text").joinpath("lexicons", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("# "):
            yield line


def _sections(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield (role, number, word) from a file of ``[role number]`` sections."""
    role, number = "", ""
    for line in _lines(name):
        found = _SECTION.match(line)
        if found:
            role, number = found[1], found[2]
            continue
        for word in line.split():
            yield role, number, word


def _add_aspects(entries: dict[str, Entry], name: str) -> None:
    """Write the five kinds of aspect lines into the entries."""
    for line in _lines(name):
        aspect, kind, words = line.split(" ", 2)
        for word in words.split():
            key = word.replace("_", " ")
            entries[key] = _with_aspect(entries.get(key, Entry()), aspect, kind)


def _with_aspect(entry: Entry, aspect: str, kind: str) -> Entry:
    if kind in "=~":
        return entry if entry.aspect else replace(entry, aspect=aspect, vague=kind == "~")
    if kind == "<":
        return replace(entry, implies=entry.implies or aspect)
    return replace(entry, fits={**entry.fits, aspect: _FIT[kind]})


def _prefixes(entries: dict[str, Entry], joiner: str) -> frozenset[str]:
    """Return every proper beginning of an entry: of characters in Chinese, of words in English."""
    starts: set[str] = set()
    for entry in entries:
        parts = entry.split(joiner) if joiner else list(entry)
        starts.update(joiner.join(parts[:n]) for n in range(1, len(parts)))
    return frozenset(starts)
