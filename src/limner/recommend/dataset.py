"""What a model is fitted on: events, their sums at one instant, and what is known of the items."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from limner.recommend.history import History, collect_history
from limner.recommend.interactions import Interactions

if TYPE_CHECKING:
    from limner.settings import Settings

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Events, the ledger's sums of them, and content, float32 (n_items, c) or None.

    Users are rows of the history; items are its columns. ``categories`` is a scipy CSR matrix
    (n_items, n_categories) of 1 where an item is of a category, or None where nobody has said.
    """

    interactions: Interactions
    history: History
    content: NDArray[np.float32] | None = None
    categories: Any = None
    _memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    def remember(self, key: Any, make: Callable[[], Made]) -> Made:
        """Return what `make` makes, made once: models of one family share their costly first step."""
        if key not in self._memory:
            self._memory[key] = make()
        made: Made = self._memory[key]
        return made


def read_history(interactions: Interactions, *, at_us: int, settings: "Settings") -> History:
    """Return the ledger's sums of some events, read at an instant (microseconds UTC)."""
    from limner.ledger.items import item_sums

    rows: Any = interactions
    sums = item_sums(rows, at_us=at_us, settings=settings)
    return collect_history(sums, shape=interactions.shape, at_us=at_us)


def read_dataset(
    interactions: Interactions,
    *,
    at_us: int,
    settings: "Settings",
    content: NDArray[np.float32] | None = None,
) -> Dataset:
    """Return what models are fitted on, its sums read at an instant."""
    return Dataset(interactions, read_history(interactions, at_us=at_us, settings=settings), content)
