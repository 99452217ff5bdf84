"""The search of `limner tune`: trials of settings on the validation questions, hopeless ones cut short.

A trial is a function of the trials before it alone, so a search that was interrupted and goes on ends where
an uninterrupted one does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.evaluate.exam import Exam, Values
from limner.evaluate.knobs import Knob, Value, read_values, turn_knobs
from limner.extras import need
from limner.settings import Settings

WARM_UP = 8
"""Trials before any is cut short, and random ones before the sampler learns."""
START = "start"
VALUES = "values"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One settings that was tried; ``value`` is None where it was cut short."""

    number: int
    values: dict[str, Value]
    value: float | None
    start: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"number": self.number, "value": self.value, "start": self.start, "settings": self.values}


@dataclass(frozen=True, slots=True)
class Limits:
    """When a search ends: so many trials in all, those of earlier runs counted, or when the time is spent.

    ``spent`` returns the share of the time that is gone, 0 and up; 1 ends the search.
    """

    trials: int | None = None
    spent: Callable[[], float] = lambda: 0.0

    def over(self) -> bool:
        """Return whether no time is left."""
        return self.spent() >= 1


class _Stopped(Exception):
    pass


def make_study(storage: Any, name: str) -> Any:
    """Return the optuna study of a name, gone on with where the storage holds it.

    Raises:
        MissingExtraError: optuna is not installed.
    """
    optuna = need("optuna", "tune")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=WARM_UP)
    return optuna.create_study(
        storage=storage, study_name=name, direction="maximize", load_if_exists=True, pruner=pruner
    )


def run_trials(
    study: Any,
    exam: Exam,
    settings: Settings,
    knobs: Sequence[Knob],
    *,
    limits: Limits,
    progress: Progress | None = None,
) -> list[Trial]:
    """Return all trials of a study after searching on, the present settings always among them.

    The value of a trial is the mean over validation users of NDCG@10 + Recall@20. The present settings are
    tried first and never cut short, so the best can only be as good or better.
    """
    _forget_broken(study)
    start = read_values(settings, knobs)
    try:
        while _wants_more(study, start, limits):
            _run_trial(study, exam, settings, knobs, limits=limits, start=start)
            _tell_progress(study, limits, progress)
    except _Stopped:
        pass
    return list_trials(study)


def list_trials(study: Any) -> list[Trial]:
    """Return the finished trials of a study, oldest first, numbered without gaps."""
    kept = [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]
    kept = [trial for trial in kept if trial.state.name != "FAIL"]
    return [
        Trial(
            number,
            dict(trial.user_attrs[VALUES]),
            trial.value if trial.state.name == "COMPLETE" else None,
            bool(trial.user_attrs.get(START)),
        )
        for number, trial in enumerate(kept)
    ]


def find_best(trials: Sequence[Trial]) -> Trial:
    """Return the finished trial of the highest value, the first of equals."""
    finished = [trial for trial in trials if trial.value is not None]
    return max(finished, key=lambda trial: trial.value or 0.0)


def _wants_more(study: Any, start: dict[str, Value], limits: Limits) -> bool:
    trials = list_trials(study)
    if not any(trial.start and trial.values == start for trial in trials):
        return True
    return not limits.over() and (limits.trials is None or len(trials) < limits.trials)


def _run_trial(
    study: Any,
    exam: Exam,
    settings: Settings,
    knobs: Sequence[Knob],
    *,
    limits: Limits,
    start: dict[str, Value],
) -> None:
    """Try one settings; what ends halfway, by a key or a clock, is no trial."""
    optuna = need("optuna", "tune")
    done = list_trials(study)
    is_start = not any(trial.start and trial.values == start for trial in done)
    study.sampler = _seed_sampler(settings.vector.seed, len(done))
    if is_start:
        study.enqueue_trial({knob.name: knob.encode(start[knob.name]) for knob in knobs})
    trial = study.ask()
    values = start if is_start else {knob.name: knob.suggest(trial) for knob in knobs}
    if is_start:
        for knob in knobs:
            knob.suggest(trial)
    trial.set_user_attr(VALUES, values)
    trial.set_user_attr(START, is_start)
    try:
        value = _value(trial, exam, turn_knobs(settings, values), limits, hopeful=is_start)
    except (_Stopped, KeyboardInterrupt) as exc:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
        raise _Stopped from exc
    if value is None:
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    else:
        study.tell(trial, value)


def _value(trial: Any, exam: Exam, settings: Settings, limits: Limits, *, hopeful: bool) -> float | None:
    """Return the mean over all users; None where the questions so far say that it is not worth the rest."""
    answers: list[Values] = []
    for step, answer in enumerate(exam.ask(settings), start=1):
        answers.append(answer)
        mean = float(np.concatenate(answers).mean())
        trial.report(mean, step)
        if step == exam.n_questions:
            break
        if not hopeful and limits.over():
            raise _Stopped
        if not hopeful and trial.should_prune():
            return None
    return mean


def _seed_sampler(seed: int, number: int) -> Any:
    """Return a sampler for one trial: seeded by its number, it draws the same in a run that was resumed."""
    optuna = need("optuna", "tune")
    drawn = int(np.random.default_rng((seed, number)).integers(2**31))
    return optuna.samplers.TPESampler(seed=drawn, n_startup_trials=WARM_UP)


def _forget_broken(study: Any) -> None:
    """Close trials that a killed run left open: nobody waits for them."""
    optuna = need("optuna", "tune")
    waiting = (optuna.trial.TrialState.WAITING,)
    while study.get_trials(deepcopy=False, states=waiting):
        study.ask()
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)


def _tell_progress(study: Any, limits: Limits, progress: Progress | None) -> None:
    if progress is None:
        return
    trials = list_trials(study)
    shares = (limits.spent(), len(trials) / limits.trials if limits.trials else 0.0)
    progress(f"trial {len(trials)}, best {find_best(trials).value:.4f}", min(max(shares), 1.0))
