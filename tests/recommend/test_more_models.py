"""iALS, content and categories on worlds small enough to solve by hand; the registry of names."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from limner.errors import InputError, UnknownNameError
from limner.recommend.category_popularity import CategoryPopular
from limner.recommend.content import Content
from limner.recommend.dataset import read_dataset
from limner.recommend.ials import FactorScorer, Ials
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.models import MODELS, make_model
from limner.recommend.ranking import recommend
from limner.settings import Settings

START_US = 1_700_000_000_000_000


def dataset(pairs, *, n_users, n_items, **more):
    users, items = zip(*pairs, strict=True) if pairs else ((), ())
    rows = Interactions(
        [f"u{code}" for code in range(n_users)],
        [f"i{code}" for code in range(n_items)],
        np.asarray(users, np.int32),
        np.asarray(items, np.int32),
        np.full(len(pairs), START_US, np.int64),
        np.ones(len(pairs)),
    )
    return replace(read_dataset(rows, at_us=START_US, settings=Settings()), **more)


def test_a_user_of_ials_is_solved_as_by_hand():
    factors = np.array([[2.0], [1.0]], np.float32)
    scorer = FactorScorer(factors, regularisation=1.0, alpha=3.0)
    met_the_first = dataset([(0, 0)], n_users=1, n_items=2).history
    by_hand = (1 + 3) * 2 / (2**2 + 1**2 + 1 + 3 * 2**2)
    np.testing.assert_allclose(scorer.score(met_the_first), [[2 * by_hand, by_hand]], rtol=1e-6)


def test_fitted_ials_stands_where_neither_users_nor_items_gain():
    world = dataset([(0, 0), (0, 1), (1, 1), (2, 2), (2, 0)], n_users=3, n_items=3)
    model = Ials(factors=2, regularisation=0.5, alpha=2.0, iterations=300)
    scorer = model.fit(world)
    users, items = scorer.place_users(world.history).astype(float), scorer.item_factors.astype(float)
    met = world.history.matrix().toarray()
    confidence = 1 + model.alpha * met
    solved = [
        np.linalg.solve(users.T * confidence[:, one] @ users + 0.5 * np.eye(2), users.T @ (3 * met[:, one]))
        for one in range(3)
    ]
    np.testing.assert_allclose(items, solved, atol=2e-3)


def test_a_user_who_was_not_fitted_scores_as_the_twin_who_was():
    world = dataset([(0, 0), (0, 1), (1, 1), (1, 2)], n_users=2, n_items=4)
    twin = dataset([(0, 1), (0, 2)], n_users=1, n_items=4).history
    scorer = Ials(factors=3, iterations=4).fit(world)
    np.testing.assert_allclose(scorer.score(twin)[0], scorer.score(world.history)[1], rtol=1e-6)


def test_content_finds_the_item_nobody_has_met():
    content = np.array([[3, 0], [0, 1], [1, 0], [0, 0]], np.float32)
    world = dataset([(0, 0), (1, 1)], n_users=2, n_items=4, content=content)
    ranking = recommend(Content().fit(world), world.history, k=1)
    assert ranking.items[0, 0] == 2
    np.testing.assert_allclose(ranking.scores[0, 0], 1.0)


def test_a_newcomer_gets_the_items_of_the_categories_that_are_met_most():
    categories = csr_matrix(np.array([[1, 0], [0, 1], [0, 1], [1, 0]]))
    world = dataset([(0, 1), (1, 1), (2, 0)], n_users=4, n_items=4, categories=categories)
    scores = CategoryPopular(prior=1.0).fit(world).score(world.history)
    assert scores[3].tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1 / 3])
    assert scores[2, 3] > scores[2, 2]


@pytest.mark.parametrize("model", [Content(), CategoryPopular()], ids=["content", "categories"])
def test_a_model_without_what_it_needs_says_so(model):
    with pytest.raises(InputError, match="choose another"):
        model.fit(dataset([(0, 0)], n_users=1, n_items=2))


@pytest.mark.parametrize("name", MODELS)
def test_every_name_makes_a_model_that_answers(name):
    world = dataset(
        [(0, 0), (0, 1), (1, 1), (1, 2)],
        n_users=2,
        n_items=12,
        content=np.eye(12, dtype=np.float32),
        categories=csr_matrix(np.eye(12)),
    )
    scores = make_model(name, replace(Settings().vector, dim=8)).fit(world).score(world.history)
    assert scores.shape == (2, 12)
    assert np.isfinite(scores).all()


def test_behaviour_is_limner_without_meaning():
    made = make_model("behaviour")
    assert isinstance(made, Limner)
    assert made.recipe.gate == 0


def test_an_unknown_model_is_refused_with_the_choices():
    with pytest.raises(UnknownNameError, match=r"did you mean: ease\?\); choose: popular, popular-7-days"):
        make_model("eas")
