import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import InputError
from limner.evaluate.splits import Rolling, make_splits
from limner.evaluate.splits.split import keep_newest
from limner.recommend.interactions import Interactions

DAY_US = 86_400_000_000
START_US = 1_700_000_000_000_000
N_ITEMS = 40


def random_log(seed, *, timed=True, n_users=25, n_events=500):
    rng = np.random.default_rng(seed)
    stamps = START_US + rng.integers(0, 100 * DAY_US, n_events)
    return Interactions(
        [f"u{code:03}" for code in range(n_users)],
        [f"i{code:03}" for code in range(N_ITEMS)],
        rng.integers(0, n_users, n_events).astype(np.int32),
        rng.integers(0, N_ITEMS, n_events).astype(np.int32),
        stamps * timed,
        np.ones(n_events),
    )


ROWS = random_log(3)
WORDED = np.arange(N_ITEMS) % 4 > 0


def split(protocol, rows=ROWS, **asked):
    return make_splits(rows, protocol=protocol, worded=WORDED, **asked)


def questions(splits):
    return [*splits.validation, *splits.tests]


def pairs(rows):
    return {(rows.user_ids[user], item) for user, item in zip(rows.users, rows.items.tolist(), strict=True)}


def asked_pairs(question):
    users = question.known.user_ids
    return {
        (user, item) for user, items in zip(users, question.relevant, strict=True) for item in items.tolist()
    }


@pytest.mark.parametrize("protocol", ["time", "users", "items", "leave-one-out"])
@pytest.mark.parametrize("known", [None, 3], ids=["all known", "three known"])
def test_no_answer_is_known_or_fitted_on_under_any_protocol(protocol, known):
    for question in questions(split(protocol, known=known)):
        assert asked_pairs(question)
        assert not asked_pairs(question) & (pairs(question.known) | pairs(question.fit))
        assert all(len(items) for items in question.relevant)
        assert set(question.known.users.tolist()) == set(range(len(question.relevant)))


@given(st.integers(0, 1000))
def test_what_happens_from_a_cutoff_on_never_changes_what_models_see(seed):
    rows = random_log(seed)
    rng = np.random.default_rng(seed)
    cut = split("time", rows).tests[0].at_us
    later = rows.timestamps >= cut
    spoilt = Interactions(
        rows.user_ids,
        rows.item_ids,
        np.where(later, rng.permutation(rows.users), rows.users).astype(np.int32),
        np.where(later, rng.permutation(rows.items), rows.items).astype(np.int32),
        rows.timestamps,
        np.where(later, 9.0, rows.weights),
    )
    one, two = split("time", rows), split("time", spoilt)
    assert pairs(one.tests[0].fit) == pairs(two.tests[0].fit)
    for mine, theirs in zip(one.validation, two.validation, strict=True):
        assert asked_pairs(mine) == asked_pairs(theirs)
        assert pairs(mine.fit) == pairs(theirs.fit)
        assert mine.fit.weights.tolist() == theirs.fit.weights.tolist()


@pytest.mark.parametrize("windows", [1, 2, 4, 7])
def test_windows_roll_forward_and_every_validation_lies_before_them(windows):
    splits = split("time", rolling=Rolling(windows))
    starts = [one.at_us for one in splits.tests]
    assert len(starts) == windows
    assert starts == sorted(set(starts))
    assert max(one.at_us for one in splits.validation) < starts[0]
    for question in splits.tests:
        assert question.fit.last_us < question.at_us


def test_a_cutoff_of_ones_own_begins_the_test():
    chosen = START_US + 70 * DAY_US
    splits = split("time", rolling=Rolling(3, chosen))
    assert splits.tests[0].at_us == chosen
    assert len(splits.tests) == 3


@pytest.mark.parametrize(("days", "text"), [(-1, "before the second event"), (101, "after the last event")])
def test_a_cutoff_outside_the_log_says_where_it_may_lie(days, text):
    with pytest.raises(InputError, match=text):
        split("time", rolling=Rolling(4, START_US + days * DAY_US))


def test_unseen_items_are_seen_by_no_model_and_nothing_else_is_ranked():
    splits = split("items")
    test = splits.tests[0]
    for question in questions(splits):
        cold = set(np.flatnonzero(question.ranked).tolist())
        assert not cold & set(question.fit.items.tolist())
        assert {item for _, item in asked_pairs(question)} <= cold
        assert WORDED[sorted(cold)].all()
    hidden = np.flatnonzero(test.ranked)
    assert len(hidden) == round(0.2 * WORDED.sum())
    assert not splits.validation[0].ranked[hidden].any()
    assert not np.isin(splits.validation[0].fit.items, hidden).any()


def test_items_without_any_words_cannot_be_asked_for_unseen():
    with pytest.raises(InputError, match="no item has words"):
        make_splits(ROWS, protocol="items", worded=np.zeros(N_ITEMS, np.bool_))


def test_the_last_item_of_each_user_is_left_out_and_the_report_says_why_not_to_trust_it():
    splits = split("leave-one-out")
    (test,) = splits.tests
    newest = {}
    for user, item, _ in sorted(
        zip(ROWS.users.tolist(), ROWS.items.tolist(), ROWS.timestamps.tolist(), strict=True),
        key=lambda row: row[2],
    ):
        newest[ROWS.user_ids[user]] = item
    assert asked_pairs(test) == set(newest.items())
    assert "not to decide by" in splits.notes[0]


def test_only_the_relevant_is_asked_for_and_everything_is_known():
    wanted = ROWS.items % 2 == 0
    everything = split("time")
    for all_of, some in zip(everything.tests, split("time", wanted=wanted).tests, strict=True):
        assert asked_pairs(some) == {(user, item) for user, item in asked_pairs(all_of) if item % 2 == 0}
        assert len(some.fit) == len(all_of.fit)


@given(st.integers(0, 100), st.integers(1, 8))
def test_of_each_user_the_newest_events_are_kept(seed, n):
    rows = random_log(seed, n_events=60)
    kept = keep_newest(rows, n)
    for user in range(len(rows.user_ids)):
        mine = rows.users == user
        assert (mine & kept).sum() == min(n, mine.sum())
        oldest_kept = rows.timestamps[mine & kept].min(initial=np.iinfo(np.int64).max)
        assert (rows.timestamps[mine & ~kept] <= oldest_kept).all()


def test_users_told_little_of_still_get_nothing_recommended_that_they_met():
    for question in split("users", known=2).tests:
        assert np.bincount(question.known.users).max() <= 2
        assert len(question.seen) > len(question.known)
