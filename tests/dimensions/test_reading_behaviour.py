"""Behaviour: how often, when, how long, how much, and how strictly a user acts."""

import pytest

from limner.dimensions.behaviour import DAYPARTS, read_behaviour

HOURS = {("hour", str(hour)): 1 / 24 for hour in range(24)}
STARS = {("rating_mean", "all"): 3.5}


def find_all(sitter):
    return list(read_behaviour(sitter))


def test_one_who_did_nothing_has_no_behaviour(sit):
    assert find_all(sit({})) == []


def test_frequency_counts_events_in_the_fitting_unit(sit, find, cell):
    days = [cell(str(day)) for day in range(20)]
    often = sit({"event": [cell("view", 140, days=(70.0, 0.0))], "day": days})
    seldom = sit({"event": [cell("view", 4, days=(700.0, 0.0))], "day": days[:3]})

    assert find(often, "frequency")[0].value == pytest.approx(14.0)
    assert find(often, "frequency")[0].statement == "140 events on 20 days, about 14.0 a week"
    assert find(seldom, "frequency")[0].statement == "4 events on 3 days, about 2.1 a year"


def test_recency_counts_days_to_the_portrait(sit, find, cell):
    (draft,) = find(sit({"event": [cell("view", 3, days=(90.0, 12.0))]}), "recency_days")

    assert draft.value == 12.0
    assert "last seen on 2026-06-09, 12 days before this portrait" in draft.statement


def test_untimed_behaviour_has_no_dates_and_no_rhythm(sit, untimed):
    drafts = find_all(sit({"event": [untimed("listen", 50)], "dwell": [untimed("5-15 s", 9)]}, as_of=0))

    assert {draft.key for draft in drafts} == {"frequency", "dwell"}
    assert {(draft.first_seen, draft.last_seen) for draft in drafts} == {(None, None)}
    assert drafts[0].statement == "50 events (no times are kept)"


def test_the_part_of_the_day_is_where_events_stand_out(sit, find, cell):
    evening = [cell("20", 6), cell("21", 6), cell("10", 3)]
    sitter = sit({"event": [cell("view", 15)], "hour": evening}, HOURS)

    (daypart,) = find(sitter, "daypart")
    (peak,) = find(sitter, "peak_hour")

    assert (daypart.value, daypart.strength) == ("evening", 0.8)
    assert daypart.statement == "most active in the evening: 80% of events (25% for others)"
    assert (peak.value, peak.strength) == (20, 0.4)


def test_a_small_part_of_the_day_wins_by_standing_out(sit, find, cell):
    hours = [cell("12", 5), cell("20", 5)]

    (draft,) = find(sit({"event": [cell("view", 10)], "hour": hours}, HOURS), "daypart")

    assert draft.value == "noon"


def test_the_parts_of_the_day_hold_every_hour_once(sit):
    assert sorted(hour for hours in DAYPARTS.values() for hour in hours) == list(range(24))


def test_too_few_events_show_no_rhythm(sit, find, cell):
    sitter = sit({"event": [cell("view", 7)], "hour": [cell("20", 7)], "weekday": [cell("6", 7)]}, HOURS)

    assert find(sitter, "daypart") == find(sitter, "peak_hour") == find(sitter, "weekend_share") == []


def test_the_weekend_share_is_held_against_others(sit, find, cell):
    usual = {("weekday", str(day)): 1 / 7 for day in range(7)}
    cells = {
        "event": [cell("view", 10)],
        "weekday": [cell("5", 4), cell("6", 4), cell("1", 2)],
        "day": [cell(str(day)) for day in range(4)],
    }

    (draft,) = find(sit(cells, usual), "weekend_share")

    assert draft.value == 0.8
    assert draft.statement == "80% of events fall on weekends (29% for others)"
    assert draft.confidence > 0.9


@pytest.mark.parametrize(
    ("ratings", "style"),
    [({"5": 18, "4": 2}, "generous"), ({"1": 18, "2": 2}, "strict"), ({"3": 10, "4": 10}, "typical")],
    ids=["generous", "strict", "typical"],
)
def test_the_style_of_rating_is_held_against_others(sit, find, cell, ratings, style):
    cells = {"event": [cell("rating", 20)], "rating": [cell(stars, n) for stars, n in ratings.items()]}

    (draft,) = find(sit(cells, STARS), "rating_style")

    assert draft.value == style
    assert draft.confidence > 0.9


def test_a_few_ratings_are_no_style(sit, find, cell):
    cells = {"event": [cell("rating", 4)], "rating": [cell("5", 4)]}

    assert find(sit(cells, STARS), "rating_style") == []


def test_money_is_read_per_order(sit, find, cell):
    cells = {
        "event": [cell("view", 6), cell("purchase", 4)],
        "spend": [cell("all", 4, lasting=100.0)],
    }

    (draft,) = find(sit(cells), "monetary")

    assert (draft.value, draft.strength) == (25.0, 0.4)
    assert draft.statement == "bought 4×, about 25 an order of late"


def test_the_event_that_stands_out_is_named(sit, find, cell):
    usual = {("event", "view"): 0.8, ("event", "search"): 0.1, ("event", "cart"): 0.1}
    cells = {"event": [cell("view", 14), cell("search", 5), cell("cart", 1)]}

    (draft,) = find(sit(cells, usual), "event")

    assert (draft.value, draft.strength) == ("search", 0.25)


def test_the_usual_length_of_a_stay_is_the_commonest(sit, find, cell):
    cells = {"event": [cell("view", 10)], "dwell": [cell("15-60 s", 7), cell("under 5 s", 3)]}

    (draft,) = find(sit(cells), "dwell")

    assert (draft.value, draft.strength) == ("15-60 s", 0.7)


def test_paths_are_those_walked_three_times_or_more(sit, find, cell):
    cells = {
        "event": [cell("view", 20)],
        "transition": [cell("Tea→Mugs", 4), cell("Mugs→Tea", 3), cell("Tea→Toys", 2)],
    }

    drafts = find(sit(cells), "path")

    assert [draft.value for draft in drafts] == ["Tea→Mugs", "Mugs→Tea"]
    assert drafts[0].statement == "often goes from Tea to Mugs (4×)"


def test_sessions_hold_their_events(sit, find, cell):
    (draft,) = find(sit({"event": [cell("view", 12)], "session": [cell("all", 4)]}), "sessions")

    assert draft.value == 4
    assert draft.statement == "4 sessions, 3.0 events each on average"
