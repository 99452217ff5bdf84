"""Outside ids become inside numbers, and every row of the log has a ref that is its own everywhere."""

import hashlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.ledger.numbering import (
    Index,
    collect_ids,
    find_ref,
    find_refs,
    item_ids_of,
    number_events,
    number_relations,
    turn_relations,
    user_ids_of,
)
from limner.tables import Tables, empty

words = st.text(max_size=12)


def fill(table, **columns):
    """Return a table of the contract with some columns given and the rest null."""
    schema = empty(table).schema
    n_rows = len(next(iter(columns.values())))
    return pa.table(
        {field.name: pa.array(columns.get(field.name, [None] * n_rows), field.type) for field in schema}
    )


@given(st.lists(words, unique=True, max_size=20))
def test_an_index_gives_each_id_its_place(ids):
    index = Index(pa.array(ids, pa.string()))

    assert index.look_up(pa.array(ids[::-1], pa.string())).to_pylist() == list(range(len(ids)))[::-1]


def test_an_index_knows_nothing_of_other_ids_and_of_nulls():
    index = Index(pa.array(["a", "b"]), pa.array([7, 9], pa.int64()))

    assert index.look_up(pa.array(["b", "c", None, "a"])).to_pylist() == [9, None, None, 7]


@given(st.lists(st.one_of(st.none(), words), max_size=20), st.lists(words, max_size=20))
def test_collected_ids_are_distinct_sorted_and_never_null(one, other):
    columns = [pa.chunked_array([pa.array(ids, pa.string())]) for ids in (one, other)]

    found = collect_ids(*columns).to_pylist()

    assert set(found) == {name for name in [*one, *other] if name is not None}
    assert found == sorted(found, key=str.encode)


@given(st.lists(words, min_size=1, max_size=20))
def test_a_ref_is_made_of_the_last_bytes_of_the_md5_of_the_id(ids):
    digests = [hashlib.md5(name.encode()).digest() for name in ids]

    assert find_refs(pa.array(ids, pa.string())).to_pylist() == [
        int.from_bytes(digest[8:], "little") >> 1 for digest in digests
    ]


def test_refs_are_positive_and_the_same_in_every_batch():
    ids = pa.array([f"e{number}" for number in range(5000)])
    refs = find_refs(ids).to_pylist()

    assert min(refs) >= 0
    assert len(set(refs)) == 5000
    assert find_refs(ids[10:20]).to_pylist() == refs[10:20]
    assert find_ref("e10") == refs[10]


@pytest.mark.parametrize("n_times", [pytest.param(1, id="few"), pytest.param(1_000, id="many")])
def test_what_has_no_id_has_no_ref(n_times):
    ids = pa.chunked_array([["a", None, "用户"]] * n_times, pa.string())

    assert find_refs(ids).to_pylist() == [find_ref("a"), None, find_ref("用户")] * n_times


def test_everyone_a_row_mentions_is_a_user():
    tables = Tables.of(
        events=fill("events", user_id=["c"]),
        texts=fill("texts", user_id=["b"]),
        users=fill("users", user_id=["e"]),
        relations=fill("relations", user_id=["c"], other_id=["a"]),
    )

    assert user_ids_of(tables).to_pylist() == ["a", "b", "c", "e"]


def test_every_item_a_row_mentions_is_an_item():
    tables = Tables.of(
        events=fill("events", user_id=["u", "u"], item_id=["z", None]),
        texts=fill("texts", user_id=["u"], item_id=["y"]),
        items=fill("items", item_id=["x"]),
    )

    assert item_ids_of(tables).to_pylist() == ["x", "y", "z"]


def test_events_keep_their_ids_beside_their_numbers():
    events = fill(
        "events",
        user_id=["b", "a"],
        item_id=["x", None],
        event_id=["e1", "e2"],
        timestamp=[5, 6],
        event=["v", "s"],
    )

    rows = number_events(events, Index(pa.array(["a", "b"])), Index(pa.array(["x"]))).to_pylist()

    assert [(row["user_no"], row["item_no"], row["ts"], row["event_id"]) for row in rows] == [
        (1, 0, 5, "e1"),
        (0, None, 6, "e2"),
    ]


@pytest.fixture
def users():
    return Index(pa.array(["a", "b", "c"]))


def test_a_friendship_counts_for_both_sides_once(users):
    relations = fill(
        "relations", user_id=["a", "b"], other_id=["b", "a"], kind=["friend"] * 2, timestamp=[1, 1]
    )

    rows = number_relations(relations, users).to_pylist()

    assert sorted((row["user_no"], row["other_id"]) for row in rows) == [(0, "b"), (1, "a")]
    assert turn_relations(number_relations(relations, users), users).num_rows == 0


def test_following_is_seen_from_the_other_end(users):
    relations = fill(
        "relations", user_id=["a", "c"], other_id=["b", "b"], kind=["follows"] * 2, timestamp=[1, 2]
    )

    numbered = number_relations(relations, users)
    followers = turn_relations(numbered, users).to_pylist()

    assert [(row["user_no"], row["other_id"]) for row in numbered.to_pylist()] == [(0, "b"), (2, "b")]
    assert [(row["user_no"], row["other_id"], row["ts"]) for row in followers] == [(1, "a", 1), (1, "c", 2)]
