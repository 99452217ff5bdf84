from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import InputError, SettingsError
from limner.fusion import spectrum
from limner.fusion.behaviour import place_items
from limner.fusion.fit import fit_space
from limner.fusion.popularity import share_popularity
from limner.fusion.space import Space, normalise
from limner.fusion.spectrum import find_directions
from limner.recommend.history import History, collect_history
from limner.settings import Recipe

N_USERS, N_ITEMS, DIM = 50, 30, 12
UNMET = N_ITEMS - 1


class Sums:
    def __init__(self, users, items, count, recent, lasting):
        self.users, self.items = users, items
        self.count, self.recent, self.lasting = count, recent, lasting


def world(seed=0) -> History:
    rng = np.random.default_rng(seed)
    pairs = rng.choice(N_USERS * (N_ITEMS - 1), 400, replace=False)
    users, items = np.divmod(pairs, N_ITEMS - 1)
    count = rng.integers(1, 4, 400).astype(np.float64)
    lasting = count * rng.random(400)
    recent = lasting * rng.random(400)
    sums = Sums(users.astype(np.int32), items.astype(np.int32), count, recent, lasting)
    return collect_history(sums, shape=(N_USERS, N_ITEMS), at_us=1)


HISTORY = world()
CONTENT = normalise(np.random.default_rng(1).standard_normal((N_ITEMS, 6)).astype(np.float32))
SPACE = fit_space(HISTORY, CONTENT, dim=DIM, recipe=Recipe(ridge=2.0, memory=0.5))
BARE = fit_space(HISTORY, dim=DIM, recipe=Recipe(ridge=2.0))
NOBODY = collect_history(
    Sums(*(np.zeros(0, kind) for kind in (np.int32, np.int32, float, float, float))),
    shape=(1, N_ITEMS),
    at_us=1,
)


def one(history, user):
    return history.rows(user, user + 1)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, N_USERS - 1), st.integers(0, N_ITEMS - 1), st.sampled_from([SPACE, BARE]))
def test_the_parts_of_a_score_sum_to_it(user, item, space):
    row = one(HISTORY, user)
    parts = space.split(row, item)
    assert parts.total == pytest.approx(float(space.score(row, np.array([item]))[0]), abs=1e-9)
    assert parts.total == pytest.approx(float(space.score_all(row)[0, item]), rel=1e-4, abs=1e-4)
    assert parts.items.tolist() == row.items.tolist()


def test_the_vector_of_one_user_is_the_row_of_all_users():
    together = SPACE.vectors(HISTORY)
    alone = np.vstack([SPACE.vectors(one(HISTORY, user)) for user in range(N_USERS)])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


def test_one_more_event_moves_a_vector_by_one_scaled_row():
    row = one(HISTORY, 3)
    place = 2
    more = replace(row, count=row.count + (np.arange(len(row.items)) == place))
    moved = BARE.vectors(more)[0] - BARE.vectors(row)[0]
    step = BARE.weigh(more)[place] - BARE.weigh(row)[place]
    np.testing.assert_allclose(moved, step * BARE.behaviour_in[row.items[place]], rtol=1e-3, atol=1e-6)


def test_meaning_leads_for_a_cold_user_and_behaviour_for_a_warm_one():
    alpha, beta = SPACE.gates(np.array([0.0, 5.0, 500.0]))
    np.testing.assert_allclose(alpha + beta, 1)
    assert alpha[0] == 1
    assert alpha[1] == pytest.approx(0.5)
    assert alpha[2] < 0.02


def test_without_content_behaviour_is_all_there_is():
    assert not BARE.has_content
    alpha, beta = BARE.gates(np.array([0.0, 9.0]))
    assert (alpha.tolist(), beta.tolist()) == ([0, 0], [1, 1])


def test_a_user_of_whom_nothing_is_known_gets_the_base_and_a_vector_of_zeros():
    np.testing.assert_allclose(SPACE.score_all(NOBODY)[0], SPACE.base)
    assert not SPACE.vectors(NOBODY).any()
    assert SPACE.split(NOBODY, 3).total == pytest.approx(float(SPACE.base[3]))


def test_an_item_nobody_met_answers_by_its_content_and_not_at_all_without():
    assert SPACE.item_out[UNMET].any()
    assert not BARE.item_out[UNMET].any()


