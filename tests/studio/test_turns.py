"""A liking that turns around: the fact is on the new side, and its history tells both."""

from itertools import permutations

import pytest

from limner.settings import RatingSettings, Settings
from limner.studio.making import build

STARS = Settings(ratings=RatingSettings(scale=(1.0, 5.0)))
ITEMS = [
    {"item_id": "pot", "title": "Iron pot", "categories": ["Kitchen"], "brand": "Acme"},
    {"item_id": "tea", "title": "Green tea", "categories": ["Drinks"], "brand": "Leaf"},
]
BOB = {"user_id": "bob", "item_id": "tea", "timestamp": "2025-01-01T08:00:00Z", "event": "view"}
BEFORE, AFTER = "2025-01-0{}T10:00:00Z", "2025-09-0{}T10:00:00Z"
RATED = [
    {"user_id": "ann", "item_id": "pot", "timestamp": when.format(day), "event": "rating", "value": value}
    for when, value in ((BEFORE, 1.0), (AFTER, 5.0))
    for day in (1, 2, 3)
]
SAID = [
    {"user_id": "ann", "timestamp": when.format(day), "text": text}
    for when, text in ((BEFORE, "不喜欢这个质量。"), (AFTER, "喜欢这个质量！"))
    for day in (1, 2, 3)
]


@pytest.fixture
def make(tmp_path):
    """Build in a folder of this name; all are closed afterwards."""
    opened = []

    def make(name, events, texts=None):
        studio = build(
            events=[BOB, *events],
            texts=texts,
            items=ITEMS,
            workspace=tmp_path / name,
            settings=STARS,
            lang="en",
        )
        opened.append(studio)
        return studio

    yield make
    for studio in opened:
        studio.close()


def read_likings(studio, user_id="ann"):
    """Return what is liked or not: path → (liking, history)."""
    return {
        f"{fact.dimension}/{fact.key}": (round(fact.liking, 9), fact.to_dict().get("history"))
        for fact in studio.profile(user_id).facts
        if fact.liking is not None
    }


@pytest.mark.parametrize("path", ["interest/category", "interest/brand"])
def test_ratings_of_one_and_then_of_five_turn_what_is_liked(make, path):
    liking, history = read_likings(make("ws", RATED))[path]

    assert 0.2 < liking < 0.6
    assert [(turn["side"], turn["since"][:7]) for turn in history] == [
        ("disliked", "2025-01"),
        ("liked", "2025-09"),
    ]
    assert sum(turn["liked"] for turn in history) == sum(turn["disliked"] for turn in history) == 3


def test_words_against_and_then_for_turn_the_aspect(make):
    liking, history = read_likings(make("ws", [], SAID))["sentiment/aspect"]

    assert 0.2 < liking < 0.8
    assert [turn["side"] for turn in history] == ["disliked", "liked"]
    assert sum(turn["liked"] for turn in history) == sum(turn["disliked"] for turn in history) == 3


def test_the_newer_side_is_said_and_cited_first_and_the_older_one_is_told(make):
    (fact,) = (one for one in make("ws", RATED).profile("ann").facts if one.key == "brand")

    assert [turn.side for turn in fact.history] == ["disliked", "liked"]
    assert dict(fact.evidence[0].details)["value"] == 5.0
    assert fact.to_dict()["history"] == [turn.to_dict() for turn in fact.history]


def test_as_of_the_day_before_the_turn_the_old_side_is_all_there_is(make):
    studio = make("ws", RATED, SAID)

    past = {fact.key: fact for fact in studio.profile("ann", as_of="2025-08-31").facts}

    assert (past["category"].liking, past["brand"].liking) == (-1.0, -1.0)
    assert past["aspect"].liking < -0.3
    assert {past[key].history for key in ("category", "brand", "aspect")} == {()}


def test_a_liking_that_never_turned_has_no_history(make):
    likings = read_likings(make("ws", RATED[3:], SAID[3:]))

    assert {bool(history) for _, history in likings.values()} == {False}


@pytest.mark.parametrize("parts", list(permutations(range(3))), ids=str)
def test_every_order_of_arrival_tells_the_same_turn(make, parts):
    pieces = [(RATED[:2], SAID[4:]), (RATED[2:5], SAID[:2]), (RATED[5:], SAID[2:4])]
    whole, grown = make("whole", RATED, SAID), make("grown", [])

    for part in parts:
        events, texts = pieces[part]
        grown.ingest(texts=texts, events=events)

    told, expected = read_likings(grown), read_likings(whole)
    assert {path: history for path, (_, history) in told.items()} == {
        path: history for path, (_, history) in expected.items()
    }
    assert [liking for liking, _ in told.values()] == pytest.approx(
        [liking for liking, _ in expected.values()], abs=1e-9
    )
    assert grown.verify().clean


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["as it was", "backwards"])
def test_equal_timestamps_are_told_alike_whoever_came_first(make, order):
    moment = AFTER.format(1)
    at_once = [
        {**row, "timestamp": moment, "value": value, "event_id": f"e{n}"}
        for n, (row, value) in enumerate(zip(RATED, (1.0, 5.0) * 3, strict=True))
    ]
    whole, grown = make("whole", at_once), make("grown", [])

    for row in at_once[order]:
        grown.ingest(events=[row])

    assert read_likings(grown) == read_likings(whole)
    assert read_likings(grown)["interest/brand"][0] == 0.0
    assert grown.verify().clean


def test_history_survives_the_round_trip_of_merging(make):
    anon = [row | {"user_id": "anon"} for row in RATED[:3]]
    studio, whole = make("ws", [*anon, *RATED[3:]]), make("whole", RATED)

    studio.merge_users("anon", "ann")
    together = read_likings(studio)
    studio.unmerge_user("anon")

    assert together == read_likings(whole)
    assert {bool(history) for _, history in read_likings(studio).values()} == {False}
