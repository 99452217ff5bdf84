"""Limner with something taken away or spoilt: its parts, controls that must gain nothing, ablations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limner.evaluate.question import Question
from limner.recommend.dataset import Dataset, read_dataset, read_history
from limner.recommend.history import History
from limner.recommend.limner import Limner, SpaceScorer
from limner.recommend.ranking import Scorer, Scores
from limner.recommend.sides import Sides
from limner.settings import Settings

PARTS: dict[str, dict[str, Any]] = {
    "S only": {"gate": 1e9, "fusion": "gate"},
    "B only": {"gate": 0.0, "borrow": 0.0, "fusion": "gate"},
    "concat": {"fusion": "concat"},
}
"""The parts of P = αS + βB by the constants of the recipe that leave them alone."""
ABLATIONS: dict[str, dict[str, Any]] = {
    "without recency": {"memory": 0.0, "recent": 0.0, "trend": 0.0},
    "without popularity": {"prior": 0.0},
}
SIDES: dict[str, dict[str, Any]] = {
    "without friends": {"friends": 0.0, "tips": 0.0},
    "without attributes": {"attributes": 0.0},
}


def _same(given: Any) -> Any:
    return given


@dataclass(frozen=True, slots=True)
class Variant:
    """A row that starts from the tuned Limner and is tuned no further."""

    name: str
    kind: str
    """part, control or ablation."""
    change_model: Callable[[Limner], Any] = _same
    change_question: Callable[[Question], Question] = _same
    wrap: Callable[[Any], Scorer] = _same


def make_variants(
    settings: Settings, *, content: bool, ablate: bool, sides: Sides | None = None
) -> tuple[Variant, ...]:
    """Return the variants that differ from Limner on this log."""
    seed = settings.vector.seed
    found = [Variant(name, "part", _recipe(changes)) for name, changes in PARTS.items() if content]
    found.append(Variant("shuffled profiles", "control", wrap=lambda scorer: Shuffled(scorer, seed)))
    if content:
        found += [
            Variant("shuffled meaning", "control", wrap=lambda scorer: ShuffledMeaning(scorer, seed)),
            Variant("random text", "control", change_question=lambda asked: _randomise(asked, seed)),
        ]
    if ablate:
        found += [Variant(name, "ablation", _recipe(changes)) for name, changes in ABLATIONS.items()]
        found.append(
            Variant("without values", "ablation", change_question=lambda asked: _level(asked, settings))
        )
    if ablate and content:
        found.append(Variant("without content", "ablation", change_question=_drop_content))
    if ablate and sides is not None:
        found += [Variant(name, "ablation", _recipe(changes)) for name, changes in SIDES.items()]
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Shuffled:
    """A scorer that takes everybody for somebody else: nothing about a person may help it."""

    scorer: Scorer
    seed: int

    def score(self, history: History) -> Scores:
        """Return the scores of another user for each."""
        return self.scorer.score(history.take(exchange(history.n_users, self.seed)))


@dataclass(frozen=True, slots=True, eq=False)
class ShuffledMeaning:
    """A fused space in which S is somebody else's and B the user's own."""

    scorer: SpaceScorer
    seed: int

    def score(self, history: History) -> Scores:
        """Return the scores of the user's own B and another's αS."""
        space = self.scorer.space
        other = history.take(exchange(history.n_users, self.seed))
        return space.answer(history, space.sides(other)[0], space.sides(history)[1])


def exchange(n_users: int, seed: int) -> Any:
    """Return for each of n users another, int64 (n_users,): one ring, so nobody keeps their own place.

    >>> sorted(exchange(4, 1).tolist())
    [0, 1, 2, 3]
    """
    ring = np.random.default_rng(seed).permutation(n_users)
    other = np.empty(n_users, dtype=np.int64)
    other[ring] = np.roll(ring, 1)
    return other


def _recipe(changes: dict[str, Any]) -> Callable[[Limner], Limner]:
    return lambda model: replace(model, recipe=replace(model.recipe, **changes))


def _with_dataset(question: Question, **changes: Any) -> Question:
    """Return a question whose dataset is changed; nothing remembered of the old one is used."""
    return replace(question, dataset=replace(question.dataset, _memory={}, **changes))


def _drop_content(question: Question) -> Question:
    return _with_dataset(question, content=None)


def _randomise(question: Question, seed: int) -> Question:
    """Return a question whose items have random vectors of the lengths their own had."""
    content = question.dataset.content
    if content is None:
        return question
    drawn = np.random.default_rng(seed).standard_normal(content.shape).astype(np.float32)
    drawn *= np.linalg.norm(content, axis=1, keepdims=True) / np.linalg.norm(drawn, axis=1, keepdims=True)
    return _with_dataset(question, content=drawn)


def _level(question: Question, settings: Settings) -> Question:
    """Return a question in which every event weighs the same, whatever its type and value."""
    split, dataset = question.split, question.dataset
    fit, known = (replace(rows, weights=np.ones(len(rows))) for rows in (split.fit, split.known))
    told: Dataset = read_dataset(fit, at_us=split.at_us, settings=settings, content=dataset.content)
    history = read_history(known, at_us=split.at_us, settings=settings)
    sides = {name: getattr(question.known, name) for name in ("friends", "declared")}
    own = {name: getattr(dataset.history, name) for name in ("friends", "declared")}
    told = replace(told, history=replace(told.history, **own))
    return replace(question, dataset=told, known=replace(history, **sides))
