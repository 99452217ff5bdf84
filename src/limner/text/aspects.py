"""What a text praises and what it blames, each with the words that say so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from limner.text.attachment import (
    Target,
    find_listed,
    find_target,
    find_wholes,
    name_alone,
    specify,
)
from limner.text.clauses import Span, iterate_clauses
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.lexicons import load_lexicon
from limner.text.normalisation import normalise
from limner.text.sentiment import ClauseReading, Hit, read_clause

WEAKEST_WORD = 0.25
"""A word of less strength is a cue for the text as a whole, no opinion on an aspect."""
WEAKEST = 0.1
"""A sum nearer to 0 than this is undecided."""
STRONG_NAME = 0.5
"""A word that names an aspect and judges it at once (quality, noise) needs this strength to do so alone."""
_SPEED = "速度"
_AMBIGUOUS = {_SPEED: (_SPEED, "送餐", "物流"), "观感": ("外观", "内容", "剧情"), "大小": ("尺寸", "分量")}
"""What fast and good to see imply: the first, unless words of the text speak for another."""

_HEADS = re.compile(r"[,:—–-]")
_PARTICLES = frozenset("了 的 吧 啦 啊 呀 哦 呢 哈 嘛 吖 哒".split())


@dataclass(frozen=True, slots=True)
class Opinion:
    """One aspect praised or blamed; ``quote == text[start:end]`` exactly."""

    aspect: str
    """Canonical name, in the language of the text; a noun that no list knows names itself."""
    polarity: float
    """−1..1."""
    quote: str
    start: int
    end: int


class _Said(NamedTuple):
    """What one clause says."""

    sums: dict[str, float]
    """Aspect → polarity."""
    total: float
    """All its opinions, whatever they speak of."""
    topic: str = ""
    """The aspect that the next clause can go on about."""


class _Alone(NamedTuple):
    """An aspect that stands alone in a clause."""

    name: str
    start: int
    heads: bool
    """Whether it is a heading, not part of a list."""
    shares: bool
    """Whether what follows speaks of it beside other things: "for the price, …"."""


class _Context(NamedTuple):
    """What is known around a clause."""

    language: TextLanguage
    topic: str
    """The aspect of the clause before."""
    clauses: list[ClauseReading]
    """The whole text."""
    wholes: frozenset[str]
    """The nouns by which the text calls the thing itself."""


def find_opinions(text: str, language: TextLanguage | None = None) -> list[Opinion]:
    """Return the opinions of a text in order; a clause without one gives none.

    >>> find_opinions("屏幕有点暗")
    [Opinion(aspect='屏幕', polarity=-0..., quote='屏幕有点暗', start=0, end=5)]
    """
    normal = normalise(text)
    language = language or detect_normalised(normal)
    spans = list(iterate_clauses(normal))
    clauses = [read_clause(normal[span.start : span.end], language) for span in spans]
    return [
        Opinion(aspect, polarity, text[start:end], start, end)
        for aspect, polarity, start, end in judge_aspects(spans, clauses, language)
    ]


def judge_aspects(
    spans: list[Span], clauses: list[ClauseReading], language: TextLanguage
) -> Iterator[tuple[str, float, int, int]]:
    """Yield (aspect, polarity, start, end) over a text.

    Wishes, conditions and questions say nothing; a question in the way of a complaint only blames, and what
    was so before says nothing where the text goes on to what is so now. Aspects that stand alone are judged
    with the clause that follows (味道，分量都好; "Sound: great"), and a clause with a bare adjective goes on
    about the aspect before it (屏幕很大，很清晰).
    """
    wholes = find_wholes(clauses) if language == "en" else frozenset()
    alone: list[_Alone] = []
    topic = ""
    for place, (span, clause) in enumerate(zip(spans, clauses, strict=True)):
        said = _Said({}, 0.0)
        if _speaks(span, clause) and not _is_past(clauses[place:], language):
            said = _judge_clause(clause, _Context(language, topic, clauses, wholes))
        sums = _join_alone(said, alone)
        start = alone[0].start if alone and sums else span.start
        for aspect, total in sums.items():
            yield aspect, max(-1.0, min(1.0, total)), start, span.end
        topic = said.topic if span.mark == "," or not span.mark else ""
        name = name_alone(clause, language) if _HEADS.search(span.mark) else ""
        shares = any(one.entry.shares for one in clause.mentions)
        alone = [*alone, _Alone(name, span.start, "," not in span.mark, shares)] if name else []


def _speaks(span: Span, clause: ClauseReading) -> bool:
    return clause.silent_from > 0 and ("?" not in span.mark or clause.rhetorical)


def _is_past(clauses: list[ClauseReading], language: TextLanguage) -> bool:
    """Return whether the first clause tells of before and a later one of now."""
    does = load_lexicon(language).grammar
    if not any(does.get(word.text) == "past" for word in clauses[0].words):
        return False
    return any(does.get(word.text) == "present" for clause in clauses[1:] for word in clause.words)


def _join_alone(said: _Said, alone: list[_Alone]) -> dict[str, float]:
    """Return what a clause says, with the aspects that stood alone before it."""
    sums = {aspect: total for aspect, total in said.sums.items() if abs(total) >= WEAKEST}
    if alone and alone[-1].heads and abs(said.total) >= WEAKEST:
        return {alone[-1].name: said.total}
    if alone and alone[-1].shares and abs(said.total) >= WEAKEST:
        return sums | {alone[-1].name: said.total}
    shared = next(iter(sums.values()), 0.0)
    return sums | {one.name: shared for one in alone if shared and one.name not in sums}


def _judge_clause(clause: ClauseReading, around: _Context) -> _Said:
    """Return the sum of the opinions by aspect in one clause."""
    sums: dict[str, float] = {}
    itself: dict[str, float] = {}
    counted = [hit for hit in clause.hits if _counts(hit, clause, around.language)]
    for hit in counted:
        own = hit.mention.entry.aspect
        if own and (abs(hit.strength) >= STRONG_NAME or hit.strength * hit.polarity < 0):
            itself[own] = hit.polarity
        for aspect in [] if own else _aspects_of(hit, clause, around) or _carried(hit, clause, around):
            name = _tell(aspect, around)
            sums[name] = sums.get(name, 0.0) + hit.polarity
    total = sum(hit.polarity for hit in counted)
    shared = {one.entry.shares: total for one in clause.mentions if one.entry.shares and total}
    names = {one.entry.aspect for one in clause.aspects if not one.entry.vague}
    ahead = names.pop() if len(names) == 1 else around.topic if not names and sums else ""
    return _Said(itself | sums | shared, total, ahead)


def _counts(hit: Hit, clause: ClauseReading, language: TextLanguage) -> bool:
    """Return whether an opinion can be one on an aspect; a question in the way of a complaint only blames."""
    if abs(hit.strength) < WEAKEST_WORD or hit.mention.first >= clause.silent_from:
        return False
    if clause.rhetorical and hit.polarity > 0:
        return False
    return not _is_modal(hit, clause, language)


def _is_modal(hit: Hit, clause: ClauseReading, language: TextLanguage) -> bool:
    """Return whether a word that judges only at the end of a clause, such as 可以, stands before its end."""
    small, words = load_lexicon(language).grammar, clause.words
    if small.get(words[hit.mention.last].text) != "final" or hit.mention.first != hit.mention.last:
        return False
    named = {one.first for one in clause.aspects}
    behind = range(hit.mention.last + 1, len(words))
    place = next((place for place in behind if words[place].text not in _PARTICLES), len(words))
    return place < len(words) and place not in named


def _aspects_of(hit: Hit, clause: ClauseReading, around: _Context) -> list[str]:
    """Return the aspects an opinion speaks of: those it stands with, else the one it implies."""
    entry = hit.mention.entry
    if entry.implies and entry.pull > 0:
        itself = Target(entry.implies, False, hit.mention.last, attributive=True)
        return [entry.implies, *find_listed(itself, clause)]
    if entry.implies == _SPEED:
        return [_mover(hit, clause) or _SPEED]
    target = find_target(hit, clause, around.language)
    if target is not None and target.name in around.wholes:
        target = target._replace(name="")
    if target is not None and target.name and (not entry.implies or _takes(target, entry.pull)):
        return [target.name, *find_listed(target, clause)]
    if entry.pull < 0 and target is not None and target.attributive:
        return []
    return [entry.implies] if entry.implies else []


def _mover(hit: Hit, clause: ClauseReading) -> str:
    """Return the aspect in a clause that can be fast or slow."""
    entries = load_lexicon("zh").entries
    fitting = entries["快"].fits.keys() | entries["慢"].fits.keys()
    near = sorted(clause.aspects, key=lambda one: abs(one.first - hit.mention.first))
    found = next((one for one in near if one.entry.aspect in fitting), None)
    return specify(found, clause).entry.aspect if found else ""


def _takes(target: Target, pull: int) -> bool:
    return not target.vague or (pull < 0 and not target.frail and not target.attributive)


def _carried(hit: Hit, clause: ClauseReading, around: _Context) -> list[str]:
    """Return the aspect of the clause before where this one is nothing but a descriptive opinion."""
    if not around.topic or around.language != "zh" or hit.mention.entry.overall or clause.aspects or len(clause.hits) > 1:
        return []
    covered = sum(one.last - one.first + 1 for one in clause.mentions)
    return [around.topic] if covered == len(clause.words) else []


def _tell(aspect: str, around: _Context) -> str:
    """Return an aspect, an ambiguous one by the words of the text that hint at one of those it can be."""
    if aspect not in _AMBIGUOUS:
        return aspect
    hints, clauses = load_lexicon(around.language).hints, around.clauses
    told = {one.entry.aspect for clause in clauses for one in clause.aspects}
    told |= {hit.mention.entry.implies for clause in clauses for hit in clause.hits}
    told |= {word.text for clause in clauses for word in clause.words}
    for _ in range(2):
        told |= {hinted for word in told for hinted in hints.get(word, ())}
    usual, *others = _AMBIGUOUS[aspect]
    return next((other for other in others if other in told), usual)
