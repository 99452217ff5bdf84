"""`limner tune`: a log becomes questions, its workspace keeps the trials, limner.toml the winner."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import SettingsError, WorkspaceError
from limner.evaluate.exam import Exam, set_exam
from limner.evaluate.influence import measure_influence
from limner.evaluate.knobs import Knob, Value, list_knobs, turn_knobs
from limner.evaluate.search import Limits, Progress, find_best, list_trials, make_study, run_trials
from limner.evaluate.selection import list_parts, select_parts
from limner.evaluate.tuned import Tuned, compare
from limner.extras import need
from limner.settings import Settings, settings_to_json
from limner.settings.editing import edit_settings
from limner.studio.kept.catalogue import read_catalogue
from limner.studio.kept.contents import learn_items
from limner.studio.trials.assessing import read_events

if TYPE_CHECKING:
    from limner.studio.studio import Studio

JOURNAL = "tune.journal"
VERSION = 1
"""Of what a trial measures: trials of another version are not gone on with."""
SEARCH_SHARE = 0.8
"""Of the time; the rest is for leaving parts out."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: minutes, and trials in all (those of earlier runs counted; None: no limit)."""

    minutes: float = 10.0
    trials: int | None = None
    fresh: bool = False
    """Whether the trials of earlier runs are thrown away."""
    stopped: Callable[[], bool] = lambda: False
    """Asked between questions: whether to end with what there is."""

    def __post_init__(self) -> None:
        """Refuse a search that could not try anything."""
        if self.minutes <= 0:
            raise SettingsError(f"--minutes {self.minutes:g}: give a number above 0, such as 10")
        if self.trials is not None and self.trials < 1:
            raise SettingsError(f"--trials {self.trials}: give 1 or more; 1 is the present settings alone")


def tune(
    studio: "Studio",
    effort: Effort,
    *,
    settings: Settings | None = None,
    protocol: str = "auto",
    progress: Progress | None = None,
) -> Tuned:
    """Return the best settings that a search finds for a workspace's log; nothing is written but trials.

    ``settings`` are those to start from, by default the workspace's. Only validation questions are asked:
    the newest tenth of the log (or the test users) is left to `limner evaluate`.

    Raises:
        MissingExtraError: optuna is not installed.
        InputError: the log has no ground for an evaluation.
        UnknownNameError: no such protocol.
        WorkspaceError: the trials cannot be written.
    """
    need("optuna", "tune")
    clock = _start_clock(effort)
    start = settings or studio.settings
    exam, knobs = _read_log(studio, start, protocol)
    study, notes = _open_study(studio.folder, _fingerprint(exam, start, knobs), fresh=effort.fresh)
    n_earlier = len(list_trials(study))
    limits = Limits(effort.trials, lambda: clock() / SEARCH_SHARE)
    trials = run_trials(study, exam, start, knobs, limits=limits, progress=progress)
    winner = turn_knobs(start, find_best(trials).values)
    parts = list_parts(winner, knobs)
    selection = select_parts(exam, winner, parts, over=lambda: clock() >= 1, progress=progress)
    if len(selection.parts) < len(parts):
        notes.append("there was no time to leave out every part; give more --minutes")
    return Tuned(
        exam.splits.protocol,
        exam.splits.cutoffs,
        n_users=exam.n_users,
        n_questions=exam.n_questions,
        seed=start.vector.seed,
        knobs=tuple(knobs),
        trials=tuple(trials),
        n_earlier=n_earlier,
        **compare(exam, start, selection.settings, tuple(knobs)),
        influences=tuple(measure_influence(trials, knobs, seed=start.vector.seed)),
        parts=selection.parts,
        notes=tuple(notes),
    )


def write_winner(path: Path, changes: Mapping[tuple[str, str], Value]) -> Path | None:
    """Put settings into a limner.toml and return the copy of what was there; None where there was no file.

    Comments and order stay. The file is replaced in one step.

    Raises:
        SettingsError: it cannot be read, edited or written; nothing was changed then.
    """
    try:
        given = path.read_bytes() if path.exists() else b""
        edited = edit_settings(given.decode("utf-8"), changes, where=str(path)).encode()
        copy = path.with_name(f"{path.name}.bak") if given else None
        if copy is not None:
            copy.write_bytes(given)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_bytes(edited)
        os.replace(fresh, path)
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path}: cannot be edited ({exc}); pass --dry-run to see the winner") from exc
    return copy


def _start_clock(effort: Effort) -> Callable[[], float]:
    """Return what says which share of the time is gone; all of it once the search is stopped."""
    began = perf_counter()
    return lambda: 1.0 if effort.stopped() else (perf_counter() - began) / (60 * effort.minutes)


def _read_log(studio: "Studio", settings: Settings, protocol: str) -> tuple[Exam, list[Knob]]:
    catalogue = read_catalogue(studio.store)
    catalogue.sort(key=lambda item: item.item_id)
    item_ids = [item.item_id for item in catalogue]
    content = None
    if any(item.words() for item in catalogue):
        content = learn_items(catalogue, settings.text, seed=settings.vector.seed)[1]
    events = read_events(studio.store)
    exam = set_exam(events, settings, protocol=protocol, item_ids=item_ids, content=content)
    types = [name for name in events["event"].unique().to_pylist() if name]
    timed = exam.splits.test.known.timed
    return exam, list_knobs(settings, types, timed=timed, content=content is not None)


def _fingerprint(exam: Exam, settings: Settings, knobs: Sequence[Knob]) -> str:
    """Return the name of all searches whose trials can be compared: same log, questions, ranges, settings."""
    from limner import __version__

    fixed = turn_knobs(settings, {knob.name: knob.choices[0] if knob.choices else knob.low for knob in knobs})
    plain = settings_to_json(fixed)
    said = {
        "version": (VERSION, __version__),
        "knobs": [asdict(knob) for knob in knobs],
        "settings": {name: plain[name] for name in ("horizons", "events", "vector")},
        "questions": [exam.splits.protocol, exam.splits.cutoffs, exam.n_users, exam.n_questions],
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode())
    for column in ("user_id", "item_id", "timestamp", "event", "value"):
        digest.update(repr(exam.events[column].to_pylist()).encode())
    if exam.content is not None:
        digest.update(np.round(exam.content, 4).tobytes())
    return digest.hexdigest()[:16]


def _open_study(folder: Path, name: str, *, fresh: bool) -> tuple[Any, list[str]]:
    """Return the study of this log and these settings, and what there is to say about earlier ones."""
    optuna = need("optuna", "tune")
    backend = need("optuna.storages.journal", "tune").JournalFileBackend
    try:
        storage = optuna.storages.JournalStorage(backend(str(folder / JOURNAL)))
        known = set(optuna.study.get_all_study_names(storage))
        notes = []
        if fresh and name in known:
            optuna.delete_study(study_name=name, storage=storage)
            notes.append("started anew: earlier trials were thrown away")
        if known and name not in known:
            notes.append("started anew: earlier trials are of another log or of other settings")
        return make_study(storage, name), notes
    except OSError as exc:
        raise WorkspaceError(f"{folder / JOURNAL}: the trials cannot be kept there ({exc})") from exc
