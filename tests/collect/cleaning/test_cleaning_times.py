from datetime import UTC, date, datetime

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.collect.cleaning.times import EARLIEST_US, read_times
from limner.errors import SettingsError
from limner.records import iso

ENGINE = duckdb.connect()


def read(values, timezone="UTC", type_=None):
    times = read_times(ENGINE, pa.chunked_array([pa.array(values, type_)]), timezone=timezone)
    return [None if us is None else iso(us) for us in times.us.to_pylist()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("881250949", "1997-12-04T15:55:49Z"),
        ("881250949.5", "1997-12-04T15:55:49.500000Z"),
        ("881250949000", "1997-12-04T15:55:49Z"),
        ("881250949000000", "1997-12-04T15:55:49Z"),
        ("881250949000000000", "1997-12-04T15:55:49Z"),
        ("1.4e9", "2014-05-13T16:53:20Z"),
        ("2016-05-09", "2016-05-09T00:00:00Z"),
        ("20160509", "2016-05-09T00:00:00Z"),
        ("2016/5/9", "2016-05-09T00:00:00Z"),
        ("2016/5/9 12:30", "2016-05-09T12:30:00Z"),
        ("2016.05.09 12:30", "2016-05-09T12:30:00Z"),
        (" 2016-05-09 12:30:01.25 ", "2016-05-09T12:30:01.250000Z"),
        ("2016-05-09T12:30:00Z", "2016-05-09T12:30:00Z"),
        ("2016-05-09T12:30:00+08:00", "2016-05-09T04:30:00Z"),
        ("2016-05-09 12:30:00 -0330", "2016-05-09T16:00:00Z"),
        ("2016-05-09T12:30+08", "2016-05-09T04:30:00Z"),
        ("2016-05-09 12:30:00 UTC", "2016-05-09T12:30:00Z"),
        ("2016年5月9日", "2016-05-09T00:00:00Z"),
        ("2016年5月9日 12:30", "2016-05-09T12:30:00Z"),
        ("2016年5月9日12时30分05秒", "2016-05-09T12:30:05Z"),
        ("May 9, 2016", "2016-05-09T00:00:00Z"),
        ("9 May 2016 12:30", "2016-05-09T12:30:00Z"),
        ("May 9, 2016 3:30 PM", "2016-05-09T15:30:00Z"),
        ("Mon, 09 May 2016 12:30:00 GMT", "2016-05-09T12:30:00Z"),
        ("09 13, 2014", "2014-09-13T00:00:00Z"),
        ("Wed Mar 22 11:37:04 -0700 2017", "2017-03-22T18:37:04Z"),
        ("Tue Apr  3 18:00:09 +0000 2012", "2012-04-03T18:00:09Z"),
        ("2014-12-06 02", "2014-12-06T02:00:00Z"),
        ("31-5-2009", "2009-05-31T00:00:00Z"),
        ("Posted November 5, 2011.", "2011-11-05T00:00:00Z"),
        ("Reviewed in the United States on March 5, 2020", "2020-03-05T00:00:00Z"),
    ],
)
def test_a_time_is_read_as_people_write_it(written, expected):
    assert read([written]) == [expected]


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "2016-02-30",
        "2016-13-01",
        "20161301x",
        "9/5/2016",
        "12:30",
        "1e30",
        "2016-05",
        "infinity",
        "epoch",
    ],
)
def test_what_is_no_time_or_could_be_two_is_misread(written):
    times = read_times(ENGINE, pa.chunked_array([[written]]), timezone="UTC")
    assert (times.us.to_pylist(), times.misread.to_pylist()) == ([None], [True])


@pytest.mark.parametrize("written", ["", "  ", "NA", "null", "None", "nan", "NaT", None])
def test_nothing_written_is_not_misread(written):
    times = read_times(ENGINE, pa.chunked_array([pa.array([written], pa.string())]), timezone="UTC")
    assert (times.us.to_pylist(), times.misread.to_pylist()) == ([None], [False])


def test_a_day_above_twelve_settles_the_order_of_day_and_month():
    assert read(["9/5/2016", "25/12/2016 10:00"]) == ["2016-05-09T00:00:00Z", "2016-12-25T10:00:00Z"]
    assert read(["9/5/2016", "12/25/2016 10:00"]) == ["2016-09-05T00:00:00Z", "2016-12-25T10:00:00Z"]
    assert read(["25/12/2016", "12/25/2016"]) == [None, None]


def test_units_are_told_apart_value_by_value():
    assert len(set(read([881250949, 881250949_000, 881250949_000_000]))) == 1


def test_a_compact_date_is_a_day_because_as_an_epoch_it_would_lie_in_1970():
    assert read([20160229, 20150229]) == ["2016-02-29T00:00:00Z", "1970-08-22T05:17:09Z"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2016-01-15 12:00", "2016-01-15T11:00:00Z"),
        ("2016-07-15 12:00", "2016-07-15T10:00:00Z"),
        ("2016-07-15 12:00Z", "2016-07-15T12:00:00Z"),
        ("2016-03-27 01:59", "2016-03-27T00:59:00Z"),
        ("2016-03-27 02:30", "2016-03-27T01:30:00Z"),  # the hour that clocks skip: by the old offset
        ("2016-03-27 03:00", "2016-03-27T01:00:00Z"),
        ("2016-10-30 02:30", "2016-10-30T00:30:00Z"),  # the hour that comes twice: the first
        ("2016-10-30 03:00", "2016-10-30T02:00:00Z"),
    ],
)
def test_a_time_without_zone_is_read_in_the_owners(written, expected):
    assert read([written], "Europe/Paris") == [expected]


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime(1991, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "America/New_York"]),
)
def test_wall_clock_times_agree_with_zoneinfo(moment, timezone):
    from zoneinfo import ZoneInfo

    moment = moment.replace(fold=0)
    expected = moment.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    assert read([moment.isoformat()], timezone) == [expected.replace(tzinfo=None).isoformat() + "Z"]


def test_typed_times_keep_their_zone_or_take_the_owners():
    naive, aware = pd.Timestamp("2016-05-09 12:30"), pd.Timestamp("2016-05-09 12:30", tz="Asia/Shanghai")
    assert read([naive], "Asia/Shanghai") == read([aware]) == ["2016-05-09T04:30:00Z"]
    assert read([date(2016, 5, 9), None]) == ["2016-05-09T00:00:00Z", None]
    assert read(np.array(["2016-05-09T12:30"], "datetime64[ms]")) == ["2016-05-09T12:30:00Z"]


def test_microseconds_are_exact():
    us = EARLIEST_US + 1
    assert read_times(ENGINE, pa.chunked_array([[us]]), timezone="UTC").us.to_pylist() == [us]


def test_days_without_a_time_of_day_are_told():
    assert read_times(
        ENGINE, pa.chunked_array([["2016-05-09", "2016-05-10"]]), timezone="Asia/Shanghai"
    ).daily
    assert not read_times(
        ENGINE, pa.chunked_array([["2016-05-09", "2016-05-10 01:00"]]), timezone="UTC"
    ).daily


def test_an_unknown_zone_says_how_one_is_written():
    with pytest.raises(
        SettingsError, match=r"timezone 'Peking' is not known; write one like 'Asia/Shanghai'"
    ):
        read(["2016-05-09"], "Peking")
