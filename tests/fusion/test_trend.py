from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.fusion.fit import fit_space
from limner.fusion.pulls import pull_items
from limner.fusion.space import Space
from limner.fusion.trend import UNKNOWN, learn_trend
from limner.recommend.history import History
from limner.records import UNTIMED
from limner.settings import Recipe

N_USERS, N_ITEMS, DIM = 40, 25, 10
UNMET = N_ITEMS - 1


def draw_history(seed=0) -> History:
    rng = np.random.default_rng(seed)
    pairs = np.sort(rng.choice(N_USERS * (N_ITEMS - 1), 300, replace=False))
    users, items = np.divmod(pairs, N_ITEMS - 1)
    ages = rng.integers(0, 200, 300)
    indptr = np.searchsorted(users, np.arange(N_USERS + 1))
    recent, lasting = 2.0 ** (-ages / 7), 2.0 ** (-ages / 180)
    return History(N_ITEMS, indptr, items.astype(np.int32), np.ones(300), recent, lasting, 1)


HISTORY = draw_history()
CONTENT = np.random.default_rng(1).standard_normal((N_ITEMS, 5)).astype(np.float32)
RECIPE = Recipe(ridge=2.0, trend=1.5, fading=0.2)
SPACE = fit_space(HISTORY, CONTENT, dim=DIM, recipe=RECIPE)


@settings(deadline=None, max_examples=80)
@given(
    st.integers(0, N_USERS - 1),
    st.integers(0, N_ITEMS - 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["gate", "sum"]),
)
def test_a_score_comes_apart_however_the_trend_counts(user, item, fading, swell, fusion):
    space = replace(SPACE, recipe=replace(RECIPE, fading=fading, swell=swell, fusion=fusion))
    row = HISTORY.rows(user, user + 1)
    parts = space.split(row, item)
    assert parts.total == pytest.approx(float(space.score(row, np.array([item]))[0]), abs=1e-9)
    assert parts.total == pytest.approx(float(space.score_all(HISTORY)[user, item]), rel=1e-4, abs=1e-4)
    pulled = pull_items(space, row, np.array([item]))[:, 0]
    np.testing.assert_allclose(pulled, parts.semantic + parts.behaviour, rtol=1e-4, atol=1e-6)


def test_freshness_falls_with_the_age_of_the_newest_event():
    ages = np.array([0.0, 30.0, 90.0])
    sums = (2.0 ** (-ages / 7), 2.0 ** (-ages / 180))
    history = History(4, np.array([0, 1, 3, 3]), np.array([0, 1, 2], np.int32), np.ones(3), *sums, 1)
    expected = [1, 2.0 ** (-30 * (1 / 7 - 1 / 180)), 0]
    np.testing.assert_allclose(history.freshness(), expected)


def test_the_trend_counts_less_for_who_stayed_away():
    lift = np.abs(np.log(SPACE.lift(HISTORY)))
    fresh = np.argsort(HISTORY.freshness())
    assert (lift[fresh[-1]] >= lift[fresh[0]]).all()
    assert lift[fresh[-1]].sum() > 1.5 * lift[fresh[0]].sum()


def test_without_fading_the_trend_counts_for_everyone_alike():
    space = replace(SPACE, recipe=replace(RECIPE, fading=0.0))
    lift = space.lift(HISTORY)
    np.testing.assert_array_equal(lift, np.broadcast_to(lift[0], lift.shape))


def test_without_swell_the_base_does_not_follow_the_trend():
    space = replace(SPACE, recipe=replace(RECIPE, swell=0.0))
    assert space.split(HISTORY.rows(0, 1), 3).base == pytest.approx(float(SPACE.base[3]))
    assert SPACE.split(HISTORY.rows(0, 1), 3).base != pytest.approx(float(SPACE.base[3]), rel=1e-3)


def test_a_trend_that_few_made_is_hardly_believed():
    shares = np.full(N_ITEMS, 1 / N_ITEMS)
    trend = learn_trend(HISTORY, shares, 4 * shares, recipe=RECIPE)
    met = HISTORY.sum_by_item()
    lift = trend.lift(HISTORY, replace(RECIPE, fading=0.0))[0]
    np.testing.assert_allclose(lift, 1 + met / (met + 10) * (4**1.5 - 1), rtol=1e-5)
    assert lift[UNMET] == 1


@settings(deadline=None, max_examples=60)
@given(st.integers(0, N_USERS - 1), st.integers(0, N_ITEMS - 1), st.sampled_from(["gate", "concat"]))
def test_the_trend_moves_what_an_item_owes_to_who_met_it_and_nothing_it_borrows(user, item, fusion):
    space = fit_space(HISTORY, CONTENT, dim=DIM, recipe=replace(RECIPE, fusion=fusion))
    row, asked = HISTORY.rows(user, user + 1), np.array([item])
    lift = space.lift(row, asked)[0, 0]
    own = space.item_out[item] - space.item_lent[item]
    np.testing.assert_allclose(
        space.targets(row, asked)[0], lift * own + space.item_lent[item], rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(space.targets(row, np.array([UNMET]))[0], space.item_out[UNMET], rtol=1e-6)


def test_with_content_a_trend_is_believed_and_what_few_met_borrows_instead():
    lift = replace(SPACE, recipe=replace(RECIPE, fading=0.0)).lift(HISTORY)[0]
    met = HISTORY.sum_by_item() > 0
    np.testing.assert_allclose(lift[met], np.exp(SPACE.trend.rise[met]), rtol=1e-5)
    assert (lift[~met] == 1).all()


def test_a_space_that_kept_nothing_borrowed_is_moved_as_a_whole():
    arrays = {name: rows for name, rows in SPACE.to_arrays().items() if name != "item_lent"}
    again, row = Space.from_arrays(arrays), HISTORY.rows(3, 4)
    asked = np.arange(N_ITEMS)
    expected = again.item_out * again.lift(row)[0][:, None]
    np.testing.assert_allclose(again.targets(row, asked), expected, rtol=1e-5)
    np.testing.assert_allclose(again.score(row, asked), again.score_all(row)[0], rtol=1e-4, atol=1e-5)


def test_where_nothing_has_a_time_there_is_no_trend():
    untimed = replace(HISTORY, at_us=UNTIMED)
    np.testing.assert_array_equal(fit_space(untimed, dim=DIM, recipe=RECIPE).lift(untimed), 1)


def test_what_nobody_met_is_heard_by_meaning_first():
    alpha, beta = SPACE.hear(np.array([500.0]), np.array([0, UNMET]))
    np.testing.assert_allclose(alpha + beta, 1)
    assert alpha[0] < 0.05
    assert alpha[1] == pytest.approx(0.8)


def test_behaviour_alone_hears_no_meaning_of_what_nobody_met():
    space = replace(SPACE, recipe=replace(RECIPE, gate=0.0))
    alpha, beta = space.hear(np.array([5.0]), np.array([UNMET]))
    assert (alpha.tolist(), beta.tolist()) == ([0], [1])


def test_a_space_of_an_earlier_version_has_no_trend_of_its_own():
    arrays = {name: rows for name, rows in SPACE.to_arrays().items() if name not in ("rise", "settled")}
    again = Space.from_arrays(arrays)
    assert again.trend is UNKNOWN
    scores = again.score_all(HISTORY)
    np.testing.assert_allclose(scores, again.vectors(HISTORY) @ again.item_out.T + again.base, rtol=1e-5)
    parts = again.split(HISTORY.rows(0, 1), UNMET)
    assert parts.total == pytest.approx(float(scores[0, UNMET]), rel=1e-4, abs=1e-4)
