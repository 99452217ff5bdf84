"""One opinion as a clause: every way a language has of praising or blaming one aspect."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from limner.collect.world import phrases_en, phrases_zh
from limner.collect.world.phrases import Grammar, Wording, alternatives

GRAMMARS: dict[str, Grammar] = {"zh": phrases_zh.GRAMMAR, "en": phrases_en.GRAMMAR}
_WORDINGS: dict[str, dict[str, Wording]] = {"zh": phrases_zh.WORDINGS, "en": phrases_en.WORDINGS}


class Dice:
    """Draws from lists, quickly, from one numpy generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw in blocks: a call of the generator costs more than a clause."""
        self._rng = rng
        self._drawn: Iterator[float] = iter(())

    def roll(self) -> float:
        """Return the next number, 0 <= number < 1."""
        number = next(self._drawn, None)
        if number is None:
            self._drawn = iter(self._rng.random(4096).tolist())
            number = next(self._drawn)
        return float(number)

    def pick(self, options: tuple[str, ...]) -> str:
        """Return one of the options."""
        return options[int(self.roll() * len(options))]


class Clauses(NamedTuple):
    """All clauses of one opinion, by how they are made."""

    idiom: tuple[str, ...]
    plain: tuple[str, ...]
    negated: tuple[str, ...]
    stock: tuple[str, ...]


_KINDS = (0.32, 0.66, 0.80, 1.0)
"""Upper edges: a third idioms, a third plain, some negated, some stock phrases."""


@cache
def list_clauses(language: str, aspect: str, polarity: int) -> Clauses:
    """Return every clause that praises (+1) or blames (-1) an aspect in a language."""
    wording, grammar = _WORDINGS[language][aspect], GRAMMARS[language]
    side = 0 if polarity > 0 else 1
    return Clauses(
        idiom=alternatives(wording.blame if side else wording.praise),
        plain=_expand(wording, grammar, grammar.plain[side]),
        negated=_expand(wording, grammar, grammar.negated[side]),
        stock=_expand(wording, grammar, grammar.stock[side]),
    )


def _expand(wording: Wording, grammar: Grammar, frames: tuple[str, ...]) -> tuple[str, ...]:
    """Return the frames with every subject, intensifier and adjective put in, each frame once."""
    clauses = []
    for frame, subject in product(frames, alternatives(wording.subjects)):
        word = subject.rstrip("*")
        are, leaves = ("are", "leave") if subject.endswith("*") else ("is", "leaves")
        adjectives = alternatives(wording.good if "{g}" in frame else wording.bad)
        if "{g}" not in frame and "{b}" not in frame:
            adjectives = ("",)
        intensifiers = grammar.intensifiers if "{i}" in frame else ("",)
        for adjective, intensifier in product(adjectives, intensifiers):
            fill = {"s": word, "is": are, "leaves": leaves, "i": intensifier, "g": adjective, "b": adjective}
            clauses.append(frame.format(**fill))
    return tuple(clauses)


def draw_clause(dice: Dice, language: str, aspect: str, polarity: int) -> str:
    """Return one clause; stock phrases stand in where an aspect has no adjectives."""
    kinds = list_clauses(language, aspect, polarity)
    number = dice.roll()
    chosen = next(kind for kind, edge in zip(kinds, _KINDS, strict=True) if number < edge)
    return dice.pick(chosen or kinds.stock)
