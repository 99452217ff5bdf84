"""What each part of the model is worth on validation, and which parts do not pay: those are left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from limner.evaluate.bootstrap import Interval, bound_mean
from limner.evaluate.exam import Exam
from limner.evaluate.knobs import Knob, read_values, turn_knobs
from limner.settings import Settings

SWITCHES = {
    "meaning (content)": ("gate", 0.0),
    "trend": ("trend", 0.0),
    "decayed memory": ("memory", 0.0),
    "popularity base": ("prior", 0.0),
    "ridge by popularity": ("dropout", 0.0),
}
"""Parts by name: the constant of the recipe that switches one off, and its value then."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the model that can be left out: its name, and the settings without it."""

    name: str
    off: dict[str, float]


@dataclass(frozen=True, slots=True)
class Worth:
    """What a part adds: the mean over users of (with − without), paired, with its 95 % interval."""

    part: str
    gain: Interval
    dropped: bool
    off: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"part": self.part, "gain": self.gain._asdict(), "dropped": self.dropped, "off": self.off}


@dataclass(frozen=True, slots=True)
class Selection:
    """The settings that are left, and what each part was worth."""

    settings: Settings
    parts: tuple[Worth, ...]
    dropped: dict[str, float]


def list_parts(settings: Settings, knobs: Iterable[Knob]) -> list[Part]:
    """Return what is switched on and can be left out, of what can be turned for this log."""
    values = read_values(settings, knobs)
    parts = [
        Part(name, {f"vector.recipe.{key}": off})
        for name, (key, off) in SWITCHES.items()
        if values.get(f"vector.recipe.{key}", off) != off
    ]
    weights = {name: value for name, value in values.items() if name.startswith("events.weights.")}
    parts += [Part(Knob(name).label, {name: 0.0}) for name, value in weights.items() if value != 0]
    return parts


def select_parts(
    exam: Exam,
    settings: Settings,
    parts: Sequence[Part],
    *,
    over: Callable[[], bool] = lambda: False,
    progress: Callable[[str, float], None] | None = None,
) -> Selection:
    """Return the settings without the parts that do not pay, and the worth of every part.

    A part is a candidate where leaving it out loses nothing in the mean (of equals the simpler is kept).
    Candidates go one after the other, the least worth first, each only while the rest reaches no less
    than before: so the settings that are left are never worse on validation. Parts that ``over`` leaves
    no time for stay, and are not among those returned.
    """
    reached = exam.answer(settings)
    gains: dict[str, Interval] = {}
    for number, part in enumerate(parts):
        if over():
            break
        if progress is not None:
            progress(f"without {part.name}", number / len(parts))
        without = exam.answer(turn_knobs(settings, part.off))
        gains[part.name] = bound_mean(reached - without, seed=settings.vector.seed)
    measured = [part for part in parts if part.name in gains]
    unpaid = [part for part in measured if gains[part.name].mean <= 0]
    dropped: dict[str, float] = {}
    value = reached.mean()
    for part in sorted(unpaid, key=lambda part: gains[part.name].mean):
        off = {**dropped, **part.off}
        if over() or _silences_all(parts, off):
            continue
        rest = exam.answer(turn_knobs(settings, off)).mean()
        dropped, value = (off, rest) if rest >= value else (dropped, value)
    worths = [
        Worth(part.name, gains[part.name], part.off.keys() <= dropped.keys(), part.off) for part in measured
    ]
    return Selection(turn_knobs(settings, dropped), tuple(worths), dropped)


def _silences_all(parts: Sequence[Part], off: dict[str, float]) -> bool:
    """Return whether no event type would be left to say anything."""
    types = [name for part in parts for name in part.off if name.startswith("events.weights.")]
    return bool(types) and all(name in off for name in types)
