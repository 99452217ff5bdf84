"""Users made by hand: their sums are read at the landmark, where decayed sums stand as they are."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from limner.dimensions.portrait import draft_facts
from limner.dimensions.sitter import Draft, Sitter
from limner.ledger.cells import Cell
from limner.ledger.decay import DAY_US, Landmarks
from limner.settings import Settings

NOW = 1_782_000_000_000_000
"""2026-06-21T00:00:00Z."""


@pytest.fixture(scope="session")
def cell() -> Callable[..., Cell]:
    """Make a cell of `n` rows, `days` ago and less; recent and lasting are the rows unless given."""

    def make(key: str, n: int = 1, *, days: tuple[float, float] = (100.0, 0.0), **sums: float) -> Cell:
        first, last = (int(NOW - ago * DAY_US) for ago in days)
        given = {"recent": float(n), "lasting": float(n), "liking": 0.0, "opinion": 0.0} | sums
        return Cell(key, n, *given.values(), 0, 0, first, last)

    return make


@pytest.fixture(scope="session")
def untimed() -> Callable[..., Cell]:
    """Make a cell of rows whose owner keeps no time."""

    def make(key: str, n: int = 1, *, liking: float = 0.0, opinion: float = 0.0) -> Cell:
        return Cell(key, n, float(n), float(n), liking, opinion, 0, 0, 0, 0)

    return make


@pytest.fixture(scope="session")
def sit() -> Callable[..., Sitter]:
    """Make a sitter of cells by signal; `usual` holds mean shares by (signal, key)."""

    def make(
        cells: dict[str, Sequence[Cell]],
        usual: dict[tuple[str, str], float] | None = None,
        *,
        lang: str = "en",
        as_of: int = NOW,
        **known: Any,
    ) -> Sitter:
        by_key = {signal: {one.key: one for one in found} for signal, found in cells.items()}
        shares = usual or {}
        return Sitter(
            "ann",
            by_key,
            lambda signal, key: shares.get((signal, key), 0.0),
            Settings(),
            lang,
            as_of,
            Landmarks.at(NOW),
            **known,
        )

    return make


@pytest.fixture(scope="session")
def find() -> Callable[..., list[Draft]]:
    """Return the drafts of a key, in their order."""

    def find(sitter: Sitter, key: str) -> list[Draft]:
        return [draft for draft in draft_facts(sitter) if draft.key == key]

    return find
