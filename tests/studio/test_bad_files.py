"""Files as people have them: every row is kept or quarantined with its file, line and reason."""

import csv
import gzip
from pathlib import Path

import pytest

from limner.studio.making import build_files

HEADER = "user_id,item_id,timestamp,event"
ROWS = ("李雷,茶,2026-01-01T10:00:00Z,view", "Zoë,tea,2026-01-02T10:00:00Z,view", "李雷,tea,2026-01-03,buy")
WESTERN = ("Zoë,crème,2026-01-01T10:00:00Z,view", "Zoë,thé,2026-01-02T10:00:00Z,view")
CHINESE = ("李雷,乌龙茶叶,2026-01-01T10:00:00Z,view", "韩梅梅,紫砂茶壶,2026-01-02T10:00:00Z,view")


@pytest.fixture
def build_from(tmp_path):
    """Write one file, build from it, and return the studio and the account of its events."""
    opened = []

    def build(data, name="events.csv"):
        path = tmp_path / name
        path.write_bytes(data)
        studio = build_files([path], workspace=tmp_path / "ws", lang="en")
        opened.append(studio)
        (intake,) = (one for one in studio.built.collected.intakes if one.table == "events")
        assert intake.read == intake.kept + sum(intake.rejected.values())
        return studio, intake

    yield build
    for studio in opened:
        studio.close()


@pytest.fixture
def quarantined(tmp_path):
    """Read the quarantine of events."""

    def read():
        path = tmp_path / "ws" / "quarantine" / "events.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return [
                (Path(row["source"]).name, int(row["line"]), row["reason"]) for row in csv.DictReader(file)
            ]

    return read


def text_of(rows, newline="\n"):
    return newline.join([HEADER, *rows, ""])


@pytest.mark.parametrize(
    ("codec", "rows", "users"),
    [
        ("utf-8", ROWS, ["Zoë", "李雷"]),
        ("utf-8-sig", ROWS, ["Zoë", "李雷"]),
        ("utf-16", ROWS, ["Zoë", "李雷"]),
        ("gb18030", CHINESE, ["李雷", "韩梅梅"]),
        ("latin-1", WESTERN, ["Zoë"]),
    ],
    ids=["UTF-8", "BOM", "UTF-16", "GB18030", "Latin-1"],
)
def test_ids_come_through_in_every_encoding(build_from, codec, rows, users):
    studio, intake = build_from(text_of(rows).encode(codec))

    assert studio.user_ids() == users
    assert (intake.read, intake.kept) == (len(rows), len(rows))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_of_every_system_are_read(build_from, newline):
    studio, intake = build_from(text_of(ROWS, newline).encode())

    assert (studio.user_ids(), intake.kept) == (["Zoë", "李雷"], 3)


def test_a_gzipped_file_is_read_as_it_is(build_from):
    studio, intake = build_from(gzip.compress(text_of(ROWS).encode()), "events.csv.gz")

    assert (studio.user_ids(), intake.kept) == (["Zoë", "李雷"], 3)


def test_quotes_and_separators_inside_titles_stay_in_the_title(build_from, tmp_path):
    (tmp_path / "items.csv").write_text(
        'item_id,title,categories\n1,"Dune, or ""The Sand""\nPart 1",Novel\n', encoding="utf-8"
    )
    (tmp_path / "events.csv").write_text(f"{HEADER}\nann,1,2026-01-01,view\n", encoding="utf-8")

    studio = build_files(
        [tmp_path / "events.csv", tmp_path / "items.csv"], workspace=tmp_path / "ws", lang="en"
    )
    (title,) = {dict(one.details).get("title") for f in studio.profile("ann").facts for one in f.evidence}
    studio.close()

    assert title == 'Dune, or "The Sand"\nPart 1'


def test_mixed_id_types_stay_as_they_are_written(build_from):
    studio, intake = build_from(
        text_of(["7,1,2026-01-01,view", "007,2,2026-01-02,view", "u7,x1,2026-01-03,view"]).encode()
    )

    assert (studio.user_ids(), intake.kept) == (["007", "7", "u7"], 3)
    assert studio.profile(7).coverage.events == 1


