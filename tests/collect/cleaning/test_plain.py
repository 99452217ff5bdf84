"""The fast lane gives the rows that cleaning gives, or none."""

from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pyarrow as pa
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from limner.collect.cleaning import clean
from limner.collect.cleaning.certain import Uncertain, write_number
from limner.collect.cleaning.plain import PlainRules, read_plain_events
from limner.collect.cleaning.times import EARLIEST_US
from limner.collect.frames import to_raw
from limner.ledger.numbering import find_refs
from limner.settings import CleanSettings, EventSettings, RatingSettings, Settings
from limner.studio.intake.feeding import _raw_table

NOW_US = 1_700_000_000_000_000  # 2023-11-14
SCALE = (1.0, 5.0)
CAPS = {"purchase": 500.0, "play": 40.0}
SETTINGS = Settings(
    timezone="Asia/Shanghai",
    events=EventSettings(values={"play": "count"}),
    clean=CleanSettings(max_events_per_minute=3, max_dwell_s=600.0, future_tolerance_s=3600.0),
)
RULES = PlainRules.of(SETTINGS, rating_scale=SCALE, caps=CAPS)
SEEN = {"user_id": "u1", "item_id": "i1", "timestamp": 1_462_800_000, "event": "view"}


def read(*rows, rules=RULES):
    return read_plain_events(rows, rules, now_us=NOW_US)


def read_whole(raw):
    """Return what the long way makes of rows: the events with their refs, and all that it found amiss."""
    collected = clean([raw], SETTINGS, now_us=NOW_US, rating_scale=SCALE, caps=CAPS)
    events = collected.tables.events
    rows = [
        row | {"ref": ref}
        for row, ref in zip(events.to_pylist(), find_refs(events["event_id"]).to_pylist(), strict=True)
    ]
    amiss = [*collected.rejected.to_pylist(), *(fault for one in collected.intakes for fault in one.repaired)]
    return rows, amiss


def as_clean(plain):
    """Return plain events as rows of the contract."""
    named = [found._asdict() for found in plain]
    return [{"timestamp": row.pop("ts"), "text": None} | row for row in named]


def check_both_ways(rows):
    """Hold rows read fast against the long ways of frames and of lines; return whether they were."""
    found = read_plain_events(rows, RULES, now_us=NOW_US)
    numbered = list(enumerate(rows, 1))
    ways = [] if found is None else [to_raw(rows, "events"), _raw_table("events", "stream", numbered)]
    assert [read_whole(raw) for raw in ways] == [(as_clean(found), []) for _ in ways]
    return bool(ways)


USERS = ("u1", "u2", "用户三", "José", "x y", "007")
ITEMS = ("i1", "商品-9", "B00🙂", "null set", "n/a")
WRITTEN = (
    "2016-05-09T12:00:00Z",
    "2016-05-09 12:00:00.5+08:00",
    "2016-02-29T23:59:59.123456-03:30",
    "2023-11-14T22:13:20Z",
    "1990-01-01T00:00:00Z",
)
EPOCHS = (1_462_800_000, 1_462_800_000_123, 1_462_800_000_123_456, 1_462_800_000_123_456_789, 631_152_000)
REALS = (1_462_800_000.25, 1_462_800_000_123.5, 1_462_800_000_123_456.0, 1.4628e18)
VALUES = (None, 1, 5, 4.5, 1.1 + 2.2, 2, 3.0)
ODD = (
    *(None, True, False, 0, 7, -7, 7.0, 3.5, -0.0, 2**53 + 1, 2**63, 10**30, 1e16, 1e15, 1e-4, 1e-7, 5e-324),
    *(0.1 + 0.2, float("nan"), float("inf"), -float("inf"), 601, 600, 40, 41, 500, 500.5, 1e308),
    *(
        "",
        " ",
        " u1",
        "u1 ",
        "\u3000u",
        "u\u200b",
        "NA",
        "null",
        "None",
        "none",
        r"\N",
        "7",
        "4,5",
        "1.0",
        "x",
    ),
    *("\x00", "a\x1fb", "a\nb", "\ud800", "\ufeffu", "ａ", "e\u0301", "İ", "ΟΣ", "ß", "ÉTÉ", "浏览"),
    *("VIEW", "Rating", "search", "搜索", "play", "purchase", "return", "Ǆ", "{}", "[1]"),
    *("2016-05-09", "20160509", 20_160_509, "1462800000", 1_462_800, 99, 1_700_003_600, 1_700_003_601, 1e12),
    *("2016-05-09T12:00:00", "2016-05-09T12:00Z", "2016-05-09T12:00:00z", "2016-05-09T12:00:00+0800"),
    *("2016-02-30T12:00:00Z", "2016-05-09T24:00:00Z", "2016-05-09T12:00:60Z", "2016-05-09T12:00:00.1234567Z"),
    *(
        "0000-05-09T12:00:00Z",
        "2016-05-09T12:00:00+19:59",
        "2016-05-09T12:00:00+25:00",
        "9999-12-31T23:59:59Z",
    ),
    *("2016-05-09T12:00:00Z", "２016-05-09T12:00:00Z", "1989-12-31T23:59:59Z", 17**15, 9.3e18),
    *([], ["a"], {}, {"a": 1}, b"u1"),
)
FIELDS = {
    "event": st.sampled_from(
        [None, "view", "View", "purchase", "rating", "play", "search", "浏览", "new type", "return"]
    ),
    "value": st.sampled_from(VALUES),
    "dwell_s": st.sampled_from([None, 0, 12, 12.5, 600, 0.001]),
    "context": st.sampled_from([None, "home", "首页 推荐", "a b"]),
    "text": st.none(),
}


