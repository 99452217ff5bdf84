"""What a search of settings found, as a record: everything that is printed, drawn and written."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.evaluate.bootstrap import Interval, bound_mean
from limner.evaluate.exam import Exam
from limner.evaluate.influence import Influence
from limner.evaluate.knobs import Knob, Value, read_values
from limner.evaluate.search import Trial
from limner.evaluate.selection import Worth
from limner.settings import Settings


@dataclass(frozen=True, slots=True)
class Tuned:
    """The winner of a search beside the settings it started from, both measured on validation."""

    protocol: str
    cutoffs: dict[str, str]
    n_users: int
    """Validation users, all questions together."""
    n_questions: int
    seed: int
    knobs: tuple[Knob, ...]
    trials: tuple[Trial, ...]
    n_earlier: int
    """Trials that earlier runs made."""
    before: dict[str, Value]
    after: dict[str, Value]
    value_before: Interval
    value_after: Interval
    gain: Interval
    """Of the winner over the start, paired by user."""
    influences: tuple[Influence, ...]
    parts: tuple[Worth, ...]
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> dict[tuple[str, str], Value]:
        """What the winner puts elsewhere: section and key → value."""
        places = {knob.name: knob.place for knob in self.knobs}
        return {places[name]: value for name, value in self.after.items() if value != self.before[name]}

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner tune --json``."""
        measures = {"before": self.value_before, "after": self.value_after, "gain": self.gain}
        return {
            "objective": "mean over validation users of NDCG@10 + Recall@20",
            "protocol": self.protocol,
            "cutoffs": self.cutoffs,
            "n_users": self.n_users,
            "n_questions": self.n_questions,
            "seed": self.seed,
            "n_earlier": self.n_earlier,
            **{name: measured._asdict() for name, measured in measures.items()},
            "settings_before": self.before,
            "settings_after": self.after,
            "influences": [influence._asdict() for influence in self.influences],
            "parts": [worth.to_dict() for worth in self.parts],
            "trials": [trial.to_dict() for trial in self.trials],
            "notes": list(self.notes),
        }


def compare(exam: Exam, start: Settings, winner: Settings, knobs: tuple[Knob, ...]) -> dict[str, Any]:
    """Return the fields of `Tuned` that say what the winner gains over the start."""
    seed = start.vector.seed
    before = exam.answer(start)
    after = before if winner == start else exam.answer(winner)
    gain = bound_mean(after - before, seed=seed)
    return {
        "before": read_values(start, knobs),
        "after": read_values(winner, knobs),
        "value_before": bound_mean(before, seed=seed),
        "value_after": bound_mean(after, seed=seed),
        "gain": gain if np.any(after != before) else Interval(0.0, 0.0, 0.0),
    }
