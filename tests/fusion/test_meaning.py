from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import SettingsError
from limner.fusion.fit import fit_space
from limner.fusion.meaning import lean_on_content, map_content
from limner.recommend.dataset import Dataset
from limner.recommend.history import History
from limner.recommend.limner import Limner
from limner.settings import Recipe

N_USERS, N_ITEMS, DIM = 40, 24, 10
UNMET = N_ITEMS - 1


def world() -> History:
    rng = np.random.default_rng(3)
    met = rng.random((N_USERS, N_ITEMS)) < 0.3
    met[:, UNMET] = False
    indptr = np.concatenate([[0], np.cumsum(met.sum(axis=1))])
    items = np.nonzero(met)[1].astype(np.int32)
    count = rng.integers(1, 4, len(items)).astype(np.float64)
    return History(N_ITEMS, indptr, items, count, count * 0.3, count * 0.6, 1)


def one(history, user):
    return history.rows(user, user + 1)


HISTORY = world()
CONTENT = np.random.default_rng(1).standard_normal((N_ITEMS, 6)).astype(np.float32)
RECIPE = Recipe(ridge=2.0, memory=0.5)
SPACES = {
    fusion: fit_space(HISTORY, CONTENT, dim=DIM, recipe=replace(RECIPE, fusion=fusion))
    for fusion in ("gate", "sum", "concat")
}
MET = HISTORY.sum_by_item()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, N_USERS - 1), st.integers(0, UNMET), st.sampled_from(sorted(SPACES)))
def test_under_each_fusion_the_parts_of_a_score_sum_to_it(user, item, fusion):
    row, space = one(HISTORY, user), SPACES[fusion]
    assert space.split(row, item).total == pytest.approx(
        float(space.score(row, np.array([item]))[0]), abs=1e-9
    )


def test_concat_keeps_meaning_and_behaviour_in_columns_of_their_own():
    space = SPACES["concat"]
    assert space.dim == 2 * DIM
    assert not space.semantic_in[:, DIM:].any()
    assert not space.behaviour_in[:, :DIM].any()


def test_sum_takes_both_sides_whole():
    alpha, beta = SPACES["sum"].gates(np.array([0.0, 500.0]))
    assert (alpha.tolist(), beta.tolist()) == ([1, 1], [1, 1])


@pytest.mark.parametrize("fusion", sorted(SPACES))
def test_an_item_nobody_met_stands_where_the_maps_put_its_content(fusion):
    space = SPACES[fusion]
    for side, place in enumerate((space.semantic_in, space.item_out)):
        np.testing.assert_allclose(place[UNMET], CONTENT[UNMET] @ space.content_map[side], atol=1e-6)


def test_the_fewer_met_an_item_the_nearer_it_is_to_its_content():
    own, meant = np.zeros((4, 1), np.float32), np.ones((4, 1), np.float32)
    drawn = lean_on_content(own, meant, np.array([0.0, 1.0, 3.0, 97.0]), 3.0)
    np.testing.assert_allclose(drawn[:, 0], [1, 0.75, 0.5, 0.03], atol=1e-6)


def test_without_borrowing_only_what_nobody_met_stands_by_content():
    own, meant = np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32)
    assert lean_on_content(own, meant, np.array([0.0, 1.0]), 0.0)[:, 0].tolist() == [1, 0]


def test_content_that_tells_the_places_maps_to_them():
    rng = np.random.default_rng(0)
    content = rng.standard_normal((400, 3)).astype(np.float32)
    places = (content @ rng.standard_normal((3, 2))).astype(np.float32)
    weights = map_content(content, (places, -places), np.ones(400))
    nearness = np.corrcoef((content @ weights[0]).ravel(), places.ravel())[0, 1]
    assert nearness > 0.999
    np.testing.assert_allclose(weights[0], -weights[1], atol=1e-6)


def test_one_side_alone_scores_by_it_and_the_base():
    space = SPACES["gate"]
    dataset = Dataset(None, HISTORY, CONTENT)
    weights = HISTORY.matrix(space.weigh(HISTORY))
    for side, heard in (("S", space.semantic_in), ("B", space.behaviour_in)):
        scores = Limner(RECIPE, dim=DIM, parts=side).fit(dataset).score(HISTORY)
        expected = space.meet(weights @ heard, space.lift(HISTORY)) + space.base * space.lift(HISTORY)
        np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_meaning_alone_without_content_is_the_base():
    scorer = Limner(RECIPE, dim=DIM, parts="S").fit(Dataset(None, HISTORY))
    expected = scorer.space.base * scorer.space.lift(HISTORY)[3]
    np.testing.assert_allclose(scorer.score(HISTORY)[3], expected, rtol=1e-6)


def test_an_unknown_fusion_is_refused_with_the_choices():
    with pytest.raises(SettingsError, match=r"no fusion 'gat'.*gate"):
        Recipe(fusion="gat")
