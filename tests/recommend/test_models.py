"""Every model runs the same checks; then each shows what it is for."""

from dataclasses import replace

import numpy as np
import pytest

from limner.recommend import ease, neighbours
from limner.recommend.dataset import read_dataset
from limner.recommend.ease import DenseEase, DualEase, Ease, FactoredEase
from limner.recommend.ials import Ials
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.neighbours import ItemNeighbours
from limner.recommend.popular import Popular, PopularRecently
from limner.recommend.ranking import recommend
from limner.recommend.user_neighbours import UserNeighbours
from limner.settings import Recipe, Settings

DAY_US = 86_400_000_000
START_US = 1_700_000_000_000_000
MODELS = [
    Popular(),
    PopularRecently(),
    ItemNeighbours(),
    UserNeighbours(),
    Ease(5.0),
    Ials(factors=8, iterations=5),
    Limner(Recipe(ridge=5.0), dim=16),
]
PERSONAL = MODELS[2:]


def log(users, items, stamps, *, n_users, n_items):
    return Interactions(
        [f"u{code}" for code in range(n_users)],
        [f"i{code}" for code in range(n_items)],
        np.asarray(users, np.int32),
        np.asarray(items, np.int32),
        np.asarray(stamps, np.int64),
        np.ones(len(users)),
    )


def two_tastes(n_users=60, n_items=40, per_user=8, seed=0):
    """Even users meet the first half of the items, odd ones the second; nobody meets the last item."""
    rng = np.random.default_rng(seed)
    half = n_items // 2
    users = np.repeat(np.arange(n_users), per_user)
    picks = np.concatenate([rng.choice(half - 1, per_user, replace=False) for _ in range(n_users)])
    stamps = START_US + rng.integers(0, 100 * DAY_US, len(users))
    return log(users, picks + half * (users % 2), stamps, n_users=n_users, n_items=n_items)


def dataset(rows, settings=Settings()):  # noqa: B008 - frozen
    return read_dataset(rows, at_us=rows.last_us, settings=settings)


TASTES = dataset(two_tastes())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
class TestEveryModel:
    def test_scores_every_user_and_item_with_finite_numbers(self, model):
        scores = model.fit(TASTES).score(TASTES.history)
        assert scores.shape == (60, 40)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()

    def test_gives_the_same_scores_twice(self, model):
        first = model.fit(dataset(two_tastes())).score(TASTES.history)
        second = model.fit(dataset(two_tastes())).score(TASTES.history)
        np.testing.assert_array_equal(first, second)

    def test_does_not_change_what_it_is_fitted_on(self, model):
        world = dataset(two_tastes())
        before = world.history.lasting.copy()
        model.fit(world).score(world.history)
        np.testing.assert_array_equal(world.history.lasting, before)

    def test_answers_a_user_it_was_not_fitted_on(self, model):
        known = dataset(log([0], [3], [START_US], n_users=1, n_items=40)).history
        assert model.fit(TASTES).score(known).shape == (1, 40)

    def test_answers_a_user_of_whom_nothing_is_known(self, model):
        nobody = dataset(log([], [], [], n_users=1, n_items=40)).history
        assert np.isfinite(model.fit(TASTES).score(nobody)).all()

    def test_survives_a_log_without_events(self, model):
        empty = dataset(log([], [], [], n_users=2, n_items=3))
        assert np.isfinite(model.fit(empty).score(empty.history)).all()

    def test_survives_one_event(self, model):
        single = dataset(log([0], [1], [START_US], n_users=1, n_items=3))
        assert recommend(model.fit(single), single.history, k=5).items[0, -1] == -1


@pytest.mark.parametrize("model", PERSONAL, ids=lambda model: type(model).__name__)
def test_models_that_know_users_recommend_within_their_taste(model):
    ranking = recommend(model.fit(TASTES), TASTES.history, k=5)
    right = (ranking.items >= 20) == (np.arange(60) % 2 == 1)[:, None]
    assert right.mean() > 0.95


def test_the_most_popular_item_is_the_one_most_users_met():
    world = dataset(log([0, 0, 0, 1, 2], [0, 0, 0, 1, 1], [START_US] * 5, n_users=3, n_items=3))
    assert Popular().fit(world).shares.tolist() == [1, 2, 0]


