"""Who looks at what and when: the browsing paths of all users, one row per item looked at."""

from dataclasses import dataclass

import numpy as np

from limner.collect.world.calendar import DAY, SECOND, START, draw_session_starts
from limner.collect.world.catalogue import TYPES_PER_CATEGORY, Catalogue
from limner.collect.world.categories import CATEGORIES, near_categories
from limner.collect.world.people import PRICE_BANDS, Bools, Ints, People, Reals

EVENTS_PER_VISIT = 2.2
"""About how many events one look at an item leaves behind."""
_STAY, _NEAR = 0.28, 0.07
"""Probability that the next look stays on the session's shelf, or moves to a related one."""
_EXPLORE = 0.12
"""Probability that a fresh look follows the crowd instead of an interest."""
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """One row per look at an item, by user and time."""

    user: Ints
    session: Ints
    opens: Bools
    """Whether it is the first of its session."""
    category: Ints
    item: Ints
    wanted: Bools
    """Whether the category is an interest of the user at that time."""
    liking: Reals
    """Latent, about -2..3."""
    dwell_s: Reals
    time: Ints
    """When the look begins, microseconds UTC."""

    def __len__(self) -> int:
        return len(self.user)


def make_visits(rng: np.random.Generator, people: People, catalogue: Catalogue) -> Visits:
    """Return every look at an item in the 180 days."""
    looks = np.maximum(1, np.rint(people.target_events / EVENTS_PER_VISIT)).astype(np.int64)
    user = np.repeat(np.arange(len(people)), looks)
    opens = rng.random(len(user)) < 0.42
    opens[np.cumsum(looks) - looks] = True
    session = np.cumsum(opens) - 1
    start = _session_starts(rng, people, user[opens])
    day = (start[session] - START) / DAY
    category, wanted = _walk(rng, people, _Walk(user, session, opens, day), catalogue.category_popularity)
    item = np.empty(len(user), dtype=np.int64)
    for shelf in range(len(CATEGORIES)):
        here = np.flatnonzero(category == shelf)
        item[here] = _choose_items(rng, people, catalogue, (shelf, user[here], day[here], wanted[here]))
    liking = _liking(rng, people, catalogue, (user, item, wanted))
    dwell_s = _dwell(rng, liking, wanted)
    time = start[session] + _elapsed(rng, dwell_s, opens)
    return Visits(user, session, opens, category, item, wanted, liking, dwell_s, time)


def _session_starts(rng: np.random.Generator, people: People, user: Ints) -> Ints:
    """Return starts that ascend within each user; ``user`` ascends."""
    start = draw_session_starts(rng, people, user)
    return start[np.lexsort((start, user))]


@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    user: Ints
    session: Ints
    opens: Bools
    day: Reals


def _walk(rng: np.random.Generator, people: People, walk: _Walk, demand: Reals) -> tuple[Ints, Bools]:
    """Return the category of each look, and whether it is then an interest of the user."""
    step = rng.random(len(walk.user))
    fresh = walk.opens | (step >= _STAY + _NEAR)
    drifted = walk.day >= people.drift_day[walk.user]
    interests = np.where(drifted[:, None], people.interests[walk.user], people.interests_before[walk.user])
    slot = _rotate_interests(rng, people, walk.user, fresh)
    category = interests[np.arange(len(slot)), slot]
    explored = rng.random(len(slot)) < _EXPLORE
    category = np.where(explored, rng.choice(len(demand), len(slot), p=demand), category)
    opening = np.flatnonzero(walk.opens)[walk.session]
    nearby = _neighbours(rng, category[opening])
    category = np.where(fresh, category, np.where(step < _STAY, category[opening], nearby))
    return category, (interests == category[:, None]).any(axis=1)


