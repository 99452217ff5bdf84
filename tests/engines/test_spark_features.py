"""Features summed by Spark are those that DuckDB sums: counts exactly, sums and strengths to 1e-9."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from limner.engines.spark_intervals import SCRATCH
from limner.errors import EngineError, UnknownNameError


@pytest.fixture(scope="module")
def labels(world):
    """Moments of thirty users in any order: at an event, between, twice, before all, after all, unknown."""
    rng = np.random.default_rng(5)
    events = world.tables["events"]
    some = events.filter(pc.is_in(events["user_id"], pc.unique(events["user_id"]).slice(0, 30)))
    at = rng.integers(0, len(some), 80)
    stamps = some["timestamp"].to_numpy()[at] + rng.integers(0, 2, 80) * rng.integers(0, 10**12, 80)
    stamps[:4] = [stamps[4], events["timestamp"].to_numpy().min(), 10**15, 2 * 10**15]
    users = some["user_id"].take(pa.array(at)).to_pylist()
    users[0], users[5] = users[4], "nobody"
    return pa.table({"clicked": rng.random(80) < 0.5, "user_id": users, "timestamp": stamps})


@pytest.fixture(scope="module")
def duck(studio, labels):
    return studio.features(labels)


@pytest.fixture(scope="module")
def sparked(spark, studio, labels):
    return studio.features(labels, engine="spark")


def list_names(table, kind):
    return [field.name for field in table.schema if ":" in field.name and field.type == kind]


def read_reals(table):
    columns = [table[name].to_numpy(zero_copy_only=False) for name in list_names(table, pa.float64())]
    return np.array([*columns, table["alpha"].to_numpy(), table["beta"].to_numpy()])


def test_rows_columns_and_counts_are_the_same(duck, sparked, labels):
    exact = [*labels.column_names, "known", *list_names(duck, pa.int64())]

    assert sparked.schema.equals(duck.schema)
    assert sparked.select(exact).equals(duck.select(exact))
    assert pc.sum(duck["n:event"]).as_py() > 1000


def test_decayed_sums_and_strengths_are_the_same(duck, sparked):
    assert np.nansum(read_reals(duck)) > 1000
    assert read_reals(sparked) == pytest.approx(read_reals(duck), rel=1e-9, abs=1e-300, nan_ok=True)


def test_vectors_are_the_same(duck, sparked):
    found, expected = (np.array(table["vector"].to_pylist()) for table in (sparked, duck))

    assert found == pytest.approx(expected, abs=1e-6)


def test_nothing_of_spark_is_left_in_the_workspace(studio, sparked):
    assert list(studio.folder.glob(f"{SCRATCH}*")) == []


def test_chunks_of_users_say_what_all_of_them_say_at_once(spark, studio, labels, sparked, monkeypatch):
    monkeypatch.setattr("limner.engines.spark_intervals.SparkIntervals.chunk_events", 3_000)
    narrow = studio.features(labels, engine="spark", vector=False, keys=1)

    assert narrow["n:event"].equals(sparked["n:event"])
    assert narrow["lasting:word"].to_numpy() == pytest.approx(sparked["lasting:word"].to_numpy(), rel=1e-9)


def test_features_that_fail_say_why(spark, studio, labels, monkeypatch):
    monkeypatch.setattr("limner.ledger.intervals.write_sql", lambda expression, dialect: "of nothing")

    with pytest.raises(EngineError, match=r"^Spark stopped: .*[Ss]yntax error.*$"):
        studio.features(labels, engine="spark")


def test_an_engine_nobody_knows_is_refused(studio, labels):
    with pytest.raises(UnknownNameError, match="no engine 'sprak'"):
        studio.features(labels, engine="sprak")
