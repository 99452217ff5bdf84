"""What a text praises and what it blames, each with the words that say so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from limner.text.chinese_nouns import ChineseNouns, name_specific, specify
from limner.text.clauses import Span, iterate_clauses
from limner.text.english_nouns import EnglishNouns, is_whole
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.lexicons import load_lexicon
from limner.text.normalisation import normalise
from limner.text.sentiment import ClauseReading, Hit, read_clause
from limner.text.targets import LONGEST_ALONE, Nouns, Target, find_listed, name_alone

WEAKEST_WORD = 0.25
"""A word of less strength is a cue for the text as a whole, no opinion on an aspect."""
WEAKEST = 0.1
"""A sum nearer to 0 than this is undecided."""
STRONG_NAME = 0.4
"""A word that names an aspect and judges it at once (quality, noise) needs this strength to do so alone."""
_PACE = frozenset(["速度", "时效"])
_AMBIGUOUS = {
    "速度": ("速度", "送餐", "物流"),
    "时效": ("", "送餐", "物流"),
    "speed": ("performance", "delivery"),
    "观感": ("外观", "内容", "剧情"),
    "意趣": ("", "内容", "剧情"),
    "大小": ("尺寸", "分量"),
}
"""What 快, 准时, fast, 好看, 有意思 and 太小 imply: the first, unless words around speak for another."""
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


class _Alone(NamedTuple):
    """An aspect that stands alone in a clause."""

    name: str
    start: int
    heads: bool
    """Whether it is a heading, not part of a list."""
    shares: bool
    """Whether what follows speaks of it beside other things: "for the price, …"."""


_SILENCE = _Said({}, 0.0)


class _Text:
    """The clauses of a text, and what the whole of it tells."""

    def __init__(self, clauses: list[ClauseReading], language: TextLanguage) -> None:
        self.clauses = clauses
        self.language = language
        self.lexicon = load_lexicon(language)
        self.topic = ""
        """The aspect that the clause before was about."""
        self.past = False
        """Whether that clause told of before."""

    def is_whole(self, target: Target) -> bool:
        """Return whether a noun that no list knows is what the text calls the thing itself."""
        return self.language == "en" and target.vague and is_whole(target.name, self.clauses)

    def goes_on(self, place: int) -> bool:
        """Return whether a clause tells of before and a later one of now."""
        return self.clauses[place].past and any(clause.present for clause in self.clauses[place + 1 :])

    def tell(self, aspect: str, clause: ClauseReading) -> str:
        """Return an aspect; an ambiguous one by the words around that hint at one of those it can be."""
        if aspect not in _AMBIGUOUS:
            return aspect
        hints, clauses = self.lexicon.hints, self.clauses if self.language == "zh" else [clause]
        told = {one.entry.aspect for around in clauses for one in around.aspects}
        told |= {hit.mention.entry.implies for around in clauses for hit in around.hits}
        told |= {word.text for around in clauses for word in around.words}
        for _ in range(2):
            told |= {hinted for word in told for hinted in hints.get(word, ())}
        usual, *others = _AMBIGUOUS[aspect]
        return next((other for other in others if other in told), usual)


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
    text = _Text(clauses, language)
    alone: list[_Alone] = []
    for place, (span, clause) in enumerate(zip(spans, clauses, strict=True)):
        said = _SILENCE
        if clause.hits and _speaks(span, clause) and not text.goes_on(place):
            said = _judge_clause(clause, text)
        sums = _join_alone(said, alone)
        start = alone[0].start if alone and sums else span.start
        for aspect, total in sums.items():
            yield aspect, max(-1.0, min(1.0, total)), start, span.end
        text.past = clause.past
        text.topic = _find_topic(clause, said, text) if span.mark in ("", ",") else ""
        one = _stand_alone(span, clause, language)
        alone = [*alone, one] if one else []


def _speaks(span: Span, clause: ClauseReading) -> bool:
    return clause.silent_from > 0 and ("?" not in span.mark or clause.rhetorical)


def _find_topic(clause: ClauseReading, said: _Said, text: _Text) -> str:
    """Return the aspect that a Chinese clause leaves for the next to go on about."""
    if text.language != "zh":
        return ""
    names = {one.entry.aspect for one in clause.aspects if not one.entry.vague}
    if names:
        return names.pop() if len(names) == 1 else ""
    return text.topic if said.sums else ""


def _stand_alone(span: Span, clause: ClauseReading, language: TextLanguage) -> _Alone | None:
    """Return the aspect that a clause does nothing but name, before a comma, a colon or a dash."""
    if len(clause.words) > LONGEST_ALONE or not _HEADS.search(span.mark):
        return None
    name = name_alone(clause, language)
    shares = any(one.entry.shares for one in clause.mentions)
    return _Alone(name, span.start, "," not in span.mark, shares) if name else None


def _join_alone(said: _Said, alone: list[_Alone]) -> dict[str, float]:
    """Return what a clause says, with the aspects that stood alone before it."""
    sums = {aspect: total for aspect, total in said.sums.items() if abs(total) >= WEAKEST}
    if not alone:
        return sums
    last = alone[-1]
    if (last.heads or last.shares) and abs(said.total) >= WEAKEST:
        return {last.name: said.total} if last.heads else sums | {last.name: said.total}
    shared = next(iter(sums.values()), 0.0)
    return sums | {one.name: shared for one in alone if shared and one.name not in sums}


def _judge_clause(clause: ClauseReading, text: _Text) -> _Said:
    """Return the sum of the opinions by aspect in one clause."""
    sums: dict[str, float] = {}
    itself: dict[str, float] = {}
    nouns = EnglishNouns(clause) if text.language == "en" else ChineseNouns(clause)
    counted = [hit for hit in clause.hits if _counts(hit, clause, text)]
    for hit in counted:
        own = hit.mention.entry.aspect
        if own:
            if abs(hit.strength) >= STRONG_NAME or hit.strength * hit.polarity < 0:
                itself[own] = hit.polarity
            continue
        for aspect in _aspects_of(hit, clause, nouns, text) or _carry(hit, clause, text):
            name = text.tell(aspect, clause)
            if name:
                sums[name] = sums.get(name, 0.0) + hit.polarity
    total = sum(hit.polarity for hit in counted)
    shared = {one.entry.shares: total for one in clause.mentions if one.entry.shares and total}
    return _Said(itself | sums | shared, total)


def _counts(hit: Hit, clause: ClauseReading, text: _Text) -> bool:
    """Return whether an opinion can be one on an aspect; a question in the way of a complaint only blames."""
    if abs(hit.strength) < WEAKEST_WORD or hit.mention.first >= clause.silent_from:
        return False
    if clause.rhetorical and hit.polarity > 0:
        return False
    return not _is_modal(hit, clause, text)


def _is_modal(hit: Hit, clause: ClauseReading, text: _Text) -> bool:
    """Return whether a word that judges only at the end of a clause, such as 可以, stands before its end."""
    first, last, words = hit.mention.first, hit.mention.last, clause.words
    if first != last or text.lexicon.grammar.get(words[last].text) != "final":
        return False
    named = {one.first for one in clause.aspects}
    behind = range(last + 1, len(words))
    place = next((place for place in behind if words[place].text not in _PARTICLES), len(words))
    return place < len(words) and place not in named


def _aspects_of(hit: Hit, clause: ClauseReading, nouns: Nouns, text: _Text) -> list[str]:
    """Return the aspects an opinion speaks of: those it stands with, else the one it implies."""
    entry = hit.mention.entry
    if entry.implies in _PACE:
        return [_find_mover(hit, clause, text) or entry.implies]
    if entry.implies and entry.pull > 0 and (hit.polarity > 0 or text.language != "en"):
        return _imply(hit, clause)
    target = nouns.target_of(hit.mention)
    if entry.implies and entry.pull > 0:
        return [] if target and target.attributive and target.vague else _imply(hit, clause)
    named = target is not None and bool(target.name)
    if target and named and (not entry.implies or _takes(target, entry.pull)) and not text.is_whole(target):
        return [target.name, *find_listed(target, clause)]
    if not entry.implies or (entry.pull < 0 and target and target.attributive):
        return []
    return _imply(hit, clause)


def _imply(hit: Hit, clause: ClauseReading) -> list[str]:
    """Return the aspect that an opinion implies, and those listed with it."""
    first, last = hit.mention.first, hit.mention.last
    implied = name_specific(hit, clause) or hit.mention.entry.implies
    before = find_listed(Target(implied, first=first), clause)
    behind = find_listed(Target(implied, first=last, attributive=True), clause)
    return list(dict.fromkeys([implied, *before, *behind]))


def _takes(target: Target, pull: int) -> bool:
    """Return whether a noun is to be preferred to what the opinion implies with this pull."""
    return not target.vague or (pull < 0 and not target.frail and not target.attributive)


def _find_mover(hit: Hit, clause: ClauseReading, text: _Text) -> str:
    """Return the aspect in a Chinese clause that can be fast or slow."""
    fitting = _movers()
    near = sorted(clause.aspects, key=lambda one: abs(one.first - hit.mention.first))
    found = next((one for one in near if one.entry.aspect in fitting), None)
    return specify(found, clause).entry.aspect if found else ""


@cache
def _movers() -> frozenset[str]:
    entries = load_lexicon("zh").entries
    return frozenset(entries["快"].fits.keys() | entries["慢"].fits.keys())


def _carry(hit: Hit, clause: ClauseReading, text: _Text) -> list[str]:
    """Return the aspect of the clause before where this one is nothing but a descriptive opinion."""
    if not text.topic or clause.aspects or len(clause.hits) > 1:
        return []
    if hit.mention.entry.overall and not (text.past and clause.present):
        return []
    covered = sum(one.last - one.first + 1 for one in clause.mentions)
    return [text.topic] if covered == len(clause.words) else []
