"""Who shops: latent traits, habits and interests of every user, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.collect.world.aspects import ASPECTS
from limner.collect.world.categories import CATEGORIES, SHOP_ASPECTS
from limner.collect.world.ids import make_ids

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Bools = NDArray[np.bool_]

LANGUAGES = ("zh", "en")
GENDERS = ("male", "female")
PRICE_BANDS = ("low", "middle", "high")
DECLARABLE = ("gender", "age", "city")
DECLARED_SHARE = 0.7
DRIFT_SHARE = 0.25
COLD_SHARE = 0.08
"""Users who have hardly begun: one to five events."""
INTERESTS = 3

CITIES: tuple[tuple[str, str, int], ...] = (
    ("上海", "zh", 8),
    ("北京", "zh", 8),
    ("广州", "zh", 8),
    ("成都", "zh", 8),
    ("杭州", "zh", 8),
    ("武汉", "zh", 8),
    ("西安", "zh", 8),
    ("London", "en", 0),
    ("Manchester", "en", 0),
    ("New York", "en", -5),
    ("Toronto", "en", -5),
    ("Sydney", "en", 10),
    ("Singapore", "en", 8),
)
"""Name, language of its people, hours ahead of UTC all year (this world has no daylight saving)."""

RHYTHMS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "early bird": ((7.0, 1.2, 0.7), (12.5, 1.5, 0.15), (20.0, 1.5, 0.15)),
    "lunch browser": ((12.5, 0.8, 0.65), (19.0, 2.0, 0.25), (9.0, 1.0, 0.10)),
    "evening regular": ((20.5, 1.4, 0.75), (12.5, 1.0, 0.15), (8.0, 1.0, 0.10)),
    "night owl": ((23.8, 1.3, 0.75), (15.0, 2.5, 0.25), (13.0, 1.0, 0.0)),
    "office hours": ((10.5, 1.2, 0.45), (15.5, 1.3, 0.45), (21.0, 1.0, 0.10)),
}
"""Name → bumps of local hour: centre, spread, share."""
WEEKS: dict[str, tuple[float, ...]] = {
    "any day": (1, 1, 1, 1, 1, 1, 1),
    "weekdays": (1, 1, 1, 1, 0.9, 0.25, 0.2),
    "weekends": (0.3, 0.3, 0.3, 0.35, 0.7, 2.0, 2.0),
}
"""Name → weight from Monday to Sunday."""

_GENDER_PULL = 0.65
_AGE_PULL = 1.1
_AGE_SPREAD = 13.0
_TASTE_NOISE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Every user's latent truth; arrays are (n_users,) unless said."""

    user_id: tuple[str, ...]
    language: Ints
    female: Bools
    age: Ints
    city: Ints
    declared: Bools
    """(n_users, 3): gender, age, city."""
    rhythm: Ints
    week: Ints
    mobile: Bools
    price_band: Ints
    price_strength: Reals
    """0: any price; 3: hardly ever outside the band."""
    loyalty: Reals
    """0: any brand; 2: mostly the favourite one."""
    taste_seed: Ints
    """What decides favourite brands and kinds of thing, by category."""
    interests_before: Ints
    """(n_users, 3) category indices, strongest first, as the world begins."""
    interests: Ints
    """(n_users, 3) as the world ends."""
    weights: Reals
    """(n_users, 3), rows sum to 1."""
    drift_day: Reals
    """When the one became the other; infinite for those who do not drift."""
    first_day: Reals
    last_day: Reals
    target_events: Reals
    bias: Reals
    """(n_users, n_aspects): how much kinder (or harsher) than others."""
    concerns: Bools
    """(n_users, n_aspects): what this user always comes back to."""
    writes: Reals
    """Probability of rating what was bought."""

    def __len__(self) -> int:
        return len(self.user_id)


