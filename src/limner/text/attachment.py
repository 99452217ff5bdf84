"""The noun an opinion stands with in its clause, whether a list knows that noun or not.

English goes by the order of words: an adjective speaks of the noun behind it ("great tone"), after a copula of
the subject before it ("the staff was rude"), a verb of its object ("I love the feel"). Chinese goes by what is
nearest: the noun before the opinion (前台很冷漠) or behind 的 (漂亮的前台).
"""

from collections.abc import Iterator
from typing import NamedTuple

from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon
from limner.text.segmentation import is_noun
from limner.text.sentiment import ClauseReading, Hit, Mention

LONGEST_NOUN = 3
"""Words of the longest noun phrase that is looked through for its head."""
REACH = 3
"""Words between a Chinese noun and its opinion."""
BEHIND = 2
"""Words by which a Chinese noun behind an opinion counts as farther than one before it."""
LONGEST_ALONE = 3
"""Words of a clause that does nothing but name an aspect."""
_GENERAL = frozenset("效果 质量 品质 速度 功能 设计 水平 程度".split())
_GOT = frozenset("bought got ordered purchased received bought buying picked owned own".split())
_MINE = frozenset("my your his her our their".split())
_SHORT = frozenset("床灯门窗车桌椅墙锅伞笔锁鞋馅饼茶酒糖蛋瓜枣汤粥")
"""Nouns of one character that can be an aspect; most others are parts of words."""
_DISHES = frozenset("饭菜汤粥饼鸡鸭鱼虾肉")
"""What the names of dishes end with."""
_AND = frozenset("和 与 及 跟 以及 还有 and or & plus 、".split())


class Target(NamedTuple):
    """What an opinion speaks of."""

    name: str
    """The aspect a list gives to the noun, else the noun itself; empty: the thing as a whole."""
    vague: bool
    """Whether an aspect that the opinion implies is to be preferred."""
    first: int = -1
    """Place of the noun in the clause."""
    attributive: bool = False
    """Whether the noun follows the opinion: "an easy way"."""
    frail: bool = False
    """Whether any aspect that the opinion implies is to be preferred: feel in "feels solid"."""


def find_wholes(clauses: list[ClauseReading]) -> frozenset[str]:
    """Return the nouns by which an English text calls the thing itself: amp in "this amp", "bought an amp"."""
    does = load_lexicon("en").grammar
    found = set()
    for clause in clauses:
        english = None
        for place, word in enumerate(clause.words[:-1]):
            leads = does.get(word.text) == "this" or (word.text in _GOT and place + 2 < len(clause.words))
            if leads:
                english = english or _English(clause)
                found.add(english.head_after(place))
    return frozenset(found - {""})


def find_target(hit: Hit, clause: ClauseReading, language: TextLanguage) -> Target | None:
    """Return what an opinion speaks of by its place in the clause; None when nothing there tells."""
    if language == "en":
        return _English(clause).target_of(hit.mention)
    return _find_chinese(hit.mention, clause) if language == "zh" else None


def find_listed(target: Target, clause: ClauseReading) -> Iterator[str]:
    """Yield the aspects listed with one: 味道 in 味道和分量, sound in "sound and build"."""
    for named in reversed(clause.aspects):
        if named.last < target.first and _joined(clause, named.last, target.first):
            if named.entry.aspect != target.name:
                yield named.entry.aspect
            target = target._replace(first=named.first)
    if target.attributive:
        for named in clause.aspects:
            if named.first > target.first and _joined(clause, target.first, named.first):
                yield named.entry.aspect


def _joined(clause: ClauseReading, last: int, first: int) -> bool:
    """Return whether two words are parts of one list: a conjunction or a mark of its own is between them."""
    words = clause.words
    between = [word.text for word in words[last + 1 : first] if word.text not in ("the", "its")]
    if between:
        return len(between) == 1 and between[0] in _AND
    gap = words[first].start - words[last].start - len(words[last].text)
    return gap > (0 if "\u4e00" <= words[first].text[0] <= "\u9fff" else 1)


def name_alone(clause: ClauseReading, language: TextLanguage) -> str:
    """Return the aspect of a clause that does nothing but name one, else an empty string."""
    if len(clause.words) > LONGEST_ALONE or clause.hits or clause.silent_from < len(clause.words):
        return ""
    shares = next((one.entry.shares for one in clause.mentions if one.entry.shares), "")
    if shares or len(clause.aspects) != 1:
        return shares
    named = clause.aspects[0]
    small = load_lexicon(language).grammar
    others = [
        word.text for place, word in enumerate(clause.words) if not named.first <= place <= named.last
    ]
    return named.entry.aspect if all(small.get(word) in ("determiner", "coordination") for word in others) else ""


