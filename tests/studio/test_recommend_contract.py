"""Recommendations: the table's columns, what is left out, and reasons that are true."""

import re
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

import limner
from limner.errors import InputError, UnknownUserError

SOME = ["u0003", "u0001", "u0002"]


@pytest.fixture(scope="module")
def seen(studio):
    """The items each user did anything with."""
    found = defaultdict(set)
    rows = (
        "SELECT u.user_id, i.item_id FROM events e JOIN users u USING (user_no) JOIN items i USING (item_no)"
    )
    for user_id, item_id in studio.store.rows(rows):
        found[user_id].add(item_id)
    return found


def test_the_table_has_the_documented_columns(studio):
    table = studio.recommend(SOME, k=5)

    assert table.schema == pa.schema(
        {
            "user_id": pa.string(),
            "item_id": pa.string(),
            "score": pa.float64(),
            "rank": pa.int64(),
            "reasons": pa.list_(pa.string()),
        }
    )


def test_users_come_in_the_order_asked_with_ranks_from_one(studio):
    table = studio.recommend(SOME, k=4)

    assert table["user_id"].to_pylist() == [user for user in SOME for _ in range(4)]
    assert table["rank"].to_pylist() == [1, 2, 3, 4] * 3


def test_scores_fall_and_no_item_comes_twice(studio):
    rows = studio.recommend_one("u0001", 50)

    assert all(one.score >= other.score for one, other in pairwise(rows))
    assert len({row.item_id for row in rows}) == 50


def test_seen_items_are_left_out(studio, seen):
    table = studio.recommend(sorted(seen), k=10, reasons=False)
    pairs = zip(table["user_id"].to_pylist(), table["item_id"].to_pylist(), strict=True)

    assert [pair for pair in pairs if pair[1] in seen[pair[0]]] == []


def test_seen_items_come_back_when_asked_for(studio, seen):
    table = studio.recommend(["u0001"], k=10, exclude_seen=False)

    assert set(table["item_id"].to_pylist()) & seen["u0001"]


def test_more_than_the_catalogue_gives_all_that_is_left(studio, seen, world):
    everything = set(world.tables["items"]["item_id"].to_pylist())

    table = studio.recommend(["u0001"], k=10 * len(everything), reasons=False)

    assert set(table["item_id"].to_pylist()) == everything - seen["u0001"]
    assert table.num_rows == len(everything) - len(seen["u0001"])


def test_reasons_can_be_left_out_for_speed(studio):
    table = studio.recommend(SOME, k=3, reasons=False)

    assert table.column_names == ["user_id", "item_id", "score", "rank"]
    assert table.equals(studio.recommend(SOME, k=3).drop_columns("reasons"))


def test_no_users_give_an_empty_table(studio):
    assert studio.recommend([], k=3).num_rows == 0


def test_an_unknown_user_is_an_error_with_near_ids(studio):
    with pytest.raises(UnknownUserError, match=r"no user 'u00001' in .*; did you mean: u0001"):
        studio.recommend(["u0001", "u00001"])


@pytest.mark.parametrize("k", [0, -1, 2.5])
def test_a_k_that_is_no_number_of_items_is_an_error(studio, k):
    with pytest.raises(InputError, match=f"k must be a whole number of at least 1, got {k}"):
        studio.recommend(["u0001"], k=k)


