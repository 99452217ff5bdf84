"""Whatever the owner keeps rows in, the portrait is the same; most tables may be missing."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import limner
from limner.errors import InputError, SchemaError
from limner.settings import Settings, TableSettings

KINDS = {
    "dicts": lambda rows: rows,
    "pyarrow": pa.Table.from_pylist,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "arrow reader": lambda rows: pa.Table.from_pylist(rows).to_reader(),
}


def paint(folder, user_id="ann", **tables):
    studio = limner.build(workspace=folder, lang="en", **tables)
    profile = studio.profile(user_id)
    studio.close()
    return profile


@pytest.fixture
def expected(shop, tmp_path):
    return paint(tmp_path / "expected", **shop).to_dict()


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "dicts"])
def test_every_kind_of_frame_gives_the_same_profile(shop, tmp_path, expected, kind):
    frames = {name: KINDS[kind](rows) for name, rows in shop.items()}

    assert paint(tmp_path / "ws", **frames).to_dict() == expected


def test_duckdb_relations_give_the_same_profile(shop, tmp_path, expected):
    arrow = {name: pa.Table.from_pylist(rows) for name, rows in shop.items()}
    with duckdb.connect() as engine:
        relations = {name: engine.from_arrow(table) for name, table in arrow.items()}
        profile = paint(tmp_path / "ws", **relations)

    assert profile.to_dict() == expected


def test_frames_are_left_as_they_were(shop, tmp_path):
    frame = pd.DataFrame(shop["events"])
    before = frame.copy(deep=True)

    paint(tmp_path / "ws", events=frame)

    pd.testing.assert_frame_equal(frame, before)


def test_events_alone_are_enough(shop, tmp_path):
    profile = paint(tmp_path / "ws", events=shop["events"])

    assert profile.coverage.events == 3
    assert {"behaviour", "persona"} <= set(profile.coverage.dimensions)


def test_texts_alone_are_enough(texts, tmp_path):
    profile = paint(tmp_path / "ws", events=None, texts=texts)

    assert profile.coverage.texts == 1
    assert "sentiment" in profile.coverage.dimensions


OPTIONAL = {
    "items": [{"item_id": "tea", "categories": ["Drinks"], "brand": "Leaf", "price": 4.5}],
    "users": [{"user_id": "ann", "city": "Leeds"}, {"user_id": "zoe", "city": "York"}],
    "texts": [{"user_id": "ann", "text": "The quality is great.", "timestamp": "2026-01-09T00:00:00Z"}],
    "relations": [{"user_id": "ann", "other_id": "bob", "kind": "friend"}],
    "triples": [{"head": "tea", "relation": "made_in", "tail": "Wuyi"}],
}


@pytest.mark.parametrize("table", OPTIONAL)
def test_each_further_table_may_come_alone_with_events(shop, tmp_path, table):
    profile = paint(tmp_path / "ws", events=shop["events"], **{table: OPTIONAL[table]})

    assert profile.coverage.events >= 3
    assert all(fact.evidence for fact in profile.facts)


def test_all_tables_together_fill_every_dimension(shop, tmp_path):
    profile = paint(tmp_path / "ws", **{**OPTIONAL, **shop})

    assert set(profile.coverage.dimensions) == {
        "demographic", "behaviour", "interest", "social", "sentiment", "persona",
    }  # fmt: skip


def test_a_user_who_only_registered_has_a_portrait(shop, tmp_path):
    profile = paint(tmp_path / "ws", "zoe", events=shop["events"], users=OPTIONAL["users"])

    assert [fact.path for fact in profile.of("demographic")] == ["demographic/city=York"]
    assert profile.coverage.events == 0
    assert not profile.vector.values.any()


def test_columns_may_be_named_in_the_settings(shop, tmp_path):
    renamed = [{"uid": row.pop("user_id"), **row} for row in shop["events"]]
    settings = Settings(tables={"events": TableSettings(columns={"user_id": "uid"})})

    assert paint(tmp_path / "ws", events=renamed, settings=settings).coverage.events == 3


def test_integer_ids_come_back_as_integers(shop, tmp_path):
    number = {"ann": 1, "bob": 2, "eve": 3, "tea": 10, "pot": 20, "mug": 30}
    events = [
        {**row, "user_id": number[row["user_id"]], "item_id": number[row["item_id"]]}
        for row in shop["events"]
    ]
    studio = limner.build(events=events, workspace=tmp_path / "ws", lang="en")

    found = studio.recommend([1], k=5)

    assert studio.user_ids() == [1, 2, 3]
    assert studio.profile(1).user_id == studio.profile("1").user_id == 1
    assert studio.vectors()[0] == [1, 2, 3]
    assert found.schema.field("user_id").type == found.schema.field("item_id").type == pa.int64()
    assert {alike.user_id for alike in studio.similar(1)} <= {2, 3}
    studio.close()


def test_rejected_rows_of_frames_go_to_the_quarantine(shop, tmp_path):
    shop["events"].append({**shop["events"][0], "timestamp": "1970-01-02T00:00:00Z"})

    studio = limner.build(**shop, workspace=tmp_path / "ws")
    (intake,) = (one for one in studio.built.collected.intakes if one.table == "events")
    studio.close()

    assert (intake.read, intake.kept, sum(intake.rejected.values())) == (7, 6, 1)
    assert "frame events,7," in (tmp_path / "ws" / "quarantine" / "events.csv").read_text(encoding="utf-8")


def test_a_workspace_opens_again(shop, tmp_path):
    built = limner.build(**shop, workspace=tmp_path / "ws", lang="en")
    expected = built.profile("ann").to_dict()
    built.close()

    opened = limner.open(tmp_path / "ws", lang="en")

    assert opened.profile("ann").to_dict() == expected
    assert opened.user_ids() == ["ann", "bob", "eve"]
    opened.close()


def test_nothing_to_build_from_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"nothing to build from: pass events= or texts="):
        limner.build(items=[{"item_id": "tea"}], workspace=tmp_path / "ws")


def test_a_misspelt_table_gets_the_nearest(shop, tmp_path):
    with pytest.raises(InputError, match=r"no table 'event' \(did you mean: events\?\)"):
        limner.build(event=shop["events"], workspace=tmp_path / "ws")


def test_a_frame_without_a_required_column_says_what_to_do(tmp_path):
    with pytest.raises(
        SchemaError, match=r"frame events: no column 'user_id' \(found: customer\).*columns\]"
    ):
        limner.build(events=[{"customer": 1}], workspace=tmp_path / "ws")


def test_rows_of_which_none_can_be_used_are_an_error_with_the_reasons(shop, tmp_path):
    events = [{**row, "timestamp": "1970-01-02T00:00:00Z"} for row in shop["events"]]

    with pytest.raises(InputError, match=r"none of the 6 rows .* can be used \(6 × .*1990"):
        limner.build(events=events, workspace=tmp_path / "ws")
