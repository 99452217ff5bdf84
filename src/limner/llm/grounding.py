"""Whether a clause bears out a value: only words that stand in the clause are kept of it."""

import re
from difflib import SequenceMatcher

from limner.llm.nouns import Noun, find_nouns
from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon
from limner.text.segmentation import cut_words
from limner.text.sentiment import find_mentions, read_clause

_LATIN = re.compile(r"[^\W_]+(?:['’.+-][^\W_]+)*\+?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LEAST_COVERED = 0.6
"""Of a Chinese value that is in the clause as one piece."""
_MOST_NAME_WORDS = 2
_DETERMINED = r"\b(?:the|this|that|these|those|my|your|its|their|an?|any|all|no|of|with|and)\s+(?:[\w-]+\s+)?"
"""What stands before a noun; what no such word goes before is not taken for one."""
_PARTICLES = "的了着过是我们你在很也都有把给和就还又这那个些"
_SMALL = frozenset(
    "a an the my our your his her its their this that these those i we it is am are was were be been of for "
    "to in on with and or as at by from some any very so too have has had got get do does did not no never "
    "just only own mine me us them they he she you him".split()
)


def ground_value(value: str, normal: str) -> str:
    """Return what a clause holds of a value, in the words of the clause; empty where it holds none.

    >>> ground_value("my old MacBook", "hooked it up to a macbook"), ground_value("rich", "i am poor")
    ('macbook', '')
    """
    value = value.strip().lower()
    if _HAN.search(value):
        return _ground_characters(value, normal)
    held = {word: word for word in _LATIN.findall(normal)}
    stems = {_stem(word): word for word in reversed(held)}
    said = [word for word in _LATIN.findall(value) if word not in _SMALL]
    return " ".join(found for word in said if (found := held.get(word) or stems.get(_stem(word), "")))


def find_aspect(value: str, normal: str, language: TextLanguage) -> str:
    """Return the aspect a value names, if the clause names or implies it; without the words that judge it.

    Known aspects are returned under the name that the word lists have for them. Where the words name nothing,
    the one known aspect of the clause is meant, if a word there judges.
    """
    lexicon = load_lexicon(language)
    said = find_mentions(cut_words(value.strip().lower(), language), lexicon)
    known = [one.entry.aspect for one in said if one.entry.aspect]
    heard = find_mentions(cut_words(normal, language), lexicon)
    meant = {one.entry.aspect for one in heard} | {one.entry.implies for one in heard}
    named = next((aspect for aspect in known if aspect in meant), "")
    if named:
        return named
    grounded = ground_value(value, normal)
    if not grounded:
        return ""
    judged = read_clause(normal, language).hits
    alone = {one.entry.aspect for one in heard if one.entry.aspect and judged}
    return _find_name(grounded, normal, language) or (alone.pop() if len(alone) == 1 else "")


def _find_name(value: str, normal: str, language: TextLanguage) -> str:
    """Return the noun a value names beside its opinion words; empty where there is none."""
    words = cut_words(value, language)
    judging = {
        place
        for one in find_mentions(words, load_lexicon(language))
        if not one.entry.aspect
        for place in range(one.first, one.last + 1)
    }
    if language == "zh":
        taken = [(words[place].start, words[place].start + len(words[place].text)) for place in judging]
        free = [noun.text for noun in find_nouns(value) if not _overlaps(noun, taken)]
        return free[-1] if free else ""
    small = load_lexicon("en").stop_words
    kept = [word.text for place, word in enumerate(words) if place not in judging and word.text not in small]
    name = " ".join(kept)
    named = (
        re.search(rf"{_DETERMINED}{re.escape(name)}\b", normal) if 0 < len(kept) <= _MOST_NAME_WORDS else None
    )
    return name if named and name.replace(" ", "").isalpha() else ""


def _overlaps(noun: Noun, taken: list[tuple[int, int]]) -> bool:
    return any(start < noun.start + len(noun.text) and noun.start < stop for start, stop in taken)


def _ground_characters(value: str, normal: str) -> str:
    value = re.sub(r"\s+", "", value)
    compact = re.sub(r"\s+", "", normal)
    match = SequenceMatcher(None, value, compact, autojunk=False).find_longest_match()
    piece = value[match.a : match.a + match.size]
    whole = value.strip(_PARTICLES) or value
    return piece.strip(_PARTICLES) if match.size >= _LEAST_COVERED * len(whole) else ""


def _stem(word: str) -> str:
    """Return a word without the ending of a plural or a possessive."""
    word = re.sub(r"['’]s$", "", word)
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