class _English:
    """The words of one English clause by what they do."""

    def __init__(self, clause: ClauseReading) -> None:
        self.words = [word.text for word in clause.words]
        self.lemmas = [word.lemma for word in clause.words]
        self.lexicon = load_lexicon("en")
        self.named = {place: one for one in clause.aspects for place in range(one.first, one.last + 1)}
        self.judged = {one.mention.first for one in clause.hits}
        self.taken = {
            place
            for one in clause.mentions
            if (one.entry.strength or one.entry.role) and not one.entry.aspect
            for place in range(one.first, one.last + 1)
        }

    def does(self, place: int) -> str:
        """Return what a word does; empty for a word of content."""
        if not 0 <= place < len(self.words):
            return "edge"
        grammar = self.lexicon.grammar
        return grammar.get(self.words[place]) or grammar.get(self.lemmas[place], "")

    def is_content(self, place: int, *, behind: bool = False) -> bool:
        """Return whether a word can be part of a noun phrase; a verb such as "feel" is a noun behind "great"."""
        if not 0 <= place < len(self.words) or place in self.taken:
            return False
        word = self.words[place]
        if place in self.named and (behind or self.does(place) != "copula" or self.does(place - 1) == "determiner"):
            return True
        if self.does(place) not in ("", "whole") or word.endswith("ly"):
            return False
        if word.endswith(("ing", "ed")) and word != self.lemmas[place]:
            return False
        return word.isalpha() and (self.does(place) == "whole" or word not in self.lexicon.stop_words)

    def head_after(self, place: int) -> str:
        """Return the head of the noun phrase behind a word, its base form; empty when there is none."""
        place += 1
        while self.does(place) in ("determiner", "article", "this", "filler") or place in self.taken:
            place += 1
        head = ""
        while self.is_content(place):
            head = self.lemmas[place]
            place += 1
        return head

    def target_of(self, opinion: Mention) -> Target | None:
        """Return the noun behind an adjective or a verb, or the subject before a copula."""
        place, passed, verb = self._look_left(opinion.first - 1)
        behind = self._behind(opinion, this="this" in passed)
        if behind and behind.vague and "mine" in passed:
            behind = None
        if "article" in passed and "copula" in passed:
            return behind if behind and not behind.vague else Target("", vague=True)
        if "article" in passed:
            return behind
        subject = self._subject(place)
        if "copula" in passed:
            known = subject if subject and not subject.vague else None
            return known or verb or subject or (behind if behind and not behind.vague else None)
        return behind or (subject if subject and not subject.vague else None)

    def _look_left(self, place: int) -> tuple[int, set[str], Target | None]:
        """Return where content begins before an opinion, what was passed, and the aspect a verb names."""
        passed: set[str] = set()
        verb = None
        while place >= 0:
            does = "" if place in self.taken else self.does(place)
            if does == "copula" and place in self.named:
                frail = self.lemmas[place] in ("feel", "felt", "look")
                verb = Target(self.named[place].entry.aspect, vague=True, first=place, frail=frail)
            linked = self.words[place] == "to" and "copula" in passed
            small = does in ("adverb", "determiner", "article", "copula", "this")
            if not small and not linked and place not in self.taken:
                break
            passed.add("mine" if self.words[place] in _MINE else does)
            place -= 1
        if place >= 0 and self.words[place] in ("it's", "that's", "they're", "i'm", "you're"):
            passed.add("copula")
        return place, passed, verb

    def _behind(self, opinion: Mention, *, this: bool) -> Target | None:
        """Return the noun behind an opinion, after what may stand between; behind an adverb only a known one."""
        place = opinion.last + 1
        transitive = self.does(opinion.last) == "transitive"
        while place < len(self.words):
            does = self.does(place)
            coordinated = does == "coordination" and place + 1 in self.judged
            passed = transitive and does in ("preposition", "determiner", "this", "article")
            if not (place in self.taken or coordinated or passed or does == "filler"):
                break
            this = this or does == "this"
            place += 1
        run = []
        while self.is_content(place, behind=True) and len(run) < LONGEST_NOUN:
            run.append(place)
            place += 1
        found = self._name(run, this=this)
        if found and found.vague and self.words[opinion.last].endswith("ly"):
            return None
        return found._replace(attributive=True) if found else None

    def _subject(self, place: int) -> Target | None:
        """Return the head of the noun phrase that ends here: quality in "the quality of the sound"."""
        run: list[int] = []
        this = False
        while place >= 0:
            piece: list[int] = []
            while self.is_content(place):
                piece.insert(0, place)
                place -= 1
            if not piece or self.does(place) == "copula":
                break
            run = piece
            this = self.does(place) == "this"
            while self.does(place) in ("determiner", "article", "this"):
                place -= 1
            if self.does(place) != "preposition":
                break
            place -= 1
        return self._name(run[-LONGEST_NOUN:], this=this)

    def _name(self, run: list[int], *, this: bool) -> Target | None:
        """Return what a noun phrase names: the aspect in it, else its head."""
        if not run:
            return None
        known = [self.named[place] for place in run if place in self.named]
        if known and not (this and known[-1].entry.vague):
            return Target(known[-1].entry.aspect, known[-1].entry.vague, known[-1].first)
        if this or self.does(run[-1]) == "whole" or len(self.lemmas[run[-1]]) < 3:
            return Target("", vague=True)
        return Target(self.lemmas[run[-1]], vague=True, first=run[-1])


