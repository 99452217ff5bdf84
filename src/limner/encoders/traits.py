"""What items are rather than what they say: kinds as columns of their own, quantities as soft bins."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Block = Sequence[str]
MOST_KINDS = 128
"""Columns of one block: the kinds that most items are of."""
BINS = 12
MIN_VALUES = 8
"""Different values from which a number is a quantity and not a name."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of one item besides words: names by block, and quantities by name."""

    kinds: Mapping[str, Block]
    amounts: Mapping[str, float]

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        return any(self.kinds.values()) or bool(self.amounts)


@dataclass(frozen=True, slots=True, eq=False)
class TraitEncoder:
    """Blocks of columns, each of length 1 in an item that has it, and a last column of ones.

    Every block counts alike however many columns it has: a year says as much as a list of genres.
    """

    kinds: Mapping[str, Mapping[str, float]]
    """Block → kind → weight, rarer kinds the heavier."""
    amounts: Mapping[str, Sequence[float]]
    """Quantity → rising knots; a value is shared between the two around it."""

    @classmethod
    def fit(cls, items: Sequence[Traits]) -> Self:
        """Return the encoder of items like these."""
        return cls(_weigh_kinds(items), _find_knots(items))

    @property
    def dim(self) -> int:
        """Numbers per vector."""
        return sum(map(len, self.kinds.values())) + sum(map(len, self.amounts.values())) + 1

    def encode(self, items: Sequence[Traits]) -> NDArray[np.float32]:
        """Return float32 (len(items), dim); zeros for an item of which nothing here is known."""
        rows = np.zeros((len(items), self.dim), dtype=np.float32)
        for row, item in zip(rows, items, strict=True):
            self._fill(row, item)
        rows[:, -1] = np.any(rows, axis=1)
        return rows

    def _fill(self, row: NDArray[np.float32], item: Traits) -> None:
        start = 0
        for name, weights in self.kinds.items():
            held = set(item.kinds.get(name, ()))
            part = [weight if kind in held else 0.0 for kind, weight in weights.items()]
            row[start : start + len(part)] = _unit(part)
            start += len(part)
        for name, knots in self.amounts.items():
            value = item.amounts.get(name)
            if value is not None and math.isfinite(value):
                row[start : start + len(knots)] = _unit(_share(value, knots))
            start += len(knots)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the array that `from_arrays` takes: JSON in bytes."""
        said = json.dumps({"kinds": self.kinds, "amounts": self.amounts}, ensure_ascii=False)
        return {"traits": np.frombuffer(said.encode("utf-8", "surrogatepass"), dtype=np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the encoder that `to_arrays` was called on."""
        said = bytes(np.asarray(arrays["traits"], dtype=np.uint8)).decode("utf-8", "surrogatepass")
        return cls(**json.loads(said))


def read_amount(value: Any) -> float | None:
    """Return a value as a finite number, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _weigh_kinds(items: Sequence[Traits]) -> dict[str, dict[str, float]]:
    counts: dict[str, Counter[str]] = {}
    for item in items:
        for name, kinds in item.kinds.items():
            counts.setdefault(name, Counter()).update(set(kinds))
    found: dict[str, dict[str, float]] = {}
    for name in sorted(counts):
        ordered = sorted(counts[name].items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_KINDS]
        held = {kind: math.log1p(len(items) / met) for kind, met in ordered if met > 1}
        found |= {name: held} if held else {}
    return found


def _find_knots(items: Sequence[Traits]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for item in items:
        for name, amount in item.amounts.items():
            values.setdefault(name, []).append(amount)
    knots = {}
    for name in sorted(values):
        if len(set(values[name])) >= MIN_VALUES:
            spread = np.quantile(values[name], np.linspace(0, 1, BINS), method="nearest")
            knots[name] = [float(knot) for knot in np.unique(spread)]
    return {name: found for name, found in knots.items() if len(found) > 1}


def _share(value: float, knots: Sequence[float]) -> list[float]:
    """Return how a value is shared among the knots around it; beyond the last ones it is all theirs."""
    part = [0.0] * len(knots)
    upper = int(np.searchsorted(knots, value))
    if upper in (0, len(knots)):
        part[min(upper, len(knots) - 1)] = 1.0
        return part
    below, above = knots[upper - 1], knots[upper]
    part[upper] = (value - below) / (above - below)
    part[upper - 1] = 1 - part[upper]
    return part


def _unit(part: Sequence[float]) -> NDArray[np.float32]:
    row = np.asarray(part, dtype=np.float32)
    length = float(np.linalg.norm(row))
    return row / length if length else row