@st.composite
def batches(draw, *, odd):
    """Rows of one owner, who keeps ids and times in one way each; `odd` bounds what is put in their place."""
    ids = draw(st.sampled_from([USERS, tuple(range(5)), (10**17, -4)]))
    things = draw(st.sampled_from([ITEMS, tuple(range(90, 95))]))
    times = draw(st.sampled_from([WRITTEN, EPOCHS, REALS]))
    names = {
        "event_id": draw(st.sampled_from([("e1", "e2", "行为3"), (1, 2, 3)])),
        "session_id": ("s1", "s2"),
    }
    required = {"user_id": ids, "item_id": things, "timestamp": times}
    row = st.fixed_dictionaries(
        {name: st.sampled_from(choices) for name, choices in required.items()},
        optional=FIELDS | {name: st.sampled_from([None, *choices]) for name, choices in names.items()},
    )
    rows = draw(st.lists(row, min_size=1, max_size=5))
    keys = st.sampled_from([*required, *FIELDS, *names, "other_id", "price"])
    places = st.integers(0, len(rows) - 1)
    for place, key, value in draw(st.lists(st.tuples(places, keys, st.sampled_from(ODD)), max_size=odd)):
        rows[place][key] = value
    for place, key in draw(st.lists(st.tuples(places, keys), max_size=odd // 2)):
        rows[place].pop(key, None)
    return rows


@settings(max_examples=60, deadline=None)
@given(batches(odd=3))
@example([SEEN | {"user_id": 7}, SEEN | {"user_id": "7", "event": "like"}])
@example([SEEN | {"value": -0.0}, SEEN | {"value": 0.0}])
@example([SEEN | {"event_id": "e1"}, SEEN | {"event_id": "e2"}])
@example([SEEN | {"event_id": "e1"}, SEEN | {"event_id": "e1", "user_id": "u2"}])
@example([SEEN | {"event": event} for event in ("view", "like", "cart", "share")])
def test_rows_read_fast_are_the_rows_of_cleaning(rows):
    event("read fast" if check_both_ways(rows) else "left to cleaning")


def write_nanoseconds(us):
    return us * 1_000 + us % 1_000


def write_iso(us):
    offset = timezone(timedelta(minutes=us % 1_679 - 839))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).astimezone(offset).isoformat()


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda us: us // 1_000_000, id="seconds"),
        pytest.param(lambda us: us / 1_000_000, id="seconds as reals"),
        pytest.param(lambda us: us / 1_000, id="milliseconds as reals"),
        pytest.param(lambda us: us, id="microseconds"),
        pytest.param(lambda us: float(us) + 0.5, id="microseconds as reals"),
        pytest.param(write_nanoseconds, id="nanoseconds"),
        pytest.param(write_iso, id="ISO"),
    ],
)
@settings(max_examples=5, deadline=None)
@given(instants=st.lists(st.integers(EARLIEST_US, NOW_US), min_size=50, max_size=200))
def test_times_are_those_of_cleaning(write, instants):
    rows = [SEEN | {"timestamp": write(us), "user_id": place} for place, us in enumerate(instants)]
    assert check_both_ways(rows)


