import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.collect import lines
from limner.collect.readers.delimited import Delimited, find_separator
from limner.collect.readers.part import LINE
from limner.collect.readers.source import Source


def cut(path, layout=None):
    """Return rows as (line, fields) and rejections as (line, reason) of a file."""
    chunks = list((layout or Delimited()).chunks(Source(str(path), Path(path))))
    rows = []
    for chunk in chunks:
        columns = [chunk.rows.column(name).to_pylist() for name in chunk.rows.column_names if name != LINE]
        rows += zip(chunk.rows.column(LINE).to_pylist(), zip(*columns, strict=True), strict=True)
    return rows, [(bad.line, bad.reason) for chunk in chunks for bad in chunk.rejected]


@pytest.mark.parametrize(
    ("texts", "separator"),
    [
        (["1::2::5::978", "1::3::4::979"], "::"),
        (["a,b", '"x, y",2'], ","),
        (["a;b", "1,5;2", "2,5;3"], ";"),
        (["a\tb c", "1\t2 3"], "\t"),
        (["1|Paper Boats (1995)|x", "2|Night, The|y"], "|"),
        (["1 2 3.5", "1 3 4"], " "),
        (["movieId,genres", "1,A|B", "2,C|D"], ","),
        (["user_id", "u1"], ","),
    ],
    ids=["movielens", "comma", "semicolon", "tab", "pipe", "space", "pipes inside", "one column"],
)
def test_a_separator_is_told_by_looking(texts, separator):
    assert find_separator(texts) == separator


def test_quotes_keep_separators_quotes_and_line_ends_inside(folder):
    path = folder.put("a.csv", 'id,title\r\n1,"Heat, ""The"" one"\r\n2,"two\r\nlines"\r\n3,plain\r\n')

    rows, rejected = cut(path)

    assert rows == [(2, ("1", 'Heat, "The" one')), (3, ("2", "two\nlines")), (5, ("3", "plain"))]
    assert rejected == []


def test_a_quote_never_closed_spoils_only_its_own_line(folder):
    path = folder.put("a.csv", 'id,title,n\n1,"Good, one",1\n2,"Stray,2\n3,"Fine",3\n4,plain,4\n')

    rows, rejected = cut(path)

    assert [line for line, _ in rows] == [2, 4, 5]
    assert rejected == [(3, "a quote is opened and never closed")]


def test_quotes_that_are_part_of_the_text_stay(folder):
    path = folder.put("a.tsv", 'id\ttitle\n1\t"Heroes" by Bowie\n2\t12" single\n3\t"so-called"\n')

    rows, _ = cut(path)

    assert rows[:2] == [(2, ("1", '"Heroes" by Bowie')), (3, ("2", '12" single'))]


def test_short_and_long_rows_are_rejected_with_line_and_reason(folder):
    path = folder.put("a.csv", "a,b,c\n1,2,3\n1,2\n\n1,2,3,4\n4,5,6\n")

    rows, rejected = cut(path)

    assert rows == [(2, ("1", "2", "3")), (6, ("4", "5", "6"))]
    assert rejected == [(3, "expected 3 fields, found 2"), (5, "expected 3 fields, found 4")]


@pytest.mark.parametrize(
    ("tail", "reason"),
    [("3,4", "expected 3 fields, found 2"), ('3,4,"half a ti', "a quote is opened and never closed")],
    ids=["too short", "open quote"],
)
def test_a_half_written_last_line_is_rejected_and_the_rest_kept(folder, tail, reason):
    path = folder.put("a.csv", f'a,b,c\n1,2,"3"\n{tail}')

    rows, rejected = cut(path)

    assert rows == [(2, ("1", "2", "3"))]
    assert rejected == [(3, reason)]


def test_columns_of_one_name_are_told_apart_and_nameless_ones_left_out(folder):
    source = Source("a.csv", folder.put("a.csv", "id,x,x,\n1,2,3,4\n"))

    (chunk,) = Delimited().chunks(source)

    assert chunk.rows.column_names == ["id", "x", "x 3", LINE]


def test_a_file_of_a_header_alone_has_no_rows(folder):
    assert cut(folder.put("a.csv", "user_id,item_id\n")) == ([], [])


FIELD = st.text("ab ,\";\n'科é", max_size=6)


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=30), st.integers(1, 9))
@settings(deadline=None)
def test_what_a_csv_writer_wrote_comes_back_with_its_lines(tmp_path_factory, records, n_lines):
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["a", "b", "c"])
    starts = []
    for record in records:
        starts.append(written.getvalue().count("\n") + 1)
        writer.writerow(record)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text(written.getvalue(), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PIECE_BYTES", 16)
        patch.setattr(lines, "BLOCK_LINES", n_lines)
        rows, rejected = cut(path, Delimited(","))

    assert rows == list(zip(starts, records, strict=True))
    assert rejected == []


@pytest.mark.parametrize("quoted", [True, False], ids=["quoted", "literal"])
@given(text=st.text('ab,"\n ', max_size=80), n_lines=st.integers(1, 5))
@settings(deadline=None)
def test_every_line_of_any_text_is_in_rows_or_rejected_exactly_once(tmp_path_factory, quoted, text, n_lines):
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    layout = Delimited(",", ("x", "y"), quoted=quoted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PIECE_BYTES", 8)
        patch.setattr(lines, "BLOCK_LINES", n_lines)
        chunks = list(layout.chunks(Source("a.csv", path)))

    covered = [span for chunk in chunks for span in [*spans_of_rows(chunk), *spans_of_rejected(chunk)]]
    numbers = sorted(number for span in covered for number in span)
    filled = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    assert len(numbers) == len(set(numbers))
    assert set(filled) <= set(numbers)


def spans_of_rows(chunk):
    rows = chunk.rows.to_pylist()
    return [range(row[LINE], row[LINE] + 1 + (row["x"] + row["y"]).count("\n")) for row in rows]


def spans_of_rejected(chunk):
    return [range(bad.line, bad.line + 1 + bad.row.count("\n")) for bad in chunk.rejected]
