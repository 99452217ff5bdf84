"""What a ladder stands on: the log, what is known beside it, and what is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from limner.evaluate.question import Content, Question, read_question
from limner.evaluate.splits import Rolling, Split
from limner.recommend.interactions import Interactions, Mask
from limner.recommend.sides import Sides
from limner.settings import Settings

Encode = Callable[[Sequence[str], Sequence[str]], Content]
"""From the ids of items to learn from and of all items to vectors of all, float32 (n_items, c)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked, and of whom."""

    protocol: str = "auto"
    rolling: Rolling = field(default_factory=Rolling)
    relevant: str = ""
    """A comparison that events must meet to be an answer, like ``value>=4``; any event by default."""
    known: int | None = None
    """How many of the newest events of each asked user are told; all by default."""
    models: tuple[str, ...] = ()
    """Names of rows; all by default."""
    controls: bool = True
    ablate: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lore:
    """What is known beside the events: of items by id their words and categories, of users a language.

    ``sides`` are friends and declared attributes of users.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    encode: Encode | None = None
    sides: Sides | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A log with its lore by item code; ``wanted`` says which events may be answers, bool (n_events,)."""

    interactions: Interactions
    lore: Lore
    settings: Settings
    wanted: Mask | None = None

    @property
    def worded(self) -> Mask:
        """Which items have words, bool (n_items,)."""
        return np.array([bool(self.lore.words.get(one)) for one in self.interactions.item_ids], np.bool_)

    @property
    def has_content(self) -> bool:
        """Whether items have vectors."""
        return self.lore.encode is not None and bool(self.worded.any())

    def put(self, split: Split) -> Question:
        """Return the question of a split; content is learnt from the items that its fitting has met."""
        return read_question(split, self.settings, self._place_words(split), self.lore.sides)

    def _place_words(self, split: Split) -> Content | None:
        """Return the vectors of all items, zeros where no item that was met has words to learn from."""
        if self.lore.encode is None or not self.has_content:
            return None
        item_ids = self.interactions.item_ids
        met = np.bincount(split.fit.items, minlength=len(item_ids)) > 0
        known = [one for one, was_met in zip(item_ids, met.tolist(), strict=True) if was_met]
        if not any(self.lore.words.get(one) for one in known):
            return np.zeros((len(item_ids), 1), np.float32)
        return self.lore.encode(known, item_ids)
