"""How much a fact has to do with a question, and the few facts that are worth telling."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from limner.dimensions.claims import NOT
from limner.dimensions.cues import Pointer, find_pointers
from limner.records import Fact
from limner.text.lexicons import load_lexicon
from limner.text.segmentation import segment

MOST_FACTS = 12
"""Facts at most, whatever the budget: few are meant."""
_MOST_GENERAL = 3
"""Facts that are told where the question touches none."""
_TOUCHED = 0.2
"""Relevance from which a question counts as touching a fact."""
_GENERAL = 0.05
"""Relevance of a fact that the question does not touch."""
_AGAIN = 0.7
"""What a further fact of the same key counts for, and the square root of it one of the same dimension."""
_QUOTED, _TITLED, _THEMED = 0.5, 0.6, 0.9
"""What a word counts that stands in a cited quotation, in the title of a cited item, or in titles of what
belongs to a category or brand."""
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPREAD = {"demographic": 0.9, "behaviour": 0.55, "social": 0.5}
"""What a fact counts where nobody asked for anything in particular: what somebody likes tells most."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read."""

    text: str
    words: frozenset[str]
    """Chinese words as they are, English ones in their base form, without small words."""
    pointers: tuple[Pointer, ...] = ()
    themes: Mapping[str, float] = field(default_factory=dict)
    """Categories and brands of items whose titles have its words → share of those items, 0..1."""
    nearness: Mapping[str, float] = field(default_factory=dict)
    """Path of a fact → how near an encoder finds it to the question, 0..1."""

    @property
    def is_open(self) -> bool:
        """Whether nothing in particular was asked."""
        return not self.words and not self.pointers


def read_question(text: str) -> Question:
    """Return a question with its words and what they point at.

    >>> sorted(read_question("Which tents?").words)
    ['tent']
    """
    lowered = text.lower()
    words = read_words(text)
    return Question(text, words, tuple(find_pointers(lowered, words | set(re.findall(r"[a-z]+", lowered)))))


def read_words(text: str) -> frozenset[str]:
    """Return the words of a text in either language, small ones left out."""
    found: set[str] = set()
    if _HAN.search(text):
        found |= {word.lower() for word in segment(text, "zh")} - load_lexicon("zh").stop_words
    if _LATIN.search(text):
        found |= set(segment(text, "en")) - load_lexicon("en").stop_words
    return frozenset(word for word in found if len(word) > 1 or _HAN.fullmatch(word))


def judge_relevance(fact: Fact, question: Question) -> float:
    """Return how much a fact has to do with a question, 0..1."""
    general = _SPREAD.get(fact.dimension, 1.0)
    if question.is_open:
        return general
    value = str(fact.value).removeprefix(NOT)
    scores = [
        _GENERAL * general,
        *(pointer.weight for pointer in question.pointers if _is_at(fact, pointer)),
        _overlap(value, question),
        _QUOTED * max((_overlap(cited.quote, question) for cited in fact.evidence if cited.quote), default=0),
        _match_titles(fact, question),
        _THEMED * question.themes.get(value, 0.0) if fact.dimension == "interest" else 0.0,
        question.nearness.get(fact.path, 0.0),
    ]
    return min(1.0, max(scores))


def is_named(fact: Fact, question: Question) -> bool:
    """Return whether a question has words of what a fact is about, in the name of it."""
    return _overlap(str(fact.value).removeprefix(NOT), question) > 0


def has_name(text: str, name: str) -> bool:
    """Return whether a text has a name in it, as a whole where it is written in letters.

    >>> has_name("turns to Art and Tea", "art"), has_name("parts", "art"), has_name("从彩妆逛到相机", "相机")
    (True, False, True)
    """
    if not name.isascii():
        return name in text
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE | re.ASCII))


def _match_titles(fact: Fact, question: Question) -> float:
    """Return how much the question speaks of the items that an interest rests on."""
    if fact.dimension != "interest":
        return 0.0
    titles = {str(dict(cited.details).get("title") or "") for cited in fact.evidence}
    weight = 1.0 if fact.key == "item" else _TITLED
    return weight * max(_overlap(title, question) for title in titles)


def choose_facts(facts: Iterable[Fact], question: Question) -> list[Fact]:
    """Return the facts worth telling, best first, and none twice.

    A fact weighs relevance × strength × confidence, the strength damped, since a weak fact about what was
    asked is worth more than a strong one about something else. Each further fact of a key or a dimension
    weighs less than the one before. Where the question touches none, the most telling of all are told.
    The persona says nothing that the other facts do not, and is left out.

    Source: Carbonell, Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998 (the idea).
    """
    left = [fact for fact in facts if fact.dimension != "persona"]
    relevance = {fact.path: judge_relevance(fact, question) for fact in left}
    weights = {fact.path: relevance[fact.path] * _weigh(fact) for fact in left}
    touched = [fact for fact in left if relevance[fact.path] >= _TOUCHED]
    return _diversify(touched, weights) or _diversify(left, weights)[:_MOST_GENERAL]


def _diversify(facts: Sequence[Fact], weights: Mapping[str, float]) -> list[Fact]:
    """Return facts by weight, each lowered by how many of its key and its dimension were taken before."""
    left, told = list(facts), list[Fact]()
    while left and len(told) < MOST_FACTS:
        best = max(left, key=lambda fact: (weights[fact.path] * _discount(fact, told), fact.path))
        left.remove(best)
        told.append(best)
    return told


def _discount(fact: Fact, told: Sequence[Fact]) -> float:
    same_key = sum((one.dimension, one.key) == (fact.dimension, fact.key) for one in told)
    same_dimension = sum(one.dimension == fact.dimension for one in told)
    return float(_AGAIN ** (same_key + 0.5 * (same_dimension - same_key)))


def _weigh(fact: Fact) -> float:
    """Return what a fact is worth by itself: sure and strong ones more."""
    return (0.3 + 0.7 * math.sqrt(fact.strength)) * fact.confidence


def _is_at(fact: Fact, pointer: Pointer) -> bool:
    """Return whether a pointer has the path of a fact, of its key or of its dimension, and its side."""
    if pointer.side * (fact.liking or 0.0) <= 0 and pointer.side:
        return False
    return pointer.path in (fact.path, f"{fact.dimension}/{fact.key}", fact.dimension)


def _overlap(text: str | None, question: Question) -> float:
    """Return how much of a name or a quotation the question speaks of, 0..1: one word of it is half."""
    if not text:
        return 0.0
    if len(text) > 1 and text.lower() in question.text.lower():
        return 1.0
    words = read_words(text.replace("_", " "))
    shared = words & question.words
    if not words or not shared:
        return 0.0
    return 0.5 + 0.5 * len(shared) / len(words)
