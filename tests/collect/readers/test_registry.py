import gzip
import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from limner.collect.readers import READERS, make_plan, recognise
from limner.errors import FormatError, InputError, UnknownNameError
from limner.settings import Settings, parse_settings

EVENTS = "user_id,item_id\nu1,p1\n"
DOCS = Path(__file__).parents[3] / "docs" / "readers.md"


def zipped(**files):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def test_the_example_in_the_documentation_is_five_lines_and_works(folder):
    folder.put("monday.till", "buyer;sku;paid_at\nu1;p1;2024-01-01\n")
    (example,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)

    try:
        exec(example, {})
        tables = folder.rows()
    finally:
        READERS.pop("till", None)

    assert len([line for line in example.splitlines() if line.strip()]) == 5
    assert tables["events"] == [
        {"user_id": "u1", "item_id": "p1", "timestamp": "2024-01-01", "event": "purchase"}
    ]


def test_every_reader_has_a_line_in_the_documentation():
    text = DOCS.read_text(encoding="utf-8")

    assert [name for name in READERS if f"`{name}`" not in text] == []


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_every_reader_leaves_alone_what_it_does_not_know(reader):
    assert not reader.parts([], {})
    assert reader.about


def test_gzip_is_read_as_it_is(folder):
    folder.put("events.csv.gz", gzip.compress(EVENTS.encode()))

    assert folder.rows()["events"] == [{"user_id": "u1", "item_id": "p1", "event": "click"}]


def test_a_zip_with_one_top_folder_is_read_as_it_is(folder):
    content = zipped(
        ml__ratings_dot_dat="1::2::3::978000000\n", ml__movies_dot_dat="2::A::B\n", __MACOSX__x=""
    )
    path = folder.put("ml.zip", content)

    raws = folder.read(sources=[path])

    assert [(raw.table, raw.source) for raw in raws] == [
        ("items", f"{path}:ml/movies.dat"),
        ("events", f"{path}:ml/ratings.dat"),
    ]


def test_a_cut_gzip_keeps_what_came_before(folder):
    whole = gzip.compress(
        "".join(["user_id,item_id\n", *(f"u{n},p{n * 7919}\n" for n in range(30_000))]).encode()
    )
    folder.put("events.csv.gz", whole[: len(whole) // 2])

    raws = folder.read()

    rejected = [bad for raw in raws for bad in raw.rejected]
    assert sum(len(raw.rows) for raw in raws) == rejected[-1].line - 2
    assert "ends early" in rejected[-1].reason


def test_a_broken_zip_is_refused(folder):
    path = folder.put("shop.zip", b"PK\x03\x04 and then nothing")

    with pytest.raises(InputError, match=r"shop\.zip: cannot be opened as a zip archive"):
        folder.read(sources=[path])


def test_a_path_that_does_not_exist_is_named(folder):
    with pytest.raises(InputError, match="nowhere: no such file or folder"):
        folder.read(sources=[folder.path / "nowhere"])


def test_an_empty_folder_is_refused(folder):
    with pytest.raises(FormatError, match="holds no files"):
        folder.read()


def test_an_unknown_format_is_refused_with_what_was_found_and_what_to_do(folder):
    folder.put("picture.png", b"\x89PNG")

    with pytest.raises(FormatError) as caught:
        folder.read()

    assert "picture.png" in str(caught.value)
    assert "movielens" in str(caught.value)
    assert "[tables.events] files = ['…']" in str(caught.value)


def test_a_misspelt_format_is_refused_with_near_ones(folder):
    folder.put("events.csv", EVENTS)

    with pytest.raises(UnknownNameError, match=r"no format 'movielense' \(did you mean: movielens\?\)"):
        folder.read("format = 'movielense'")


def test_a_format_can_be_forced(folder):
    folder.put("ratings.csv", "userId,movieId,rating\n1,2,3\n")

    forced = recognise([folder.path], parse_settings("format = 'tables'"))

    assert forced.name == "tables"
    assert recognise([folder.path], Settings()).name == "movielens"


def test_a_forced_format_that_does_not_fit_says_what_it_expects(folder):
    folder.put("events.csv", EVENTS)

    with pytest.raises(FormatError, match=r"known formats: recbole: RecBole atomic files: \.inter"):
        folder.read("format = 'recbole'")


def test_a_workspace_and_hidden_files_are_not_read(folder):
    folder.put("events.csv", EVENTS)
    folder.put(".hidden/events.csv", EVENTS)
    folder.put("work/events.csv", EVENTS)

    assert len(folder.rows("workspace = 'work'")["events"]) == 1


def test_files_that_give_nothing_are_listed_with_the_reason(folder):
    folder.put("events.csv", EVENTS)
    folder.put("items.csv", "\n")
    folder.put("notes.pdf", b"%PDF")

    plan = make_plan([folder.path], Settings(), base=folder.path)

    assert [(Path(name).name, reason) for name, reason in plan.ignored] == [
        ("items.csv", "empty"),
        ("notes.pdf", "holds nothing this format reads"),
    ]


def test_a_listed_file_that_is_missing_is_named(folder):
    folder.put("events.csv", EVENTS)

    with pytest.raises(InputError, match=r"tables\.users\.files: 'people\.csv' is no file in"):
        folder.read("[tables.users]\nfiles = ['people.csv']")


def test_sources_of_the_settings_are_read_relative_to_them(folder):
    folder.put("data/events.csv", EVENTS)

    assert len(folder.rows("sources = ['data']", sources=[])["events"]) == 1
