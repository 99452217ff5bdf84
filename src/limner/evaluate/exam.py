"""The validation questions of a log, asked of any settings: also of other horizons and event weights."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.evaluate.question import Content, Question, read_question
from limner.evaluate.splits import Split, Splits, make_splits
from limner.recommend.interactions import Interactions, Reals, read_interactions
from limner.recommend.limner import Limner
from limner.settings import EventSettings, HorizonSettings, Settings

Values = NDArray[np.float64]
"""NDCG@10 + Recall@20 of each user who was asked."""


@dataclass(slots=True, eq=False)
class Exam:
    """Validation questions whose events keep their row numbers, so that they can be weighed anew.

    ``splits`` hold row numbers in the place of weights. The questions of the settings asked last are kept.
    """

    events: pa.Table
    splits: Splits
    content: Content | None
    item_ids: tuple[str, ...]
    _asked: tuple[EventSettings, HorizonSettings] | None = None
    _questions: list[Question] = field(default_factory=list)

    @property
    def n_questions(self) -> int:
        """Steps of one trial."""
        return len(self.splits.validation)

    @property
    def n_users(self) -> int:
        """Users who are asked, all questions together."""
        return sum(len(split.relevant) for split in self.splits.validation)

    def ask(self, settings: Settings) -> Iterator[Values]:
        """Yield, question by question, what settings reach for each user."""
        model = Limner(settings.vector.recipe, dim=settings.vector.dim, seed=settings.vector.seed)
        for question in self._read(settings):
            # Places are not kept from trial to trial: every trial has another ridge, and memory is finite.
            fresh = replace(question.dataset, _memory={})
            answer = question.ask(model.fit(fresh))
            yield answer.ndcg + answer.recall

    def answer(self, settings: Settings) -> Values:
        """Return what settings reach for each user of all questions, float64 (n_users,)."""
        return np.concatenate(list(self.ask(settings)))

    def _read(self, settings: Settings) -> list[Question]:
        asked = (settings.events, settings.horizons)
        if asked != self._asked:
            weights = _weigh(self.events, settings, self.item_ids).weights
            self._questions = [
                read_question(_reweigh(split, weights), settings, self.content)
                for split in self.splits.validation
            ]
            self._asked = asked
        return self._questions


def set_exam(
    events: pa.Table,
    settings: Settings,
    *,
    protocol: str = "auto",
    item_ids: Iterable[str] = (),
    content: Content | None = None,
) -> Exam:
    """Return the validation questions of an events table; the test window is cut off and never asked.

    ``content`` has one row for each id, in sorted order, of the events and of ``item_ids``.

    Raises:
        InputError: the log has no ground for an evaluation.
        UnknownNameError: no such protocol.
    """
    listed = tuple(item_ids)
    interactions = _weigh(events, settings, listed)
    numbered = replace(interactions, weights=np.arange(len(interactions), dtype=np.float64))
    worded = None if content is None else np.asarray(np.abs(content).sum(axis=1) > 0)
    splits = make_splits(numbered, protocol=protocol, seed=settings.vector.seed, worded=worded)
    return Exam(events, splits, content, listed)


def _weigh(events: pa.Table, settings: Settings, item_ids: tuple[str, ...]) -> Interactions:
    return read_interactions(events, settings.events, item_ids=item_ids)


def _reweigh(split: Split, weights: Reals) -> Split:
    """Return a split whose row numbers have become weights."""

    def weighed(part: Interactions) -> Interactions:
        return replace(part, weights=weights[part.weights.astype(np.int64)])

    seen = None if split.seen is None else weighed(split.seen)
    return replace(split, fit=weighed(split.fit), known=weighed(split.known), seen=seen)
