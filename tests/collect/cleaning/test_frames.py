import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from limner.collect import collect_frames
from limner.collect.frames import to_raw
from limner.errors import SchemaError
from limner.settings import Settings, parse_settings

ROWS = [
    {"user_id": 1, "item_id": "a", "timestamp": 1_462_752_000, "value": 4.0},
    {"user_id": 2, "item_id": "b", "timestamp": 1_462_752_060, "value": 5.0},
]


class Interchange:
    """A frame of a library that speaks only the old protocol."""

    def __init__(self, frame):
        self.__dataframe__ = frame.__dataframe__


FRAMES = {
    "pandas": lambda: pd.DataFrame(ROWS),
    "pandas with an index": lambda: pd.DataFrame(ROWS).set_index("user_id"),
    "polars": lambda: pl.DataFrame(ROWS),
    "lazy polars": lambda: pl.DataFrame(ROWS).lazy(),
    "pyarrow table": lambda: pa.Table.from_pylist(ROWS),
    "pyarrow batch": lambda: pa.RecordBatch.from_pylist(ROWS),
    "pyarrow reader": lambda: pa.Table.from_pylist(ROWS).to_reader(),
    "duckdb relation": lambda: duckdb.from_arrow(pa.Table.from_pylist(ROWS)),
    "list of dicts": lambda: ROWS,
    "interchange protocol": lambda: Interchange(pa.Table.from_pylist(ROWS)),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_every_kind_of_frame_gives_the_same_events(frame, now_us):
    there = collect_frames({"events": frame()}, Settings(), now_us=now_us)
    expected = collect_frames({"events": ROWS}, Settings(), now_us=now_us)
    assert there.tables.events.equals(expected.tables.events)
    assert there.integer_ids == {"user_id"}


def test_lines_count_the_rows_of_the_frame():
    raw = to_raw(ROWS, "events")
    assert (raw.source, raw.lines.to_pylist()) == ("frame events", [1, 2])


@pytest.mark.parametrize(
    "thing", [7, {"user_id": [1]}, pd.Series([1]), None], ids=["int", "dict", "series", "none"]
)
def test_anything_else_is_refused_with_what_is_accepted(thing):
    with pytest.raises(
        SchemaError, match="a pandas or polars frame, a pyarrow Table or RecordBatchReader, a DuckDB"
    ):
        to_raw(thing, "events")


def test_a_path_is_sent_to_where_files_are_read():
    with pytest.raises(SchemaError, match="files are read with"):
        to_raw("events.csv", "events")


def test_a_list_of_something_else_says_which_row():
    with pytest.raises(SchemaError, match="frame events: row 2 is no dict but tuple"):
        to_raw([{"user_id": 1}, (1, 2)], "events")


def test_a_missing_column_is_named_with_what_was_found_and_what_to_write():
    with pytest.raises(SchemaError) as caught:
        to_raw(pd.DataFrame({"userId": [1], "movieId": [2]}), "events")
    assert str(caught.value) == (
        "frame events: no column 'user_id' (found: userId, movieId) (did you mean: userId?); "
        "rename it, or write in limner.toml: [tables.events.columns] user_id = 'userId'"
    )


def test_several_missing_columns_are_named_together():
    with pytest.raises(
        SchemaError, match=r"no column 'user_id', 'text' .* user_id = '…', text = 'text_body'"
    ):
        to_raw([{"who": 1, "text_body": 2}], "texts")


def test_a_table_that_does_not_exist_has_a_suggestion(now_us):
    with pytest.raises(SchemaError, match=r"no table 'event' \(did you mean: events"):
        collect_frames({"event": ROWS}, Settings(), now_us=now_us)


def test_columns_are_renamed_as_the_settings_say(now_us):
    settings = parse_settings('[tables.events.columns]\nuser_id = "who"\nitem_id = "what"')
    rows = [{"who": 1, "what": "a", "item_id": "not this one"}]
    events = collect_frames({"events": rows}, settings, now_us=now_us).tables.events
    assert (events["user_id"].to_pylist(), events["item_id"].to_pylist()) == (["1"], ["a"])


def test_a_setting_for_a_column_that_is_not_there_is_an_error(now_us):
    settings = parse_settings('[tables.events.columns]\nitem_id = "wat"')
    with pytest.raises(
        SchemaError, match=r"no column 'wat' for item_id \(found: user_id, what\) \(did you mean: what"
    ):
        collect_frames({"events": [{"user_id": 1, "what": "a"}]}, settings, now_us=now_us)


@pytest.mark.parametrize(
    ("ids", "expected", "integers"),
    [
        (pd.Series([196.0, np.nan, 22.0]), ["196", None, "22"], True),
        (pd.Series([196, None, 22], dtype="Int64"), ["196", None, "22"], True),
        (pd.Series(["196", "22"], dtype="category"), ["196", "22"], False),
        (pd.Series([196, 22], dtype="category"), ["196", "22"], True),
        (pd.Series([196, "22", 3.0, None], dtype=object), ["196", "22", "3", None], False),
        (pd.Series(["a\ud800b"], dtype=object), ["a?b"], False),
        (pd.Series([2**63, 5], dtype="uint64"), ["9223372036854775808", "5"], True),
        (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"], False),
        (pa.array([b"x", b"\xff"]), ["x", "\ufffd"], False),
        (pa.array(["x"], pa.string_view()), ["x"], False),
        (pa.array([1.0], pa.float16()), ["1"], True),
    ],
    ids=[
        "float",
        "nullable",
        "category",
        "integer category",
        "mixed",
        "surrogate",
        "huge",
        "polars category",
        "bytes",
        "view",
        "half",
    ],
)
def test_ids_of_any_type_become_texts(wash, ids, expected, integers):
    collected = wash(pa.table({"user_id": to_raw(_one_column(ids), "users").rows["user_id"]}), "users")
    assert collected.tables.users["user_id"].to_pylist() == [user for user in expected if user is not None]
    assert collected.integer_ids == ({"user_id"} if integers else set())


def _one_column(ids):
    kinds = {pd.Series: pd.DataFrame, pl.Series: pl.DataFrame}
    return kinds.get(type(ids), pa.table)({"user_id": ids})


@pytest.mark.parametrize(
    "categories",
    [[["a", "b"], ["c"]], [("a", "b"), ("c",)], [np.array(["a", "b"]), np.array(["c"])], [{"a", "b"}, "c"]],
    ids=["lists", "tuples", "arrays", "a set and a text"],
)
def test_columns_of_lists_come_through(wash, categories):
    frame = pd.DataFrame({"item_id": ["i1", "i2"], "categories": categories})
    assert wash(frame, "items").tables.items["categories"].to_pylist() == [["a", "b"], ["c"]]


def test_pandas_times_with_and_without_zone(wash):
    naive = pd.DataFrame(
        {"user_id": ["u"], "item_id": ["i"], "timestamp": pd.to_datetime(["2016-05-09 12:30"])}
    )
    aware = naive.assign(timestamp=naive["timestamp"].dt.tz_localize("Asia/Shanghai"))
    settings = Settings(timezone="Asia/Shanghai")
    assert wash(naive, settings=settings).tables.events.equals(wash(aware).tables.events)


def test_a_missing_time_in_pandas_is_no_timestamp(reasons):
    times = pd.to_datetime(["2016-05-09", None])
    assert reasons(pd.DataFrame({"user_id": ["u", "v"], "item_id": ["i", "i"], "timestamp": times})) == [
        "no timestamp"
    ]


def test_a_column_that_is_there_twice_is_named():
    with pytest.raises(SchemaError, match="column user_id is there twice"):
        to_raw(pd.DataFrame([[1, 2]], columns=["user_id", "user_id"]), "users")


def test_a_key_that_only_later_rows_have_is_a_column():
    assert to_raw([{"user_id": 1}, {"user_id": 2, "city": "上海"}], "users").rows["city"].to_pylist() == [
        None,
        "上海",
    ]


def test_the_owners_frame_is_not_changed(wash):
    frame = pd.DataFrame({"user_id": [" u1 ", "NA"], "item_id": ["i", "i"], "value": ["4", "x"]})
    before = frame.copy(deep=True)
    wash(frame)
    pd.testing.assert_frame_equal(frame, before)
