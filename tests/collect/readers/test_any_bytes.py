"""Whatever bytes a file holds, it is read or refused in words: no traceback, no lost line."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.collect.draft import draft_settings
from limner.collect.readers import read
from limner.errors import LimnerError
from limner.settings import Settings, parse_settings

NAMES = [
    "events.csv",
    "events.jsonl",
    "events.parquet",
    "reviews.tsv",
    "items.csv.gz",
    "ratings.dat",
    "ratings.txt",
    "u.item",
    "a.inter",
    "user_artists.dat",
    "shop.zip",
]
PIECES = [
    *(
        b",",
        b"\t",
        b"::",
        b"|",
        b";",
        b" ",
        b"\n",
        b"\r\n",
        b'"',
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe9",
    ),
    *(b"user_id", b"item_id:token", b"userID", b"rating", b"text", b"label", b"1", b"3.5", b"978000001"),
    *(
        b'{"user_id": "a", "item_id": 1}',
        b"{'asin': 'b'}",
        b"[",
        b"]",
        b"{",
        "科幻".encode(),
        "科幻".encode("gb18030"),
    ),
    *(b"\x1f\x8b", b"PK\x03\x04", b"PAR1"),
]


@pytest.mark.parametrize("name", NAMES)
@given(content=st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=25).map(b"".join))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, name, content):
    folder = tmp_path_factory.mktemp("any")
    folder.joinpath(name).write_bytes(content)

    with contextlib.suppress(LimnerError):
        raws = list(read([folder], Settings(), base=folder))
        assert all(len(raw.rows) == len(raw.lines) for raw in raws)
        drafted = parse_settings(draft_settings([folder], base=folder))
        again = list(read([], drafted, base=folder))
        assert [raw.rows.to_pylist() for raw in again] == [raw.rows.to_pylist() for raw in raws]
