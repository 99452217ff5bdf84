"""What one user's past items add to the scores of several candidates, all at once."""

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Reals, Space
from limner.recommend.history import History


def pull_items(space: Space, history: History, items: NDArray[np.int64]) -> Reals:
    """Return what each past item adds to each candidate, float64 (n_past, n_candidates).

    A column holds the meaning and behaviour of `Space.split` added up; the user's rows are read once.
    """
    alpha, beta = space.hear(history.known(), items)
    targets = space.targets(history, items).T
    added = beta * (space.behaviour_in[history.items] @ targets)
    if space.has_content:
        added += alpha * (space.semantic_in[history.items] @ targets)
    return np.asarray(space.weigh(history)[:, None] * added, dtype=np.float64)
