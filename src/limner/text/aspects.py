"""What a text praises and what it blames, each with the words that say so."""

from collections.abc import Iterator
from dataclasses import dataclass

from limner.text.clauses import Span, iterate_clauses
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.normalisation import normalise
from limner.text.sentiment import ClauseReading, Hit, Mention, read_clause

WEAKEST_WORD = 0.25
"""A word of less strength is a cue for the text as a whole, no opinion on an aspect."""
WEAKEST = 0.15
"""A sum nearer to 0 than this is undecided."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One aspect praised or blamed; ``quote == text[start:end]`` exactly."""

    aspect: str
    """Canonical name, in the language of the text."""
    polarity: float
    """−1..1."""
    quote: str
    start: int
    end: int


def find_opinions(text: str, language: TextLanguage | None = None) -> list[Opinion]:
    """Return the opinions of a text in order; a clause without one gives none.

    >>> find_opinions("屏幕有点暗")
    [Opinion(aspect='屏幕', polarity=-0..., quote='屏幕有点暗', start=0, end=5)]
    """
    normal = normalise(text)
    language = language or detect_normalised(normal)
    return [
        Opinion(aspect, polarity, text[span.start : span.end], span.start, span.end)
        for span in iterate_clauses(normal)
        for aspect, polarity in judge_aspects(span, read_clause(normal[span.start : span.end], language))
    ]


def judge_aspects(span: Span, clause: ClauseReading) -> Iterator[tuple[str, float]]:
    """Yield (aspect, polarity) of one clause; nothing from wishes, conditions and questions."""
    if clause.hedged or "?" in span.mark:
        return
    sums: dict[str, float] = {}
    for hit in clause.hits:
        if abs(hit.strength) < WEAKEST_WORD:
            continue
        for aspect in _aspects_of(hit, clause):
            sums[aspect] = sums.get(aspect, 0.0) + hit.polarity
    for aspect, total in sums.items():
        if abs(total) >= WEAKEST:
            yield aspect, max(-1.0, min(1.0, total))


def _aspects_of(hit: Hit, clause: ClauseReading) -> list[str]:
    """Return the aspects an opinion speaks of: those named nearest to it, else the one it implies."""
    implied = hit.mention.entry.implies
    if not clause.aspects:
        return [implied] if implied else []
    nearest = min(clause.aspects, key=lambda named: _distance(named, hit.mention))
    if implied and nearest.entry.vague:
        return [implied]
    return [nearest.entry.aspect, *_listed_with(nearest, clause.aspects)]


def _distance(named: Mention, opinion: Mention) -> int:
    return max(named.first - opinion.last, opinion.first - named.last, 0)


def _listed_with(nearest: Mention, aspects: tuple[Mention, ...]) -> Iterator[str]:
    """Yield the aspects listed right before one: 味道 in 味道和分量, sound in sound and build."""
    follower = nearest
    for named in reversed(aspects):
        adjacent = named.last < follower.first <= named.last + 2
        if adjacent and named.entry.aspect != nearest.entry.aspect:
            yield named.entry.aspect
            follower = named