@settings(max_examples=100, deadline=None)
@given(batches(odd=0), st.sampled_from([600.0, 86_400.0]))
def test_plain_rows_are_read_fast(rows, apart_s):
    begun = 1_400_000_000
    for place, row in enumerate(rows):
        row |= {"timestamp": begun + place * apart_s, "event_id": f"e{place}", "item_id": f"i{place}"}
    found = read(*rows)
    assert [row.user_id for row in found] == [str(row["user_id"]) for row in rows]
    assert [row.ts for row in found] == [int(row["timestamp"]) * 1_000_000 for row in rows]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, {"event_id": "e386a5fa4edaa07b"}, id="bare"),
        pytest.param({"user_id": 196, "item_id": -5}, {"user_id": "196", "item_id": "-5"}, id="integers"),
        pytest.param({"user_id": "用户1", "item_id": "手工白茶"}, {"user_id": "用户1"}, id="Chinese ids"),
        pytest.param({"event": "ViEw"}, {"event": "view"}, id="upper case"),
        pytest.param({"event": "浏览"}, {"event": "浏览"}, id="Chinese event"),
        pytest.param({"event": "unheard of"}, {"event": "unheard of"}, id="unknown event"),
        pytest.param({"event": None}, {"event": "click", "value": None}, id="no event"),
        pytest.param({"event": None, "value": 4}, {"event": "rating", "value": 4.0}, id="no event, rated"),
        pytest.param({"event": "search", "item_id": None}, {"item_id": None}, id="search"),
        pytest.param({"text": None, "context": None}, {"context": None}, id="nulls"),
        pytest.param({"context": "首页 推荐"}, {"context": "首页 推荐"}, id="context"),
        pytest.param({"timestamp": 1_462_800_000_123}, {"ts": 1_462_800_000_123_000}, id="milliseconds"),
        pytest.param(
            {"timestamp": "2016-05-09T21:20:00.5+08:00"}, {"ts": 1_462_800_000_500_000}, id="ISO with zone"
        ),
        pytest.param({"event": "purchase", "value": 500.0}, {"value": 500.0}, id="at the cap"),
        pytest.param({"dwell_s": 600}, {"dwell_s": 600.0}, id="longest dwell"),
        pytest.param({"event_id": "e1", "value": 1e-7}, {"value": 1e-7}, id="odd number, id given"),
    ],
)
def test_a_plain_row_is_read_fast(change, expected):
    rows = [SEEN | change]
    check_both_ways(rows)
    (found,) = read(*rows)
    assert {name: getattr(found, name) for name in expected} == expected


def test_zero_below_zero_is_zero():
    (found,) = read(SEEN | {"value": -0.0, "event": "return"})
    assert str(found.value) == "0.0"


