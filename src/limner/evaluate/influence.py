"""How much each setting moved the value of the trials: shares of an additive surrogate, with intervals."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.knobs import Knob, Value
from limner.evaluate.search import Trial

RESAMPLES = 300
RIDGE = 1.0
FEWEST = 20
"""Finished trials below which nothing is said."""


class Influence(NamedTuple):
    """Share of the surrogate's variance that one setting explains, 0..1, and its 95 % interval."""

    name: str
    share: float
    low: float
    high: float


def measure_influence(trials: Sequence[Trial], knobs: Sequence[Knob], *, seed: int) -> list[Influence]:
    """Return the influence of every knob, largest first; empty below `FEWEST` finished trials.

    The surrogate is a ridge regression of the value on u and u² of each knob (u its place in its range; an
    unordered choice has a column each). In an additive model the loss by permuting one input is twice the
    variance of its term, so the shares are those of permutation importance, without its noise. The interval
    is the percentile bootstrap over trials. A search looks closer where it is good, so this describes the
    trials that were made, not the whole space.

    Source: Breiman: Random forests, Machine Learning 2001 (permutation importance).
    """
    finished = [trial for trial in trials if trial.value is not None]
    if len(finished) < FEWEST or not knobs:
        return []
    columns, owner = _lay_out(finished, knobs)
    values = np.array([trial.value for trial in finished], dtype=np.float64)
    shares = _share(columns, values, owner)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(values), size=(RESAMPLES, len(values)))
    resampled = np.stack([_share(columns[rows], values[rows], owner) for rows in drawn])
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    found = [
        Influence(knob.name, float(shares[number]), float(low[number]), float(high[number]))
        for number, knob in enumerate(knobs)
    ]
    return sorted(found, key=lambda one: (-one.share, one.name))


def _lay_out(trials: Sequence[Trial], knobs: Sequence[Knob]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return the surrogate's columns (n_trials, n_columns), and the number of the knob each belongs to."""
    columns: list[NDArray[np.float64]] = []
    owner: list[int] = []
    for number, knob in enumerate(knobs):
        given = [trial.values[knob.name] for trial in trials]
        laid = _spread(knob, given)
        columns += laid
        owner += [number] * len(laid)
    return np.stack(columns, axis=1), np.array(owner)


def _spread(knob: Knob, given: Sequence[Value]) -> list[NDArray[np.float64]]:
    if knob.choices and not knob.ordered:
        return [np.array([value == word for value in given], np.float64) for word in knob.choices]
    placed = np.array([knob.encode(value) for value in given], dtype=np.float64)
    low, high = (0.0, len(knob.choices) - 1.0) if knob.choices else (knob.low, knob.high)
    if knob.log:
        placed, low, high = np.log(placed), float(np.log(low)), float(np.log(high))
    unit = (placed - low) / max(high - low, 1e-12)
    return [unit, unit**2]


def _share(columns: NDArray[np.float64], values: NDArray[np.float64], owner: NDArray[Any]) -> Any:
    """Return each knob's share of the explained variance, (n_knobs,); zeros where nothing is explained."""
    centred = columns - columns.mean(axis=0)
    wide = centred.std(axis=0)
    scaled = centred / np.where(wide > 0, wide, 1)
    square = scaled.T @ scaled
    square[np.diag_indices_from(square)] += RIDGE
    weights = np.linalg.solve(square, scaled.T @ (values - values.mean()))
    terms = scaled * weights
    n_knobs = int(owner.max()) + 1
    spread = np.array([terms[:, owner == knob].sum(axis=1).var() for knob in range(n_knobs)])
    return spread / spread.sum() if spread.sum() > 0 else np.zeros(n_knobs)
