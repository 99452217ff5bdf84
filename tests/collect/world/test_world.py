"""The sample world: its tables keep the contract, follow from the seed, and look like a shop."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest

from limner.collect.world import make_world
from limner.collect.world.calendar import DAY, END, HOUR, START, hour_shares
from limner.collect.world.categories import CATEGORIES
from limner.errors import SettingsError
from limner.tables import CONTRACTS


def test_equal_arguments_give_equal_tables_and_truth():
    one, other = make_world(users=40, seed=3), make_world(users=40, seed=3)

    assert one.tables == other.tables
    assert one.truth == other.truth


def test_another_seed_gives_another_world():
    one, other = make_world(users=40, seed=3), make_world(users=40, seed=4)

    assert not one.tables["events"].equals(other.tables["events"])


@pytest.mark.parametrize("name", ["events", "texts", "users", "items", "relations"])
def test_columns_have_the_names_and_types_of_the_contract(world, name):
    contract = CONTRACTS[name]
    schema = world.tables[name].schema
    shared = [column for column in schema.names if column in contract.columns.names]

    assert set(contract.required) <= set(schema.names)
    assert contract.open or set(schema.names) <= set(contract.columns.names)
    assert [schema.field(column).type for column in shared] == [
        contract.columns.field(column).type for column in shared
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [("events", "event_id"), ("texts", "text_id"), ("users", "user_id"), ("items", "item_id")],
)
def test_ids_are_unique(world, name, key):
    ids = world.tables[name][key]

    assert pc.count_distinct(ids).as_py() == len(ids)


@pytest.mark.parametrize(
    ("name", "column", "other"),
    [
        ("events", "user_id", "users"),
        ("events", "item_id", "items"),
        ("texts", "user_id", "users"),
        ("texts", "item_id", "items"),
    ],
)
def test_ids_of_users_and_items_are_known(world, name, column, other):
    used = set(world.tables[name][column].drop_null().to_pylist())

    assert used <= set(world.tables[other][column].to_pylist())


def test_every_user_has_an_event(world):
    seen = set(world.tables["events"]["user_id"].to_pylist())

    assert seen == set(world.tables["users"]["user_id"].to_pylist())


def test_events_and_texts_lie_within_the_world_in_order_of_time(world):
    for name in ("events", "texts"):
        time = world.tables[name]["timestamp"].to_numpy()

        assert (np.diff(time) >= 0).all()
        assert START - HOUR <= time[0] <= time[-1] < END


def test_a_session_belongs_to_one_user_and_one_evening(world):
    sessions = (
        world.tables["events"]
        .group_by("session_id")
        .aggregate([("user_id", "count_distinct"), ("timestamp", "min"), ("timestamp", "max")])
    )
    span = pc.subtract(sessions["timestamp_max"], sessions["timestamp_min"]).to_numpy()

    assert pc.max(sessions["user_id_count_distinct"]).as_py() == 1
    assert span.max() < DAY


@pytest.mark.parametrize(
    ("event", "has", "lacks"),
    [
        ("view", "dwell_s", "value"),
        ("purchase", "value", "dwell_s"),
        ("rating", "value", "dwell_s"),
        ("search", "text", "item_id"),
        ("return", "item_id", "value"),
    ],
)
def test_an_event_says_what_it_can_and_no_more(world, event, has, lacks):
    rows = world.tables["events"].filter(pc.field("event") == event)

    assert rows[has].null_count == 0
    assert rows[lacks].null_count == len(rows) > 0


def test_activity_has_a_middle_a_long_tail_and_beginners(world):
    counts = np.array([user.events for user in world.truth.users.values()])

    assert 35 <= np.median(counts) <= 60
    assert counts.min() <= 2
    assert counts.max() >= 200
    assert 0.03 <= np.mean(counts <= 6) <= 0.15


def test_ratings_are_whole_stars_and_mostly_good(world):
    stars = world.tables["events"].filter(pc.field("event") == "rating")["value"].to_numpy()

    assert set(stars) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert 3.4 < stars.mean() < 4.3


def test_nobody_buys_the_same_durable_thing_twice(world):
    group_by_key = {shelf.key: shelf.group for shelf in CATEGORIES}
    items = world.tables["items"]
    durable = {
        item_id
        for item_id, categories in zip(
            items["item_id"].to_pylist(), items["categories"].to_pylist(), strict=True
        )
        if group_by_key[categories[0]] not in ("food", "beauty")
    }
    bought = (
        world.tables["events"]
        .filter(pc.field("event") == "purchase")
        .select(["user_id", "item_id"])
        .to_pylist()
    )
    pairs = [(row["user_id"], row["item_id"]) for row in bought if row["item_id"] in durable]

    assert len(pairs) == len(set(pairs))


def test_about_seven_in_ten_users_declare_each_attribute_and_they_tell_the_truth(world):
    users = world.tables["users"].to_pylist()
    declared = [
        (row["user_id"], name) for row in users for name in ("gender", "age", "city") if row[name] is not None
    ]
    told = [row[name] for row in users for name in ("gender", "age", "city") if row[name] is not None]

    assert told == [getattr(world.truth.users[user_id], name) for user_id, name in declared]
    assert 0.65 < len(told) / (3 * len(users)) < 0.75
    assert all(name in world.truth.users[user_id].declared for user_id, name in declared)


def test_both_languages_are_spoken_and_shelves_are_spelled_in_both(world):
    chinese = [user.language == "zh" for user in world.truth.users.values()]

    assert 0.5 < np.mean(chinese) < 0.7
    assert sum(shelf.language == "zh" for shelf in CATEGORIES) == 15
    assert len({shelf.key for shelf in CATEGORIES}) == 30


def test_every_item_has_one_category_in_the_language_of_its_title(world):
    language_by_key = {shelf.key: shelf.language for shelf in CATEGORIES}
    rows = world.tables["items"].to_pylist()

    assert {len(row["categories"]) for row in rows} == {1}
    assert {key for row in rows for key in row["categories"]} == set(language_by_key)
    assert all(row["title"].isascii() == (language_by_key[row["categories"][0]] == "en") for row in rows)


def test_night_owls_are_up_at_night_by_their_own_clock(world):
    owls = {key: user.utc_offset_h for key, user in world.truth.users.items() if user.rhythm == "night owl"}
    events = world.tables["events"].filter(pc.is_in(pc.field("user_id"), pa.array(list(owls))))
    ahead = np.array([owls[user_id] for user_id in events["user_id"].to_pylist()])
    hour = (events["timestamp"].to_numpy() // HOUR + ahead) % 24
    found = np.bincount(hour, minlength=24) / len(hour)

    assert np.abs(found - hour_shares("night owl")).max() < 0.05


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"users": 0}, "users must be at least 1, got 0"),
        ({"items": 20}, "items must be at least 120, got 20"),
        ({"seed": -1}, "seed must not be negative, got -1"),
    ],
    ids=["no users", "too few items", "negative seed"],
)
def test_a_world_that_cannot_be_is_refused_with_what_to_change(arguments, message):
    with pytest.raises(SettingsError, match=message):
        make_world(**arguments)


@pytest.mark.parametrize("users", [1, 2, 5], ids=str)
def test_a_tiny_world_stands(users):
    world = make_world(users=users, seed=1, items=120)

    assert world.tables["users"].num_rows == users
    assert world.tables["events"].num_rows >= users


def test_the_written_files_hold_the_tables(world, tmp_path):
    events, items, users, texts, relations = world.write(tmp_path / "shop")
    written = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    first = world.tables["items"].to_pylist()[0]

    assert pa.parquet.read_table(events).equals(world.tables["events"])
    assert written == world.tables["texts"].to_pylist()
    assert pa.csv.read_csv(users).num_rows == world.tables["users"].num_rows
    assert pa.csv.read_csv(relations).num_rows == world.tables["relations"].num_rows
    assert pa.csv.read_csv(items)["categories"][0].as_py() == "|".join(first["categories"])
