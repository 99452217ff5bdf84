"""The records of one explained score."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a score."""

    kind: str
    """item, correction, or what else a score has parts of: attribute, friend, words."""
    key: str
    """The item's id, the corrected fact, or the name of the part."""
    title: str | None
    semantic: float | None
    """What a past item adds by meaning, and by behaviour; None for other parts."""
    behaviour: float | None
    value: float
    share: float
    """The value over the sum of all parts' sizes, −1..1."""
    event_ids: tuple[str, ...] = ()
    """The newest events with the item."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "event_ids": list(self.event_ids)}


@dataclass(frozen=True, slots=True)
class Grouped:
    """Parts of past items put together: by category, or by the texts about one item."""

    key: str | None
    """Category, or item id; None: items without a category."""
    title: str | None
    value: float
    text_ids: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        shape: dict[str, Any] = {"key": self.key, "value": self.value}
        return {**shape, "title": self.title, "text_ids": list(self.text_ids)} if self.text_ids else shape


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The score and rank under another past."""

    change: Literal["without", "with"]
    kind: str
    """item, category or correction."""
    key: str
    score: float
    rank: int
    """Among the items that would then be unseen."""
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: what goes is ``without``, what is added ``with``."""
        return {
            self.change: {"kind": self.kind, "key": self.key},
            "score": self.score,
            "rank": self.rank,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item has its score for a user."""

    user_id: str | int
    item_id: str | int
    title: str | None
    score: float
    rank: int
    """Among all items, 1 is best."""
    rank_unseen: int | None
    """Among those the user has not met, as `recommend` ranks them; None where it is forbidden."""
    n_items: int
    seen: bool
    forbidden: bool
    alpha: float
    beta: float
    base: float
    """What the item scores with everyone: popularity and trend."""
    parts: tuple[Share, ...]
    """The largest first; with the base they sum to the score."""
    categories: tuple[Grouped, ...]
    """The parts of past items once more, by their categories."""
    texts: tuple[Grouped, ...]
    """How much of the parts of past items came from the user's own texts."""
    counterfactuals: tuple[WhatIf, ...]
    note: str = ""

    @property
    def sum_of_parts(self) -> float:
        """The base and all parts: the score to 1e-6."""
        return self.base + sum(part.value for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner explain --json``."""
        plain = (
            *("user_id", "item_id", "title", "score", "rank", "rank_unseen", "n_items", "seen"),
            *("forbidden", "alpha", "beta", "base"),
        )
        listed = ("parts", "categories", "texts", "counterfactuals")
        return {
            **{name: getattr(self, name) for name in plain},
            **{name: [one.to_dict() for one in getattr(self, name)] for name in listed},
            "sum_of_parts": self.sum_of_parts,
            "note": self.note or None,
        }
