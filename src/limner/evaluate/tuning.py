"""Settings chosen on validation: the questions, the answers, and the search that everyone gets alike."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.bootstrap import bound_mean
from limner.evaluate.contenders import CAUTIOUS, Contender, limner_stages
from limner.evaluate.metrics import find_hits, ndcg, recall
from limner.evaluate.splits import Split, make_splits
from limner.recommend.dataset import Dataset, read_dataset, read_history
from limner.recommend.history import History
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.ranking import Model, Scorer, recommend
from limner.recommend.sides import Sides
from limner.settings import Recipe, Settings

NDCG_K = 10
RECALL_K = 20
SEED = 7
"""Of the resamples that say whether a term pays."""
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
    The first of equals is kept; a cautious stage must gain by more than the paired 95 % interval.
    """
    best, trials = contender.start, 1
    if not contender.stages:
        return best, trials
    reached = _values(best, questions)
    for stage in contender.stages:
        candidates = [model for model in stage(best) if model != best]
        values = [_values(model, questions) for model in candidates]
        trials += len(candidates)
        if not values:
            continue
        means = [value.mean() for value in values]
        first = int(np.argmax(means))
        beyond = bound_mean(values[first] - reached, seed=SEED).low > 0 if stage in CAUTIOUS else True
        if beyond and means[first] > reached.mean():
            reached, best = values[first], candidates[first]
    return best, trials


def _values(model: Model, questions: list[Question]) -> NDArray[np.float64]:
    answers = [question.ask(model.fit(question.dataset)) for question in questions]
    return np.concatenate([answer.ndcg + answer.recall for answer in answers])


def read_question(
    split: Split, settings: Settings, content: Content | None, sides: Sides | None = None
) -> Question:
    """Return the question of a split, its sums read by the ledger at the split's instant.

    What friends met is what the split is fitted on: nothing hidden, nothing later.
    """
    dataset = read_dataset(split.fit, at_us=split.at_us, settings=settings, content=content, sides=sides)
    known = read_history(split.known, at_us=split.at_us, settings=settings)
    if sides is not None:
        past_ids = split.fit.user_ids
        known = sides.attach(known, split.known.user_ids, pasts=dataset.history, past_ids=past_ids)
    return Question(split, dataset, known)


def choose_recipe(
    interactions: Interactions, content: Content | None, settings: Settings, sides: Sides | None = None
) -> Recipe:
    """Return the recipe of the space that answers the two newest questions of a log best.

    Raises:
        InputError: the log has no ground for an evaluation; `Recipe()` is the answer then.
    """
    splits = make_splits(interactions, seed=settings.vector.seed)
    newest = (splits.test, splits.validation[0])
    questions = [read_question(split, settings, content, sides) for split in newest]
    stages = limner_stages(timed=interactions.timed, content=content is not None, sides=sides)
    start = Limner(dim=settings.vector.dim, seed=settings.vector.seed)
    best, _ = choose(Contender("Limner", start, stages), questions)
    recipe: Recipe = best.recipe
    return recipe
