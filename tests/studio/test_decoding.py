"""Any file becomes texts: one for each line, whatever it is written in."""

import io
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.streams.lines import MAX_LINE_CHARS
from limner.studio.intake.decoding import BLOCK_TEXTS, Decoder, read_blocks_of_texts

LINES = ["屏幕很好", "", "the battery died", "便宜又好用", "👍"]


class Raw(io.BytesIO):
    """Bytes that no select can wait for."""

    def fileno(self):
        raise OSError


def read(body: bytes) -> list[str]:
    return [text for block in read_blocks_of_texts(Raw(body), Event()) for text in block]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_usual_encodings_and_line_ends_are_recognised(codec, end):
    assert read(end.join([*LINES, ""]).encode(codec)) == LINES


def test_latin_letters_are_read():
    assert read("Amélie\ncafé très bon\n".encode("latin-1")) == ["Amélie", "café très bon"]


def test_a_line_in_another_encoding_than_the_file_is_read():
    assert read("屏幕很好\n".encode() + "电池也很不错".encode("gb18030")) == ["屏幕很好", "电池也很不错"]


def test_a_short_line_is_read_as_its_file():
    """联通 in GB18030 begins with bytes that look like UTF-8."""
    lines = ["联通", "手机信号很好", "资费便宜"]

    assert read("\n".join(lines).encode("gb18030")) == lines


def test_bytes_of_no_encoding_become_marks():
    assert Decoder().decode(["很好".encode() * 20 + b"\xff", b"ok"]) == ["很好" * 20 + "\ufffd", "ok"]


def test_nothing_gives_nothing():
    assert read(b"") == []


def test_only_the_beginning_of_an_endless_line_is_read():
    first, second = read(b"a" * (MAX_LINE_CHARS + 7) + b"\nnext")

    assert (len(first), second) == (MAX_LINE_CHARS, "next")


def test_long_files_come_in_blocks():
    blocks = list(read_blocks_of_texts(Raw(b"one\n" * 7000), Event()))

    assert [len(block) for block in blocks] == [BLOCK_TEXTS] * 3 + [7000 - 3 * BLOCK_TEXTS]


@given(st.binary())
def test_any_bytes_give_as_many_texts_as_lines(body):
    ended = body if body.endswith(b"\n") or not body else body + b"\n"
    utf16 = body[:2] in (b"\xff\xfe", b"\xfe\xff") or body.count(0) > 3

    assert utf16 or len(read(body)) == ended.count(b"\n")
