import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.collect import lines
from limner.collect.lines import check_encoding, detect_encoding, read_blocks
from limner.errors import SettingsError

FRENCH = "Les Misérables; Amélie; Un prophète — à voir"
CHINESE = "科幻小说，悬疑电影，很好看"


def cut(content, encoding="utf-8-sig"):
    """Return numbered lines and rejections of some bytes."""
    blocks = list(read_blocks(io.BytesIO(content), encoding))
    numbered = [pair for block in blocks for pair in enumerate(block.lines, block.first)]
    return numbered, [bad for block in blocks for bad in block.rejected]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", "utf-8-sig"),
        (CHINESE.encode(), "utf-8-sig"),
        (b"\xef\xbb\xbfuser_id", "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        ("Café and naïve".encode("latin-1"), "latin-1"),
        ("it’s – fine".encode("cp1252"), "cp1252"),
        (CHINESE.encode("utf-16"), "utf-16"),
        ("user_id,item_id".encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode() * 20 + b"\xe9", "utf-8-sig"),
        (CHINESE.encode()[:-1], "utf-8-sig"),
        (b"", "utf-8-sig"),
    ],
    ids=[
        "ascii",
        "utf-8",
        "bom",
        "gb18030",
        "latin-1",
        "windows",
        "utf-16",
        "utf-16 bare",
        "one bad byte",
        "cut",
        "empty",
    ],
)
def test_an_encoding_is_told_by_looking(content, encoding):
    assert detect_encoding(content) == encoding


@given(
    st.text(min_size=1).filter(lambda text: "\0" not in text and not text.startswith(("\ufeff", "\ufffe")))
)
def test_valid_utf8_is_never_taken_for_anything_else(text):
    assert detect_encoding(text.encode()) == "utf-8-sig"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"], ids=["lf", "crlf", "cr", "crcrlf"])
@pytest.mark.parametrize("last", ["", "end"], ids=["with last end", "without"])
def test_lines_are_cut_and_numbered_whatever_ends_them(end, last):
    content = end.join(["a", "", "b", last or "c"]) + ("" if last else end)

    numbered, rejected = cut(content.encode())

    expected = enumerate(["a", "", "b", last or "c"], 1)
    assert [pair for pair in numbered if pair[1]] == [pair for pair in expected if pair[1]]
    assert rejected == []


def test_separators_of_unicode_do_not_end_a_line():
    numbered, _ = cut("a\u2028b\x0bc\x85d\n".encode())

    assert numbered == [(1, "a\u2028b\x0bc\x85d")]


def test_a_line_with_a_nul_is_rejected_with_its_number():
    numbered, rejected = cut(b"one\nt\0wo\nthree\n")

    assert numbered == [(1, "one"), (2, ""), (3, "three")]
    assert [(bad.line, bad.reason, bad.row) for bad in rejected] == [(2, "holds a NUL byte", "t␀wo")]


def test_a_line_of_another_encoding_is_rejected_and_the_rest_kept():
    numbered, rejected = cut(b"one\ncaf\xe9\nthree\n")

    assert [line for _, line in numbered] == ["one", "", "three"]
    assert rejected[0].line == 2
    assert "encoding = '…'" in rejected[0].reason


def test_what_follows_the_damage_of_a_compressed_file_is_rejected(monkeypatch):
    monkeypatch.setattr(lines, "PIECE_BYTES", 64)
    whole = gzip.compress(b"".join(b"row %d of the file\n" % n for n in range(20_000)))

    numbered, rejected = cut_stream(gzip.GzipFile(fileobj=io.BytesIO(whole[: len(whole) // 2])))

    assert numbered[0] == (1, "row 0 of the file")
    assert len(rejected) == 1
    assert rejected[0].line == numbered[-1][0] > 1_000
    assert rejected[0].reason.startswith("the compressed file ends early")


def cut_stream(stream):
    blocks = list(read_blocks(stream, "utf-8-sig"))
    numbered = [pair for block in blocks for pair in enumerate(block.lines, block.first)]
    return numbered, [bad for block in blocks for bad in block.rejected]


@given(st.lists(st.text('ab,"é科 \t'), min_size=1), st.integers(1, 9), st.integers(1, 4))
@settings(deadline=None)
def test_every_line_comes_once_wherever_pieces_and_blocks_end(texts, n_bytes, n_lines):
    content = "\n".join([*texts, "end"]).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PIECE_BYTES", n_bytes)
        patch.setattr(lines, "BLOCK_LINES", n_lines)
        numbered, rejected = cut(content)

    assert numbered == list(enumerate([*texts, "end"], 1))
    assert rejected == []


def test_a_declared_encoding_is_known_by_any_of_its_names():
    assert check_encoding("UTF8") == "utf-8-sig"
    assert check_encoding("GBK") == "gbk"


def test_an_unknown_encoding_is_named_with_near_ones():
    with pytest.raises(SettingsError, match=r"no encoding 'utf-88' \(did you mean: utf-8"):
        check_encoding("utf-88")