def test_arrays_give_the_same_space_back():
    again = Space.from_arrays(SPACE.to_arrays())
    assert again.recipe == SPACE.recipe
    np.testing.assert_array_equal(again.score_all(HISTORY), SPACE.score_all(HISTORY))


def test_arrays_may_be_memory_maps(tmp_path):
    arrays = SPACE.to_arrays()
    for name, values in arrays.items():
        np.save(tmp_path / f"{name}.npy", values)
    mapped = {name: np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in arrays}
    space = Space.from_arrays(mapped)
    np.testing.assert_allclose(space.vectors(one(HISTORY, 4)), SPACE.vectors(one(HISTORY, 4)))


def test_the_same_seed_gives_the_same_space():
    again = fit_space(world(), CONTENT, dim=DIM, recipe=SPACE.recipe)
    np.testing.assert_array_equal(again.item_out, SPACE.item_out)


def test_content_of_another_length_is_refused():
    with pytest.raises(InputError, match="3 content rows for 30 items"):
        fit_space(HISTORY, CONTENT[:3])


def test_a_dimension_above_the_rank_is_filled_with_zeros():
    wide = fit_space(HISTORY, dim=64, recipe=Recipe(ridge=2.0))
    assert wide.dim == 64
    assert not wide.item_out[:, N_ITEMS:].any()


@pytest.mark.parametrize(
    "wrong", [{"ridge": 0.0}, {"prior": -1.0}, {"smoothing": 0.0}, {"memory": 2.0}], ids=str
)
def test_an_impossible_recipe_is_refused(wrong):
    with pytest.raises(SettingsError, match="recipe"):
        Recipe(**wrong)


def test_all_directions_give_the_closed_form_of_the_auto_encoder():
    ridge, dropout = 3.0, 0.5
    met = HISTORY.matrix().toarray().astype(np.float64)
    penalty = ridge + dropout * met.sum(axis=0)
    inverse = np.linalg.inv(met.T @ met + np.diag(penalty))
    expected = inverse / -np.diag(inverse)
    placed = place_items(HISTORY, dim=N_ITEMS, seed=0, recipe=Recipe(ridge=ridge, dropout=dropout))
    found = placed.item_in @ placed.item_out.T
    np.fill_diagonal(expected, 0)
    np.fill_diagonal(found, 0)
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_popularity_with_little_recent_evidence_is_that_of_the_long_run():
    everyday, recent = share_popularity(HISTORY, smoothing=1e9)
    np.testing.assert_allclose(recent, everyday, rtol=1e-4)


@given(st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_shares_are_positive_and_sum_to_one(smoothing):
    for share in share_popularity(HISTORY, smoothing=smoothing):
        assert share.min() > 0
        assert share.sum() == pytest.approx(1)


@pytest.mark.parametrize("wide", [False, True], ids=["more users", "more items"])
@pytest.mark.parametrize("dense_side", [6000, 1], ids=["dense", "sparse"])
def test_directions_by_iteration_are_those_of_the_whole_spectrum(monkeypatch, wide, dense_side):
    matrix = HISTORY.matrix()
    given_matrix = matrix.T.tocsr() if wide else matrix
    exact, strengths = find_directions(given_matrix, dim=4, seed=0)
    monkeypatch.setattr(spectrum, "EXACT_SIDE", 1)
    monkeypatch.setattr(spectrum, "DENSE_SIDE", dense_side)
    monkeypatch.setattr(spectrum, "ROUNDS", 40)
    found, values = find_directions(given_matrix, dim=4, seed=0)
    np.testing.assert_allclose(values, strengths, rtol=1e-3)
    np.testing.assert_allclose(np.abs((found * exact).sum(axis=0)), 1, atol=1e-2)


def test_normalised_rows_have_length_one_and_nothing_stays_nothing():
    rows = normalise(np.array([[3, 4], [0, 0]], np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0]])


def test_a_history_without_items_or_without_events_has_an_empty_space():
    for n_items in (0, 3):
        nothing = np.zeros(0)
        history = History(
            n_items, np.zeros(3, np.int64), nothing.astype(np.int32), nothing, nothing, nothing, 0
        )
        space = fit_space(history, dim=8)
        assert space.vectors(history).shape == (2, 8)
        assert space.score_all(history).shape == (2, n_items)
