"""The owner's categories: what a model calls an interest is one of them, or a new one with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from limner.text.languages import TextLanguage
from limner.text.normalisation import normalise
from limner.text.segmentation import segment

NEW = "no category of the owner's has this name"
SEVERAL = "more than one of the owner's categories has this name in it"
NONE_GIVEN = "the owner named no categories"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Categories by what can be matched of them."""

    by_name: dict[str, str]
    by_words: dict[frozenset[str], str]

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """Return the taxonomy of some names; of names that are alike the first counts."""
        by_name: dict[str, str] = {}
        by_words: dict[frozenset[str], str] = {}
        for name in names:
            by_name.setdefault(_plain(name), name)
            by_words.setdefault(_words(name), name)
        by_words.pop(frozenset(), None)
        return cls(by_name, by_words)

    def place(self, value: str) -> tuple[str, str]:
        """Return (category, reason): the owner's own and no reason, or the value itself and why.

        >>> Taxonomy.of(["Camping", "手机"]).place("camping"), Taxonomy.of(["a"]).place("chess")[0]
        (('Camping', ''), 'chess')
        """
        if not self.by_name:
            return value, NONE_GIVEN
        plain, words = _plain(value), _words(value)
        exact = self.by_name.get(plain) or self.by_words.get(words)
        if exact:
            return exact, ""
        found = {name for own, name in self.by_words.items() if own <= words or (words and words <= own)}
        if len(found) == 1:
            return found.pop(), ""
        return value, SEVERAL if found else NEW


def _plain(name: str) -> str:
    return "".join(character for character in normalise(name) if character.isalnum())


def _words(name: str) -> frozenset[str]:
    language: TextLanguage = "zh" if any("\u4e00" <= character <= "\u9fff" for character in name) else "en"
    return frozenset(segment(name.replace("_", " ").replace("-", " "), language))
