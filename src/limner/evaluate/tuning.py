"""Settings chosen on validation: the search that everyone gets alike."""

from typing import Any

import numpy as np

from limner.evaluate.contenders import Contender, limner_stages
from limner.evaluate.question import Answer, Content, Question, read_question
from limner.evaluate.splits import make_splits
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.ranking import Model
from limner.settings import Recipe, Settings

__all__ = ["Answer", "Content", "Question", "choose", "choose_recipe", "read_question"]


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


def choose_recipe(interactions: Interactions, content: Content | None, settings: Settings) -> Recipe:
    """Return the recipe of the space that answers the newest questions of a log best.

    Raises:
        InputError: the log has no ground for an evaluation; `Recipe()` is the answer then.
    """
    splits = make_splits(interactions, seed=settings.vector.seed)
    newest = (*splits.tests[-2:], *splits.validation[:1])
    questions = [read_question(split, settings, content) for split in newest]
    stages = limner_stages(timed=interactions.timed, content=content is not None)
    start = Limner(dim=settings.vector.dim, seed=settings.vector.seed)
    best, _ = choose(Contender("Limner", start, stages), questions)
    recipe: Recipe = best.recipe
    return recipe
