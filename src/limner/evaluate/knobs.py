"""What `limner tune` may turn: each setting with its range, its place in limner.toml, and how it is set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from limner.settings import RANGES, Recipe, Settings

DIMS = (64, 128, 256, 512, 1024)
WEIGHT_RANGE = (0.05, 2.0)
HORIZON_RANGES = {"recent_days": (1.0, 60.0), "lasting_days": (30.0, 1000.0)}
DIGITS = 4
"""Significant digits of what is tried: what stands in limner.toml is exactly what was measured."""
Value = float | int | str | bool
Values = Mapping[str, Value]


ONLY_WITH_CONTENT = frozenset({"gate", "borrow", "fusion"})
UNSEARCHED = frozenset({"friends", "tips", "attributes"})
"""Terms that the exam does not ask with: nothing enters that was not measured."""
ONLY_WITH_TIME = frozenset({"memory", "recent", "trend", "fading", "swell", "smoothing"})


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting that is searched: a number between ``low`` and ``high``, or one of ``choices``.

    ``name`` is its place in limner.toml: ``vector.recipe.ridge`` stands in section ``vector.recipe``.
    Choices that are ``ordered`` are told apart by their place among them, others only by being different.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    whole: bool = False
    choices: tuple[Value, ...] = ()
    ordered: bool = True

    @property
    def place(self) -> tuple[str, str]:
        """The section and the key in limner.toml; the names of event types may hold dots themselves."""
        if self.name.startswith("events.weights."):
            return "events.weights", self.name.removeprefix("events.weights.")
        section, _, key = self.name.rpartition(".")
        return section, key

    @property
    def label(self) -> str:
        """The name in a table or a picture."""
        section, key = self.place
        return f"weight of {key}" if section == "events.weights" else key

    def suggest(self, trial: Any) -> Value:
        """Return the value an optuna trial proposes, rounded as it would be written."""
        if self.choices:
            return self.choices[int(trial.suggest_int(self.name, 0, len(self.choices) - 1))]
        if self.whole:
            return int(trial.suggest_int(self.name, int(self.low), int(self.high)))
        return float(f"{trial.suggest_float(self.name, self.low, self.high, log=self.log):.{DIGITS}g}")

    def encode(self, value: Value) -> float | int:
        """Return a value as the number that optuna keeps for it."""
        if self.choices:
            return self.choices.index(value)
        return int(value) if self.whole else float(value)

    def widen(self, value: Value) -> "Knob":
        """Return the knob with the present value inside its range; 0 has no logarithm, so log is given up."""
        if self.choices:
            choices = self.choices if value in self.choices else (*self.choices, value)
            return replace(self, choices=tuple(sorted(choices)) if self.ordered else choices)
        number = float(value)
        return replace(
            self, low=min(self.low, number), high=max(self.high, number), log=self.log and number > 0
        )


def list_knobs(settings: Settings, event_types: Iterable[str], *, timed: bool, content: bool) -> list[Knob]:
    """Return what may be turned for a log, every range holding the present value.

    Horizons, and constants of time, only where there are times; event weights only where types differ.
    """
    knobs = [Knob("vector.dim", choices=DIMS), *_recipe_knobs(timed=timed, content=content)]
    if timed:
        knobs += [
            Knob(f"horizons.{name}", low, high, log=True) for name, (low, high) in HORIZON_RANGES.items()
        ]
    types = sorted(set(event_types))
    if len(types) > 1:
        knobs += [Knob(f"events.weights.{name}", *WEIGHT_RANGE, log=True) for name in types]
    return [knob.widen(read_value(settings, knob)) for knob in knobs]


def _recipe_knobs(*, timed: bool, content: bool) -> list[Knob]:
    """Return a knob for each constant that has a range, and for each that is one of a few words."""
    hints = get_type_hints(Recipe)
    known = {part.name for part in fields(Recipe)}
    left_out = set(UNSEARCHED) | (set() if content else ONLY_WITH_CONTENT)
    left_out |= set() if timed else ONLY_WITH_TIME
    knobs = [
        Knob(f"vector.recipe.{name}", low, high, log, hints[name] is int)
        for name, low, high, log in RANGES
        if name in known - left_out
    ]
    for name in sorted(known - left_out):
        words: tuple[Value, ...] = get_args(hints[name]) if get_origin(hints[name]) is Literal else ()
        words = (False, True) if hints[name] is bool else words
        knobs += [Knob(f"vector.recipe.{name}", choices=words, ordered=False)] if words else []
    return knobs


def read_value(settings: Settings, knob: Knob) -> Value:
    """Return the present value of a knob."""
    section, key = knob.place
    if section == "events.weights":
        return settings.events.weights.get(key, settings.events.default)
    owner: Any = settings
    for part in section.split("."):
        owner = getattr(owner, part)
    value: Value = getattr(owner, key)
    return value


def read_values(settings: Settings, knobs: Iterable[Knob]) -> dict[str, Value]:
    """Return the present value of every knob by its name."""
    return {knob.name: read_value(settings, knob) for knob in knobs}


def turn_knobs(settings: Settings, values: Values) -> Settings:
    """Return settings with some values put in their places.

    >>> turn_knobs(Settings(), {"vector.recipe.ridge": 5.0}).vector.recipe.ridge
    5.0
    """
    by_section: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section, key = Knob(name).place
        by_section.setdefault(section, {})[key] = value
    recipe = replace(settings.vector.recipe, **by_section.get("vector.recipe", {}))
    weights = {**settings.events.weights, **by_section.get("events.weights", {})}
    return replace(
        settings,
        vector=replace(settings.vector, recipe=recipe, **by_section.get("vector", {})),
        horizons=replace(settings.horizons, **by_section.get("horizons", {})),
        events=replace(settings.events, weights=weights),
    )