def test_popular_in_the_last_days_forgets_what_was_popular_before_and_breaks_ties_by_it():
    stamps = [START_US, START_US, START_US + 30 * DAY_US]
    world = dataset(log([0, 1, 0], [0, 0, 1], stamps, n_users=2, n_items=3))
    assert np.argsort(-PopularRecently(7).fit(world).shares).tolist() == [1, 0, 2]


def test_popular_in_the_last_days_is_popular_where_there_is_no_time():
    world = dataset(log([0, 1, 0], [0, 0, 1], [0, 0, 0], n_users=2, n_items=3))
    assert PopularRecently().fit(world).shares.tolist() == Popular().fit(world).shares.tolist()


def test_neighbours_are_cosines_of_co_occurrence():
    world = dataset(log([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [0] * 5, n_users=3, n_items=2))
    similar = ItemNeighbours(neighbours=5, shrink=0.0, memory="count").fit(world).similar.toarray()
    np.testing.assert_allclose(similar, [[0, 2 / np.sqrt(6)], [2 / np.sqrt(6), 0]], rtol=1e-6)


def test_only_the_nearest_are_kept():
    similar = ItemNeighbours(neighbours=3, shrink=0.0, memory="count").fit(TASTES).similar
    dense = ItemNeighbours(neighbours=40, shrink=0.0, memory="count").fit(TASTES).similar.toarray()
    third = -np.sort(-dense, axis=1)[:, 2]
    assert (similar.toarray().sum(axis=1) > 0).sum() == 38
    np.testing.assert_allclose(similar.max(axis=1).toarray().ravel(), dense.max(axis=1))
    assert (similar.toarray()[dense > third[:, None]] > 0).all()


def test_neighbours_in_blocks_are_the_same_neighbours(monkeypatch):
    model = ItemNeighbours(neighbours=5)
    whole = model.fit(dataset(two_tastes())).similar.toarray()
    monkeypatch.setattr(neighbours, "MOST_PRODUCTS", 120)
    np.testing.assert_allclose(model.fit(dataset(two_tastes())).similar.toarray(), whole, rtol=1e-5)


def test_a_recent_memory_follows_a_changed_taste():
    changed = log([0] * 2, [1, 21], [START_US, START_US + 100 * DAY_US], n_users=1, n_items=40)
    known = dataset(changed).history
    ranking = recommend(ItemNeighbours(memory="recent").fit(TASTES), known, k=5)
    assert (ranking.items >= 20).all()


def ease_slowly(met, ridge):
    inverse = np.linalg.inv(met.T @ met + ridge * np.eye(met.shape[1]))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def test_ease_is_its_closed_form():
    met = TASTES.history.matrix().toarray().astype(np.float64)
    scorer = Ease(5.0).fit(TASTES)
    assert isinstance(scorer, DenseEase)
    np.testing.assert_allclose(scorer.weights, ease_slowly(met, 5.0), atol=1e-5)


def test_ease_by_way_of_the_users_gives_the_same_scores():
    world = dataset(two_tastes(n_users=20))
    met = world.history.matrix().toarray().astype(np.float64)
    expected = met @ ease_slowly(met, 5.0)
    scorer = Ease(5.0).fit(world)
    assert isinstance(scorer, DualEase)
    unseen = met == 0
    np.testing.assert_allclose(scorer.score(world.history)[unseen], expected[unseen], atol=1e-4)


def test_ease_above_its_limit_keeps_the_strongest_directions_and_says_so(monkeypatch):
    exact = recommend(Ease(5.0).fit(TASTES), TASTES.history, k=5).items
    monkeypatch.setattr(ease, "MOST_ITEMS", 30)
    scorer = Ease(5.0).fit(dataset(two_tastes()))
    assert isinstance(scorer, FactoredEase)
    assert "strongest directions" in scorer.note
    assert (recommend(scorer, TASTES.history, k=5).items == exact).mean() > 0.95


def test_recipes_that_share_their_places_compute_them_once(monkeypatch):
    world, calls = dataset(two_tastes()), []
    model = Limner(Recipe(ridge=5.0), dim=8)
    model.fit(world)
    monkeypatch.setattr("limner.recommend.limner.place_items", lambda *_, **__: calls.append(1))
    model_with_trend = replace(model, recipe=replace(model.recipe, trend=0.5, prior=0.0))
    model_with_trend.fit(world)
    assert calls == []
