"""Bad rows in a stream: kept, mended, quarantined with a reason, or a bot's; and the stream goes on."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from limner.settings import CleanSettings, EventSettings, Settings
from limner.studio.intake.feeding import feed_lines
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger

START_S = 1_767_225_600
FIRST = [
    {"user_id": user, "item_id": item, "timestamp": START_S - 86_400, "event": "view"}
    for user, item in (("ann", "tea"), ("bob", "pot"))
]
VIEW = {"user_id": "ann", "item_id": "tea", "event": "view"}
LIMIT = 20
QUICK = Settings(clean=CleanSettings(max_events_per_minute=LIMIT))


@pytest.fixture
def make(tmp_path):
    """Build in a folder of this name; all are closed afterwards."""
    opened = []

    def make(name, events, settings=None):
        studio = build(events=events, workspace=tmp_path / name, settings=settings, lang="en")
        opened.append(studio)
        return studio

    yield make
    for studio in opened:
        studio.close()


@pytest.fixture
def studio(make):
    return make("ws", FIRST)


def feed(studio, *rows):
    """Feed rows, or lines as they are, between two good ones; return the last account."""
    around = [{**VIEW, "timestamp": START_S + 1}, *rows, {**VIEW, "timestamp": START_S + 2}]
    lines = [row if isinstance(row, str) else json.dumps(row) for row in around]
    return list(feed_lines(studio, lines, source="stream"))[-1]


def read_quarantine(studio):
    """Return (source, line, reason) of every row kept aside by ingesting."""
    found = []
    for path in sorted(studio.folder.glob("quarantine/ingest-*/events.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            found += [(row["source"], row["line"] and int(row["line"]), row["reason"]) for row in rows]
    return found


def years_ahead(years):
    return (datetime.now(UTC) + timedelta(days=365 * years)).isoformat()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"user_id": "ann", "item', "is not a whole JSON object"),
        ("\x00\x01\x02", "is not a whole JSON object"),
        ('["ann", "tea"]', "is not a JSON object"),
        ({"item_id": "tea", "event": "view", "timestamp": START_S}, "no user_id"),
        ({**VIEW, "user_id": "", "timestamp": START_S}, "no user_id"),
        ({**VIEW, "timestamp": years_ahead(5)}, "timestamp later than "),
        ({**VIEW, "timestamp": "once upon a time"}, "timestamp not understood"),
        (VIEW, "no timestamp"),
        ("x" * 10_000_000, "line longer than 1,000,000 characters"),
    ],
    ids=[
        "cut off",
        "bytes",
        "a list",
        "no user",
        "empty user",
        "5 years ahead",
        "no time",
        "untimed",
        "10 MB",
    ],
)
def test_a_bad_line_is_kept_aside_with_its_place_and_reason_and_the_others_go_in(studio, row, reason):
    fed = feed(studio, row)

    ((source, line, said),) = read_quarantine(studio)
    assert (fed.lines, fed.accepted["events"], fed.rejected.total()) == (3, 2, 1)
    assert (source, line) == ("stream", 2)
    assert said.startswith(reason)
    assert studio.profile("ann").coverage.events == 3
    assert studio.verify().clean


def test_a_clock_that_is_ahead_does_not_move_the_moment_of_the_portraits(studio):
    feed(studio, {**VIEW, "timestamp": years_ahead(5)})

    assert studio.painter.as_of == (START_S + 2) * 1_000_000


@pytest.mark.parametrize(
    "written",
    [START_S * 1000 + 500, f"{START_S * 1000 + 500}", "2026-01-01T08:00:00.500+08:00", START_S + 0.5],
    ids=["milliseconds", "milliseconds as text", "a zone", "seconds with a fraction"],
)
def test_times_in_any_unit_and_zone_are_the_same_moment(studio, written):
    feed(studio, {**VIEW, "item_id": "mug", "timestamp": written})

    assert studio.store.rows("SELECT ts FROM events JOIN items USING (item_no) WHERE item_id = 'mug'") == [
        (START_S * 1_000_000 + 500_000,)
    ]


def test_an_event_of_no_known_type_is_kept_and_weighs_the_default(make):
    settings = Settings(events=EventSettings(default=0.25))
    gaze = {**VIEW, "item_id": "mug", "event": "gaze", "timestamp": START_S}
    whole, grown = make("whole", [*FIRST, gaze], settings), make("grown", FIRST, settings)

    report = grown.ingest(events=[gaze])

    ledgers = [read_ledger(one.store, at_us=START_S * 1_000_000) for one in (whole, grown)]
    assert (report.accepted["events"], report.rejected) == (1, {})
    assert ledgers[0]["ann", "item", "mug"].recent == pytest.approx(0.25)
    assert find_differences(*ledgers) == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_row_without_a_time_is_refused_in_any_partition(studio, size):
    rows = [{**VIEW, "timestamp": START_S}, {**VIEW, "item_id": "pot"}, {**VIEW, "timestamp": START_S + 9}]

    reports = [studio.ingest(events=rows[first : first + size]) for first in range(0, 3, size)]

    assert sum(report.accepted["events"] for report in reports) == 2
    assert [report.rejected for report in reports if report.rejected] == [{"no timestamp": 1}]
    assert studio.store.one("SELECT count(*) FROM events WHERE ts = 0") == (0,)
    assert studio.verify().clean


def test_a_bot_of_a_hundred_thousand_events_is_counted_and_kept_out_and_the_stream_goes_on(studio):
    flood = [
        f'{{"user_id": "bot", "item_id": "i{n % 9}", "event": "view", "event_id": "b{n}", '
        f'"timestamp": {START_S * 1000 + 1 + n * 59_000 // 100_000}}}'
        for n in range(100_000)
    ]

    fed = feed(studio, *flood)

    assert (fed.lines, fed.accepted["events"]) == (100_002, 2)
    assert fed.rejected == {"bot-like user: events in one minute (limit 300)": 100_000}
    assert len(read_quarantine(studio)) == 100_000
    assert studio.profile("bot").coverage.events == 0
    assert studio.verify().clean


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_bots_in_a_stream_end_as_in_one_build(make, size):
    calm = [{**VIEW, "item_id": f"i{n}", "timestamp": START_S + 61 * n} for n in range(12)]
    slow = [{**VIEW, "user_id": "bot", "item_id": f"i{n}", "timestamp": START_S - 40_000} for n in range(3)]
    quick = [{**VIEW, "user_id": "bot", "item_id": f"i{n}", "timestamp": START_S + 1 + n} for n in range(30)]
    late = [{**VIEW, "user_id": "bot", "item_id": "i1", "timestamp": START_S + 700}]
    said = [{"user_id": "bot", "timestamp": START_S + 2, "text": "Great quality!"}]
    log = [*slow, *(row for pair in zip(quick, [*calm, *quick], strict=False) for row in pair), *late]
    distinct = list({json.dumps(row): row for row in log}.values())
    whole, grown = make("whole", [*FIRST, *distinct], QUICK), make("grown", FIRST, QUICK)
    whole.ingest(texts=said)

    reports = [grown.ingest(events=distinct[first : first + size]) for first in range(0, len(distinct), size)]
    grown.ingest(texts=said)

    at_us = (START_S + 700) * 1_000_000
    refused = [f"bot-like user: events in one minute (limit {LIMIT})"]
    assert find_differences(*(read_ledger(one.store, at_us=at_us) for one in (whole, grown))) == []
    assert grown.profile("bot").coverage.events == 0
    assert list(dict.fromkeys(reason for report in reports for reason in report.rejected)) == refused
    assert sum(sum(report.rejected.values()) for report in reports) == 34
    assert len(read_quarantine(grown)) == 34
    assert [one.verify().clean for one in (whole, grown)] == [True, True]


def test_a_user_found_to_be_a_bot_stays_one_and_others_are_not_touched(make):
    quick = [{**VIEW, "user_id": "bot", "timestamp": START_S + n} for n in range(30)]
    studio = make("ws", FIRST, QUICK)
    before = studio.profile("ann").to_dict()["facts"]

    studio.ingest(events=quick)
    later = studio.ingest(events=[{**VIEW, "user_id": "bot", "timestamp": START_S + 90_001}])

    assert (later.accepted["events"], sum(later.rejected.values())) == (0, 1)
    assert studio.profile("ann").to_dict()["facts"] == before


@pytest.mark.parametrize("lane", [list, pa.Table.from_pylist], ids=["plain events", "through cleaning"])
def test_a_text_among_whole_number_ids_makes_texts_of_them_all(make, lane):
    studio = make("ws", [{**row, "user_id": n, "item_id": 10 + n} for n, row in enumerate(FIRST)])
    before = (studio.user_ids(), studio.profile(1).user_id)

    studio.ingest(events=lane([{**VIEW, "user_id": "guest", "item_id": 11, "timestamp": START_S}]))

    assert before == ([0, 1], 1)
    assert studio.user_ids() == ["0", "1", "guest"]
    assert studio.recommend(["guest", 1]).column("user_id").to_pylist()[:1] == ["guest"]
    assert studio.recommend_one("guest", 1)[0].item_id == 10
