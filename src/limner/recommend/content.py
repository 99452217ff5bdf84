"""What reads like what a user met: meaning alone, so an item nobody has met can be recommended."""

from dataclasses import dataclass

import numpy as np

from limner.errors import InputError
from limner.fusion.space import normalise
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.neighbours import Memory, relate_weights
from limner.recommend.ranking import Scores


@dataclass(frozen=True, slots=True, eq=False)
class ContentScorer:
    """Content of length 1, float32 (n_items, c), zeros where an item says nothing."""

    content: Scores
    memory: Memory

    def score(self, history: History) -> Scores:
        """Return the cosine of every item with the weighted sum of what each user met; 0 for a newcomer."""
        profiles = history.matrix(relate_weights(history, self.memory)) @ self.content
        return np.asarray(normalise(profiles) @ self.content.T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Content:
    """Cosine of an item with a user's weighted profile; needs the content of the dataset.

    Source: Pazzani, Billsus: Content-based recommendation systems, 2007.
    """

    memory: Memory = "lasting"

    def fit(self, dataset: Dataset) -> ContentScorer:
        """Return the scorer.

        Raises:
            InputError: the items have no content.
        """
        if dataset.content is None:
            raise InputError("the model content: items have no titles, categories or texts; choose another")
        return ContentScorer(normalise(dataset.content), self.memory)
