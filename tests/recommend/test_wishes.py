"""Filters never leak, re-ranking moves what it says and leaves the scores alone."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import InputError, UnknownNameError, UnknownUserError
from limner.recommend.choosing import ALL_FILTERED, ALL_SEEN, NOBODY, choose_items
from limner.recommend.dataset import read_dataset
from limner.recommend.filters import allow_items
from limner.recommend.interactions import Interactions
from limner.recommend.neighbours import ItemNeighbours
from limner.recommend.recommender import Recommender
from limner.recommend.reranking import Proportions, miscalibration, share_past
from limner.recommend.shelf import fill_shelf
from limner.recommend.wishes import Boost, Wishes, parse_boost
from limner.settings import Settings

START_US = 1_700_000_000_000_000
ROWS = [
    {"categories": ["tea"], "brand": "Leaf", "price": 5.0, "in_stock": True},
    {"categories": ["tea", "gift"], "brand": "Leaf", "price": 50.0, "in_stock": False},
    {"categories": ["pot"], "price": 30.0, "stock": 2},
    {"categories": ["pot"], "brand": "Iron", "stock": 0},
    {"categories": [], "price": 1.0},
    {"categories": ["gift"], "price": 9.0, "in_stock": "yes"},
]
IDS = ["a", "b", "c", "d", "e", "f"]
SHELF = fill_shelf(IDS, ROWS, popularity=np.array([100.0, 50, 10, 5, 1, 0]))
SCORES = np.array([6, 5, 4, 3, 2, 1], np.float32)


def dataset(pairs, user_ids=("ann", "bob", "zoe")):
    rows = Interactions(
        list(user_ids),
        IDS,
        np.array([user for user, _ in pairs], np.int32),
        np.array([item for _, item in pairs], np.int32),
        np.full(len(pairs), START_US, np.int64),
        np.ones(len(pairs)),
    )
    return read_dataset(rows, at_us=START_US, settings=Settings())


def past(*items):
    return dataset([(0, item) for item in items], ["ann"]).history


def chosen(wishes, *, k=6, met=(), scores=SCORES, **more):
    found = choose_items(scores, past(*met), k=k, wishes=wishes, shelf=SHELF, **more)
    return "".join(IDS[item] for item in found.items)


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(categories=("tea",)), "ab"),
        (Wishes(without_categories=("gift", "pot")), "ae"),
        (Wishes(price_min=9.0, price_max=30.0), "cf"),
        (Wishes(in_stock=True), "acf"),
        (Wishes(only=("f", "b", "nobody knows")), "bf"),
        (Wishes(never=("a", "nobody knows")), "bcdef"),
        (Wishes(only=()), ""),
    ],
    ids=["category", "without", "price", "stock", "only", "never", "none"],
)
def test_a_filter_leaves_what_it_says(wishes, expected):
    assert chosen(wishes) == expected


names = st.lists(st.sampled_from(["tea", "pot", "gift"]), max_size=2).map(tuple)
wishing = st.builds(
    Wishes,
    categories=names,
    without_categories=names,
    price_max=st.none() | st.floats(0, 60),
    in_stock=st.booleans(),
    only=st.none() | st.lists(st.sampled_from(IDS)).map(tuple),
    never=st.lists(st.sampled_from(IDS)).map(tuple),
    diversity=st.sampled_from([0.0, 0.5, 1.0]),
    calibrate=st.sampled_from([0.0, 0.5, 1.0]),
    less_popular=st.floats(0, 1),
    boosts=st.lists(st.sampled_from([Boost("category", "pot", 3.0), Boost("item", "e", addend=2.0)])).map(
        tuple
    ),
)


@settings(max_examples=60, deadline=None)
@given(wishing, st.sets(st.integers(0, 5)), st.integers(1, 8))
def test_no_item_that_is_ruled_out_comes_back_and_every_score_stays(wishes, met, k):
    found = choose_items(SCORES, past(*met), k=k, wishes=wishes, shelf=SHELF, places=np.eye(6))
    allowed = set(np.flatnonzero(allow_items(SHELF, wishes)).tolist()) - met
    assert set(found.items.tolist()) <= allowed
    assert len(set(found.items.tolist())) == len(found.items) == min(k, len(allowed))
    np.testing.assert_array_equal(found.scores, SCORES[found.items])
    assert [sorted(allowed).index(item) + 1 for item in found.items] == found.plain_ranks.tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(1, 6))
def test_diversity_of_0_is_the_plain_ranking_ties_and_all(values, k):
    scores = np.array(values, np.float32)
    plain = chosen(Wishes(), k=k, scores=scores)
    nothing = Wishes(boosts=(Boost("item", "a", 1.0),))
    assert chosen(nothing, k=k, scores=scores, places=np.eye(6)) == plain


def test_diversity_puts_the_unlike_first():
    places = np.array([[1, 0], [1, 0.1], [0, 1], [1, 0], [1, 0], [1, 0]], np.float32)
    assert chosen(Wishes(diversity=0.5), k=2, places=places) == "ac"
    assert chosen(Wishes(), k=2, places=places) == "ab"


def test_calibration_brings_the_list_nearer_to_the_past():
    met = (2, 3, 5)
    usual = share_past(past(*met), SHELF)
    gaps = []
    for weight in (0.0, 0.9):
        wishes = Wishes(calibrate=weight)
        found = choose_items(SCORES, past(*met), k=3, wishes=wishes, shelf=SHELF, exclude_seen=False)
        shares = Proportions.of(SHELF, found.items, usual)
        gaps.append(float(miscalibration(shares.usual, shares.of_items.mean(axis=0))))
    assert usual == {"gift": pytest.approx(1 / 3), "pot": pytest.approx(2 / 3)}
    assert gaps[1] < gaps[0]


def test_less_popular_lets_the_rare_rise():
    assert chosen(Wishes(less_popular=1.0), k=1) != "a"
    assert chosen(Wishes(less_popular=0.0), k=1) == "a"


@pytest.mark.parametrize(
    ("text", "first"),
    [("category=pot:2", "c"), ("brand=Iron:+1", "d"), ("item=e:+5", "e"), ("category=tea:-9", "c")],
)
def test_a_boost_moves_what_it_names_and_says_where_it_stood(text, first):
    found = choose_items(SCORES, past(), k=6, wishes=Wishes(boosts=(parse_boost(text),)), shelf=SHELF)
    assert IDS[found.items[0]] == first
    assert found.plain_ranks[0] == IDS.index(first) + 1
    assert found.scores[0] == SCORES[IDS.index(first)]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("tea", InputError, "KIND=NAME:FACTOR"),
        ("categry=tea:2", UnknownNameError, "did you mean: category"),
        ("category=tea:much", InputError, "is no number"),
        ("category=tea:nan", InputError, "is no number"),
    ],
)
def test_a_boost_written_otherwise_is_refused(text, error, says):
    with pytest.raises(error, match=says):
        parse_boost(text)


def test_unknown_names_are_refused_with_near_ones():
    with pytest.raises(UnknownNameError, match=r"no category 'tee' among the items \(did you mean: tea"):
        chosen(Wishes(categories=("tee",)))
    with pytest.raises(UnknownNameError, match="no brand 'Lead'"):
        chosen(Wishes(boosts=(Boost("brand", "Lead"),)))


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match=r"diversity must lie in 0\.\.1, got 2"):
        Wishes(diversity=2)
    with pytest.raises(InputError, match="must not lie above"):
        Wishes(price_min=2.0, price_max=1.0)
    with pytest.raises(InputError, match="k must be a whole number of at least 1, got 0"):
        chosen(Wishes(), k=0)


def test_stock_that_no_item_tells_is_a_mistake_not_an_empty_list():
    silent = fill_shelf(["a"], [{}])
    with pytest.raises(InputError, match="in_stock or stock"):
        allow_items(silent, Wishes(in_stock=True))


@pytest.mark.parametrize(
    ("wishes", "met", "note"),
    [(Wishes(), range(6), ALL_SEEN), (Wishes(price_max=0.5), [0], ALL_FILTERED), (Wishes(), [], NOBODY)],
    ids=["seen", "filtered", "newcomer"],
)
def test_an_unusual_answer_says_why(wishes, met, note):
    assert choose_items(SCORES, past(*met), k=3, wishes=wishes, shelf=SHELF).note == note


def test_a_recommender_speaks_the_owners_ids():
    world = dataset([(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)])
    table = Recommender(ItemNeighbours(shrink=0.0), shelf=SHELF).fit(world).recommend(["ann", "zoe"], 2)
    assert table.column_names == ["user_id", "item_id", "score", "rank", "plain_rank"]
    assert table["user_id"].to_pylist() == ["ann", "ann", "zoe", "zoe"]
    assert table["item_id"].to_pylist()[::2] == ["c", "a"]
    assert table["rank"].to_pylist() == [1, 2, 1, 2]


def test_a_recommender_gives_an_empty_table_for_nobody():
    table = Recommender(ItemNeighbours()).fit(dataset([(0, 0)])).recommend([], 3)
    assert (table.num_rows, table.schema.field("score").type) == (0, pa.float32())


def test_a_recommender_refuses_whom_and_what_it_does_not_know():
    fitted = Recommender(ItemNeighbours()).fit(dataset([(0, 0)]))
    with pytest.raises(UnknownUserError, match="no user 'anm' in the dataset; did you mean: ann"):
        fitted.recommend(["anm"])
    with pytest.raises(InputError, match="give Recommender a shelf"):
        fitted.recommend(["ann"], wishes=Wishes(in_stock=True))
    with pytest.raises(InputError, match=r"call fit\(dataset\) first"):
        Recommender(ItemNeighbours()).choose("ann")
    with pytest.raises(InputError, match="in their order"):
        Recommender(ItemNeighbours(), shelf=replace(SHELF, item_ids=["x"])).fit(dataset([(0, 0)]))