@pytest.mark.parametrize(
    ("lang", "item", "facts", "popular"),
    [
        ("en", r"because of (.+)", r"fits their interest in (.+)", "popular of late"),
        ("zh", r"与「(.+)」相关", r"符合其兴趣：(.+)", "近期很多人喜欢"),
    ],
    ids=["en", "zh"],
)
def test_reasons_name_items_and_interests_that_are_the_users(studio, seen, world, lang, item, facts, popular):
    catalogue = {row["item_id"]: row for row in world.tables["items"].to_pylist()}
    told = [
        (user, row.item_id, re.fullmatch(item, said), re.fullmatch(facts, said), said)
        for user in sorted(seen)[:60]
        for row in studio.recommend_one(user, 10, lang=lang)
        for said in row.reasons
    ]
    titles = {user: {catalogue[one]["title"] for one in items} for user, items in seen.items()}
    shelves = {
        user: {c for one in items for c in catalogue[one]["categories"]} for user, items in seen.items()
    }
    named = [(user, found[1]) for user, _, found, _, _ in told if found]
    themed = [(user, one, found[1].replace("、", ", ")) for user, one, _, found, _ in told if found]

    assert {said for *_, by_item, by_fact, said in told if not by_item and not by_fact} <= {popular}
    assert len(named) > 100 and len(themed) > 100
    assert [pair for pair in named if pair[1] not in titles[pair[0]]] == []
    assert [row for row in themed if not set(row[2].split(", ")) <= shelves[row[0]]] == []
    assert [
        row for row in themed if not set(row[2].split(", ")) <= set(catalogue[row[1]]["categories"])
    ] == []


def test_every_item_has_a_reason(studio):
    assert all(row.reasons for user in SOME for row in studio.recommend_one(user, 20))


def test_a_user_without_a_past_is_given_what_is_popular(shop, tmp_path):
    studio = limner.build(**shop, users=[{"user_id": "zoe"}], workspace=tmp_path / "ws", lang="en")

    rows = studio.recommend_one("zoe", 5)
    studio.close()

    assert {row.item_id for row in rows} == {"tea", "pot", "mug"}
    assert {row.reasons for row in rows} == {("popular of late",)}


def test_vectors_have_one_unit_row_per_user(studio, profiles):
    user_ids, vectors = studio.vectors()
    acted = np.array([profiles[user].coverage.events > 0 for user in user_ids])

    assert vectors.dtype == np.float32
    assert vectors.shape == (len(user_ids), 256)
    assert sorted(user_ids) == sorted(profiles)
    assert np.allclose(np.linalg.norm(vectors[acted], axis=1), 1.0, atol=1e-5)


def test_a_profiles_vector_is_the_users_row(studio, profiles):
    user_ids, vectors = studio.vectors()
    rows = dict(zip(user_ids, vectors, strict=True))

    assert all(np.allclose(rows[user], profiles[user].vector.values, atol=1e-5) for user in profiles)


def test_gates_are_those_of_the_profiles(studio, profiles):
    alphas = dict(zip(studio.vectors()[0], studio.gates()[0], strict=True))

    assert all(np.isclose(alphas[user], profiles[user].vector.alpha, atol=1e-6) for user in profiles)


def test_similar_users_are_others_nearest_first(studio):
    found = studio.similar("u0001", 10)
    user_ids, vectors = studio.vectors()
    cosines = dict(zip(user_ids, vectors @ vectors[user_ids.index("u0001")], strict=True))

    assert "u0001" not in {alike.user_id for alike in found}
    assert [alike.user_id for alike in found] == [
        user for user in sorted(cosines, key=lambda user: -cosines[user]) if user != "u0001"
    ][:10]
    assert all(alike.similarity == pytest.approx(float(cosines[alike.user_id]), abs=1e-6) for alike in found)


def test_what_similar_users_share_is_in_both_pasts(studio, seen, world):
    catalogue = {row["item_id"]: row["categories"] for row in world.tables["items"].to_pylist()}
    shelves = {user: {c for one in items for c in catalogue[one]} for user, items in seen.items()}
    found = [(user, alike) for user in sorted(seen)[:30] for alike in studio.similar(user, 3)]

    assert any(alike.shared for _, alike in found)
    assert all(set(alike.shared) <= shelves[user] & shelves[alike.user_id] for user, alike in found)


def test_similar_asks_for_no_more_than_there_are(shop, tmp_path):
    studio = limner.build(**shop, workspace=tmp_path / "ws")

    found = studio.similar("ann", 10)
    studio.close()

    assert sorted(alike.user_id for alike in found) == ["bob", "eve"]
