from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from limner.collect.draft import draft_settings
from limner.collect.readers import read
from limner.settings import Settings, parse_settings

FILES_BY_CASE = {
    "movielens": {
        "ratings.csv": "userId,movieId,rating,timestamp\n1,2,3.5,978000000\n",
        "movies.csv": 'movieId,title,genres\n2,"Sea, The",A|B\n',
    },
    "tables": {
        "events.csv": "buyer_id,sku,action,when,note\n1,2,pv,2024-01-01,x\n1,3,buy,2024-01-02,y\n",
        'people of "ours"/users.csv': "uid,age\n1,30\n",
    },
    "different columns": {
        "trust.csv": "trustor,trustee\n1,2\n",
        "friends.csv": "user_id,friend_id\n1,2\n",
        "ratings.tsv": "1\t2\t4\n",
    },
    "reviews": {"a.csv": "cat,label,review\n书籍,1,好\n"},
    "amazon": {
        "r.json": '{"reviewerID": "A", "asin": "B", "overall": 5, "reviewText": "ok", "summary": "fine"}\n'
    },
}


def gather(raws):
    rows = [(raw.table, Path(raw.source).name, raw.rows.to_pylist(), raw.lines.to_pylist()) for raw in raws]
    return sorted(rows, key=lambda row: row[:2])


@pytest.mark.parametrize("files", FILES_BY_CASE.values(), ids=FILES_BY_CASE)
def test_a_draft_reads_the_very_same_tables(folder, files):
    for name, content in files.items():
        folder.put(f"data/{name}", content)

    text = draft_settings([folder.path / "data"], base=folder.path)

    drafted = gather(read([], parse_settings(text), base=folder.path))
    assert drafted == gather(folder.read())
    assert drafted


def test_a_draft_spells_out_every_default(folder):
    folder.put("events.csv", "user_id,item_id\n1,2\n")

    text = draft_settings([folder.path], base=folder.path)

    parsed = parse_settings(text)
    sections = [part.name for part in fields(Settings) if is_dataclass(getattr(parsed, part.name))]
    assert {name: getattr(parsed, name) for name in sections} == {
        name: getattr(Settings(), name) for name in sections
    }
    for name in sections:
        assert [part.name for part in fields(getattr(parsed, name)) if part.name not in text] == []


def test_a_draft_names_the_columns_and_event_types_it_saw(folder):
    for name, content in FILES_BY_CASE["tables"].items():
        folder.put(name, content)

    text = draft_settings([folder.path], base=folder.path)

    assert 'user_id = "buyer_id"' in text
    assert "buy = 1.0" in text
    assert "your columns without a place: when, note" in text


def test_a_draft_shows_the_range_of_ratings(folder):
    folder.put("ratings.csv", "user_id,item_id,rating\n1,2,0.5\n1,3,5\n")

    assert "first rows: 0.5 to 5" in draft_settings([folder.path], base=folder.path)


def test_a_draft_of_an_archive_names_the_files_inside(folder, tmp_path_factory):
    from zipfile import ZipFile

    path = folder.path / "shop.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("shop/events.csv", "user_id,item_id\n1,2\n")

    text = draft_settings([path], base=folder.path)

    assert 'files = ["shop/events.csv"]' in text
    assert len(list(read([], parse_settings(text), base=folder.path))) == 1
