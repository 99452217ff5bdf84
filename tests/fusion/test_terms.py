from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import SettingsError
from limner.fusion.fit import fit_space
from limner.fusion.space import Space
from limner.recommend.history import History, collect_history
from limner.recommend.sides import Sides
from limner.settings import Recipe

N_USERS, N_ITEMS, DIM = 40, 25, 10
IDS = [f"u{number:02}" for number in range(N_USERS)]
OPEN = Recipe(ridge=2.0, friends=0.7, tips=15.0, attributes=0.6)


class Sums:
    def __init__(self, users, items):
        self.users, self.items = users.astype(np.int32), items.astype(np.int32)
        self.count = self.recent = self.lasting = np.ones(len(users))


def world() -> History:
    rng = np.random.default_rng(3)
    users, items = np.divmod(rng.choice((N_USERS - 1) * N_ITEMS, 260, replace=False), N_ITEMS)
    return collect_history(Sums(users, items), shape=(N_USERS, N_ITEMS), at_us=1)


def befriend(seed=5) -> Sides:
    rng = np.random.default_rng(seed)
    friends = {user: [IDS[n] for n in rng.choice(N_USERS, 4, replace=False)] for user in IDS}
    return Sides(friends, {user: [f"side={'ab'[n % 2]}"] for n, user in enumerate(IDS)})


def attach(sides: Sides, history: History, ids=IDS) -> History:
    return sides.attach(history, ids, pasts=HISTORY, past_ids=IDS)


HISTORY = world()
TIED = attach(befriend(), HISTORY)
SPACE = fit_space(TIED, dim=DIM, recipe=OPEN)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, N_USERS - 1), st.integers(0, N_ITEMS - 1))
def test_a_score_comes_apart_by_friend_and_attribute(user, item):
    row = TIED.rows(user, user + 1)
    parts = SPACE.split(row, item)
    assert {part.kind for part in parts.others} == {"friend", "attribute"}
    assert parts.total == pytest.approx(float(SPACE.score(row, np.array([item]))[0]), abs=1e-6)
    assert parts.total == pytest.approx(float(SPACE.score_all(row)[0, item]), rel=1e-4, abs=1e-4)


def test_one_user_alone_stands_where_they_stand_among_all():
    alone = np.vstack([SPACE.vectors(TIED.rows(user, user + 1)) for user in range(N_USERS)])
    assert SPACE.vectors(TIED) == pytest.approx(alone, rel=1e-4, abs=1e-6)
    assert SPACE.score_all(TIED)[7] == pytest.approx(SPACE.score_all(TIED.rows(7, 8))[0], rel=1e-4, abs=1e-4)


def test_closed_terms_change_nothing():
    closed = Recipe(ridge=2.0)
    with_sides, without = fit_space(TIED, dim=DIM, recipe=closed), fit_space(HISTORY, dim=DIM, recipe=closed)
    assert with_sides.score_all(TIED) == pytest.approx(without.score_all(HISTORY))
    assert with_sides.split(TIED.rows(0, 1), 0).others == ()


def test_open_terms_without_friends_change_nothing():
    without = fit_space(HISTORY, dim=DIM, recipe=Recipe(ridge=2.0))
    opened = fit_space(HISTORY, dim=DIM, recipe=OPEN)
    assert opened.score_all(HISTORY) == pytest.approx(without.score_all(HISTORY))


def test_a_friend_without_a_past_adds_nothing():
    nobody = IDS[-1]
    lonely, tied = (
        attach(Sides(friends), HISTORY).rows(0, 1) for friends in ({IDS[0]: ()}, {IDS[0]: (nobody,)})
    )
    assert SPACE.score_all(tied) == pytest.approx(SPACE.score_all(lonely))


def test_friends_count_less_for_who_has_a_past():
    friends = Sides({IDS[0]: (IDS[5],), IDS[39]: (IDS[5],)})
    tied, plain = attach(friends, HISTORY), HISTORY
    moved = np.linalg.norm(SPACE.vectors(tied) - SPACE.vectors(plain), axis=1)
    assert HISTORY.known()[39] == 0
    assert 0 < moved[0] < moved[39] * 3
    assert moved[1:39] == pytest.approx(np.zeros(38), abs=1e-6)


def test_terms_survive_being_written():
    again = Space.from_arrays(SPACE.to_arrays())
    assert again.terms.names == ("side=a", "side=b")
    assert again.score_all(TIED) == pytest.approx(SPACE.score_all(TIED))


def test_an_attribute_that_the_build_did_not_know_adds_nothing():
    unknown = replace(befriend(), friends={}, declared={IDS[0]: ["side=c"]})
    assert SPACE.split(attach(unknown, HISTORY).rows(0, 1), 3).others == ()


def test_a_weight_below_zero_is_refused():
    with pytest.raises(SettingsError, match="nothing below 0"):
        Recipe(friends=-0.1)
