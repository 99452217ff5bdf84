"""JSON lines go in batch by batch, and the live ledger stays what a new one would be."""

import json

import pytest

from limner.studio.intake.feeding import BATCH_ROWS, feed_lines, name_table
from limner.studio.making import build


@pytest.fixture(scope="module")
def fed_world(world, tmp_path_factory):
    """A world whose last events arrive as a stream, shuffled, some twice, with broken lines between."""
    events = world.tables["events"].slice(0, 3000)
    frames = {name: table for name, table in world.tables.items() if name in ("items", "users")}
    studio = build(
        events=events.slice(0, 1200), **frames, workspace=tmp_path_factory.mktemp("fed") / "ws", lang="en"
    )
    late = events.slice(1200).to_pylist()
    lines = [json.dumps(row) for row in [*late[::-1], *late[:300]]]
    lines[5:5] = ["not json", "[1, 2]", "", json.dumps({"event": "view", "item_id": "i0002"})]
    fed = list(feed_lines(studio, lines, source="stream"))[-1]
    return studio, fed, len(late)


def test_every_line_is_accounted_for(fed_world):
    _, fed, n_late = fed_world
    assert fed.lines == n_late + 300 + 4
    assert fed.accepted["events"] == n_late
    assert fed.repeated["events"] + sum(n for why, n in fed.rejected.items() if why == "duplicate") == 300
    assert fed.rejected["is not a whole JSON object"] == 1
    assert fed.rejected["is not a JSON object"] == 1
    assert fed.rejected["no user_id"] == 1


def test_a_fed_ledger_verifies_clean(fed_world):
    studio, _, _ = fed_world
    found = studio.verify()
    assert found.clean
    assert found.cells > 1000
    assert found.largest_difference < 1e-9


def test_verify_sees_a_sum_that_was_tampered_with(world, tmp_path):
    studio = build(events=world.tables["events"].slice(0, 200), workspace=tmp_path / "ws")
    studio.store.rows("UPDATE cells SET n = n + 1 WHERE signal = 'event' AND user_no = 0")
    found = studio.verify()
    assert not found.clean
    assert found.cells_differing >= 1
    studio.close()


def test_verify_sees_sums_that_no_row_of_the_log_explains(world, tmp_path):
    studio = build(events=world.tables["events"].slice(0, 50), workspace=tmp_path / "ws")
    studio.store.rows("INSERT INTO cells SELECT user_no, 'aspect', 'x', 1, 1, 1, 1, 1, 1, 0, 1, 1 FROM users")
    assert studio.verify().cells_differing == len(studio.user_ids())
    studio.close()


def test_more_lines_than_a_batch_are_reported_batch_by_batch(world, tmp_path):
    studio = build(events=world.tables["events"].slice(0, 50), workspace=tmp_path / "ws")
    rows = world.tables["events"].slice(50, BATCH_ROWS + 10).to_pylist()
    accounts = [fed.lines for fed in feed_lines(studio, map(json.dumps, rows), source="stream")]
    assert accounts == [BATCH_ROWS, BATCH_ROWS + 10]
    studio.close()


@pytest.mark.parametrize(
    ("row", "table"),
    [
        ({"user_id": "u", "item_id": "i", "event": "view"}, "events"),
        ({"user_id": "u", "text": "nice"}, "texts"),
        ({"user_id": "u", "event": "search", "text": "tea"}, "events"),
        ({"user_id": "u", "other_id": "v"}, "relations"),
        ({"item_id": "i", "title": "Tea"}, "items"),
        ({"item_id": "i", "event": "view"}, "events"),
    ],
    ids=["event", "text", "query", "relation", "item", "event without a user"],
)
def test_a_line_is_told_by_its_keys(row, table):
    assert name_table(row) == table
