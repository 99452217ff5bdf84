"""The honest ladder: every model tuned on the same validation, asked the same test question once."""

from collections.abc import Callable
from dataclasses import asdict, replace
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.evaluate.bootstrap import bound_mean
from limner.evaluate.contenders import make_contenders
from limner.evaluate.report import Report, Row
from limner.evaluate.splits import make_splits
from limner.evaluate.tuning import Answer, Content, Question, choose, read_question
from limner.recommend.interactions import Interactions, read_interactions
from limner.recommend.sides import Sides
from limner.settings import Settings

Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0..1."""


def run_ladder(
    events: pa.Table,
    items: pa.Table,
    settings: Settings,
    *,
    protocol: str = "auto",
    progress: Progress | None = None,
    content: Callable[[list[str]], Content] | None = None,
    sides: Sides | None = None,
) -> Report:
    """Return the ladder of a log; ``settings.vector.seed`` fixes every draw.

    All items of both tables are ranked. ``content`` gives item ids their vectors, float32 (n_items, c).
    ``sides`` are friends and declared attributes.

    Raises:
        InputError: the log has no ground for an evaluation; the text says why.
        UnknownNameError: no such protocol.
    """
    listed = items["item_id"].to_pylist() if "item_id" in items.column_names else []
    interactions = read_interactions(events, settings.events, item_ids=listed)
    placed = content(interactions.item_ids) if content is not None else None
    return climb(interactions, placed, settings, protocol=protocol, progress=progress, sides=sides)


def climb(
    interactions: Interactions,
    content: Content | None,
    settings: Settings,
    *,
    protocol: str = "auto",
    progress: Progress | None = None,
    sides: Sides | None = None,
) -> Report:
    """Return the ladder of interactions; ``content`` is float32 (n_items, c) or None."""
    seed = settings.vector.seed
    splits = make_splits(interactions, protocol=protocol, seed=seed)
    validation = [read_question(split, settings, content, sides) for split in splits.validation]
    test = read_question(splits.test, settings, content, sides)
    contenders = make_contenders(settings, timed=interactions.timed, content=content is not None, sides=sides)
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


def _take_test(name: str, model: Any, test: Question, *, trials: int, seed: int) -> tuple[Answer, Row]:
    started = perf_counter()
    scorer = model.fit(test.dataset)
    fit_s = perf_counter() - started
    answer = test.ask(scorer)
    note = getattr(scorer, "note", "")
    ndcg_interval, recall_interval = (bound_mean(values, seed=seed) for values in answer)
    return answer, Row(name, ndcg_interval, recall_interval, None, asdict(model), trials, fit_s, note)


def _compare(row: Row, answer: Answer, ease: NDArray[np.float64], seed: int) -> Row:
    if row.name == "EASE":
        return row
    return replace(row, against_ease=bound_mean(answer.ndcg - ease, seed=seed))
