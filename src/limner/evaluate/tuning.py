"""Settings chosen on validation: the questions, the answers, and the search that everyone gets alike."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.contenders import Contender, limner_stages
from limner.evaluate.metrics import find_hits, ndcg, recall
from limner.evaluate.splits import Split, make_splits
from limner.recommend.dataset import Dataset, read_dataset, read_history
from limner.recommend.history import History
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.ranking import Model, Scorer, recommend
from limner.settings import Recipe, Settings

NDCG_K = 10
RECALL_K = 20
Content = NDArray[np.float32]


class Answer(NamedTuple):
    """NDCG@10 and Recall@20 of each user of a question."""

    ndcg: NDArray[np.float64]
    recall: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A split with its sums read: what is fitted on, and what is known of the users asked about."""

    split: Split
    dataset: Dataset
    known: History

    def ask(self, scorer: Scorer) -> Answer:
        """Return how well a fitted model ranks all items for each user."""
        ranking = recommend(scorer, self.known, k=max(NDCG_K, RECALL_K))
        hits = find_hits(ranking.items, self.split.truth())
        wanted = np.array([len(items) for items in self.split.relevant])
        return Answer(ndcg(hits, wanted, k=NDCG_K), recall(hits, wanted, k=RECALL_K))


def choose(contender: Contender, questions: list[Question]) -> tuple[Any, int]:
    """Return the setting that answers the validation questions best, and how many were tried.

    Better means a higher mean over users of NDCG@10 + Recall@20: two measures waver less than one.
    The first of equals is kept.
    """
    best, trials = contender.start, 1
    if not contender.stages:
        return best, trials
    reached = _value(best, questions)
    for stage in contender.stages:
        candidates = [model for model in stage(best) if model != best]
        values = [_value(model, questions) for model in candidates]
        trials += len(candidates)
        if values and max(values) > reached:
            reached = max(values)
            best = candidates[values.index(reached)]
    return best, trials


def _value(model: Model, questions: list[Question]) -> float:
    answers = [question.ask(model.fit(question.dataset)) for question in questions]
    return float(np.concatenate([answer.ndcg + answer.recall for answer in answers]).mean())


def read_question(split: Split, settings: Settings, content: Content | None) -> Question:
    """Return the question of a split, its sums read by the ledger at the split's instant."""
    return Question(
        split,
        read_dataset(split.fit, at_us=split.at_us, settings=settings, content=content),
        read_history(split.known, at_us=split.at_us, settings=settings),
    )


def choose_recipe(interactions: Interactions, content: Content | None, settings: Settings) -> Recipe:
    """Return the recipe of the space that answers the two newest questions of a log best.

    Raises:
        InputError: the log has no ground for an evaluation; `Recipe()` is the answer then.
    """
    splits = make_splits(interactions, seed=settings.vector.seed)
    newest = (splits.test, splits.validation[0])
    questions = [read_question(split, settings, content) for split in newest]
    stages = limner_stages(timed=interactions.timed, content=content is not None)
    start = Limner(dim=settings.vector.dim, seed=settings.vector.seed)
    best, _ = choose(Contender("Limner", start, stages), questions)
    recipe: Recipe = best.recipe
    return recipe
