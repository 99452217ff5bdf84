"""The noun a Chinese opinion stands with, whether a list knows it or not: the nearest one.

A noun stands before its opinion (前台很冷漠) or behind 的 (漂亮的前台). Nouns that no list knows are those of
jieba's dictionary; what is never an aspect (手机, 东西) is in `lexicons/grammar.zh.txt`.
"""

from limner.text.lexicons import load_lexicon
from limner.text.segmentation import is_noun
from limner.text.sentiment import ClauseReading, Hit, Mention
from limner.text.targets import WHOLE, Target

REACH = 3
"""Words between an unknown noun and its opinion."""
BEHIND = 2
"""Words by which a noun behind an opinion counts as farther than one before it."""
_GENERAL = frozenset("效果 质量 品质 速度 功能 设计 水平 程度".split())
_SHORT = frozenset("床灯门窗车桌椅墙锅伞笔锁鞋馅饼茶酒糖蛋瓜枣汤粥")
"""Nouns of one character that can be an aspect; most others are parts of words."""
_DISHES = frozenset("饭菜汤粥饼鸡鸭鱼虾肉")
"""What the names of dishes end with."""


class ChineseNouns:
    """The nouns of one Chinese clause."""

    def __init__(self, clause: ClauseReading) -> None:
        """Keep the clause."""
        self.clause = clause
        self.words = [word.text for word in clause.words]
        self.lexicon = load_lexicon("zh")

    def target_of(self, opinion: Mention) -> Target | None:
        """Return the nearest noun, known or not."""
        known = min(self.clause.aspects, key=lambda one: self._distance(one, opinion), default=None)
        far = self._distance(known, opinion) if known else len(self.words)
        unknown = self._unknown(opinion) if far > 1 else None
        if known is None or (unknown and unknown.name and abs(unknown.first - opinion.first) < far):
            return unknown
        if known.last < opinion.first:
            known = specify(known, self.clause)
        return Target(known.entry.aspect, known.entry.vague, known.first)

    def _distance(self, named: Mention, opinion: Mention) -> int:
        """Return the words from one to the other; a noun behind counts as farther unless 的 leads to it."""
        if named.first <= opinion.last:
            return max(opinion.first - named.last, 0)
        leads = self.words[opinion.last + 1] == "的"
        return named.first - opinion.last + (0 if leads else BEHIND)

    def _unknown(self, opinion: Mention) -> Target | None:
        """Return a noun that no list knows, right before an opinion or behind its 的."""
        place = self._place_of_noun(opinion)
        word = self.words[place] if place >= 0 else ""
        entry = self.lexicon.entries.get(word)
        if not is_noun(word) or (len(word) == 1 and word not in _SHORT):
            return None
        if entry and (entry.strength or entry.role or entry.aspect):
            return None
        return self._name(word, place)

    def _name(self, word: str, place: int) -> Target:
        """Return what a noun names: the aspect it ends with, itself, or the thing as a whole."""
        grammar = self.lexicon.grammar
        is_whole = grammar.get(word) == "whole"
        ends = (self.lexicon.entries.get(word[n:]) for n in range(1, len(word) - 1))
        known = next((end for end in ends if end and end.aspect), None)
        if known:
            return Target(known.aspect, known.vague, place)
        if word[-1] in _DISHES and not is_whole:
            return Target("味道", first=place)
        this = place > 0 and grammar.get(self.words[place - 1]) == "this"
        return WHOLE if this or is_whole or word in self.lexicon.stop_words else Target(word, first=place)

    def _place_of_noun(self, opinion: Mention) -> int:
        """Return where a noun would stand: the last of a run behind 的, else before the adverbs."""
        place = opinion.last + 2
        if place < len(self.words) and self.words[place - 1] == "的" and is_noun(self.words[place]):
            while place + 1 < len(self.words) and is_noun(self.words[place + 1]):
                place += 1
            return place
        place = opinion.first - 1
        while place >= max(0, opinion.first - REACH) and self._is_small(self.words[place]):
            place -= 1
        return place

    def _is_small(self, word: str) -> bool:
        entry = self.lexicon.entries.get(word)
        return bool(entry and entry.role) or self.lexicon.grammar.get(word) == "adverb"


def specify(known: Mention, clause: ClauseReading) -> Mention:
    """Return what a general noun is said of, when that is named right before it: 拍照 in 拍照效果."""
    if clause.words[known.first].text not in _GENERAL:
        return known
    return next((one for one in clause.aspects if one.last + 1 == known.first), known)


def name_specific(hit: Hit, clause: ClauseReading) -> str:
    """Return the aspect that a phrase such as 质量不错 is said of, when it is named right before it."""
    first = hit.mention.first
    if not first or not clause.words[first].text.startswith(tuple(_GENERAL)):
        return ""
    named = (one.entry.aspect for one in clause.aspects if one.last + 1 == first)
    return next((aspect for aspect in named if aspect != "服务"), "")
