"""One model through all test windows: fitted anew for each, and what was measured row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from time import perf_counter
from typing import Any

import numpy as np

from limner.evaluate.examination import Examined, Yardstick, examine
from limner.evaluate.metrics import Scores
from limner.evaluate.question import Question
from limner.evaluate.variants import Variant


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """``values`` has float64 (rows of the panel,) by measure; ``fit_s`` is the mean over windows."""

    name: str
    kind: str
    values: dict[str, Scores]
    coverage: float
    tuned: dict[str, Any]
    trials: int
    fit_s: float
    note: str


def sit(
    variant: Variant,
    model: Any,
    questions: Sequence[Question],
    *,
    trials: int,
    yardstick: Yardstick,
) -> Sitting:
    """Return what a model, or a variant of one, does in the test windows."""
    chosen = variant.change_model(model)
    examined: list[Examined] = []
    seconds: list[float] = []
    note = ""
    for asked in questions:
        question = variant.change_question(asked)
        started = perf_counter()
        scorer = chosen.fit(question.dataset)
        seconds.append(perf_counter() - started)
        note = getattr(scorer, "note", "")
        examined.append(examine(variant.wrap(scorer), question, yardstick, asked.dataset))
    values = {name: np.concatenate([one.values[name] for one in examined]) for name in examined[0].values}
    coverage = float(np.mean([one.coverage for one in examined]))
    took = float(np.mean(seconds))
    return Sitting(variant.name, variant.kind, values, coverage, describe(chosen), trials, took, note)


def describe(model: Any) -> dict[str, Any]:
    """Return the hyper-parameters of a model as plain values; what it carries beside them is left out."""
    shape: dict[str, Any] = {}
    for one in fields(model):
        value = getattr(model, one.name)
        if is_dataclass(value):
            shape[one.name] = describe(value)
        elif one.repr:
            shape[one.name] = value
    return shape
