"""What a user's behaviour and texts look like to a linear model: blocks of numbers read from their cells.

A block is one signal read one way. Shares are damped; items are weighed by how rare they are; a liking is
what somebody thinks of a thing beyond what others think of it. One more block is where the items somebody met
put them in the space, so that items few people met say what their neighbours say. Declared attributes are in
none of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.sitter import Cells

Reals = NDArray[np.float64]
_SMOOTHING_N = 20.0
_MIN_HOLDERS = 5
_BARE = ("share", "amount")
"""Ways whose numbers stand for themselves; the others are scaled to length 1."""
_USUAL_AMOUNT = 3.0
"""About the logarithm of twenty events."""


class Block(NamedTuple):
    """One signal read one way."""

    name: str
    signal: str
    way: str
    """share, rare, liking, amount or place."""
    weight: float
    """How much it is taken to count before any label is looked at."""
    most: int
    """Keys at most: those most users have."""


BLOCKS = (
    Block("category", "category", "share", 1.0, 400),
    Block("brand", "brand", "share", 1.0, 400),
    Block("hour", "hour", "share", 0.5, 24),
    Block("price_band", "price_band", "share", 1.0, 5),
    Block("event", "event", "share", 1.0, 40),
    Block("item", "item", "rare", 1.0, 2000),
    Block("word", "word", "share", 1.0, 400),
    Block("topic", "topic", "share", 1.0, 100),
    Block("liking item", "item", "liking", 0.5, 2000),
    Block("liking category", "category", "liking", 0.3, 400),
    Block("activity", "activity", "amount", 0.1, 1),
    Block("since", "since last event", "share", 5.0, 10),
    Block("place", "", "place", 1.0, 4096),
)
PLACE = BLOCKS[-1]
"""The directions of the space; of no signal's cells, and last among the features."""
SIGNALS = tuple(dict.fromkeys(block.signal for block in BLOCKS if block.signal))
OF_EVENTS = ("category", "brand", "hour", "price_band", "event", "item", "liking item", "liking category")
"""Blocks whose cells rest on rows of the events."""


class Entries(NamedTuple):
    """Cells of one signal as columns: row number of the user, key, events, how many liked and disliked."""

    users: NDArray[np.int64]
    keys: Sequence[str]
    n: Reals
    sides: Reals
    """Rows that liked less rows that disliked."""


