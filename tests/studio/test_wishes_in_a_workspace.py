"""Wishes, other models and unusual answers, asked of an open workspace."""

import pytest

import limner
from limner.errors import InputError, UnknownNameError
from limner.recommend.wishes import Boost, Wishes
from limner.settings import parse_settings


@pytest.fixture
def open_shop(shop, tmp_path):
    shop["items"][0] |= {"price": 3.0, "stock": 5, "brand": "Leaf"}
    shop["items"][2] |= {"price": 9.0, "stock": 0}
    studio = limner.build(**shop, users=[{"user_id": "zoe"}], workspace=tmp_path / "ws", lang="en")
    yield studio
    studio.close()


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(categories=("Drinks",)), {"tea"}),
        (Wishes(without_categories=("Drinks",)), {"pot", "mug"}),
        (Wishes(price_max=5.0), {"tea"}),
        (Wishes(in_stock=True), {"tea"}),
        (Wishes(never=("tea",)), {"pot", "mug"}),
    ],
    ids=["category", "without", "price", "stock", "never"],
)
def test_filters_read_the_items_of_the_workspace(open_shop, wishes, expected):
    assert {row.item_id for row in open_shop.recommend_one("zoe", 5, wishes=wishes)} == expected


def test_a_boost_moves_an_item_and_leaves_scores_and_reasons(open_shop):
    plain = {row.item_id: row for row in open_shop.recommend_one("zoe", 3)}
    last = max(plain.values(), key=lambda row: row.rank)
    moved = open_shop.recommend_one("zoe", 3, wishes=Wishes(boosts=(Boost("item", last.item_id, 1.0, 9.0),)))
    assert (moved[0].item_id, moved[0].plain_rank) == (last.item_id, last.rank)
    assert {row.item_id: (row.score, row.reasons) for row in moved} == {
        item: (row.score, row.reasons) for item, row in plain.items()
    }
    assert moved[0].to_dict()["plain_rank"] == last.rank


def test_new_stock_counts_at_once(open_shop):
    before = open_shop.recommend_one("zoe", 5, wishes=Wishes(in_stock=True))
    open_shop.ingest(items=[{"item_id": "cup", "title": "Cup", "stock": 3, "categories": ["Kitchen"]}])
    after = open_shop.recommend_one("zoe", 5, wishes=Wishes(in_stock=True))
    assert {row.item_id for row in after} - {row.item_id for row in before} == {"cup"}


@pytest.mark.parametrize("model", ["popular", "item-knn", "user-knn", "ease", "content", "category-popular"])
def test_another_model_answers_on_the_same_log(open_shop, model):
    found = open_shop.recommend_one("ann", 5, model=model)
    assert [row.item_id for row in found] == ["mug"]


def test_a_newcomer_is_given_what_is_popular_with_that_reason_by_any_model(open_shop):
    found = open_shop.recommend_one("zoe", 2, model="ease")
    assert [row.item_id for row in found] == ["mug", "pot"]
    assert "nothing is known of this user" in found.note
    assert {row.reasons for row in found} == {("popular of late",)}


def test_an_empty_list_says_why(open_shop):
    assert open_shop.recommend_one("ann", 3, wishes=Wishes(price_max=0.5)).note.endswith("passes the filters")


def test_mistakes_are_named(open_shop):
    with pytest.raises(UnknownNameError, match="did you mean: Drinks"):
        open_shop.recommend_one("ann", wishes=Wishes(categories=("Drink",)))
    with pytest.raises(UnknownNameError, match=r"no model 'best'.*choose: popular"):
        open_shop.recommend_one("ann", model="best")


def test_the_settings_wish_for_every_list(shop, tmp_path):
    settings = parse_settings('[recommend]\nboosts = ["category=Drinks:+9"]')
    studio = limner.build(**shop, users=[{"user_id": "zoe"}], workspace=tmp_path / "w", settings=settings)
    first, asked = studio.recommend_one("zoe", 1), studio.recommend_one("zoe", 1, wishes=Wishes())
    studio.close()
    assert first[0].item_id == "tea"
    assert asked[0].item_id != "tea"


def test_a_weight_that_cannot_be_is_refused_where_it_stands():
    with pytest.raises(limner.errors.SettingsError, match=r"recommend\.diversity must lie in 0\.\.1"):
        parse_settings("[recommend]\ndiversity = 2")
    with pytest.raises(InputError, match="KIND=NAME:FACTOR"):
        Wishes(boosts=(limner.recommend.wishes.parse_boost("tea"),))
