"""What behaviour tells of an attribute, measured on users the model did not see, and said of the others."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.calibrated import (
    FOLDS,
    Fitted,
    Progress,
    cross_fit,
    deal_folds,
    fit_softmax,
    fit_weighed,
    softmax,
)
from limner.dimensions.inference import MIN_SKILL, choose_classes, label_rows
from limner.dimensions.scoring import accuracy, bound, calibration_error, mean_auc
from limner.dimensions.traits import Placing, Traits, choose_traits
from limner.evaluate.bootstrap import Interval
from limner.phrases import say
from limner.records import Language
from limner.studio.inference.targets import Target, read_target
from limner.studio.kept.declared import MOST_ROWS
from limner.studio.kept.placing import place_users, place_usually

if TYPE_CHECKING:
    from limner.studio.studio import Studio

Reals = NDArray[np.float64]
Labels = NDArray[np.int64]
_CURVE = (0.125, 0.25, 0.5, 1.0)
_STRONGEST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the learning curve."""

    labels: int
    auc: Interval
    accuracy: Interval


@dataclass(frozen=True, slots=True)
class Guess:
    """What is inferred of one user who did not say."""

    user_id: str | int
    value: str
    probability: float
    source: str = "inferred"


@dataclass(frozen=True, slots=True)
class Inference:
    """How well an attribute can be inferred, and what is."""

    attribute: str
    classes: dict[str, int]
    seed: int
    auc: Interval
    accuracy: Interval
    majority: float
    """Accuracy of always saying the commonest class."""
    calibration_error: float
    curve: tuple[Step, ...]
    strongest: dict[str, tuple[str, ...]]
    """By class, what speaks most for it, in words."""
    guesses: tuple[Guess, ...]
    folds: int = FOLDS

    @property
    def tells(self) -> bool:
        """Whether behaviour tells enough for anything to be said of anybody."""
        return self.auc.mean >= MIN_SKILL

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner infer --json``."""
        shape = asdict(self)
        for step, said in zip(self.curve, shape["curve"], strict=True):
            said |= {"auc": step.auc._asdict(), "accuracy": step.accuracy._asdict()}
        measured = {"auc": self.auc._asdict(), "accuracy": self.accuracy._asdict()}
        return {**shape, **measured, "tells": self.tells, "source": "inferred"}


def infer(
    studio: "Studio",
    attribute: str,
    *,
    seed: int = 7,
    lang: Language = "en",
    progress: Progress | None = None,
) -> Inference:
    """Return how well behaviour tells an attribute, and what it says of users who did not declare it.

    ``progress`` is told each step and the share of all that is done.

    Raises:
        SettingsError: the owner does not allow it.
        UnknownNameError: nobody declared it.
        InputError: one class, or too few labels; the text says how many are needed.
    """
    tell = progress or (lambda step, share: None)
    with studio.store.reading():
        tell("reading", 0.0)
        target = read_target(studio, attribute)
        classes = choose_classes(attribute, target.classes)
        rng = np.random.default_rng(seed)
        users = _draw([user for user, value in target.classes.items() if value in classes], rng)
        entries, placed = target.entries(studio.store, users), _place(studio, target, users)
        traits = choose_traits(entries, len(users), placed)
        rows, blocks = traits.table(entries, len(users), placed), traits.blocks()
        _, labels = label_rows({place: target.classes[user] for place, user in enumerate(users)}, classes)
        chances = cross_fit(
            rows,
            labels,
            len(classes),
            rng=rng,
            blocks=blocks,
            progress=lambda step, share: tell(step, 0.05 + 0.7 * share),
        )
        tell("everyone", 0.75)
        fitted, reduced, basis = fit_weighed(rows, blocks, labels, len(classes), rng=rng)
        weights = np.hstack([fitted.weights[:, :-1] @ basis.T, fitted.weights[:, -1:]])
        tell("learning curve", 0.9)
        counts = np.bincount(labels, minlength=len(classes))
        auc = bound(mean_auc, chances, labels, seed=seed)
        model = (traits, weights, classes)
        return Inference(
            attribute,
            dict(zip(classes, counts.tolist(), strict=True)),
            seed,
            auc,
            bound(accuracy, chances, labels, seed=seed),
            float(counts.max() / counts.sum()),
            calibration_error(chances, labels),
            _learn_by_size(reduced, labels, fitted, seed),
            _name_strongest(studio, model, rows, lang),
            _guess_others(studio, target, model) if auc.mean >= MIN_SKILL else (),
        )


def _place(studio: "Studio", target: Target, users: list[int]) -> Reals | None:
    """Return where users stand; None for what is learned of behaviour: the space saw what came after."""
    if target.cuts is not None:
        return None
    chosen = studio.painter.everyone().take(np.array(users, dtype=np.int64))
    return place_users(studio.painter.space(), chosen)


def _draw(users: list[int], rng: np.random.Generator) -> list[int]:
    return sorted(rng.choice(users, MOST_ROWS, replace=False).tolist()) if len(users) > MOST_ROWS else users


def _learn_by_size(rows: Reals, labels: Labels, fitted: Fitted, seed: int) -> tuple[Step, ...]:
    """Return what models of fewer labels reach on the same held-out users, at the penalty of the whole."""
    rng = np.random.default_rng(seed)
    n_classes = fitted.held_out.shape[1]
    folds = deal_folds(labels, FOLDS, rng)
    steps = []
    for share in _CURVE:
        chances = np.zeros_like(fitted.held_out)
        for fold in range(FOLDS):
            others = rng.permutation(np.flatnonzero(folds != fold))
            chosen = others[: max(2, int(share * len(others)))]
            weights = fit_softmax(rows[chosen], labels[chosen], n_classes, fitted.penalty)
            chances[folds == fold] = softmax(rows[folds == fold] @ weights[:, :-1].T + weights[:, -1])
        n = int(share * len(labels) * (FOLDS - 1) / FOLDS)
        measured = (bound(measure, chances, labels, seed=seed) for measure in (mean_auc, accuracy))
        steps.append(Step(n, *measured))
    return tuple(steps)


Model = tuple[Traits, Reals, tuple[str, ...]]


def _name_strongest(
    studio: "Studio", model: Model, rows: Reals, lang: Language
) -> dict[str, tuple[str, ...]]:
    traits, weights, classes = model
    away = weights[:, :-1] - weights[:, :-1].mean(axis=0)
    spread = rows.std(axis=0)
    shown = len(spread) - traits.n_directions
    items = place_usually(studio) if traits.n_directions else Placing((), np.zeros((0, 0)))
    found = {}
    for one, name in enumerate(classes):
        pulls = dict(zip(traits.features[:shown], (away[one] * spread)[:shown].tolist(), strict=True))
        for key, share in zip(items.keys, traits.share_place(items, away[one]).tolist(), strict=True):
            pulls["item", key] = pulls.get(("item", key), 0.0) + share
        order = sorted(pulls, key=lambda trait: -pulls[trait])[:_STRONGEST]
        found[name] = tuple(_name_trait(studio, trait, lang) for trait in order if pulls[trait] > 0)
    return found


def _name_trait(studio: "Studio", trait: tuple[str, str], lang: Language) -> str:
    block, key = trait
    if block.endswith("item"):
        row = studio.store.one("SELECT title FROM items WHERE item_id = ?", key)
        key = str(row[0]) if row and row[0] else key
    return say(f"trait.{block}", lang, key=key)


def _guess_others(studio: "Studio", target: Target, model: Model) -> tuple[Guess, ...]:
    """Return what the model says now of users without a class; of everyone where it foretells behaviour."""
    traits, weights, classes = model
    others = [
        row for row in studio.painter.users() if target.cuts is not None or row[0] not in target.classes
    ]
    if not others:
        return ()
    users = [row[0] for row in others]
    now = Target(
        target.name, {}, None if target.cuts is None else dict.fromkeys(users, studio.painter.as_of + 1)
    )
    known = traits.table(now.entries(studio.store, users), len(users), _place(studio, now, users))
    chances = softmax(known @ weights[:, :-1].T + weights[:, -1])
    best = chances.argmax(axis=1)
    return tuple(
        Guess(
            studio.painter.outside_id("user_id", user_id), classes[best[place]], float(chances[place].max())
        )
        for place, (_, user_id) in enumerate(others)
        if known[place].any()
    )
