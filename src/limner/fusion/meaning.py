"""Where an item stands by what it says of itself: maps from content to places, and how far to trust them."""

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


def lean_on_content(places: Matrix, meant: Matrix, met: Reals, borrow: float) -> Matrix:
    """Return places drawn to where content puts an item, float32 (n_items, dim): the fewer met it, the more.

    ``borrow`` is the number of users at which both weigh the same; what nobody met stands by content alone.
    """
    own = np.where(met > 0, met / np.maximum(met + borrow, 1e-12), 0.0)[:, None]
    return np.asarray(own * places + (1 - own) * meant, dtype=np.float32)


def stand_beside(first: Matrix | None, second: Matrix | None) -> Matrix:
    """Return two blocks of columns side by side, float32; None stands for a block of zeros."""
    given = first if first is not None else second
    assert given is not None
    blocks = [np.zeros_like(given) if block is None else block for block in (first, second)]
    return np.concatenate(blocks, axis=-1).astype(np.float32)


def _regress(content: Matrix, answers: NDArray[np.floating]) -> Reals:
    """Return the (c, k) weights of a ridge regression."""
    known = content.astype(np.float64)
    square = known.T @ known
    square[np.diag_indices_from(square)] += CONTENT_RIDGE * max(float(np.trace(square)) / len(square), 1e-9)
    return np.asarray(np.linalg.solve(square, known.T @ answers))
