"""Settings chosen on validation: the search that everyone gets alike."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.bootstrap import bound_mean
from limner.evaluate.contenders import CAUTIOUS, MOST_TRIALS, START, Contender, limner_stages
from limner.evaluate.question import Answer, Content, Question, read_question
from limner.evaluate.splits import make_splits
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.ranking import Model
from limner.recommend.sides import Sides
from limner.settings import Recipe, Settings

SEED = 7
"""Of the resamples that say whether a term pays."""

__all__ = ["Answer", "Content", "Question", "choose", "choose_recipe", "read_question"]


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
        candidates = [model for model in stage(best) if model != best][: MOST_TRIALS - trials]
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


def choose_recipe(
    interactions: Interactions, content: Content | None, settings: Settings, sides: Sides | None = None
) -> Recipe:
    """Return the recipe of the space that answers the newest questions of a log best.

    Raises:
        InputError: the log has no ground for an evaluation; `Recipe()` is the answer then.
    """
    splits = make_splits(interactions, seed=settings.vector.seed)
    newest = (*splits.tests[-2:], *splits.validation[:1])
    questions = [read_question(split, settings, content, sides) for split in newest]
    stages = limner_stages(timed=interactions.timed, content=content is not None, sides=sides)
    start = Limner(START, dim=settings.vector.dim, seed=settings.vector.seed)
    best, _ = choose(Contender("Limner", start, stages), questions)
    recipe: Recipe = best.recipe
    return recipe
