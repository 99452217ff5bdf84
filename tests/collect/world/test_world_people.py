"""What is planted can be found: interests, drift, gender and friendships leave traces in the tables."""

import numpy as np
import pyarrow.compute as pc
import pytest

from limner.collect.world import make_world
from limner.collect.world.calendar import DAY, END
from limner.collect.world.categories import CATEGORIES
from limner.collect.world.people import PRICE_BANDS
from limner.collect.world.recovery import measure_auc

_WEIGHTS = {"view": 0.2, "click": 0.3, "cart": 0.6, "like": 0.8, "share": 0.8, "purchase": 1.0, "rating": 1.0}


@pytest.fixture(scope="module")
def big_world():
    return make_world(users=2000, seed=7)


@pytest.fixture(scope="module")
def sums(big_world):
    """(n_users, n_categories) sums of decayed, dwell-weighted events: what an honest counter sees."""
    keys = [shelf.key for shelf in CATEGORIES]
    items = big_world.tables["items"]
    category = dict(
        zip(
            items["item_id"].to_pylist(),
            [keys.index(key) for (key,) in items["categories"].to_pylist()],
            strict=True,
        )
    )
    row = {user_id: place for place, user_id in enumerate(big_world.truth.users)}
    rows = big_world.tables["events"].filter(pc.is_valid(pc.field("item_id")))
    weight = np.array([_WEIGHTS.get(event, 0.2) for event in rows["event"].to_pylist()])
    dwell = np.nan_to_num(rows["dwell_s"].to_numpy(), nan=20 * 1.5)
    weight *= np.log1p(dwell / 20) / np.log(2.5)
    weight *= 0.5 ** ((END - rows["timestamp"].to_numpy()) / DAY / 60)
    total = np.zeros((len(row), len(keys)))
    where = (
        [row[user_id] for user_id in rows["user_id"].to_pylist()],
        [category[i] for i in rows["item_id"].to_pylist()],
    )
    np.add.at(total, where, weight)
    return total


def test_counting_finds_the_planted_interests_of_active_users(big_world, sums):
    keys = np.array([shelf.key for shelf in CATEGORIES])
    top = keys[np.argsort(-sums, axis=1)[:, :3]]
    users = big_world.truth.users.values()
    hits = [
        np.isin(found, user.interests).mean()
        for found, user in zip(top, users, strict=True)
        if user.events >= 20
    ]

    assert np.mean(hits) >= 0.93


def test_gender_can_be_inferred_from_behaviour_but_not_certainly(big_world, sums):
    users = list(big_world.truth.users.values())
    female = np.array([user.gender == "female" for user in users])
    declared = np.array(["gender" in user.declared for user in users])
    share = np.sqrt((sums + 0.02) / (sums + 0.02).sum(axis=1, keepdims=True))
    share = np.column_stack([share - share.mean(axis=0), np.ones(len(share))])
    ridge = share[declared].T @ share[declared] + np.eye(share.shape[1])
    model = np.linalg.solve(ridge, share[declared].T @ female[declared])

    assert 0.8 <= measure_auc(share[~declared] @ model, female[~declared]) <= 0.92


def test_a_quarter_of_the_users_trade_one_interest_for_another(big_world):
    users = big_world.truth.users.values()
    drifted = [user for user in users if user.drift_time is not None]
    kept = [len(set(user.interests) & set(user.interests_before)) for user in drifted]

    assert 0.21 < len(drifted) / len(users) < 0.29
    assert set(kept) == {2}
    assert all(user.interests == user.interests_before for user in users if user.drift_time is None)
    assert all(len(set(user.interests)) == 3 for user in users)


def test_most_views_follow_an_interest_and_the_rest_explores(big_world):
    keys_by_item = dict(
        zip(
            big_world.tables["items"]["item_id"].to_pylist(),
            big_world.tables["items"]["categories"].to_pylist(),
            strict=True,
        )
    )
    views = big_world.tables["events"].filter(pc.field("event") == "view")
    steady = {key: user for key, user in big_world.truth.users.items() if user.drift_time is None}
    seen = [
        keys_by_item[item_id][0] in steady[user_id].interests
        for user_id, item_id in zip(views["user_id"].to_pylist(), views["item_id"].to_pylist(), strict=True)
        if user_id in steady
    ]

    assert 0.82 < np.mean(seen) < 0.9


def test_people_buy_within_their_price_band(big_world):
    items = big_world.tables["items"].to_pandas()
    items["rank"] = items.groupby(items["categories"].str[0])["price"].rank(pct=True)
    bought = big_world.tables["events"].filter(pc.field("event") == "purchase").to_pandas()
    rank = bought.merge(items[["item_id", "rank"]], on="item_id")
    rank["band"] = [big_world.truth.users[user_id].price_band for user_id in rank["user_id"]]
    mean = rank.groupby("band")["rank"].mean()

    assert mean["low"] + 0.15 < mean["middle"] < mean["high"] - 0.15
    assert set(mean.index) == set(PRICE_BANDS)


def test_friendships_go_both_ways_and_join_the_like_minded(big_world):
    friends = big_world.tables["relations"].filter(pc.field("kind") == "friend")
    pairs = list(zip(friends["user_id"].to_pylist(), friends["other_id"].to_pylist(), strict=True))
    users = big_world.truth.users
    rng = np.random.default_rng(0)
    strangers = list(zip(rng.permutation(list(users)), rng.permutation(list(users)), strict=True))

    def mean_shared(found):
        return np.mean([len(set(users[one].interests) & set(users[other].interests)) for one, other in found])

    assert {(other, one) for one, other in pairs} == set(pairs)
    assert len(set(pairs)) == len(pairs)
    assert all(one != other for one, other in pairs)
    assert mean_shared(pairs) > 1.5 * mean_shared(strangers)


def test_some_users_know_nobody_and_a_few_are_followed_by_many(big_world):
    relations = big_world.tables["relations"]
    known = set(relations["user_id"].to_pylist()) | set(relations["other_id"].to_pylist())
    fans = (
        relations.filter(pc.field("kind") == "follows")["other_id"].value_counts().field("counts").to_numpy()
    )

    assert 0.07 < 1 - len(known) / len(big_world.truth.users) < 0.14
    assert len(fans) <= 10
    assert fans.max() > 100
