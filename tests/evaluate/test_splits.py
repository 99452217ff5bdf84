import numpy as np
import pytest

from limner.errors import InputError, UnknownNameError
from limner.evaluate.splits import make_splits
from limner.recommend.interactions import Interactions

DAY_US = 86_400_000_000
START_US = 1_700_000_000_000_000


def log(users, items, stamps):
    users, items = np.asarray(users, np.int32), np.asarray(items, np.int32)
    return Interactions(
        [f"u{code:03}" for code in range(users.max() + 1)],
        [f"i{code:03}" for code in range(items.max() + 1)],
        users,
        items,
        np.asarray(stamps, np.int64),
        np.ones(len(users)),
    )


def random_log(*, timed, n_users=50, n_events=1500, seed=0):
    rng = np.random.default_rng(seed)
    stamps = START_US + np.sort(rng.integers(0, 300 * DAY_US, n_events))
    return log(rng.integers(0, n_users, n_events), rng.integers(0, 80, n_events), stamps * timed)


def met(rows, user_id):
    mine = rows.users == rows.user_ids.index(user_id)
    return set(rows.items[mine].tolist())


def questions(splits):
    return [*splits.validation, *splits.tests]


TIMED = make_splits(random_log(timed=True))
BY_USER = make_splits(random_log(timed=False), seed=3)


def test_a_log_with_time_is_parted_by_time_and_one_without_by_users():
    assert (TIMED.protocol, BY_USER.protocol) == ("time", "users")
    assert make_splits(random_log(timed=True), protocol="users").protocol == "users"


def test_nothing_from_the_cutoff_on_is_fitted_on_or_known():
    for split in questions(TIMED):
        assert split.fit.last_us < split.at_us
        assert split.known.last_us < split.at_us


def test_the_newest_fifth_is_the_test_in_windows_of_a_twentieth_and_validation_lies_before_it():
    rows = random_log(timed=True)
    cutoffs = [*(split.at_us for split in reversed(TIMED.tests)), *(one.at_us for one in TIMED.validation)]
    shares = [(rows.timestamps >= cutoff).mean() for cutoff in cutoffs]
    assert len(TIMED.tests) == 4
    np.testing.assert_allclose(shares, 0.05 * np.arange(1, len(shares) + 1), atol=0.01)


def test_validation_never_looks_beyond_the_test_cutoff():
    rows = random_log(timed=True)
    cut = make_splits(rows).tests[0].at_us
    later = rows.timestamps >= cut
    shuffled = Interactions(
        rows.user_ids,
        rows.item_ids,
        rows.users,
        np.where(later, (rows.items + 7) % 80, rows.items).astype(np.int32),
        rows.timestamps,
        rows.weights,
    )
    for one, two in zip(make_splits(rows).validation, make_splits(shuffled).validation, strict=True):
        assert [items.tolist() for items in one.relevant] == [items.tolist() for items in two.relevant]


@pytest.mark.parametrize("splits", [TIMED, BY_USER], ids=["time", "users"])
def test_what_is_asked_was_not_known_and_everybody_asked_has_both(splits):
    for split in questions(splits):
        assert len(split.relevant) == len(split.known.user_ids)
        for user_id, wanted in zip(split.known.user_ids, split.relevant, strict=True):
            assert len(wanted) > 0
            assert met(split.known, user_id)
            assert not met(split.known, user_id) & set(wanted.tolist())


def test_held_out_users_are_in_no_fitting():
    tested = set(BY_USER.test.known.user_ids)
    for split in questions(BY_USER):
        assert not set(split.fit.user_ids) & set(split.known.user_ids)
        assert not set(split.fit.user_ids) & tested


def test_validation_users_come_back_for_the_test():
    for split in BY_USER.validation:
        assert set(split.known.user_ids) <= set(BY_USER.test.fit.user_ids)


def test_most_of_what_a_held_out_user_met_is_known():
    test = BY_USER.test
    known = sum(len(met(test.known, user_id)) for user_id in test.known.user_ids)
    asked = sum(len(items) for items in test.relevant)
    assert known / (known + asked) == pytest.approx(0.8, abs=0.03)


def test_the_seed_fixes_who_is_held_out():
    again = make_splits(random_log(timed=False), seed=3)
    other = make_splits(random_log(timed=False), seed=4)
    assert again.test.known.user_ids == BY_USER.test.known.user_ids
    assert other.test.known.user_ids != BY_USER.test.known.user_ids


def test_an_unknown_protocol_names_the_choices():
    with pytest.raises(UnknownNameError, match="did you mean: time"):
        make_splits(random_log(timed=True), protocol="tme")


@pytest.mark.parametrize(
    ("rows", "protocol", "text"),
    [
        (log([0, 1, 2], [0, 1, 2], [0, 0, 0]), "auto", "only 0 users met two items"),
        (log([0, 1] * 9, [0, 1] * 9, [START_US] * 18), "auto", "share one timestamp"),
        (log(range(40), range(40), START_US + np.arange(40)), "auto", "nobody with an event before"),
        (log([0, 1], [0, 1], [0, START_US]), "time", "no timestamp; use --protocol users"),
        (random_log(timed=True).where(np.zeros(1500, np.bool_)), "auto", "no event names a user and an item"),
    ],
    ids=["one event each", "one instant", "nobody twice", "no time", "no events"],
)
def test_a_log_without_ground_for_an_evaluation_says_why(rows, protocol, text):
    with pytest.raises(InputError, match=text):
        make_splits(rows, protocol=protocol)
