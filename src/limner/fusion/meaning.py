"""Where an item stands by what it says of itself: the maps from content to places, and its likely start."""

import numpy as np
from numpy.typing import NDArray

from limner.fusion.spectrum import Matrix

Reals = NDArray[np.float64]
CONTENT_RIDGE = 0.3
"""Share of the mean strength of a column of content that holds W back; chosen on held-out items."""


def map_content(content: Matrix, places: tuple[Matrix, Matrix], met: Reals) -> Matrix:
    """Return W for both roles, float32 (2, c, dim): ridge regression of places on content.

    ``content`` is (n_items, c), ``places`` (n_items, dim) what items add and what they answer to, ``met``
    (n_items,) who met them: only items that were met teach. Every one counts the same: weighted by events,
    W would place the new where the popular are.
    """
    known = met > 0
    return np.stack([_regress(content[known], side[known]) for side in places]).astype(np.float32)


def foresee_popularity(content: Matrix, met: Reals) -> Reals:
    """Return how many users each item would be met by as its content has it, float64 (n_items,).

    A ridge regression of log(1 + users) on content over the items that were met, so a kind that many like
    starts above a kind that few do; never below 0 nor above the most met item.
    """
    known = met > 0
    usual = np.log1p(met[known])
    slopes = _regress(content[known], (usual - usual.mean())[:, None])[:, 0]
    foreseen = usual.mean() + content @ slopes
    return np.asarray(np.expm1(np.clip(foreseen, 0, usual.max())), dtype=np.float64)


def _regress(content: Matrix, answers: NDArray[np.floating]) -> Reals:
    """Return the (c, k) weights of a ridge regression."""
    known = content.astype(np.float64)
    square = known.T @ known
    square[np.diag_indices_from(square)] += CONTENT_RIDGE * max(float(np.trace(square)) / len(square), 1e-9)
    return np.asarray(np.linalg.solve(square, known.T @ answers))
