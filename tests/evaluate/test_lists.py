import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from limner.evaluate.lists import cover, diversity, novelty, popularity_bias, unit_company
from limner.evaluate.metrics import find_hits, hit_rate, ndcg, weigh_rare, weighted_ndcg
from limner.evaluate.variants import exchange
from limner.fusion.space import normalise
from limner.recommend.history import History

MET = np.array([7.0, 3.0, 1.0, 0.0])


def history(rows, n_items=4):
    items = np.array([item for row in rows for item in row], np.int32)
    ones = np.ones(len(items))
    indptr = np.cumsum([0, *map(len, rows)])
    return History(n_items, indptr, items, ones, ones, ones, 0)


def codes(*items):
    return np.array(items, np.int32)


def test_hits_are_found_without_a_matrix_of_all_users_and_items():
    ranked = np.array([[2, 0, -1], [1, 2, 3]])
    hits = find_hits(ranked, [codes(0, 3), codes(3)], n_items=4)
    assert hits.tolist() == [[False, True, False], [False, False, True]]
    assert find_hits(ranked, [codes(), codes()], n_items=4).sum() == 0


def test_the_hit_rate_is_whether_anything_was_right():
    hits = np.array([[False, True], [False, False], [False, False]])
    np.testing.assert_array_equal(hit_rate(hits, np.array([1, 2, 0]), k=2), [1, 0, np.nan])


def test_a_debiased_hit_on_a_rare_item_is_worth_more():
    weights = weigh_rare(np.array([8.0, 0.0]))
    np.testing.assert_allclose(weights, [1 / 3, 1])
    both = [codes(0, 1)]
    ideal = 1 + 1 / 3 / np.log2(3)
    rare_first = weighted_ndcg(np.array([[1, 0]]), both, weights, k=2)
    popular_first = weighted_ndcg(np.array([[0, 1]]), both, weights, k=2)
    np.testing.assert_allclose([rare_first[0], popular_first[0]], [1, (1 / 3 + 1 / np.log2(3)) / ideal])


@given(st.lists(st.booleans(), min_size=12, max_size=12), st.integers(1, 12))
def test_with_equal_weights_the_debiased_measure_is_ndcg(relevant, k):
    items = codes(*np.flatnonzero(relevant))
    ranked = np.random.default_rng(k).permutation(12)[None, :]
    hits = find_hits(ranked, [items], n_items=12)
    weighed = weighted_ndcg(ranked, [items], np.full(12, 0.3), k=k)
    np.testing.assert_allclose(weighed, ndcg(hits, np.array([len(items)]), k=k))


def test_coverage_counts_each_ranked_item_once():
    assert cover(np.array([[0, 1], [1, -1]]), n_ranked=4) == 0.5


def test_novelty_is_in_bits_of_the_share_of_users():
    np.testing.assert_allclose(
        novelty(np.array([[0, -1], [1, 3]]), MET), [-np.log2(8 / 15), -np.log2(4 / 15**2) / 2]
    )


def test_popularity_bias_is_against_what_the_user_met():
    biased = popularity_bias(np.array([[0], [3]]), history([[2], [0]]), MET)
    np.testing.assert_allclose(biased, [0.875 - 0.375, 0.125 - 0.875])


def test_diversity_is_one_minus_the_mean_cosine_of_pairs():
    vectors = normalise(np.array([[2, 0], [1, 0], [0, 3]], np.float32))
    np.testing.assert_allclose(diversity(np.array([[0, 1], [0, 2]]), vectors), [0, 1], atol=1e-7)
    assert np.isnan(diversity(np.array([[0, -1]]), vectors)).all()


def test_without_content_items_are_alike_that_the_same_users_met():
    vectors = unit_company(history([[0, 1], [0, 1], [2]]))
    np.testing.assert_allclose(diversity(np.array([[0, 1], [1, 2]]), vectors), [0, 1], atol=1e-6)


@given(st.integers(2, 50), st.integers(0, 20))
def test_a_shuffle_leaves_nobody_in_their_place(n_users, seed):
    other = exchange(n_users, seed)
    assert sorted(other.tolist()) == list(range(n_users))
    assert (other != np.arange(n_users)).all()


def test_rows_of_a_history_can_be_exchanged():
    moved = history([[0, 1], [], [3]]).take(np.array([2, 0, 1]))
    assert moved.matrix().toarray().tolist() == history([[3], [0, 1], []]).matrix().toarray().tolist()
    assert moved.n_users == 3
