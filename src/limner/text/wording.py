"""How the owner wants words to be read: a frozen record that goes wherever a text is read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from limner.text.normalisation import normalise


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The owner's own words; make one with `Wording.of`. Two of the same content are equal and hash alike.

    What is remembered of clauses is remembered with the wording, so that two workspaces of one process never
    read each other's way.
    """

    simplify: bool = True
    """Whether traditional Chinese characters are read as simplified ones."""
    user_words: tuple[str, ...] = ()
    """Words and phrases that are kept whole, as `normalise` writes them, sorted."""
    stop_words: frozenset[str] = frozenset()
    """Words that are no keywords, besides the usual ones."""
    own: frozenset[str] = field(default=frozenset(), init=False, repr=False)
    """`user_words`, to look one up."""
    digest: str = field(default="", init=False, repr=False)
    """Tells one content from another; its hash is computed once, however many words there are."""

    def __post_init__(self) -> None:
        """Note what tells this wording from others."""
        object.__setattr__(self, "own", frozenset(self.user_words))
        object.__setattr__(self, "digest", blake2b(self.to_json().encode(), digest_size=16).hexdigest())

    @classmethod
    def of(
        cls, *, simplify: bool = True, user_words: Iterable[str] = (), stop_words: Iterable[str] = ()
    ) -> "Wording":
        """Return a wording of words as people write them."""

        def plain(words: Iterable[str]) -> set[str]:
            found = {" ".join(normalise(word, simplify=simplify).split()) for word in words}
            return {word for word in found if word}

        return cls(simplify, tuple(sorted(plain(user_words))), frozenset(plain(stop_words)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wording) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def to_json(self) -> str:
        """Return the wording as JSON, for the store."""
        shape: dict[str, Any] = {
            "simplify": self.simplify,
            "user_words": list(self.user_words),
            "stop_words": sorted(self.stop_words),
        }
        return json.dumps(shape, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Wording":
        """Return what `to_json` was called on."""
        given = json.loads(text)
        return cls(given["simplify"], tuple(given["user_words"]), frozenset(given["stop_words"]))


PLAIN = Wording()
"""No words of the owner's."""
