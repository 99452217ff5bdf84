"""What everybody meets, where there is nothing to tell items apart by."""

import numpy as np

from limner.fusion.popularity import set_base, share_popularity
from limner.recommend.history import History


def test_items_that_are_met_alike_get_no_base_that_drowns_the_rest() -> None:
    ones = np.ones(6)
    pairs = np.array([0, 1, 1, 2, 0, 2], dtype=np.int32)
    history = History(3, np.array([0, 2, 4, 6], np.int64), pairs, ones, ones, ones, 0)

    base = set_base(share_popularity(history, smoothing=1.0)[1], 1.0, prior=0.1)

    assert np.ptp(base) < 1e-6
    assert base.max() <= 10.1
