"""Behaviour: how often, when, how long, how much, and how strictly a user acts."""

import pytest

from limner.dimensions.behaviour import read_behaviour
from limner.dimensions.rhythm import DAYPARTS

HOURS = {("hour", str(hour)): 1 / 24 for hour in range(24)}
WEEKDAYS = {("weekday", str(day)): 1 / 7 for day in range(7)}
STARS = {("rating_mean", "all"): 3.5}


def find_all(sitter):
    return list(read_behaviour(sitter))


def test_one_who_did_nothing_has_no_behaviour(sit):
    assert find_all(sit({})) == []


def test_frequency_counts_events_in_the_fitting_unit(sit, find, cell):
    days = [cell(str(day)) for day in range(20)]
    often = sit({"event": [cell("view", 140, days=(70.0, 0.0))], "day": days, "hour": [cell("9", 140)]})
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


@pytest.fixture
def come(sit, cell):
    """Make a user who comes at these hours and on these days of the week, on so many days."""

    def make(hours, weekdays, *, days=20):
        cells = {
            "event": [cell("view", sum(hours.values()))],
            "hour": [cell(str(hour), n) for hour, n in hours.items()],
            "weekday": [cell(str(weekday), n) for weekday, n in weekdays.items()],
            "day": [cell(str(day)) for day in range(days)],
        }
        return sit(cells, {**HOURS, **WEEKDAYS})

    return make


def test_the_part_of_the_day_is_where_events_stand_out(come, find):
    sitter = come({20: 12, 21: 12, 10: 6}, {1: 30})

    (daypart,) = find(sitter, "daypart")
    (peak,) = find(sitter, "peak_hour")

    assert (daypart.value, daypart.strength) == ("evening", 0.8)
    assert daypart.statement == "most active in the evening: 80% of events (25% for others)"
    assert (peak.value, peak.strength) == (20, 0.4)


def test_a_small_part_of_the_day_wins_by_standing_out(come, find):
    (draft,) = find(come({12: 10, 20: 10}, {1: 20}), "daypart")

    assert draft.value == "noon"


def test_a_rhythm_is_surer_the_more_days_it_was_kept(come, find):
    few, many = (find(come({20: 24, 10: 6}, {1: 30}, days=days), "daypart")[0] for days in (4, 25))

    assert few.confidence < many.confidence
    assert many.confidence > 0.95


def test_who_comes_as_others_do_has_no_part_of_the_day(come, find):
    assert find(come(dict.fromkeys(range(24), 2), {1: 48}), "daypart") == []


def test_the_parts_of_the_day_hold_every_hour_once(sit):
    assert sorted(hour for hours in DAYPARTS.values() for hour in hours) == list(range(24))


@pytest.mark.parametrize(
    ("hours", "weekdays", "days"), [({20: 7}, {6: 7}, 20), ({20: 30}, {6: 30}, 2)], ids=["events", "days"]
)
def test_too_few_events_or_days_show_no_rhythm(come, find, hours, weekdays, days):
    sitter = come(hours, weekdays, days=days)

    assert [find(sitter, key) for key in ("daypart", "peak_hour", "weekend_share")] == [[], [], []]


def test_the_weekend_share_is_held_against_others(come, find):
    (draft,) = find(come({9: 20}, {5: 8, 6: 8, 1: 4}), "weekend_share")

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
