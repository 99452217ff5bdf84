"""Spark sums what DuckDB sums: every cell, what is usual, every fact."""

import pytest

from limner.studio.studio import Studio, build, build_files
from limner.testing.ledgers import find_differences, read_ledger


def read_cells(studio: Studio):
    return read_ledger(studio.store, at_us=studio.store.meta()["as_of_us"])


def read_priors(studio: Studio):
    rows = studio.store.rows("SELECT * FROM priors ORDER BY 1, 2")
    return [(name, key, users, pytest.approx(share, rel=1e-9)) for name, key, users, share in rows]


def read_log(studio: Studio):
    tables = ("events", "texts", "opinions", "words", "relations")
    return {name: studio.store.rows(f"SELECT * FROM {name} ORDER BY user_no, ts, ref") for name in tables}


@pytest.fixture(scope="module")
def sparked(spark, world, tmp_path_factory):
    """The sample world, built with Spark."""
    workspace = tmp_path_factory.mktemp("sparked") / "ws"
    return build(**world.tables, workspace=workspace, lang="en", engine="spark")


def test_every_cell_of_the_sample_world_is_the_same(studio, sparked):
    assert len(read_cells(sparked)) > 10_000
    assert find_differences(read_cells(sparked), read_cells(studio)) == []


def test_what_is_usual_is_the_same(studio, sparked):
    assert [row[:3] for row in read_priors(sparked)] == [row[:3] for row in read_priors(studio)]


def test_texts_say_the_same(studio, sparked):
    assert read_log(sparked) == read_log(studio)
    assert sparked.store.meta()["word_table"] == studio.store.meta()["word_table"]


def test_every_fact_of_everyone_is_the_same(studio, sparked):
    users = studio.user_ids()

    assert [sparked.profile(user).to_dict() for user in users] == [
        studio.profile(user).to_dict() for user in users
    ]