class Placing(NamedTuple):
    """What each item that a user met adds to their place: ids, and rows float64 (n, dim) that sum to it."""

    keys: Sequence[str]
    rows: Reals


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """The features of a model, (block, key), what each is multiplied by, and what is taken off it first."""

    features: tuple[tuple[str, str], ...]
    scales: Reals
    offsets: Reals
    places: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, features: Sequence[tuple[str, str]], scales: Reals, offsets: Reals) -> "Traits":
        """Return the traits of some features; the numbers are float64 (n_features,)."""
        named = tuple((block, key) for block, key in features)
        return cls(named, scales, offsets, {one: place for place, one in enumerate(named)})

    def blocks(self) -> NDArray[np.int64]:
        """Return the number of each feature's block, int64 (n_features,)."""
        numbers = {block.name: number for number, block in enumerate(BLOCKS)}
        return np.array([numbers[block] for block, _ in self.features], dtype=np.int64)

    @property
    def n_directions(self) -> int:
        """How many of the features, the last, are directions of the space."""
        names = [block for block, _ in self.features]
        return len(names) - names.index(PLACE.name) if PLACE.name in names else 0

    def read(self, cells: Cells, placing: Placing | None = None) -> Reals:
        """Return one user's row, float64 (n_features,)."""
        row = np.zeros(len(self.features))
        if placing is not None and self.n_directions:
            row[-self.n_directions :] = self._centre_place(placing.rows.sum(axis=0)[None])[0]
        for block in BLOCKS:
            held = cells.get(block.signal, {})
            found = [
                (place, cell.n, cell.liked - cell.disliked)
                for key, cell in held.items()
                if (place := self.places.get((block.name, key))) is not None
            ]
            if found:
                places, n, sides = (np.array(part) for part in zip(*found, strict=True))
                total = sum(cell.n for cell in held.values()) if block.way == "share" else 1.0
                values = self._shape(block.way, places, (n, sides, total))
                row[places] = values if block.way in _BARE else values / _length(values)
                row[places] *= block.weight
        return row

    def table(self, entries: Mapping[str, Entries], n_users: int, placed: Reals | None = None) -> Reals:
        """Return the rows of many users, float64 (n_users, n_features): what `read` says of each.

        ``placed`` is where they stand in the space, float64 (n_users, dim).
        """
        rows = np.zeros((n_users, len(self.features)))
        if placed is not None and self.n_directions:
            rows[:, -self.n_directions :] = self._centre_place(placed)
        for block in BLOCKS:
            if block.signal not in entries:
                continue
            users, keys, n, sides = entries[block.signal]
            found = np.array([self.places.get((block.name, key), -1) for key in keys], dtype=np.int64)
            kept = found >= 0
            who, places = users[kept], found[kept]
            total = np.bincount(users, n, minlength=n_users)[who]
            values = self._shape(block.way, places, (n[kept], sides[kept], total))
            if block.way not in _BARE:
                lengths = np.sqrt(np.bincount(who, values**2, minlength=n_users))
                values = values / np.where(lengths > 0, lengths, 1.0)[who]
            rows[who, places] = values * block.weight
        return rows

    def share_place(self, placing: Placing, weights: Reals) -> Reals:
        """Return what each item adds to weights · row through the place, float64 (n,).

        ``weights`` is of all features, float64 (n_features,). What is usual of everyone is nobody's part.
        """
        if not self.n_directions or not len(placing.rows):
            return np.zeros(len(placing.rows))
        whole = placing.rows.sum(axis=0)
        scale = _length(whole) * _length(whole / _length(whole) - self.offsets[-self.n_directions :])
        return np.asarray(placing.rows @ weights[-self.n_directions :] * (PLACE.weight / scale))

    def _centre_place(self, placed: Reals) -> Reals:
        """Return places of length 1 about what is usual, of length 1 again; zeros where nothing is known."""
        away = _unit(placed) - self.offsets[-self.n_directions :]
        return np.asarray(PLACE.weight * _unit(away) * placed.any(axis=1, keepdims=True))

    def _shape(self, way: str, places: NDArray[np.int64], sums: tuple[Any, Any, Any]) -> Reals:
        n, sides, total = sums
        if way == "share":
            return np.asarray(np.sqrt(n / (total + _SMOOTHING_N)))
        if way == "amount":
            return np.asarray(np.log1p(n) - _USUAL_AMOUNT)
        if way == "rare":
            return np.asarray(np.log2(1 + n) * self.scales[places])
        return np.asarray(sides / n - self.offsets[places])


def choose_traits(entries: Mapping[str, Entries], n_users: int, placed: Reals | None = None) -> Traits:
    """Return the keys that most users have, how rare and how liked each is, and where users stand usually.

    ``placed`` is their places in the space, float64 (n_users, dim), of no label's making.

    Source: Salton, Buckley, "Term-weighting approaches in automatic text retrieval", 1988 (rarity).
    """
    features: list[tuple[str, str]] = []
    scales: list[float] = []
    offsets: list[float] = []
    for block in BLOCKS:
        if block.signal not in entries:
            continue
        _, keys, n, sides = entries[block.signal]
        names, codes = np.unique(np.asarray(keys, dtype=object).astype(str), return_inverse=True)
        holders = np.bincount(codes, minlength=len(names))
        liking = np.bincount(codes, sides / n, minlength=len(names)) / np.maximum(holders, 1)
        if block.way == "liking" and not sides.any():
            continue
        order = np.lexsort((names, -holders))[: block.most]
        chosen = order[holders[order] >= _MIN_HOLDERS]
        features += [(block.name, str(names[one])) for one in chosen]
        scales += (np.log((1 + n_users) / (1 + holders[chosen])) + 1).tolist()
        offsets += liking[chosen].tolist()
    if placed is not None and placed.any():
        features += [(PLACE.name, str(one)) for one in range(placed.shape[1])]
        scales += [1.0] * placed.shape[1]
        offsets += _unit(placed[placed.any(axis=1)]).mean(axis=0).tolist()
    return Traits.of(features, np.array(scales), np.array(offsets))


def _length(values: Reals) -> float:
    return float(np.sqrt((values**2).sum())) or 1.0


def _unit(rows: Reals) -> Reals:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float64)
