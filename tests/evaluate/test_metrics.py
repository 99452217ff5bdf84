import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.evaluate.bootstrap import bound_mean
from limner.evaluate.metrics import find_hits, ndcg, recall

HITS = st.lists(st.booleans(), min_size=1, max_size=25)


def slow_ndcg(hits, wanted, k):
    gained = sum(1 / np.log2(rank + 1) for rank, hit in enumerate(hits[:k], 1) if hit)
    return gained / sum(1 / np.log2(rank + 1) for rank in range(1, min(k, wanted) + 1))


@given(HITS, st.integers(0, 30), st.integers(1, 30))
def test_ndcg_and_recall_are_their_definitions(hits, missed, k):
    wanted = max(1, sum(hits) + missed)
    row, total = np.array([hits]), np.array([wanted])
    assert ndcg(row, total, k=k)[0] == pytest.approx(slow_ndcg(hits, wanted, k))
    assert recall(row, total, k=k)[0] == pytest.approx(sum(hits[:k]) / min(k, wanted))


@given(HITS, st.integers(0, 30), st.integers(1, 30))
def test_both_lie_between_nothing_and_everything(hits, missed, k):
    total = np.array([max(1, sum(hits) + missed)])
    for metric in (ndcg, recall):
        assert 0 <= metric(np.array([hits]), total, k=k)[0] <= 1 + 1e-12


@given(st.integers(1, 40), st.integers(1, 20))
def test_a_ranking_of_hits_alone_is_perfect(wanted, k):
    row = np.ones((1, min(wanted, k)), np.bool_)
    assert ndcg(row, np.array([wanted]), k=k)[0] == pytest.approx(1)
    assert recall(row, np.array([wanted]), k=k)[0] == pytest.approx(1)


def test_golden_values():
    hits = np.array([[True, False, True, False], [False, False, False, True]])
    wanted = np.array([3, 1])
    np.testing.assert_allclose(ndcg(hits, wanted, k=4), [0.703918, 0.430677], rtol=1e-5)
    np.testing.assert_allclose(recall(hits, wanted, k=4), [2 / 3, 1])


def test_a_user_with_nothing_relevant_has_no_value():
    assert np.isnan(ndcg(np.array([[False]]), np.array([0]), k=1)).all()
    assert np.isnan(recall(np.array([[False]]), np.array([0]), k=1)).all()


def test_ranks_that_hold_no_item_are_no_hits():
    relevant = [np.array([2], np.int32)]
    assert find_hits(np.array([[2, -1]]), relevant, n_items=3).tolist() == [[True, False]]


def test_the_interval_holds_the_mean_and_narrows_with_more_users():
    values = np.random.default_rng(0).random(1000)
    few, many = bound_mean(values[:50], seed=1), bound_mean(values, seed=1)
    assert few.low < few.mean < few.high
    assert many.high - many.low < few.high - few.low


def test_the_same_seed_draws_the_same_interval():
    values = np.arange(20.0)
    assert bound_mean(values, seed=3) == bound_mean(values, seed=3)


def test_users_without_a_value_are_left_out_and_nobody_gives_no_interval():
    assert bound_mean(np.array([0.5, np.nan]), seed=1).mean == 0.5
    assert np.isnan(bound_mean(np.array([np.nan]), seed=1)).all()
