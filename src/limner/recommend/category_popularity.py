"""Items of well-met categories: what can be said of an item that nobody has met and that says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.errors import InputError
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.ranking import Scores


@dataclass(frozen=True, slots=True, eq=False)
class CategoryScorer:
    """Each item's categories, CSR float32 (n_items, n_categories), rows summing to 1, and usual shares."""

    categories: Any
    usual: Scores
    prior: float

    def score(self, history: History) -> Scores:
        """Return the mean share of an item's categories in what each user met, the usual shares mixed in."""
        met = np.asarray((history.matrix() @ self.categories).todense(), dtype=np.float32)
        shares = (met + self.prior * self.usual) / np.maximum(
            met.sum(axis=1, keepdims=True) + self.prior, np.float32(1e-9)
        )
        return np.asarray((self.categories @ shares.T).T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CategoryPopular:
    """Items by the popularity of their categories.

    ``prior`` is how many items met as usual count against a user's own: infinite would forget the user.
    """

    prior: float = 5.0

    def fit(self, dataset: Dataset) -> CategoryScorer:
        """Return the scorer.

        Raises:
            InputError: the dataset holds no categories.
        """
        if dataset.categories is None:
            raise InputError("the model category-popular: items have no categories; choose another model")
        categories = share_categories(dataset.categories)
        met = np.asarray(categories.T @ dataset.history.sum_by_item(), dtype=np.float32).ravel()
        return CategoryScorer(categories, met / max(float(met.sum()), 1e-9), self.prior)


def share_categories(categories: Any) -> Any:
    """Return a CSR matrix (n_items, n_categories) with rows that sum to 1, or to 0 without categories."""
    from scipy.sparse import csr_matrix, diags

    known = csr_matrix(categories, dtype=np.float32)
    counts = np.asarray(known.sum(axis=1)).ravel()
    return csr_matrix(diags(1 / np.where(counts > 0, counts, 1)) @ known, dtype=np.float32)


def mark_categories(categories: Sequence[Sequence[str]]) -> Any:
    """Return which item is in which category, a scipy CSR matrix (n_items, n_categories) of 1."""
    from scipy.sparse import csr_matrix

    names = sorted({name for one in categories for name in one})
    place = {name: number for number, name in enumerate(names)}
    columns = [place[name] for one in categories for name in dict.fromkeys(one)]
    rows = np.repeat(np.arange(len(categories)), [len(dict.fromkeys(one)) for one in categories])
    shape = (len(categories), len(names))
    return csr_matrix((np.ones(len(columns), np.float32), (rows, columns)), shape=shape)
