"""A split with its sums read, put to a fitted model: what it ranks, and how right that is."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.metrics import Ranked, find_hits, ndcg, recall
from limner.evaluate.splits import Split
from limner.recommend.dataset import Dataset, read_dataset, read_history
from limner.recommend.history import History
from limner.recommend.ranking import BLOCK_CELLS, Scorer, hide_seen, rank_best
from limner.settings import Settings

NDCG_K = 10
RECALL_K = 20
Content = NDArray[np.float32]


class Answer(NamedTuple):
    """NDCG@10 and Recall@20 of each user of a question."""

    ndcg: NDArray[np.float64]
    recall: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is fitted on, and what is known of the users asked about.

    ``seen`` is what they met, where that is more than what is known of them.
    """

    split: Split
    dataset: Dataset
    known: History
    seen: History | None = None

    @property
    def n_relevant(self) -> NDArray[np.int64]:
        """Relevant items of each user, int64 (n_users,)."""
        return np.array([len(items) for items in self.split.relevant], dtype=np.int64)

    @property
    def n_ranked(self) -> int:
        """Items that may be ranked."""
        ranked = self.split.ranked
        return self.known.n_items if ranked is None else int(ranked.sum())

    def rank(self, scorer: Scorer, *, k: int) -> Ranked:
        """Return the best k items of each user, int64 (n_users, k), −1 where there are fewer.

        Scored in blocks of users; what they met is left out, and so is what this question does not rank.
        """
        known, seen = self.known, self.known if self.seen is None else self.seen
        step = max(1, BLOCK_CELLS // max(1, known.n_items))
        blocks = []
        for start in range(0, known.n_users, step):
            stop = min(start + step, known.n_users)
            scores = hide_seen(scorer.score(known.rows(start, stop)), seen.rows(start, stop))
            if self.split.ranked is not None:
                scores[:, ~self.split.ranked] = -np.inf
            blocks.append(rank_best(scores, k=min(k, known.n_items)).items)
        return np.concatenate(blocks) if blocks else np.zeros((0, min(k, known.n_items)), np.int64)

    def ask(self, scorer: Scorer) -> Answer:
        """Return how well a fitted model ranks all items for each user."""
        ranked = self.rank(scorer, k=max(NDCG_K, RECALL_K))
        hits = find_hits(ranked, self.split.relevant, n_items=self.known.n_items)
        return Answer(ndcg(hits, self.n_relevant, k=NDCG_K), recall(hits, self.n_relevant, k=RECALL_K))


def read_question(split: Split, settings: Settings, content: Content | None) -> Question:
    """Return the question of a split, its sums read by the ledger at the split's instant."""
    seen = None
    if split.seen is not None:
        seen = read_history(split.seen, at_us=split.at_us, settings=settings)
    return Question(
        split,
        read_dataset(split.fit, at_us=split.at_us, settings=settings, content=content),
        read_history(split.known, at_us=split.at_us, settings=settings),
        seen,
    )
