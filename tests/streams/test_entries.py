"""What a producer may write with XADD."""

import json

import pytest

from limner.streams.entries import read_entry
from limner.streams.lines import MAX_LINE_CHARS

ROW = b'{"user_id": "u1"}'


@pytest.mark.parametrize(
    "fields",
    [
        {b"anything": ROW},
        {b"data": ROW, b"trace": b"7f"},
        {b"version": b"2", b"json": ROW},
    ],
    ids=["one field", "data", "json"],
)
def test_a_field_may_hold_the_whole_row_as_json(fields):
    assert read_entry(fields) == ROW.decode()


def test_otherwise_the_fields_are_the_columns():
    fields = {b"user_id": b"u1", b"event": b"view", b"item_id": "茶".encode()}

    assert json.loads(read_entry(fields)) == {"user_id": "u1", "event": "view", "item_id": "茶"}


def test_bytes_that_are_no_text_do_not_stop_the_reading():
    assert read_entry({b"x": b"\xff\xfe"}) == "\ufffd\ufffd"


def test_of_a_huge_entry_so_much_is_kept_that_it_is_known_to_be_too_long():
    assert len(read_entry({b"x": b"y" * 10_000_000})) == MAX_LINE_CHARS + 1
    assert len(read_entry({b"x": b"y" * 10_000_000, b"z": b""})) == MAX_LINE_CHARS + 1
