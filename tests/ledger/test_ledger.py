"""The ledger is a sum: order, partition, repetition and delay of the log do not change it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from limner.ledger.decay import DAY_US, read_factor
from limner.ledger.localtime import find_offsets
from limner.ledger.signals import SIGNALS
from limner.settings import RatingSettings, Settings
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger

NOON = 1_700_000_000_000_000
ITEMS = pa.table(
    {
        "item_id": [f"i{n}" for n in range(6)],
        "categories": [["red"], ["red", "blue"], ["blue"], ["green"], [], ["green", "red"]],
        "brand": ["a", "a", "b", None, "b", "c"],
        "price": [1.0, 2.0, 3.0, 4.0, None, 6.0],
    }
)
STARS = Settings(ratings=RatingSettings(scale=(1.0, 5.0)))
event = st.fixed_dictionaries(
    {
        "user_id": st.sampled_from(["u1", "u2", "u3"]),
        "item_id": st.sampled_from(ITEMS["item_id"].to_pylist()),
        "timestamp": st.integers(0, 400).map(lambda days: NOON + days * DAY_US // 3),
        "event": st.sampled_from(["view", "rating", "purchase", "return", "wave"]),
        "value": st.sampled_from([1.0, 3.0, 5.0]),
        "dwell_s": st.sampled_from([None, 1.0, 70.0]),
    }
)
logs = st.lists(event, min_size=2, max_size=40)
SCHEMA = pa.schema(
    [
        ("user_id", pa.string()),
        ("item_id", pa.string()),
        ("timestamp", pa.int64()),
        ("event", pa.string()),
        ("value", pa.float64()),
        ("dwell_s", pa.float64()),
    ]
)


def frame(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(log=logs, seed=st.integers(0, 2**16), pieces=st.integers(1, 3))
def test_ingesting_in_any_order_and_pieces_with_repeats_gives_the_ledger_of_one_build(log, seed, pieces):
    rng = np.random.default_rng(seed)
    shuffled = [log[k] for k in rng.permutation(len(log))]
    first, rest = shuffled[:1], shuffled[1:] + shuffled[: len(shuffled) // 2]
    newest = max(row["timestamp"] for row in log)
    with TemporaryDirectory() as folder:
        whole = build(events=frame(log), items=ITEMS, workspace=Path(folder) / "whole", settings=STARS)
        grown = build(events=frame(first), items=ITEMS, workspace=Path(folder) / "grown", settings=STARS)
        for piece in np.array_split(np.arange(len(rest)), pieces):
            grown.ingest(events=frame([rest[k] for k in piece]))
        differences = find_differences(
            read_ledger(whole.store, at_us=newest), read_ledger(grown.store, at_us=newest)
        )
        whole.close()
        grown.close()
    assert differences == []


@given(
    st.integers(NOON - 4000 * DAY_US, NOON + 4000 * DAY_US),
    st.integers(NOON - 4000 * DAY_US, NOON + 4000 * DAY_US),
    st.floats(1 / 24, 3650),
)
def test_reading_a_forward_decayed_sum_is_finite_and_never_negative(at_us, landmark_us, half_life_days):
    factor = read_factor(at_us, landmark_us, half_life_days)
    assert np.isfinite(factor)
    assert factor >= 0


def test_offsets_follow_daylight_saving():
    summer, winter = 1_720_000_000_000_000, 1_735_000_000_000_000
    pairs = find_offsets("Europe/Berlin", summer, winter)
    assert [offset // 3_600_000_000 for _, offset in pairs] == [2, 1]
    assert pairs[1][0] == 1_729_990_800_000_000  # 2024-10-27T01:00Z


def test_signals_have_distinct_names_and_say_what_they_mean():
    assert len({signal.name for signal in SIGNALS}) == len(SIGNALS)
    assert all(signal.meaning for signal in SIGNALS)


@pytest.fixture(scope="module")
def one_user(tmp_path_factory):
    rows = [
        {"user_id": "u1", "item_id": "i1", "timestamp": NOON, "event": "rating", "value": 5.0},
        {"user_id": "u1", "item_id": "i1", "timestamp": NOON + 7 * DAY_US, "event": "rating", "value": 1.0},
    ]
    studio = build(events=frame(rows), items=ITEMS, workspace=tmp_path_factory.mktemp("one") / "ws")
    return read_ledger(studio.store, at_us=NOON + 7 * DAY_US)


def test_a_sum_halves_with_its_half_life(one_user):
    cell = one_user["u1", "category", "blue"]
    assert cell.recent == pytest.approx(1.5)
    assert cell.lasting == pytest.approx(1 + 2 ** (-7 / 180))


def test_liking_is_the_decayed_sum_of_polarity(one_user):
    cell = one_user["u1", "category", "blue"]
    assert cell.liking == pytest.approx(2 ** (-7 / 180) - 1)
    assert cell.opinion == pytest.approx(cell.lasting)


def test_hours_and_weekdays_are_read_from_local_time(one_user):
    assert one_user["u1", "hour", "22"].n == 2  # 2023-11-14T22:13:20Z, a Tuesday
    assert one_user["u1", "weekday", "1"].n == 2
