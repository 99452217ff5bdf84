from collections import Counter

import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from limner.collect.cleaning import clean
from limner.collect.frames import to_raw
from limner.collect.raw import RawTable, Rejected
from limner.records import UNTIMED
from limner.settings import Settings
from limner.tables import CONTRACTS, TABLES

NOW_US = 1_700_000_000_000_000

IDS = st.sampled_from(["u1", "u2", " u1", "3", 3, 3.0, 3.5, "NA", "", None, True, "'; --", "\x00", "{}"])
TIMES = st.sampled_from(
    [
        881250949,
        "881250949",
        8.81250949e11,
        "2016-05-09",
        "2016-05-09T12:00:00+02:00",
        "x",
        "",
        None,
        -1,
        1e300,
    ]
)
NUMBERS = st.sampled_from([1, 5, "4", 4.5, "x", "", None, float("inf"), float("nan"), -1, 1e9])
WORDS = st.one_of(st.none(), st.text(max_size=8))
FIELDS = {
    **dict.fromkeys(("user_id", "item_id", "other_id", "event_id", "text_id", "session_id"), IDS),
    **dict.fromkeys(("value", "dwell_s", "rating", "weight", "price"), NUMBERS),
    "timestamp": TIMES,
    "event": st.sampled_from(["view", "Rating", "listen", "purchase", "search", "", None, 7]),
    "categories": st.one_of(WORDS, st.lists(WORDS, max_size=3)),
}


def rows_of(table):
    contract = CONTRACTS[table]
    optional = {
        name: FIELDS.get(name, WORDS) for name in contract.columns.names if name not in contract.required
    }
    required = {name: FIELDS.get(name, WORDS) for name in contract.required}
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=12)


MESS = st.fixed_dictionaries({table: rows_of(table) for table in TABLES})


def wash(frames, **options):
    raws = [to_raw(rows, table) for table, rows in frames.items()]
    return clean(raws, Settings(timezone="Europe/Paris"), now_us=NOW_US, **options)


@settings(max_examples=30, deadline=None)
@given(MESS)
def test_rows_read_are_rows_kept_and_rows_rejected(frames):
    collected = wash(frames)
    fallen = Counter(collected.rejected["table"].to_pylist())
    kept = {name: table.num_rows for name, table in collected.tables.by_name().items()}
    kept["events"] -= collected.derived_events
    assert {intake.table: intake.read for intake in collected.intakes} == {
        name: len(frames[name]) for name in TABLES
    }
    assert {intake.table: intake.kept for intake in collected.intakes} == kept
    assert all(kept[name] + fallen[name] == len(frames[name]) for name in TABLES)
    assert all(sum(intake.rejected.values()) == fallen[intake.table] for intake in collected.intakes)


@settings(max_examples=20, deadline=None)
@given(MESS)
def test_clean_tables_keep_their_contract(frames):
    for name, table in wash(frames).tables.by_name().items():
        contract = CONTRACTS[name].columns
        assert table.schema.names[: len(contract)] == contract.names
        assert table.select(contract.names).schema.types == contract.types


@settings(max_examples=20, deadline=None)
@given(MESS)
def test_cleaning_clean_tables_changes_nothing(frames):
    once = wash(frames)
    times = set(once.tables.events["timestamp"].to_pylist())
    # Timed texts beside untimed events give a table of both, in which a second reading takes 0 for a fault.
    assume(UNTIMED not in times or times == {UNTIMED})
    twice = wash(once.tables.by_name(), rating_scale=once.rating_scale)
    assert twice.rejected.num_rows == 0
    assert twice.tables.by_name() == once.tables.by_name()


@settings(max_examples=20, deadline=None)
@given(rows_of("events"), st.randoms(use_true_random=False))
def test_ids_of_events_do_not_depend_on_the_order_of_rows(rows, random):
    rows = [{name: value for name, value in row.items() if name != "event_id"} for row in rows]
    shuffled = random.sample(rows, len(rows))
    there, back = (
        set(wash({"events": some}).tables.events["event_id"].to_pylist()) for some in (rows, shuffled)
    )
    assert there == back


@settings(max_examples=20, deadline=None)
@given(rows_of("events"), st.integers(1, 5))
def test_chunks_of_a_source_are_read_as_one(rows, size):
    whole = to_raw(rows, "events")
    chunks = [
        RawTable("events", whole.source, whole.rows.slice(start, size), whole.lines.slice(start, size))
        for start in range(0, max(len(rows), 1), size)
    ]
    there, back = (clean(raws, Settings(), now_us=NOW_US) for raws in ([whole], chunks))
    assert there.tables.by_name() == back.tables.by_name()
    assert (there.rejected.to_pylist(), there.intakes) == (back.rejected.to_pylist(), back.intakes)


def test_a_column_that_changes_its_type_between_chunks_is_read_chunk_by_chunk():
    chunks = [
        RawTable("users", "u.json", pa.table({"user_id": [7]}), pa.array([1])),
        RawTable("users", "u.json", pa.table({"user_id": ["u8"]}), pa.array([2])),
    ]
    collected = clean(chunks, Settings(), now_us=NOW_US)
    assert collected.tables.users["user_id"].to_pylist() == ["7", "u8"]
    assert [(intake.read, intake.kept) for intake in collected.intakes] == [(2, 2)]


def test_rows_that_readers_could_not_split_are_read_and_rejected():
    torn = Rejected("events", "e.csv", 9, "3 fields where 4 are expected", "u1,i1,4")
    rows = pa.table({"user_id": ["u1"], "item_id": ["i1"]})
    intake = clean(
        [RawTable("events", "e.csv", rows, pa.array([2]), (torn,))], Settings(), now_us=NOW_US
    ).intakes[0]
    assert (intake.read, intake.kept, intake.rejected) == (2, 1, {torn.reason: 1})
