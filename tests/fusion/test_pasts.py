"""Where users stood at their labels is where their history until then puts them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.fusion.pasts import place_slots
from limner.fusion.space import Space, normalise
from limner.ledger.ladder import raise_ladder
from limner.recommend.history import History
from limner.settings import Recipe

ITEMS, DIM = 7, 3
DAY_US = 86_400_000_000
row = st.tuples(st.integers(0, 3), st.integers(0, ITEMS - 1), st.integers(0, 30))


def make_space(memory, recent, content):
    rng = np.random.default_rng(1)
    places = [rng.normal(size=(ITEMS, DIM)).astype(np.float32) for _ in range(3)]
    words = np.ones((2, content, DIM), np.float32)
    return Space(*places, np.zeros(ITEMS, np.float32), words, Recipe(memory=memory, recent=recent))


def find_met(rows, ladder):
    """Return what each slot's interval adds, as the ledger's SQL sums it."""
    slots = {}
    for slot, user in enumerate(ladder.user_nos[ladder.users]):
        slots.setdefault(int(user), []).append((int(ladder.read_us[slot]), slot))
    sums = {}
    for user, item, day in rows:
        later = sorted(pair for pair in slots.get(user, []) if pair[0] > day * DAY_US)
        if later:
            read_us, slot = later[0]
            key = (user, slot, item)
            age_days = read_us / DAY_US - day
            added = np.array([1, 2.0 ** (-age_days / 2), 2.0 ** (-age_days / 5)])
            sums[key] = sums.get(key, np.zeros(3)) + added
    table = np.array([(*key, *value) for key, value in sums.items()]).reshape(-1, 6)
    names = ("user_no", "slot", "item_no", "n", "recent", "lasting")
    kinds = (np.int64, np.int64, np.int64, np.int64, np.float64, np.float64)
    return {name: table[:, k].astype(kind) for k, (name, kind) in enumerate(zip(names, kinds, strict=True))}


def place_one(space, rows, user, read_us):
    """Return P and α of one user from the rows before an instant."""
    items = np.arange(ITEMS, dtype=np.int32)
    count, recent, lasting = np.zeros((3, ITEMS))
    for _, item, day in (one for one in rows if one[0] == user and one[2] * DAY_US < read_us):
        count[item] += 1
        recent[item] += 2.0 ** ((day * DAY_US - read_us) / (2 * DAY_US))
        lasting[item] += 2.0 ** ((day * DAY_US - read_us) / (5 * DAY_US))
    history = History(ITEMS, np.array([0, ITEMS]), items, count, recent, lasting, read_us)
    return normalise(space.vectors(history))[0], space.gates(history.known())[0][0]


@pytest.mark.parametrize("content", [0, 2], ids=["behaviour alone", "with content"])
@pytest.mark.parametrize(("memory", "recent"), [(0.0, 0.0), (0.0, 0.5), (0.4, 0.0), (1.0, 0.5)])
@settings(max_examples=25)
@given(
    rows=st.lists(row, max_size=30),
    labels=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 33)), min_size=1),
)
def test_a_slot_stands_where_the_history_before_it_puts_the_user(memory, recent, content, rows, labels):
    space = make_space(memory, recent, content)
    users, moments = (np.array(part) for part in zip(*labels, strict=True))
    ladder, slots = raise_ladder(users, moments * DAY_US)

    placed = place_slots(space, ladder, find_met(rows, ladder), (ladder.factors(2.0), ladder.factors(5.0)))

    wanted = [place_one(space, rows, user, day * DAY_US) for user, day in labels]
    assert placed.vectors[slots] == pytest.approx(np.array([vector for vector, _ in wanted]), abs=1e-5)
    assert placed.alpha[slots] == pytest.approx(np.array([alpha for _, alpha in wanted]))
