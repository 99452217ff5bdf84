import numpy as np
import pyarrow as pa
import pytest

from limner.errors import InputError
from limner.recommend.dataset import read_history
from limner.recommend.interactions import Interactions, read_interactions
from limner.settings import EventSettings, Settings
from limner.tables import CONTRACTS

DAY_US = 86_400_000_000
NOW_US = 1_700_000_000_000_000


def events(*rows):
    names = ("user_id", "item_id", "timestamp", "event", "value")
    schema = CONTRACTS["events"].columns
    given = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    columns = {name: given.get(name, [None] * len(rows)) for name in schema.names}
    return pa.table(columns, schema=schema)


def log(users, items, stamps, weights=None):
    ones = np.ones(len(users)) if weights is None else np.asarray(weights, np.float64)
    return Interactions(
        ["ann", "bob"],
        ["x", "y", "z"],
        np.array(users, np.int32),
        np.array(items, np.int32),
        np.array(stamps, np.int64),
        ones,
    )


def test_ids_are_sorted_so_the_order_of_the_rows_does_not_matter():
    one, two = ("u2", "b", 5, "rating", 3.0), ("u1", "a", 6, "rating", 4.0)
    forward = read_interactions(events(one, two), EventSettings())
    backward = read_interactions(events(two, one), EventSettings())
    assert forward.user_ids == backward.user_ids == ["u1", "u2"]
    assert forward.item_ids == backward.item_ids == ["a", "b"]
    assert forward.users.tolist() == [1, 0]
    assert backward.users.tolist() == [0, 1]


def test_rows_without_an_item_are_left_out_and_items_nobody_met_are_kept():
    rows = events(("u1", None, 5, "search", None), ("u1", "a", 6, "view", None))
    found = read_interactions(rows, EventSettings(), item_ids=["a", "unmet"])
    assert len(found) == 1
    assert found.item_ids == ["a", "unmet"]
    assert found.shape == (1, 2)


def test_an_event_weighs_what_its_type_says_and_a_count_by_its_logarithm():
    rows = events(("u", "a", 1, "view", None), ("u", "b", 1, "listen", np.e))
    np.testing.assert_allclose(read_interactions(rows, EventSettings()).weights, [0.2, 2.0])


def test_no_rows_give_no_interactions():
    found = read_interactions(events(), EventSettings())
    assert (len(found), found.shape, found.timed) == (0, (0, 0), False)


def test_before_keeps_only_what_happened_strictly_earlier():
    early = log([0, 1, 1], [0, 1, 2], [10, 20, 30]).before(20)
    assert early.items.tolist() == [0]
    assert early.last_us == 10


def test_of_users_renumbers_them_and_nobody_else_has_an_id():
    alone = log([0, 1, 1], [0, 1, 2], [10, 20, 30]).of_users(np.array([1], np.int32))
    assert alone.user_ids == ["bob"]
    assert alone.users.tolist() == [0, 0]
    assert alone.items.tolist() == [1, 2]


def test_a_log_with_one_untimed_event_is_not_timed():
    assert log([0], [0], [10]).timed
    assert not log([0, 0], [0, 1], [10, 0]).timed


@pytest.mark.parametrize(
    ("users", "weights", "text"),
    [([0], [np.nan], "NaN or infinite"), ([7], [1.0], "user code lies outside 0..1"), ([], [1.0], "lengths")],
    ids=["nan", "code", "length"],
)
def test_impossible_interactions_are_refused_with_the_reason(users, weights, text):
    with pytest.raises(InputError, match=text):
        log(users, [0], [10], weights)


def test_history_sums_events_of_a_pair_and_decays_them_by_their_age():
    rows = log([0, 0, 1], [2, 2, 0], [NOW_US - 7 * DAY_US, NOW_US, NOW_US - 180 * DAY_US])
    history = read_history(rows, at_us=NOW_US, settings=Settings())
    assert history.items.tolist() == [2, 0]
    np.testing.assert_allclose(history.count, [2, 1])
    np.testing.assert_allclose(history.recent[0], 1.5)
    np.testing.assert_allclose(history.lasting[1], 0.5)
    np.testing.assert_allclose(history.known(), [2, 1])
    np.testing.assert_allclose(history.sum_by_item(), [1, 0, 1])


def test_rows_of_a_history_are_a_history_of_those_users():
    rows = log([0, 1, 1], [0, 1, 2], [NOW_US] * 3)
    second = read_history(rows, at_us=NOW_US, settings=Settings()).rows(1, 2)
    assert second.n_users == 1
    assert second.items.tolist() == [1, 2]
    np.testing.assert_array_equal(second.matrix().toarray(), [[0, 1, 1]])