def _rotate_interests(rng: np.random.Generator, people: People, user: Ints, fresh: Bools) -> Ints:
    """Return which interest each look serves.

    People turn to what they have neglected, so shares come out close to the weights even for few
    looks: a golden-ratio sequence per user instead of independent draws.
    """
    count = np.cumsum(fresh)
    first = np.searchsorted(user, user)
    turn: Ints = count - count[first]
    point = (rng.random(len(people))[user] + turn * _GOLDEN) % 1.0
    edges = np.cumsum(people.weights, axis=1)[user]
    slot: Ints = (point[:, None] > edges[:, :2]).sum(axis=1)
    return slot


def _neighbours(rng: np.random.Generator, category: Ints) -> Ints:
    near = [near_categories(shelf) for shelf in range(len(CATEGORIES))]
    width = max(len(others) for others in near)
    table = np.array([[others[place % len(others)] for place in range(width)] for others in near])
    found: Ints = table[category, rng.integers(0, width, len(category))]
    return found


def _choose_items(
    rng: np.random.Generator, people: People, catalogue: Catalogue, looks: tuple[int, Ints, Reals, Bools]
) -> Ints:
    """Return an item of one shelf for each look: popularity, price band, brand, kind, and what is new."""
    shelf, user, day, wanted = looks
    here = catalogue.of_category(shelf)
    centre = (np.arange(len(PRICE_BANDS)) + 0.5) / len(PRICE_BANDS)
    off = (catalogue.price_rank[here] - centre[people.price_band[user]][:, None]) / 0.35
    brand, kind = _favourites(people, user, shelf)
    taste = -people.price_strength[user][:, None] * off**2 / 2
    taste += people.loyalty[user][:, None] * 1.3 * (catalogue.brand[here] == brand[:, None])
    taste += 1.1 * (catalogue.type[here] == kind[:, None])
    age = day[:, None] - catalogue.launch_day[here]
    novel = (catalogue.launch_day[here] > 0) & (age < 30)
    appeal = np.log(catalogue.popularity[here]) + 0.8 * novel + np.where(wanted, 1.0, 0.3)[:, None] * taste
    appeal = np.where(age >= 0, appeal, -np.inf)
    chosen: Ints = here.start + np.argmax(appeal + rng.gumbel(size=appeal.shape), axis=1)
    return chosen


def _favourites(people: People, user: Ints, shelf: int) -> tuple[Ints, Ints]:
    """Return each user's favourite brand and kind of thing on a shelf, fixed for life."""
    mixed = (people.taste_seed[user] * 2_654_435_761 + shelf * 40_503) >> 7
    return mixed // 7 % 5, mixed // 101 % TYPES_PER_CATEGORY


def _liking(
    rng: np.random.Generator, people: People, catalogue: Catalogue, looks: tuple[Ints, Ints, Bools]
) -> Reals:
    """Return how much each user likes what they look at: fit, price, quality and chance."""
    user, item, wanted = looks
    centre = (people.price_band[user] + 0.5) / len(PRICE_BANDS)
    misfit = np.abs(catalogue.price_rank[item] - centre) * people.price_strength[user]
    fit = 1.5 * wanted - 0.5 - 0.5 * misfit + 0.35 * catalogue.quality[item]
    liking: Reals = fit + rng.normal(0, 0.6, len(item))
    return liking


def _dwell(rng: np.random.Generator, liking: Reals, wanted: Bools) -> Reals:
    """Return log-normal seconds on the page, longer for what is liked."""
    median = np.where(wanted, 34.0, 15.0) * np.exp(0.35 * liking)
    dwell = np.clip(np.exp(np.log(median) + rng.normal(0, 0.7, len(liking))), 1.5, 1500.0)
    rounded: Reals = np.round(dwell, 1)
    return rounded


def _elapsed(rng: np.random.Generator, dwell_s: Reals, opens: Bools) -> Ints:
    """Return microseconds from the start of the session to each look."""
    step = dwell_s + rng.exponential(25.0, len(dwell_s)) + 3.0
    before = np.cumsum(step) - step
    opening = np.maximum.accumulate(np.where(opens, np.arange(len(step)), 0))
    elapsed: Ints = ((before - before[opening]) * SECOND).astype(np.int64)
    return elapsed