def test_no_rows_are_no_events():
    assert read() == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"user_id": None}, id="no user"),
        pytest.param({"user_id": ""}, id="empty user"),
        pytest.param({"user_id": " u1"}, id="space before"),
        pytest.param({"user_id": "u1\u3000"}, id="wide space behind"),
        pytest.param({"user_id": "NA"}, id="word for nothing"),
        pytest.param({"user_id": "196.0"}, id="perhaps a decimal"),
        pytest.param({"user_id": "a\x1fb"}, id="character not seen"),
        pytest.param({"user_id": "\ud800"}, id="half a character"),
        pytest.param({"user_id": True}, id="truth as id"),
        pytest.param({"user_id": 7.0}, id="real as id"),
        pytest.param({"user_id": 2**63}, id="huge id"),
        pytest.param({"item_id": None}, id="no item"),
        pytest.param({"item_id": ["i1"]}, id="list as id"),
        pytest.param({"timestamp": None}, id="no time"),
        pytest.param({"timestamp": 0}, id="untimed"),
        pytest.param({"timestamp": 20_160_509}, id="compact day"),
        pytest.param({"timestamp": 600_000_000}, id="before 1990"),
        pytest.param({"timestamp": 1_700_003_601}, id="future"),
        pytest.param({"timestamp": 1e30}, id="beyond nanoseconds"),
        pytest.param({"timestamp": True}, id="truth as time"),
        pytest.param({"timestamp": float("nan")}, id="time not a number"),
        pytest.param({"timestamp": "1462800000"}, id="epoch as text"),
        pytest.param({"timestamp": "2016-05-09"}, id="a day"),
        pytest.param({"timestamp": "2016-05-09T12:00:00"}, id="no zone"),
        pytest.param({"timestamp": "2016-02-30T12:00:00Z"}, id="no such day"),
        pytest.param({"event": 7}, id="number as event"),
        pytest.param({"event": "ÉTÉ"}, id="letters of disputed case"),
        pytest.param({"event": ["view"]}, id="list as event"),
        pytest.param({"event": "rating", "value": 6}, id="off the scale"),
        pytest.param({"value": 0, "event": "listen"}, id="count of nothing"),
        pytest.param({"value": 500.5, "event": "purchase"}, id="above the cap"),
        pytest.param({"value": float("inf")}, id="infinite value"),
        pytest.param({"value": float("nan")}, id="value not a number"),
        pytest.param({"value": True}, id="truth as value"),
        pytest.param({"value": "4"}, id="value as text"),
        pytest.param({"value": 2**53 + 1}, id="value not exact"),
        pytest.param({"value": 1e-7}, id="value in another form in the id"),
        pytest.param({"dwell_s": -1}, id="negative dwell"),
        pytest.param({"dwell_s": 601}, id="long dwell"),
        pytest.param({"text": "red shoes"}, id="text"),
        pytest.param({"text": False}, id="truth as text"),
        pytest.param({"context": {"page": 1}}, id="object as context"),
        pytest.param({"context": " home"}, id="context with space"),
        pytest.param({"price": 5}, id="unknown column"),
    ],
)
def test_a_row_beyond_doubt_only_for_cleaning_is_left_to_it(change):
    assert read(SEEN) is not None
    assert read(SEEN | change) is None


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([SEEN, SEEN], id="the same row"),
        pytest.param([SEEN | {"event_id": "e1"}, SEEN | {"event_id": "e2"}], id="the same content"),
        pytest.param(
            [SEEN | {"event_id": "e1"}, SEEN | {"event_id": "e1", "event": "like"}], id="the same id"
        ),
        pytest.param([SEEN | {"context": "a"}, SEEN | {"context": "b"}], id="another context only"),
        pytest.param([SEEN | {"user_id": 7}, SEEN | {"user_id": "u7"}], id="mixed ids"),
        pytest.param([SEEN | {"user_id": "u7"}, SEEN | {"user_id": 7}], id="mixed ids, texts first"),
        pytest.param([SEEN, SEEN | {"timestamp": "2016-05-09T12:00:00Z"}], id="mixed times"),
        pytest.param([SEEN, SEEN | {"timestamp": 1_462_800_001.5}], id="integers and reals as times"),
        pytest.param([SEEN, {"user_id": "u1", "item_id": "i1"}], id="one without time"),
        pytest.param([SEEN, SEEN | {"item_id": ""}], id="one plain, one not"),
        pytest.param([SEEN, [("user_id", "u1")]], id="no dictionary"),
    ],
)
def test_rows_that_need_each_other_looked_at_are_left_to_cleaning(rows):
    assert read(*rows) is None


@pytest.mark.parametrize(
    ("last_s", "plain"), [pytest.param(59, False, id="a minute"), pytest.param(60, True, id="longer")]
)
def test_more_events_in_a_minute_than_people_make_are_left_to_cleaning(last_s, plain):
    rows = [SEEN | {"timestamp": SEEN["timestamp"] + after_s} for after_s in (last_s, 0, 20, 40)]
    assert (read(*rows) is not None) == plain
    check_both_ways(rows)


def test_ratings_without_a_known_scale_are_left_to_cleaning():
    rules = PlainRules.of(SETTINGS, caps=CAPS)
    rated = SEEN | {"event": "rating"}
    assert read(rated | {"value": 4}, rules=rules) is None
    assert len(read(rated, SEEN | {"value": 4}, rules=rules)) == 2


def test_the_declared_scale_goes_before_the_found_one():
    rules = PlainRules.of(Settings(ratings=RatingSettings(scale=(0, 10))), rating_scale=SCALE)
    assert len(read(SEEN | {"event": "rating", "value": 9}, rules=rules)) == 1


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as con:
        yield con


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1e-4, 1e16, exclude_max=True), min_size=50, max_size=200))
@example([0.1 + 0.2, 5.0, 1e-4, 1e15, 9999999999999998.0, 4.35, 0.0])
def test_numbers_are_written_as_the_engine_writes_them(engine, numbers):
    engine.register("given", pa.table({"x": [*numbers, *(-one for one in numbers)]}))
    written = (
        engine.sql("SELECT x, CAST(x + 0.0e0 AS VARCHAR) AS text FROM given").to_arrow_table().to_pylist()
    )
    assert [write_number(row["x"] + 0.0) for row in written] == [row["text"] for row in written]


@pytest.mark.parametrize("number", [1e-7, 1e16, -1e300, 5e-324, float("inf"), float("nan")])
def test_a_number_that_needs_an_exponent_is_not_written(number):
    with pytest.raises(Uncertain):
        write_number(number)
