"""What everybody meets: the baselines that know nobody."""

from dataclasses import dataclass

import numpy as np

from limner.ledger.decay import DAY_US
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.ranking import Scores


@dataclass(frozen=True, slots=True, eq=False)
class SameForAll:
    """The scorer of one ranking for everybody; ``shares`` is float32 (n_items,)."""

    shares: Scores

    def score(self, history: History) -> Scores:
        """Return the same scores for each user."""
        return np.broadcast_to(self.shares, (history.n_users, len(self.shares)))


@dataclass(frozen=True, slots=True)
class Popular:
    """Items by the number of users who met them."""

    def fit(self, dataset: Dataset) -> SameForAll:
        """Return the scorer."""
        history = dataset.history
        return SameForAll(history.sum_by_item().astype(np.float32))


@dataclass(frozen=True, slots=True)
class PopularRecently:
    """Items by their events in the last days before the instant of reading, then by all their users.

    Without times it is `Popular`.
    """

    days: float = 7.0

    def fit(self, dataset: Dataset) -> SameForAll:
        """Return the scorer."""
        history, rows = dataset.history, dataset.interactions
        ever = Popular().fit(dataset).shares
        if not rows.timed:
            return SameForAll(ever)
        late = rows.timestamps >= history.at_us - self.days * DAY_US
        lately = np.bincount(rows.items[late], minlength=history.n_items)
        return SameForAll((lately + ever / (1 + ever.max(initial=0))).astype(np.float32))
