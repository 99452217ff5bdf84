from dataclasses import replace

import numpy as np

from limner.evaluate.contenders import CAUTIOUS, Contender, limner_stages
from limner.evaluate.splits import Split, make_splits
from limner.evaluate.tuning import choose, read_question
from limner.recommend.interactions import Interactions
from limner.recommend.limner import Limner
from limner.recommend.sides import MOST_FRIENDS, Sides, read_sides
from limner.settings import Recipe, Settings

N_USERS, N_ITEMS, N_TASTES = 240, 120, 12
IDS = [f"u{number:03}" for number in range(N_USERS)]
BEST = Limner(Recipe(ridge=20.0), dim=16)


def make_log(seed=0) -> Interactions:
    """Users of a taste meet three of its ten items and one of any: too few to tell the taste by."""
    rng = np.random.default_rng(seed)
    users, items = [], []
    for user in range(N_USERS):
        own = user % N_TASTES * 10 + rng.choice(10, 4, replace=False)
        met = np.unique([*own, *rng.choice(N_ITEMS, 3, replace=False)])
        users += [user] * len(met)
        items += met.tolist()
    n = len(users)
    ids = [f"i{number:03}" for number in range(N_ITEMS)]
    codes = (np.array(users, dtype=np.int32), np.array(items, dtype=np.int32))
    return Interactions(IDS, ids, *codes, np.zeros(n, np.int64), np.ones(n))


def befriend(apart: int) -> Sides:
    """Five friends each, whose tastes are so far apart."""
    return Sides(
        {
            IDS[user]: [IDS[(user + apart + N_TASTES * step) % N_USERS] for step in range(1, 6)]
            for user in range(N_USERS)
        }
    )


def tune(sides: Sides) -> Recipe:
    splits = make_splits(make_log(), protocol="users", seed=7)
    questions = [read_question(split, Settings(), None, sides) for split in splits.validation]
    stages = [one for one in limner_stages(timed=False, content=False, sides=sides) if one in CAUTIOUS]
    best, _ = choose(Contender("Limner", BEST, tuple(stages)), questions)
    return best.recipe


def drop_answers(log: Interactions, split: Split) -> Split:
    """The same question, parted anew from a log in which its answers never happened."""
    codes = {user: code for code, user in enumerate(log.user_ids)}
    fit, held_out = (np.array([codes[user] for user in part.user_ids]) for part in (split.fit, split.known))
    hidden = {
        (code, item) for code, items in zip(held_out, split.relevant, strict=True) for item in items.tolist()
    }
    pairs = zip(log.users.tolist(), log.items.tolist(), strict=True)
    left = log.where(np.array([pair not in hidden for pair in pairs]))
    assert len(left) < len(log)
    return replace(split, fit=left.of_users(fit), known=left.of_users(held_out))


def test_the_gate_opens_where_friends_resemble():
    assert max(tune(befriend(apart=0)).terms) > 0


def test_the_gate_stays_closed_where_friends_do_not_resemble():
    assert tune(befriend(apart=5)).terms == (0.0, 0.0, 0.0)


def test_friends_tell_nothing_of_who_is_held_out():
    sides, recipe = befriend(apart=0), Recipe(ridge=20.0, friends=0.5, tips=20.0)
    log = make_log()
    split = make_splits(log, protocol="users", seed=7).test
    question = read_question(split, Settings(), None, sides)
    held_out = set(split.known.user_ids)
    friends = question.known.friends
    assert not held_out & set(friends.ids)
    assert friends.pasts.items.tolist() == question.dataset.history.items.tolist()
    without_answers = drop_answers(log, split)
    asked = [read_question(one, Settings(), None, sides) for one in (split, without_answers)]
    scores = [Limner(recipe, dim=16).fit(one.dataset).score(one.known) for one in asked]
    assert np.array_equal(*scores)


def test_a_friendship_counts_for_both_and_trust_for_the_one_who_trusts():
    rows = [("a", "b", "friend", 1.0), ("a", "c", "trusts", 2.0), ("a", "a", "friend", 1.0)]
    assert read_sides(rows, {}).friends == {"a": ["c", "b"], "b": ["a"]}


def test_rare_classes_are_left_out():
    declared = {f"u{n}": {"gender": "F", "town": str(n)} for n in range(5)} | {"v": {"gender": "M"}}
    assert read_sides([], declared).declared == {f"u{n}": ["gender=F"] for n in range(5)}


def test_only_the_strongest_friends_are_looked_at():
    log = make_log()
    history = read_question(make_splits(log, protocol="users").test, Settings(), None).dataset.history
    ids = IDS[: history.n_users]
    tied = Sides({ids[0]: ids}).attach(history, ids, pasts=history, past_ids=ids)
    assert tied.friends.ties.of(0).tolist() == list(range(1, MOST_FRIENDS + 1))
