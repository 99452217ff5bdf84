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
_PULL = {"<": 0, "?": -1, "!": 1}


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
    pull: int = 0
    """What the implied aspect gives way to: 0 an aspect with the opinion, −1 any noun, 1 nothing."""
    shares: str = ""
    """The aspect that any opinion in its clause speaks of as well: price for "for the price"."""
    overall: bool = False
    """Whether it judges a thing as a whole where nothing is named, such as 满意."""
    fits: Mapping[str, float] = field(default_factory=dict)
    """Aspect → strength, where that differs from `strength`."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The entries of one language; a phrase is its words joined by `joiner`."""

    joiner: str
    entries: dict[str, Entry] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    """Every beginning of a longer entry: a reader stops extending a phrase that is not among them."""
    begins: frozenset[str] = frozenset()
    """Every entry and every beginning of one: a word that is none of these begins nothing."""
    stop_words: frozenset[str] = frozenset()
    hints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Word → the aspects that a text with it is likely to mean by an ambiguous opinion word (快, 好看)."""
    grammar: dict[str, str] = field(default_factory=dict)
    """Small word → what it does: a section of the grammar file."""


@cache
def load_lexicon(language: TextLanguage) -> Lexicon:
    """Return the lexicon of a language; an empty one for ``other``."""
    if language == "other":
        return Lexicon(" ")
    joiner = "" if language == "zh" else " "
    small = list(_sections(f"grammar.{language}.txt"))
    overall = {word for does, _, word in small if does == "overall"}
    entries: dict[str, Entry] = {}
    for _, number, word in _sections(f"opinions.{language}.txt"):
        entries[word.replace("_", " ")] = Entry(strength=float(number))
    for role, number, word in _sections(f"modifiers.{language}.txt"):
        key = word.replace("_", " ")
        entries[key] = replace(entries.get(key, Entry()), role=role, factor=float(number or 1.0))
    hints = _add_aspects(entries, f"aspects.{language}.txt")
    if not joiner:
        _inherit(entries)
    _hold_firm(entries, joiner)
    _mark_overall(entries, overall)
    grammar = {word: does for does, _, word in small if does != "overall"}
    stop_words = frozenset(word for _, _, word in _sections(f"stop_words.{language}.txt"))
    prefixes = _prefixes(entries, joiner)
    return Lexicon(joiner, entries, prefixes, prefixes | entries.keys(), stop_words, hints, grammar)


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


def _add_aspects(entries: dict[str, Entry], name: str) -> dict[str, tuple[str, ...]]:
    """Write the aspect lines into the entries and return the hints among them."""
    hints: dict[str, tuple[str, ...]] = {}
    for line in _lines(name):
        aspect, kind, words = line.split(" ", 2)
        for word in words.split():
            key = word.replace("_", " ")
            if kind == "*":
                hints[key] = (*hints.get(key, ()), aspect)
            else:
                entries[key] = _with_aspect(entries.get(key, Entry()), aspect, kind)
    return hints


def _inherit(entries: dict[str, Entry]) -> None:
    """Let what is listed as one imply what a part of it says: 有点吵 as 吵, 画面精美 as 画面."""
    for key, entry in entries.items():
        if entry.implies or entry.aspect or not entry.strength:
            continue
        for n in range(1, len(key)):
            first, rest = entries.get(key[:n]), entries.get(key[n:])
            if first and n > 1 and first.aspect and not first.vague:
                entries[key] = replace(entry, implies=first.aspect, pull=1)
            elif first and n > 1 and first.implies:
                entries[key] = replace(entry, implies=first.implies, pull=first.pull)
            elif first and n < 3 and first.role and rest and rest.implies:
                entries[key] = replace(entry, implies=rest.implies, pull=rest.pull)
            else:
                continue
            break


def _hold_firm(entries: dict[str, Entry], joiner: str) -> None:
    """Let no other noun take an opinion that has its aspect in it: 质量差, great sound."""
    for key, entry in entries.items():
        if entry.implies and not entry.pull:
            parts = key.split(joiner) if joiner else [key[:n] for n in range(1, len(key))]
            named = (entries.get(part) for part in parts if part != key)
            if any(part and part.aspect == entry.implies for part in named):
                entries[key] = replace(entry, pull=1)


def _mark_overall(entries: dict[str, Entry], words: set[str]) -> None:
    """Mark the words that judge a thing as a whole, and the phrases with one in them (真心不错)."""
    for key, entry in entries.items():
        if key in words or any(word in key for word in words if len(word) > 1):
            entries[key] = replace(entry, overall=True)


def _with_aspect(entry: Entry, aspect: str, kind: str) -> Entry:
    if kind in "=~":
        return entry if entry.aspect else replace(entry, aspect=aspect, vague=kind == "~")
    if kind == "&":
        return replace(entry, shares=aspect)
    if kind in _PULL:
        return replace(entry, implies=entry.implies or aspect, pull=entry.pull or _PULL[kind])
    return replace(entry, fits={**entry.fits, aspect: _FIT[kind]})


def _prefixes(entries: dict[str, Entry], joiner: str) -> frozenset[str]:
    """Return every proper beginning of an entry: of characters in Chinese, of words in English."""
    starts: set[str] = set()
    for entry in entries:
        parts = entry.split(joiner) if joiner else list(entry)
        starts.update(joiner.join(parts[:n]) for n in range(1, len(parts)))
    return frozenset(starts)
