"""Sums carried from label to label are the sums of the rows before each label, for any half-life and span."""

from functools import cache

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.ledger.batch import Summer, stage_tables
from limner.ledger.decay import DAY_US, Landmarks, half_life_us
from limner.ledger.intervals import LABELS, PLACES, SLOTS, compile_intervals, next_by_asof, next_by_window
from limner.ledger.ladder import raise_ladder
from limner.ledger.plan import write_sql
from limner.ledger.rows import Reading, staged
from limner.ledger.signals import SIGNALS
from limner.ledger.standing import Carrier
from limner.settings import HorizonSettings, Settings

START = 1_500_000_000_000_000
TEN_YEARS_US = 3650 * DAY_US
KINDS = ("view", "purchase", "rating")
moment = st.one_of(
    st.integers(0, TEN_YEARS_US), st.integers(0, 40).map(lambda hours: hours * DAY_US // 24)
).map(lambda after: START + after)
event = st.tuples(
    st.integers(0, 2),
    st.one_of(moment, st.just(0)),
    st.sampled_from(KINDS),
    st.integers(0, 2),
    st.floats(1, 5),
)
label = st.tuples(st.integers(0, 3), moment)
HALF_LIVES = ((1 / 24, 1.0), (1 / 24, 3650.0), (7.0, 180.0), (3650.0, 3650.0))
"""Days, from an hour to ten years; few, since each takes a plan of its own."""
SIGNAL = {signal.name: signal for signal in SIGNALS}
WANTED = ("activity", "event", "item", "session", "transition", "category")


@cache
def make_reading(recent_days=7.0, lasting_days=180.0):
    horizons = HorizonSettings(recent_days=recent_days, lasting_days=lasting_days)
    return Reading(Settings(horizons=horizons), (1.0, 5.0), ((0, 0),))


@cache
def plan_intervals(horizons, names, *, sum_first=False):
    signals = [SIGNAL[name] for name in names]
    reading = make_reading(*horizons)
    return compile_intervals(reading, signals, "duckdb", placed=["event"], sum_first=sum_first)


@cache
def plan_sums(horizons):
    summer = Summer(make_reading(*horizons))
    assert summer.plan
    return summer


def stage(events):
    names = ("user_no", "ts", "event", "item_no", "value")
    columns = dict(zip(names, map(list, zip(*events, strict=True)) if events else ([],) * 5, strict=True))
    table = {
        "user_no": pa.array(columns["user_no"], pa.int64()),
        "item_no": pa.array(columns["item_no"], pa.int64()),
        "ts": pa.array(columns["ts"], pa.int64()),
        "ref": pa.array(range(len(events)), pa.int64()),
        "event": pa.array(columns["event"], pa.string()),
        "value": pa.array(columns["value"], pa.float64()),
        "dwell_s": pa.nulls(len(events), pa.float64()),
    }
    items = pa.table(
        {
            "item_no": [0, 1, 2],
            "item_id": ["a", "b", "c"],
            "brand": ["x", None, "x"],
            "price_band": pa.array([1, 2, None], pa.int64()),
            "first_category": ["红", "red", None],
        }
    )
    categories = pa.table({"item_no": [0, 0, 1], "category": ["红", "blue", "red"]})
    return {"events": pa.table(table), "items": items, "categories": categories}


def slot_table(ladder):
    return pa.table(
        {
            "user_no": ladder.user_nos[ladder.users],
            "read_us": ladder.read_us,
            "slot": np.arange(ladder.n_slots),
        }
    )


def stand(events, labels, horizons=(7.0, 180.0), names=WANTED, *, sum_first=False):
    """Return the standing of each signal and the slot of each label."""
    users, moments = (np.array(part, dtype=np.int64) for part in zip(*labels, strict=True))
    ladder, slots = raise_ladder(users, moments)
    plan = plan_intervals(horizons, names, sum_first=sum_first)
    keys = pa.table({"signal": ["event"] * 3, "key": list(KINDS), "place": [0, 1, 2]})
    carrier = Carrier.of(ladder, make_reading(*horizons).settings.horizons)
    with duckdb.connect() as engine:
        stage_tables(engine, stage(events))
        engine.register(LABELS, slot_table(ladder))
        engine.register(PLACES, keys)
        for name, sql in plan.assigned.items():
            engine.execute(f"CREATE TABLE assigned_{name} AS {sql}")
        for name, sql in plan.prepared.items():
            engine.execute(f"CREATE TABLE {name}_rows AS {sql}")

        def fetch(sql):
            found = engine.sql(sql).to_arrow_table()
            return {name: found[name].fill_null(0).to_numpy() for name in found.column_names}

        stood = {
            name: carrier.stand(
                fetch(plan.added[name]),
                fetch(plan.firsts[name]) if name in plan.firsts else None,
                3 if name == "event" else 0,
            )
            for name in names
        }
    return stood, slots


def sum_before(events, user, read_us, horizons=(7.0, 180.0), names=WANTED):
    """Return each signal's cells of one user from the rows before an instant, read there."""
    before = [one for one in events if one[0] == user and one[1] < read_us]
    cells = plan_sums(horizons).sum_cells(
        stage(before), Landmarks.at(read_us), [SIGNAL[name] for name in names]
    )
    return {signal.name: found.to_pylist() for signal, found in cells}


@settings(max_examples=20)
@given(
    events=st.lists(event, max_size=25),
    labels=st.lists(label, min_size=1, max_size=10),
    horizons=st.sampled_from(HALF_LIVES),
)
def test_a_label_has_the_sums_of_the_rows_before_it(events, labels, horizons):
    stood, slots = stand(events, labels, horizons)
    for (user, read_us), slot in zip(labels, slots, strict=True):
        cells = sum_before(events, user, read_us, horizons)
        for name, found in stood.items():
            rows = cells.get(name, [])
            assert found.n[0, slot] == sum(row["n"] for row in rows)
            assert found.keys[slot] == len(rows)
            assert found.newest[slot] == max((row["last_seen"] for row in rows), default=0)
            for part in ("recent", "lasting", "opinion"):
                sums = getattr(found, part)[..., slot]
                value = sums if sums.ndim == 0 else sums[0]
                assert np.isfinite(value)
                assert value == pytest.approx(sum(row[part] for row in rows), rel=1e-9, abs=1e-290)
            liking = sum(row["liking"] for row in rows)
            assert found.liking[slot] == pytest.approx(
                liking, rel=1e-9, abs=1e-9 * found.opinion[slot] + 1e-290
            )


@settings(max_examples=20)
@given(events=st.lists(event, max_size=25), labels=st.lists(label, min_size=1, max_size=10))
def test_keys_with_a_place_are_summed_one_by_one(events, labels):
    stood, slots = stand(events, labels, names=("activity", "event", "item"))
    for (user, read_us), slot in zip(labels, slots, strict=True):
        cells = {row["key"]: row for row in sum_before(events, user, read_us).get("event", [])}
        for place, kind in enumerate(KINDS):
            assert stood["event"].n[1 + place, slot] == (cells[kind]["n"] if kind in cells else 0)


@settings(max_examples=10)
@given(events=st.lists(event, max_size=25), labels=st.lists(label, min_size=1, max_size=10))
def test_summing_within_slots_first_comes_to_the_same(events, labels):
    one_by_one, _ = stand(events, labels)
    summed, _ = stand(events, labels, sum_first=True)

    for name in WANTED:
        assert (summed[name].n == one_by_one[name].n).all()
        assert (summed[name].newest == one_by_one[name].newest).all()
        assert summed[name].recent == pytest.approx(one_by_one[name].recent, rel=1e-12)
        assert summed[name].liking == pytest.approx(one_by_one[name].liking, rel=1e-9, abs=1e-12)


@settings(max_examples=20)
@given(
    events=st.lists(event, min_size=1, max_size=20),
    labels=st.lists(label, min_size=1, max_size=8),
    later=st.lists(event, max_size=10),
)
def test_rows_at_or_after_a_label_have_no_influence(events, labels, later):
    newest = max(read_us for _, read_us in labels)
    added = [(user, max(ts, newest), *rest) for user, ts, *rest in later]

    before, slots = stand(events, labels)
    after, _ = stand(events + added, labels)

    for name in WANTED:
        assert (after[name].n == before[name].n).all()
        assert after[name].lasting[:, slots] == pytest.approx(before[name].lasting[:, slots], rel=1e-12)


@settings(max_examples=20)
@given(events=st.lists(event, max_size=25), labels=st.lists(label, min_size=1, max_size=10))
def test_both_ways_to_the_next_label_lead_to_the_same(events, labels):
    users, moments = (np.array(part, dtype=np.int64) for part in zip(*labels, strict=True))
    ladder, _ = raise_ladder(users, moments)
    with duckdb.connect() as engine:
        stage_tables(engine, stage(events))
        engine.register(LABELS, slot_table(ladder))
        rows, slots = staged("events"), ibis.table(SLOTS, name=LABELS)
        found = [
            sorted(
                engine.sql(
                    write_sql(assign(rows, slots).select("ref", "slot", "read_us"), "duckdb")
                ).fetchall()
            )
            for assign in (next_by_asof, next_by_window)
        ]
    assert found[0] == found[1]


def test_spark_gets_the_same_plan():
    pytest.importorskip("pyspark", reason="the Spark engine is not installed")
    plan = compile_intervals(make_reading(), SIGNALS, "pyspark", placed=["category"], sum_first=True)

    assert set(plan.added) == set(SIGNAL)


@given(st.lists(label, min_size=1, max_size=30))
def test_a_ladder_holds_every_label_once_and_in_order(labels):
    users, moments = (np.array(part, dtype=np.int64) for part in zip(*labels, strict=True))
    ladder, slots = raise_ladder(users, moments)

    assert ladder.n_slots == len(set(labels))
    assert (ladder.user_nos[ladder.users][slots] == users).all()
    assert (ladder.read_us[slots] == moments).all()
    assert all((ladder.read_us[here] > ladder.read_us[before]).all() for here, before in ladder.steps())


def test_a_sum_carried_over_a_half_life_is_halved():
    ladder, _ = raise_ladder(np.array([1, 1]), np.array([START, START + half_life_us(7.0)]))
    sums = np.array([4.0, 1.0])
    ladder.carry(sums, ladder.factors(7.0))

    assert sums.tolist() == [4.0, 3.0]