def make_people(rng: np.random.Generator, *, users: int, days: int, demand: Reals) -> People:
    """Return ``users`` people of a world of ``days`` days; ``demand`` is what the crowd wants."""
    language = (rng.random(users) < 0.4).astype(np.int64)
    female = rng.random(users) < 0.54
    age = np.clip(rng.gamma(3.2, 6.2, users) + 15, 16, 76).astype(np.int64)
    before, after = _interests(rng, female=female, age=age, demand=demand)
    first_day, last_day, drift_day = _spans(rng, users, days)
    bias, concerns = _opinions(rng, users)
    return People(
        user_id=make_ids("u", users),
        language=language,
        female=female,
        age=age,
        city=_cities(rng, language),
        declared=rng.random((users, len(DECLARABLE))) < DECLARED_SHARE,
        rhythm=rng.choice(len(RHYTHMS), users, p=[0.14, 0.2, 0.32, 0.2, 0.14]),
        week=rng.choice(len(WEEKS), users, p=[0.5, 0.2, 0.3]),
        mobile=rng.random(users) < 0.7,
        price_band=rng.choice(len(PRICE_BANDS), users, p=[0.38, 0.4, 0.22]),
        price_strength=rng.uniform(0.2, 3.0, users),
        loyalty=np.clip(rng.normal(0.7, 0.6, users), 0, 2),
        taste_seed=rng.integers(0, 2**31, users),
        interests_before=before,
        interests=np.where(np.isfinite(drift_day)[:, None], after, before),
        weights=_weights(rng, users),
        drift_day=drift_day,
        first_day=first_day,
        last_day=last_day,
        target_events=_volumes(rng, users),
        bias=bias,
        concerns=concerns,
        writes=rng.beta(2.2, 1.6, users),
    )


def _cities(rng: np.random.Generator, language: Ints) -> Ints:
    """Return a city of each user's language, the first ones larger."""
    city = np.empty(len(language), dtype=np.int64)
    for code, name in enumerate(LANGUAGES):
        here = np.array([place for place, (_, spoken, _) in enumerate(CITIES) if spoken == name])
        size = 1.0 / (np.arange(len(here)) + 2.0)
        mine = language == code
        city[mine] = rng.choice(here, int(mine.sum()), p=size / size.sum())
    return city


def _interests(rng: np.random.Generator, *, female: Bools, age: Ints, demand: Reals) -> tuple[Ints, Ints]:
    """Return interests before and after a drift, drawn without replacement (Gumbel top-k)."""
    pull = np.array([shelf.female for shelf in CATEGORIES]) * _GENDER_PULL
    peak = np.array([shelf.age for shelf in CATEGORIES])
    leaning = np.where(female, 1.0, -1.0)[:, None] * pull
    leaning = leaning - _AGE_PULL * ((age[:, None] - peak) / _AGE_SPREAD) ** 2 / 2
    appeal = leaning + 0.6 * np.log(demand) + _TASTE_NOISE * rng.gumbel(size=(len(age), len(demand)))
    best = np.argsort(-appeal, axis=1)[:, : INTERESTS + 1]
    before = best[:, :INTERESTS]
    after = before.copy()
    slot = rng.integers(0, INTERESTS, len(age))
    after[np.arange(len(age)), slot] = best[:, INTERESTS]
    return before, after


def _weights(rng: np.random.Generator, users: int) -> Reals:
    """Return shares near 0.5 / 0.3 / 0.2, strongest first."""
    raw = np.array([0.46, 0.30, 0.24]) * np.exp(rng.normal(0, 0.08, (users, INTERESTS)))
    ordered = -np.sort(-raw, axis=1)
    shares: Reals = ordered / ordered.sum(axis=1, keepdims=True)
    return shares


def _spans(rng: np.random.Generator, users: int, days: int) -> tuple[Reals, Reals, Reals]:
    """Return first and last active day and the day of drift of each user."""
    newcomer, leaver = rng.random(users) < 0.4, rng.random(users) < 0.2
    first = np.where(newcomer, rng.uniform(0, days * 0.75, users), 0.0)
    last = np.where(leaver, first + (days - first) * rng.uniform(0.4, 0.9, users), float(days))
    drift = first + (last - first) * rng.uniform(0.3, 0.5, users)
    return first, last, np.where(rng.random(users) < DRIFT_SHARE, drift, np.inf)


def _volumes(rng: np.random.Generator, users: int) -> Reals:
    """Return how many events each user is good for: log-normal, and a share of beginners."""
    many = np.clip(np.exp(rng.normal(np.log(46.0), 0.72, users)), 4, 450)
    return np.where(rng.random(users) < COLD_SHARE, rng.uniform(1, 5, users), many)


def _opinions(rng: np.random.Generator, users: int) -> tuple[Reals, Bools]:
    """Return bias and concerns: one or two things of the shop, three or four of the goods."""
    bias = rng.normal(0, 0.55, (users, len(ASPECTS)))
    shop = np.array([aspect in SHOP_ASPECTS for aspect in ASPECTS])
    concerns = rng.random((users, len(ASPECTS))) < np.where(shop, 0.35, 0.2)
    return bias, concerns
