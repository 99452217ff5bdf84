"""The honest ladder: every model tuned on the same validation, asked the same test question once."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.evaluate.bootstrap import bound_mean
from limner.evaluate.contenders import Contender, make_contenders
from limner.evaluate.metrics import find_hits, ndcg, recall
from limner.evaluate.report import Report, Row
from limner.evaluate.splits import Split, make_splits
from limner.recommend.dataset import Dataset, read_dataset, read_history
from limner.recommend.history import History
from limner.recommend.interactions import Interactions, read_interactions
from limner.recommend.ranking import Model, Scorer, recommend
from limner.settings import Settings

NDCG_K = 10
RECALL_K = 20
Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0..1."""
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


def run_ladder(
    events: pa.Table,
    items: pa.Table,
    settings: Settings,
    *,
    protocol: str = "auto",
    progress: Progress | None = None,
    content: Callable[[list[str]], Content] | None = None,
) -> Report:
    """Return the ladder of a log; ``settings.vector.seed`` fixes every draw.

    Raises:
        InputError: the log has no ground for an evaluation; the text says why.
        UnknownNameError: no such protocol.
    """
    listed = items["item_id"].to_pylist() if "item_id" in items.column_names else []
    interactions = read_interactions(events, settings.events, item_ids=listed)
    placed = content(interactions.item_ids) if content is not None else None
    return climb(interactions, placed, settings, protocol=protocol, progress=progress)


def climb(
    interactions: Interactions,
    content: Content | None,
    settings: Settings,
    *,
    protocol: str = "auto",
    progress: Progress | None = None,
) -> Report:
    """Return the ladder of interactions; ``content`` is float32 (n_items, c) or None."""
    seed = settings.vector.seed
    splits = make_splits(interactions, protocol=protocol, seed=seed)
    validation = [_read(split, settings, content) for split in splits.validation]
    test = _read(splits.test, settings, content)
    contenders = make_contenders(settings, timed=interactions.timed, content=content is not None)
    answers: dict[str, tuple[Answer, Row]] = {}
    for number, contender in enumerate(contenders):
        if progress is not None:
            progress(contender.name, number / len(contenders))
        model, trials = choose(contender, validation)
        answers[contender.name] = _take_test(contender.name, model, test, trials=trials, seed=seed)
    ease = answers["EASE"][0].ndcg
    return Report(
        splits.protocol,
        splits.cutoffs,
        n_users=len(splits.test.relevant),
        n_items=len(interactions.item_ids),
        n_events=len(interactions),
        n_validation_users=sum(len(split.relevant) for split in splits.validation),
        seed=seed,
        rows=tuple(_compare(row, answer, ease, seed) for answer, row in answers.values()),
    )


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


def _read(split: Split, settings: Settings, content: Content | None) -> Question:
    return Question(
        split,
        read_dataset(split.fit, at_us=split.at_us, settings=settings, content=content),
        read_history(split.known, at_us=split.at_us, settings=settings),
    )


def _take_test(name: str, model: Any, test: Question, *, trials: int, seed: int) -> tuple[Answer, Row]:
    started = perf_counter()
    scorer = model.fit(test.dataset)
    fit_s = perf_counter() - started
    answer = test.ask(scorer)
    note = getattr(scorer, "note", "")
    ndcg_interval, recall_interval = (bound_mean(values, seed=seed) for values in answer)
    return answer, Row(name, ndcg_interval, recall_interval, None, asdict(model), trials, fit_s, note)


def _compare(row: Row, answer: Answer, ease: NDArray[np.float64], seed: int) -> Row:
    from dataclasses import replace

    if row.name == "EASE":
        return row
    return replace(row, against_ease=bound_mean(answer.ndcg - ease, seed=seed))
