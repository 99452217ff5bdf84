"""The noun an English opinion stands with, whether a list knows it or not, by the order of words.

An adjective speaks of the noun behind it ("great tone"), after a copula of the subject before it ("the staff
was rude"), a verb of its object ("I love the feel"). What a word does is in `lexicons/grammar.en.txt`.
"""

from functools import cache

from limner.text.lexicons import load_lexicon
from limner.text.sentiment import ClauseReading, Mention
from limner.text.targets import WHOLE, Target

LONGEST_NOUN = 3
"""Words of the longest noun phrase that is looked through for its head."""
NEAR = 3
"""Words between "this" or "bought" and the name of the thing."""
SHORTEST_NOUN = 3
"""Letters of the shortest noun that names itself."""
_LEADING = frozenset(["determiner", "mine", "article", "this"])
_PASSED = frozenset(["adverb", "copula", *_LEADING])
_OBJECT = frozenset(["preposition", *_LEADING])
_FRAIL = frozenset(["feel", "felt", "look"])


class EnglishNouns:
    """The words of one English clause by what they do."""

    def __init__(self, clause: ClauseReading) -> None:
        """Keep what the lists say about the words."""
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

    def target_of(self, opinion: Mention) -> Target | None:
        """Return the noun behind an adjective or a verb, or the subject before a copula."""
        place, passed, verb = self._look_left(opinion.first - 1)
        if self._does(opinion.first) == "copula":
            passed.add("copula")
        behind = self._behind(opinion, this="this" in passed)
        if behind and behind.vague and "mine" in passed:
            behind = None
        known_behind = behind if behind and not behind.vague else None
        if "article" in passed:
            return (known_behind or WHOLE) if "copula" in passed else behind
        subject = self._subject(place)
        known_subject = subject if subject and not subject.vague else None
        if "copula" in passed:
            return known_subject or verb or subject or known_behind
        return behind or known_subject

    def _does(self, place: int) -> str:
        """Return what a word does; empty for a word of content."""
        if not 0 <= place < len(self.words):
            return "edge"
        grammar = self.lexicon.grammar
        return grammar.get(self.words[place]) or grammar.get(self.lemmas[place], "")

    def _is_content(self, place: int, *, behind: bool = False) -> bool:
        """Return whether a word can be part of a noun phrase; "feel" is a noun behind "great" or "the"."""
        if not 0 <= place < len(self.words) or place in self.taken:
            return False
        word, does = self.words[place], self._does(place)
        if place in self.named and (behind or does != "copula" or self._does(place - 1) == "determiner"):
            return True
        if does not in ("", "whole") or word.endswith("ly") or not word.isalpha():
            return False
        if word.endswith(("ing", "ed")) and word != self.lemmas[place]:
            return False
        return does == "whole" or word not in self.lexicon.stop_words

    def _look_left(self, place: int) -> tuple[int, set[str], Target | None]:
        """Return where content begins before an opinion, what was passed, and the aspect a verb names."""
        passed: set[str] = set()
        verb = None
        while place >= 0:
            taken = place in self.taken
            does = "" if taken else self._does(place)
            linked = self.words[place] == "to" and "copula" in passed
            linked = linked or (does == "coordination" and place - 1 in self.taken)
            if not (taken or linked or does in _PASSED):
                break
            if does == "copula" and place in self.named:
                frail = self.lemmas[place] in _FRAIL
                verb = Target(self.named[place].entry.aspect, first=place, frail=frail)
            passed.add(does)
            place -= 1
        if self._does(place) == "clitic":
            passed.add("copula")
        return place, passed, verb

    def _behind(self, opinion: Mention, *, this: bool) -> Target | None:
        """Return the noun behind an opinion, after what may stand between; behind -ly only a known one."""
        place = opinion.last + 1
        transitive = self._does(opinion.last) == "transitive"
        while place < len(self.words):
            does = self._does(place)
            listed = does == "coordination" and place + 1 in self.judged
            passed = does == "filler" or (transitive and does in _OBJECT)
            if not (place in self.taken or listed or passed):
                break
            this = this or does == "this"
            place += 1
        run: list[int] = []
        while self._is_content(place, behind=True) and len(run) < LONGEST_NOUN:
            run.append(place)
            place += 1
        found = self._name(run, this=this)
        if found is None or (found.vague and self.words[opinion.last].endswith("ly")):
            return None
        return found._replace(attributive=True)

    def _subject(self, place: int) -> Target | None:
        """Return the head of the noun phrase that ends here: quality in "the quality of the sound"."""
        run: list[int] = []
        leading = ""
        while place >= 0:
            piece: list[int] = []
            while self._is_content(place):
                piece.insert(0, place)
                place -= 1
            if not piece or self._does(place) == "copula":
                break
            run, leading = piece, self._does(place)
            while self._does(place) in _LEADING:
                place -= 1
            if self._does(place) != "preposition":
                break
            place -= 1
        found = self._name(run, this=leading == "this")
        return None if found and found.vague and leading in ("mine", "pronoun") else found

    def _name(self, run: list[int], *, this: bool) -> Target | None:
        """Return what a noun phrase names: the aspect that its head is, else the head."""
        if not run:
            return None
        head = run[-1]
        known = self.named.get(head)
        if known and not (this and known.entry.vague):
            vague = known.entry.vague
            return Target(known.entry.aspect, vague, known.first, frail=vague)
        if this or self._does(head) == "whole" or len(self.lemmas[head]) < SHORTEST_NOUN:
            return WHOLE
        return Target(self.lemmas[head], first=head)


def is_whole(name: str, clauses: list[ClauseReading]) -> bool:
    """Return whether an English text calls the thing itself so: amp in "this amp", "bought a small amp"."""
    leading = _leading_words()
    for clause in clauses:
        for place, word in enumerate(clause.words):
            if word.lemma == name and any(
                before.text in leading for before in clause.words[max(0, place - NEAR) : place]
            ):
                return True
    return False


@cache
def _leading_words() -> frozenset[str]:
    grammar = load_lexicon("en").grammar
    return frozenset(word for word, does in grammar.items() if does in ("this", "got"))
