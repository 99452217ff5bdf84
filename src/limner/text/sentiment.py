"""How a text feels: opinion words, and the words around them that turn, raise or weaken them.

Source: the mechanics follow Taboada, Brooke, Tofiloski, Voll, Stede: *Lexicon-based methods for sentiment
analysis* (Computational Linguistics, 2011): negation shifts more than it mirrors, and blame outweighs praise,
because reviewers praise by default. The lists are our own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from typing import NamedTuple

from limner.text.clauses import Span, iterate_clauses
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.lexicons import Entry, Lexicon, load_emoji, load_lexicon
from limner.text.normalisation import normalise
from limner.text.segmentation import Word, cut_words
from limner.text.wording import PLAIN, Wording

LONGEST_PHRASE = 8
"""Words of the longest entry that is looked for."""
NEGATION_REACH = 4
"""Words between a negation and the opinion it still turns."""
INTENSITY_REACH = 2
BLAME_WEIGHT: dict[TextLanguage, float] = {"zh": 1.3, "en": 1.8, "other": 1.0}
"""Blame against praise in the sum over a text: English reviewers praise even what they send back."""
HEDGED = 0.35
"""What a wish, a condition or a question leaves of an opinion."""
BARE_NEGATION = -0.15
"""What 没有送 or "did not stay" says although no opinion word is in it: reviewers rarely deny to praise."""
CONTRAST = {"before": 0.7, "after": 1.3}
"""Weights of the clauses on either side of a turn (但是, but) within a sentence."""
EXCLAIMED = 1.2
SATURATION = 2.0
"""Sum at which a text counts as 0.58 on the scale to 1."""

_SENTENCE_END = re.compile(r"[.。!！?？;；…\n]")
_NO_TURN = frozenset({"and", "so", "because", "while", "yet"})


class Mention(NamedTuple):
    """One entry found in a clause, over the words ``first`` to ``last`` (inclusive)."""

    first: int
    last: int
    entry: Entry


class Hit(NamedTuple):
    """One opinion found in a clause, with all that acts on it counted in."""

    mention: Mention
    strength: float
    """Of the word alone."""
    polarity: float


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """What one clause says."""

    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    """Every entry found, from left to right."""
    aspects: tuple[Mention, ...]
    """Where an aspect is named."""
    hits: tuple[Hit, ...]
    hedged: bool
    """Whether the clause wishes, supposes or asks."""
    silent_from: int
    """Place of the word from which no opinion on an aspect can be taken: there it supposes, wants or asks."""
    rhetorical: bool
    """Whether it asks in the way of a complaint: 怎么这么慢."""
    past: bool
    """Whether it tells of before (以前, previously)."""
    present: bool
    """Whether it tells of now."""
    concedes: bool
    refuses: bool
    """Whether it says no to something that is no opinion word."""

    @property
    def polarity(self) -> float:
        """The sum of the opinions; a bare no leans to blame."""
        total = sum(hit.polarity for hit in self.hits)
        if not self.hits and self.refuses:
            total = BARE_NEGATION
        return total * HEDGED if self.hedged else total


def score_sentiment(text: str, language: TextLanguage | None = None) -> float:
    """Return the sentiment of a text, −1..1; 0 when it says nothing either way.

    >>> score_sentiment("好看") > score_sentiment("好看但是贵")
    True
    """
    normal = normalise(text)
    language = language or detect_normalised(normal)
    spans = list(iterate_clauses(normal))
    return combine(normal, spans, [read_clause(normal[s.start : s.end], language) for s in spans], language)


def combine(normal: str, spans: list[Span], readings: list[ClauseReading], language: TextLanguage) -> float:
    """Return the sentiment of a text from its clauses, −1..1."""
    weights = weigh_clauses(spans, readings)
    polarities = [clause.polarity * weight for clause, weight in zip(readings, weights, strict=True)]
    polarities += [load_emoji()[mark] for mark in emoji_pattern().findall(normal)]
    total = sum(value if value > 0 else BLAME_WEIGHT[language] * value for value in polarities)
    return total / sqrt(total * total + SATURATION)


def weigh_clauses(spans: list[Span], readings: Iterable[ClauseReading]) -> list[float]:
    """Return the weight of each clause: what follows a turn counts more than what it turns from."""
    weights: list[float] = []
    sentence = 0
    turned = False
    for span, clause in zip(spans, readings, strict=True):
        if _turns(span.link):
            weights[sentence:] = [weight * CONTRAST["before"] for weight in weights[sentence:]]
            turned = True
        weight = CONTRAST["after"] if turned else 1.0
        weight *= CONTRAST["before"] if clause.concedes or _concedes(span.link) else 1.0
        weight *= EXCLAIMED if "!" in span.mark else 1.0
        weight *= HEDGED if "?" in span.mark else 1.0
        weights.append(weight)
        if _SENTENCE_END.search(span.mark):
            sentence, turned = len(weights), False
    return weights


def _concedes(link: str) -> bool:
    return link in {"虽然", "虽说", "尽管", "although", "though"}


def _turns(link: str) -> bool:
    return bool(link) and link not in _NO_TURN and not _concedes(link)


@cache
def emoji_pattern() -> re.Pattern[str]:
    """Return the pattern of every emoji and emoticon, the longest first; `:d` must not begin a word."""
    marks = sorted(load_emoji(), key=lambda mark: (-len(mark), mark))
    ends = (r"(?![a-z])" if mark[-1].isalpha() else "" for mark in marks)
    pattern = "|".join(re.escape(mark) + end for mark, end in zip(marks, ends, strict=True))
    return re.compile(pattern)


@lru_cache(maxsize=1 << 14)
def read_clause(clause: str, language: TextLanguage, wording: Wording = PLAIN) -> ClauseReading:
    """Return what a normalised clause says; positions are those of the clause."""
    words = cut_words(clause, language, wording)
    mentions = find_mentions(words, load_lexicon(language))
    aspects = tuple(mention for mention in mentions if mention.entry.aspect)
    roles = {mention.entry.role for mention in mentions}
    return ClauseReading(
        words=words,
        mentions=tuple(mentions),
        aspects=aspects,
        hits=tuple(_hits(mentions, {mention.entry.aspect for mention in aspects})),
        hedged=bool(roles & {"conditional", "question", "rhetorical"}),
        silent_from=_find_silence(mentions, language, len(words)),
        rhetorical="rhetorical" in roles,
        past="past" in roles,
        present="present" in roles,
        concedes="concession" in roles,
        refuses="negation" in roles,
    )


def _find_silence(mentions: list[Mention], language: TextLanguage, end: int) -> int:
    """Return from where words take opinions back; `who` and `where` only ask at the head of a clause."""
    for mention in mentions:
        role = mention.entry.role
        if role == "question" and (language == "zh" or mention.first == 0):
            return 0
        if role in ("conditional", "wish"):
            end = min(end, mention.first)
    return end


def find_mentions(words: tuple[Word, ...], lexicon: Lexicon) -> list[Mention]:
    """Return the entries in a clause from left to right, the longest at each place, none overlapping."""
    mentions: list[Mention] = []
    begins = lexicon.begins
    free = 0
    for position, word in enumerate(words):
        if position < free or (word.text not in begins and word.lemma not in begins):
            continue
        mention = _longest(words, position, lexicon)
        if mention:
            mentions.append(mention)
            free = mention.last + 1
    return mentions


def _longest(words: tuple[Word, ...], first: int, lexicon: Lexicon) -> Mention | None:
    """Return the longest entry that begins at a word, as written or in base form."""
    entries, prefixes, joiner = lexicon.entries, lexicon.prefixes, lexicon.joiner
    written, base, best = "", "", None
    for last in range(first, min(first + LONGEST_PHRASE, len(words))):
        separator = joiner if last > first else ""
        written += separator + words[last].text
        base += separator + words[last].lemma
        entry = entries.get(written) or entries.get(base)
        if entry:
            best = Mention(first, last, entry)
        if written not in prefixes and base not in prefixes:
            break
    return best


def _hits(mentions: list[Mention], aspects: set[str]) -> Iterable[Hit]:
    """Yield the opinions among the mentions, each with its modifiers applied."""
    modifiers: list[Mention] = []
    for place, mention in enumerate(mentions):
        strength = _strength(mention.entry, aspects)
        if mention.entry.role and not (strength and not _modifies_next(mentions, place, aspects)):
            modifiers.append(mention)
        elif strength:
            yield Hit(
                mention, strength, _modified(strength, mention, [*modifiers, *_denial(mentions, place)])
            )
            modifiers = []


def _denial(mentions: list[Mention], place: int) -> list[Mention]:
    """Return the no that ends a clause right behind a blame, moved before it: 一点异味都没有."""
    here = mentions[place]
    if place + 2 != len(mentions) or here.entry.strength >= 0:
        return []
    behind = mentions[-1]
    follows = behind.first == here.last + 1 and behind.last > behind.first
    if not follows or behind.entry.role != "negation":
        return []
    return [Mention(here.first - 1, here.first - 1, behind.entry)]


def _strength(entry: Entry, aspects: set[str]) -> float:
    """Return the strength of an entry beside these aspects."""
    if not entry.fits or not aspects:
        return entry.strength
    fitting = sorted(aspects & entry.fits.keys())
    return entry.fits[fitting[0]] if fitting else entry.strength


def _modifies_next(mentions: list[Mention], place: int, aspects: set[str]) -> bool:
    """Return whether a word that can be either, such as 好, acts on the opinion right behind it."""
    if place + 1 == len(mentions):
        return False
    here, behind = mentions[place], mentions[place + 1]
    return behind.first == here.last + 1 and _strength(behind.entry, aspects) != 0


def _modified(strength: float, mention: Mention, modifiers: list[Mention]) -> float:
    """Return the strength of an opinion under the modifiers before it, the nearest first."""
    factor, negations, softened = 1.0, 0, False
    for modifier in reversed(modifiers):
        gap = mention.first - modifier.last - 1
        role = modifier.entry.role
        reach = NEGATION_REACH if modifier.entry.factor == 1 else 0
        if role == "negation" and gap <= reach:
            negations += 1
            factor *= modifier.entry.factor
            softened = softened or factor > 1
        elif role in ("intensifier", "diminisher") and gap <= INTENSITY_REACH:
            factor *= modifier.entry.factor
    value = strength * min(factor, 2.0)
    if negations % 2 == 0:
        return value if negations == 0 else 0.7 * value
    if softened:
        return -0.6 * strength
    return -0.8 * value if value > 0 else -0.5 * value