def test_a_repeated_event_counts_once_and_is_told(build_from, quarantined):
    studio, intake = build_from(text_of([ROWS[0], ROWS[1], ROWS[0]]).encode())

    assert (intake.read, intake.kept) == (3, 2)
    assert studio.profile("李雷").coverage.events == 1
    ((source, line, reason),) = quarantined()
    assert (source, line) == ("events.csv", 4)
    assert "duplicate" in reason


def test_a_repeated_event_id_with_another_content_is_told(build_from, quarantined):
    rows = ["e1,ann,tea,2026-01-01,view", "e1,ann,pot,2026-01-02,view"]

    _, intake = build_from("\n".join([f"event_id,{HEADER}", *rows, ""]).encode())

    assert (intake.read, intake.kept) == (2, 1)
    ((_, line, reason),) = quarantined()
    assert (line, reason) == (3, "duplicate")


def test_a_half_written_last_line_is_quarantined_alone(build_from, quarantined):
    _, intake = build_from(text_of(ROWS).encode() + "韩梅梅,te".encode())

    assert (intake.read, intake.kept) == (4, 3)
    assert quarantined() == [("events.csv", 5, "expected 4 fields, found 2")]


def test_a_json_line_cut_in_half_is_quarantined_alone(build_from, quarantined):
    lines = ['{"user_id": "ann", "item_id": "tea", "event": "view"}', '{"user_id": "bob", "item_id": "p']

    _, intake = build_from("\n".join(lines).encode(), "events.jsonl")

    assert (intake.read, intake.kept) == (2, 1)
    ((source, line, reason),) = quarantined()
    assert (source, line) == ("events.jsonl", 2)
    assert "JSON" in reason


def test_a_gzipped_file_that_breaks_off_keeps_what_came_before(build_from):
    whole = gzip.compress(text_of([f"u{n},i{n % 7},2026-01-01,view" for n in range(4000)]).encode())

    _, intake = build_from(whole[: len(whole) - 2000], "events.csv.gz")

    assert 0 < intake.kept < 4000
    assert any("compressed file" in reason for reason in intake.rejected)


IMPOSSIBLE = {
    "ann,tea,1970-01-02T00:00:00Z,view": "1990",
    "ann,tea,2190-01-02T00:00:00Z,view": "later than",
    "ann,tea,not a time,view": "time",
    ",tea,2026-01-01,view": "user_id",
    "ann,tea,2026-01-01": "expected 4 fields, found 3",
    "ann,te\0a,2026-01-01,view": "NUL",
}


def test_rows_that_cannot_be_are_quarantined_with_file_line_and_reason(build_from, quarantined):
    _, intake = build_from(text_of([ROWS[0], *IMPOSSIBLE, ROWS[1]]).encode())

    found = sorted(quarantined(), key=lambda row: row[1])

    assert (intake.read, intake.kept) == (8, 2)
    assert [(source, line) for source, line, _ in found] == [("events.csv", n) for n in range(3, 9)]
    assert [said in reason for said, (_, _, reason) in zip(IMPOSSIBLE.values(), found, strict=True)] == [
        True
    ] * 6


def test_ratings_off_the_scale_are_quarantined(build_from, quarantined):
    good = [f"u{n},i{n % 9},{1 + n % 5}" for n in range(400)]
    bad = ["ann,i1,11", "ann,i2,nine", "ann,i3,-3"]

    _, intake = build_from("\n".join(["user_id,item_id,rating", *good, *bad, ""]).encode(), "ratings.csv")

    assert (intake.read, intake.kept) == (403, 400)
    assert sorted(quarantined()) == [
        ("ratings.csv", 402, "rating 11 off the scale 1..5"),
        ("ratings.csv", 403, "value not a number"),
        ("ratings.csv", 404, "rating -3 off the scale 1..5"),
    ]


def test_a_clean_build_leaves_no_old_quarantine(build_from, tmp_path):
    build_from(text_of([ROWS[0], ",tea,2026-01-01,view"]).encode())
    build_from(text_of(ROWS).encode())

    assert sorted(path.name for path in (tmp_path / "ws" / "quarantine").iterdir()) == ["counts.json"]