def _find_chinese(opinion: Mention, clause: ClauseReading) -> Target | None:
    """Return the nearest noun, known or not."""
    near = sorted(clause.aspects, key=lambda one: _distance(one, opinion, clause))
    known = near[0] if near else None
    if known and known.last < opinion.first:
        known = specify(known, clause)
    unknown = _chinese_noun(opinion, clause)
    if known is None:
        return unknown
    if unknown and unknown.name and abs(unknown.first - opinion.first) < _distance(known, opinion, clause):
        return unknown
    return Target(known.entry.aspect, known.entry.vague, known.first)


def specify(known: Mention, clause: ClauseReading) -> Mention:
    """Return what a general noun is said of, when that is named right before it: 拍照 in 拍照效果."""
    if clause.words[known.first].text not in _GENERAL:
        return known
    return next((one for one in clause.aspects if one.last + 1 == known.first), known)


def _distance(named: Mention, opinion: Mention, clause: ClauseReading) -> int:
    """Return the words from one to the other; a noun behind counts as farther unless 的 leads to it."""
    if named.first <= opinion.last:
        return max(opinion.first - named.last, 0)
    leads = clause.words[opinion.last + 1].text == "的"
    return named.first - opinion.last + (0 if leads else BEHIND)


def _chinese_noun(opinion: Mention, clause: ClauseReading) -> Target | None:
    """Return a noun that no list knows, right before an opinion or behind its 的."""
    lexicon, words = load_lexicon("zh"), clause.words
    place = _place_of_noun(opinion, clause)
    if place < 0 or not is_noun(words[place].text):
        return None
    word = words[place].text
    entry = lexicon.entries.get(word)
    if entry and (entry.strength or entry.role or entry.aspect) or len(word) == 1 and word not in _SHORT:
        return None
    before = lexicon.grammar.get(words[place - 1].text) if place else ""
    for n in range(1, len(word) - 1):
        part = lexicon.entries.get(word[n:])
        if part and part.aspect:
            return Target(part.aspect, part.vague, first=place)
    if word[-1] in _DISHES and lexicon.grammar.get(word) != "whole":
        return Target("味道", vague=True, first=place)
    if before == "this" or lexicon.grammar.get(word) == "whole" or word in lexicon.stop_words:
        return Target("", vague=True)
    return Target(word, vague=True, first=place)


def _place_of_noun(opinion: Mention, clause: ClauseReading) -> int:
    """Return where a noun would stand: the last of a run behind 的, else before the adverbs."""
    lexicon, words = load_lexicon("zh"), clause.words
    behind = opinion.last + 1
    if behind + 1 < len(words) and words[behind].text == "的" and is_noun(words[behind + 1].text):
        place = behind + 1
        while place + 1 < len(words) and is_noun(words[place + 1].text):
            place += 1
        return place
    passed = {
        place for one in clause.mentions if one.entry.role for place in range(one.first, one.last + 1)
    }
    place = opinion.first - 1
    while place >= max(0, opinion.first - REACH) and (
        place in passed or lexicon.grammar.get(words[place].text) == "adverb"
    ):
        place -= 1
    return place
