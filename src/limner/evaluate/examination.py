"""Everything that is measured of one model on one question: a value per user, and what the lists cover."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.evaluate import lists
from limner.evaluate.metrics import (
    Ranked,
    Scores,
    find_hits,
    hit_rate,
    ndcg,
    recall,
    weigh_rare,
    weighted_ndcg,
)
from limner.evaluate.question import Question
from limner.fusion.space import normalise
from limner.ledger.decay import DAY_US
from limner.recommend.dataset import Dataset
from limner.recommend.ranking import Scorer

DEPTH = 100
MEASURES = (
    *("ndcg@10", "recall@20", "ndcg@100", "hr@10", "debiased_ndcg@10"),
    *("novelty", "diversity", "popularity_bias"),
)
AGES = ("new items", "older items")
NEW_DAYS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """``values`` has float64 (n_users,) for each of `MEASURES`, and NDCG@10 on items of each of `AGES`."""

    values: dict[str, Scores]
    coverage: float


@dataclass(frozen=True, slots=True, eq=False)
class Yardstick:
    """What lists are held against, the same for all models.

    ``born_us`` is when items were first met, int64 (n_items,), None without time; ``met`` how many users met
    each item, float64 (n_items,), None for those of the fitting.
    """

    born_us: NDArray[np.int64] | None = None
    met: Scores | None = None


def examine(
    scorer: Scorer, question: Question, yardstick: Yardstick, likeness: Dataset | None = None
) -> Examined:
    """Return all measures of a fitted model; ``likeness`` says how alike items are, not what is fitted on."""
    ranked = question.rank(scorer, k=DEPTH)
    relevant, n_items = question.split.relevant, question.known.n_items
    hits, wanted = find_hits(ranked, relevant, n_items=n_items), question.n_relevant
    met = question.dataset.history.sum_by_item() if yardstick.met is None else yardstick.met
    values = {
        "ndcg@10": ndcg(hits, wanted, k=10),
        "recall@20": recall(hits, wanted, k=20),
        "ndcg@100": ndcg(hits, wanted, k=100),
        "hr@10": hit_rate(hits, wanted, k=10),
        "debiased_ndcg@10": weighted_ndcg(ranked, relevant, weigh_rare(met), k=10),
        "novelty": lists.novelty(ranked, met),
        "diversity": lists.diversity(ranked, _place_items(likeness or question.dataset)),
        "popularity_bias": lists.popularity_bias(ranked, question.known, met),
    }
    if yardstick.born_us is not None:
        young = yardstick.born_us >= question.split.at_us - NEW_DAYS * DAY_US
        for name, mask in zip(AGES, (young, ~young), strict=True):
            values[name] = _ndcg_among(ranked, question, mask)
    return Examined(values, lists.cover(ranked, n_ranked=question.n_ranked))


def _ndcg_among(ranked: Ranked, question: Question, mask: NDArray[np.bool_]) -> Scores:
    """Return NDCG@10 where only the items under a mask are relevant; NaN for users without one."""
    relevant = [items[mask[items]] for items in question.split.relevant]
    wanted = np.array([len(items) for items in relevant], dtype=np.int64)
    return ndcg(find_hits(ranked, relevant, n_items=len(mask)), wanted, k=10)


def _place_items(dataset: Dataset) -> Any:
    """Return a row of length 1 per item: its content, else who met it."""

    def place() -> Any:
        content = dataset.content
        return lists.unit_company(dataset.history) if content is None else normalise(content)

    return dataset.remember("likeness of items", place)
