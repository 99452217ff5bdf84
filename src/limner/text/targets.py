"""What an opinion can speak of, and which aspects are listed with it."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon
from limner.text.sentiment import ClauseReading, Mention

LONGEST_ALONE = 3
"""Words of a clause that does nothing but name an aspect."""
_AND = frozenset("和 与 及 跟 以及 还有 and or & plus".split())


class Target(NamedTuple):
    """What an opinion speaks of."""

    name: str
    """The aspect a list gives to the noun, else the noun itself; empty: the thing as a whole."""
    vague: bool = True
    """Whether an aspect that the opinion implies is to be preferred."""
    first: int = -1
    """Place of the noun in the clause."""
    attributive: bool = False
    """Whether the noun follows the opinion: "an easy way"."""
    frail: bool = False
    """Whether even an aspect that the opinion implies weakly is to be preferred: feel in "feels solid"."""


WHOLE = Target("")


class Nouns(Protocol):
    """The nouns of one clause by what stands with them."""

    def target_of(self, opinion: Mention) -> Target | None:
        """Return what an opinion speaks of by its place in the clause; None when nothing there tells."""


def find_listed(target: Target, clause: ClauseReading) -> Iterator[str]:
    """Yield the aspects listed with one: 味道 in 味道和分量, sound in "sound and build"."""
    for named in reversed(clause.aspects):
        if named.last < target.first and _are_joined(clause, named.last, target.first):
            if named.entry.aspect != target.name:
                yield named.entry.aspect
            target = target._replace(first=named.first)
    if target.attributive:
        for named in clause.aspects:
            if named.first > target.first and _are_joined(clause, target.first, named.first):
                yield named.entry.aspect


def _are_joined(clause: ClauseReading, last: int, first: int) -> bool:
    """Return whether two words are parts of one list: a conjunction or a mark such as 、 is between them."""
    words = clause.words
    between = [word.text for word in words[last + 1 : first]]
    if between:
        return between[0] in _AND and between[1:] in ([], ["the"], ["its"])
    gap = words[first].start - words[last].start - len(words[last].text)
    return gap > (0 if "\u4e00" <= words[first].text[0] <= "\u9fff" else 1)


def name_alone(clause: ClauseReading, language: TextLanguage) -> str:
    """Return the aspect of a clause that does nothing but name one, else an empty string."""
    if len(clause.words) > LONGEST_ALONE or clause.hits or clause.silent_from < len(clause.words):
        return ""
    shares = next((one.entry.shares for one in clause.mentions if one.entry.shares), "")
    if shares or len(clause.aspects) != 1:
        return shares
    named, small = clause.aspects[0], load_lexicon(language).grammar
    others = [*clause.words[: named.first], *clause.words[named.last + 1 :]]
    leads = all(small.get(word.text) in ("determiner", "coordination") for word in others)
    return named.entry.aspect if leads else ""
