"""The numbers behind the pictures of one user: of the same rows as the facts, on the owner's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from limner.errors import UnknownRowError, UnknownUserError
from limner.settings import Settings
from limner.studio.making import build
from limner.studio.portraits.charts import Clock, draw_charts
from limner.studio.portraits.quotations import read_row

USER = "u0300"


@pytest.fixture(scope="module")
def charts(studio):
    return draw_charts(studio, USER)


def test_hours_are_the_events_of_each_weekday_and_hour(studio, charts):
    profile = studio.profile(USER)
    hours = studio.painter.read_cells(studio.painter.find_person(USER).user_no, studio.painter.as_of)["hour"]
    told = {str(hour): n for hour in range(24) if (n := sum(day[hour] for day in charts.hours))}
    assert told == {key: cell.n for key, cell in hours.items()}
    assert sum(map(sum, charts.hours)) == profile.coverage.events


def test_hours_are_those_of_the_owners_clock(tmp_path):
    zone = "America/New_York"
    times = ("2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z")  # 1:30, and 3:30: an hour is left out between
    events = [{"user_id": "a", "item_id": "x", "event": "view", "timestamp": time} for time in times]
    studio = build(events=events, workspace=tmp_path / "ws", settings=Settings(timezone=zone))
    local = [datetime.fromisoformat(time).astimezone(ZoneInfo(zone)) for time in times]
    hours = draw_charts(studio, "a").hours
    assert [(day, hour) for day in range(7) for hour in range(24) if hours[day][hour]] == [
        (one.weekday(), one.hour) for one in local
    ]
    studio.close()


def test_a_clock_without_offsets_reads_utc():
    assert Clock(()).local(5) == 5


def test_steps_add_up_to_all_events(studio, charts):
    steps = charts.steps
    assert sum(steps.events) == studio.profile(USER).coverage.events
    assert len(steps.starts) == len(steps.events) == len(steps.lines[0]["events"])
    drawn = {one["value"]: sum(one["events"]) for one in steps.lines}
    assert drawn == {one["value"]: one["n"] for one in charts.interests[: len(drawn)]}


def test_interests_are_shares_of_everything_the_largest_first(charts):
    largest = [max(one["recent"], one["lasting"]) for one in charts.interests]
    assert largest == sorted(largest, reverse=True)
    assert all(0 <= one["recent"] <= 1 and 0 <= one["lasting"] <= 1 for one in charts.interests)


def test_a_quotation_is_what_its_place_in_the_text_says(studio, charts):
    quotes = [one for aspect in charts.aspects for one in aspect["quotes"]]
    cited = {
        (evidence.id, evidence.quote)
        for fact in studio.profile(USER).facts
        if fact.key == "aspect"
        for evidence in fact.evidence
    }
    assert cited <= {(one["text_id"], one["text"][one["start"] : one["stop"]]) for one in quotes}


def test_an_aspect_counts_the_rows_for_and_against(charts):
    for aspect in charts.aspects:
        assert aspect["liked"] + aspect["disliked"] <= aspect["n"]


def test_friends_are_those_of_the_portrait(studio, charts):
    (told,) = [fact.value for fact in studio.profile(USER).facts if fact.key == "friends"]
    assert len({one["user_id"] for one in charts.friends}) == told


def test_the_past_knows_nothing_of_later(studio):
    past = draw_charts(studio, USER, "2026-03-31")
    assert max(text["timestamp"] for text in past.texts) < "2026-04-01"
    assert sum(map(sum, past.hours)) == studio.profile(USER, "2026-03-31").coverage.events


def test_what_was_forbidden_is_left_out(tmp_path, shop):
    studio = build(**shop, workspace=tmp_path / "ws")
    before = [one["value"] for one in draw_charts(studio, "ann").interests]
    studio.correct("ann", "interest/category=Drinks", forbid=True)
    after = [one["value"] for one in draw_charts(studio, "ann").interests]
    assert (sorted(before), after) == (["Drinks", "Kitchen"], ["Kitchen"])
    studio.close()


def test_somebody_who_did_nothing_is_drawn_empty(tmp_path, shop):
    drawn = build(**shop, users=[{"user_id": "new"}], workspace=tmp_path / "ws")
    charts = draw_charts(drawn, "new").to_dict()
    assert (charts["interests"], charts["steps"]["events"], charts["aspects"]) == ((), (), ())
    drawn.close()


def test_every_row_that_a_fact_cites_can_be_read(studio):
    kinds = {evidence.id for fact in studio.profile(USER).facts for evidence in fact.evidence}
    logged = [one for one in kinds if ":" not in one]
    read = [read_row(studio, USER, one) for one in logged]
    assert [row.get("text_id", row.get("event_id")) for row in read] == logged


def test_a_row_of_another_user_is_not_shown(studio):
    other = studio.profile("u0001").facts[-1].evidence
    theirs = next(one.id for one in other if ":" not in one.id)
    with pytest.raises(UnknownRowError, match="has no row"):
        read_row(studio, USER, theirs)
    with pytest.raises(UnknownUserError):
        read_row(studio, "nobody", theirs)
