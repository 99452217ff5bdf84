import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from limner.recommend.history import History
from limner.recommend.ranking import hide_seen, rank_best, recommend

VALUES = st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0])


class Given:
    def __init__(self, scores):
        self.scores = np.asarray(scores, np.float32)

    def score(self, history):
        return np.tile(self.scores, (history.n_users, 1))


def history(*seen, n_items=3):
    counts = [len(items) for items in seen]
    items = np.array([item for items in seen for item in items], np.int32)
    ones = np.ones(len(items))
    return History(n_items, np.cumsum([0, *counts]).astype(np.int64), items, ones, ones, ones, 0)


def rank_slowly(row, k):
    order = sorted(range(len(row)), key=lambda item: (-row[item], item))
    best = [item for item in order if row[item] > -np.inf][:k]
    return best + [-1] * (min(k, len(row)) - len(best))


@given(
    arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 9)), elements=VALUES), st.integers(1, 12)
)
def test_ranking_is_that_of_a_full_stable_sort(scores, k):
    found = rank_best(scores, k=k).items
    expected = [rank_slowly(row, k) for row in scores]
    assert found.tolist() == expected


def test_equal_scores_come_in_item_order():
    assert recommend(Given([1, 1, 1]), history([]), k=2).items.tolist() == [[0, 1]]


def test_a_k_above_the_catalogue_gives_all_there_is():
    ranking = recommend(Given([1, 3, 2]), history([]), k=50)
    assert ranking.items.tolist() == [[1, 2, 0]]
    assert ranking.scores.tolist() == [[3, 2, 1]]


def test_seen_items_are_left_out_unless_asked_for():
    seen = history([1], [0, 2])
    assert recommend(Given([1, 3, 2]), seen, k=2).items.tolist() == [[2, 0], [1, -1]]
    assert recommend(Given([1, 3, 2]), seen, k=2, exclude_seen=False).items.tolist() == [[1, 2], [1, 2]]


def test_a_user_who_has_seen_everything_gets_nothing():
    assert recommend(Given([1, 3, 2]), history([0, 1, 2]), k=2).items.tolist() == [[-1, -1]]


def test_no_users_give_an_empty_ranking():
    assert recommend(Given([1, 3, 2]), history(), k=2).items.shape == (0, 2)


def test_hiding_what_was_seen_leaves_the_scores_alone():
    scores = np.ones((1, 3), np.float32)
    hidden = hide_seen(scores, history([1]))
    assert hidden.tolist() == [[1, -np.inf, 1]]
    assert scores.tolist() == [[1, 1, 1]]


def test_blocks_of_users_give_the_ranking_of_all_at_once(monkeypatch):
    seen = history([1], [0, 2], [], [2])
    whole = recommend(Given([1, 3, 2]), seen, k=3)
    monkeypatch.setattr("limner.recommend.ranking.BLOCK_CELLS", 3)
    parts = recommend(Given([1, 3, 2]), seen, k=3)
    np.testing.assert_array_equal(whole.items, parts.items)
