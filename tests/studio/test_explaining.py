"""A score taken apart sums to itself, and what would change it is what changes it."""

import shutil
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import limner
from limner.errors import UnknownNameError, UnknownUserError

COUNTED = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def items(studio):
    return [row[0] for row in studio.store.rows("SELECT item_id FROM items ORDER BY item_no")]


@pytest.fixture(scope="module")
def past(world):
    """What one user of the sample world did."""
    mask = [user == "u0001" for user in world.tables["events"]["user_id"].to_pylist()]
    return world.tables["events"].filter(mask).to_pylist()


@pytest.fixture(scope="module")
def living(studio, past, tmp_path_factory):
    """The sample world, into which somebody with that past comes, and an item that nobody knew."""
    folder = tmp_path_factory.mktemp("explained") / "ws"
    shutil.copytree(studio.folder, folder)
    copied = limner.open(folder, lang="en")
    copied.ingest(
        events=live_again(past, "nova"),
        items=[{"item_id": "new", "title": "Tilthwood Cordless Drill", "categories": ["Power Tools"]}],
    )
    yield copied
    copied.close()


def live_again(events, user):
    return [{**row, "user_id": user, "event_id": f"{user}-{row['event_id']}"} for row in events]


@COUNTED
@given(st.integers(0, 299), st.integers(0, 1199))
def test_the_parts_sum_to_the_score(studio, items, user, item):
    found = studio.explain(studio.user_ids()[user], items[item])
    pulled = sum(part.value for part in found.parts if part.kind == "item")

    assert found.sum_of_parts == pytest.approx(found.score, abs=1e-6)
    assert sum(group.value for group in found.categories) == pytest.approx(pulled, abs=1e-6)
    assert found.base + pulled == pytest.approx(found.score, abs=1e-6)


def test_score_and_rank_are_those_of_the_recommendation(studio):
    for row in studio.recommend_one("u0007", 20):
        found = studio.explain("u0007", row.item_id)

        assert found.score == pytest.approx(row.score, rel=1e-4, abs=1e-5)
        assert (found.rank_unseen, found.seen) == (row.rank, False)


def test_reasons_name_the_largest_parts(studio, items):
    for row in studio.recommend_one("u0007", 5, lang="en"):
        largest = [part for part in studio.explain("u0007", row.item_id).parts if part.value > 0]

        assert row.reasons[0] == f"because of {largest[0].title}"


def test_a_rank_without_an_item_is_that_of_a_user_who_never_met_it(living, past):
    item = living.recommend_one("nova", 12)[-1].item_id
    told = next(one for one in living.explain("nova", item).counterfactuals if one.change == "without")
    left = [row for row in past if row["item_id"] != told.key]
    living.ingest(events=live_again(left, "twin"))

    twin = living.explain("twin", item)

    assert (told.kind, 0 < len(left) < len(past)) == ("item", True)
    assert twin.rank_unseen == told.rank
    assert twin.score == pytest.approx(told.score, abs=1e-6)


def test_a_rank_without_a_category_is_that_of_a_user_who_never_met_it(living, past):
    item = living.recommend_one("nova", 12)[-1].item_id
    told = next(one for one in living.explain("nova", item).counterfactuals if one.kind == "category")
    shelf = living.store.rows(
        "SELECT item_id FROM items JOIN item_categories USING (item_no) WHERE category = ?", told.key
    )
    left = [row for row in past if (row["item_id"],) not in shelf]
    living.ingest(events=live_again(left, "triplet"))

    triplet = living.explain("triplet", item)

    assert len(left) < len(past)
    assert (triplet.rank_unseen, triplet.score) == (told.rank, pytest.approx(told.score, abs=1e-6))


def test_an_item_that_was_liked_would_lift_what_it_pulls(living):
    item = living.recommend_one("nova", 30)[-1].item_id
    found = living.explain("nova", item)
    told = [one for one in found.counterfactuals if one.change == "with"]

    assert told
    assert all(one.rank <= found.rank_unseen for one in told)


@pytest.mark.parametrize("item", ["new", "i0001", "i0500"])
def test_the_parts_sum_after_an_ingest_and_for_a_new_item(living, item):
    found = living.explain("nova", item)

    assert found.sum_of_parts == pytest.approx(found.score, abs=1e-6)
    assert any(part.semantic for part in found.parts)


def test_a_part_cites_events_of_the_user_with_that_item(studio, items):
    found = studio.explain("u0003", items[5])
    rows = studio.store.rows(
        "SELECT e.event_id, i.item_id FROM events e JOIN users u USING (user_no) "
        "JOIN items i USING (item_no) WHERE u.user_id = 'u0003'"
    )

    assert found.parts
    assert all(part.event_ids for part in found.parts)
    assert all((cited, part.key) in rows for part in found.parts for cited in part.event_ids)


def test_texts_take_no_more_than_their_items_add(studio, items):
    explained = [studio.explain(user, items[9]) for user in studio.user_ids()[:40]]
    pairs = [
        (text, part)
        for found in explained
        for text in found.texts
        for part in found.parts
        if part.key == text.key
    ]

    assert len(pairs) > 20
    assert all(text.text_ids for text, _ in pairs)
    assert all(abs(text.value) <= abs(part.value) + 1e-12 for text, part in pairs)


def test_a_user_without_events_has_the_base_and_is_told_so(shop, tmp_path):
    studio = limner.build(**shop, users=[{"user_id": "zoe"}], workspace=tmp_path / "ws", lang="en")

    found = studio.explain("zoe", "tea")
    studio.close()

    assert (found.parts, found.categories, found.score) == ((), (), found.base)
    assert found.note == "nothing is known of this user yet: the score is what the item has with everyone"
    assert [one.change for one in found.counterfactuals if one.change == "without"] == []


def test_what_is_not_there_is_an_error_with_near_names(studio):
    with pytest.raises(UnknownUserError, match="did you mean: u0001"):
        studio.explain("u00001", "i0001")
    with pytest.raises(UnknownNameError, match=r"no item 'i00001' in .*; did you mean: .*i0001"):
        studio.explain("u0001", "i00001")


def test_an_explanation_takes_little_time(studio, items):
    studio.explain("u0002", items[0])
    begun = time.process_time()
    for item in items[:10]:
        studio.explain("u0002", item)

    assert (time.process_time() - begun) / 10 < 0.25


def test_both_languages_say_what_would_change(studio):
    item = studio.recommend_one("u0007", 3)[-1].item_id

    chinese = [one.text for one in studio.explain("u0007", item, lang="zh").counterfactuals]
    english = [one.text for one in studio.explain("u0007", item, lang="en").counterfactuals]

    assert len(chinese) == len(english) > 3
    assert all("第 " in text for text in chinese)
    assert english[0].startswith("without ")
    assert np.all([not text.isascii() for text in chinese])
