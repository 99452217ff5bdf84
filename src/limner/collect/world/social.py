"""Who knows whom: friendships among the like-minded and the near, and a few whom many follow."""

import numpy as np
import pyarrow as pa

from limner.collect.world.calendar import DAY, END
from limner.collect.world.categories import CATEGORIES
from limner.collect.world.people import CITIES, LANGUAGES, Bools, Ints, People

ALONE_SHARE = 0.1
"""Users with no relation at all."""
_SEEKING = 2.6
"""Mean number of friends that one user goes looking for."""
_CIRCLES = (0.35, 0.60, 0.75, 0.88)
"""Upper edges: same first interest and language, same community and city, same community, same city."""
_TRIADS = 0.25
"""Friends of friends added, as a share of the friendships."""
_GROUPS = tuple(dict.fromkeys(shelf.group for shelf in CATEGORIES))


def find_communities(people: People) -> Ints:
    """Return (n_users, 2): the circles of each user, by language and groups of the two first interests."""
    group = np.array([_GROUPS.index(shelf.group) for shelf in CATEGORIES])
    circles: Ints = people.language[:, None] * len(_GROUPS) + group[people.interests_before[:, :2]]
    return circles


def name_community(circle: int) -> str:
    """Return the name of a community.

    >>> name_community(0)
    'zh:electronics'
    """
    return f"{LANGUAGES[circle // len(_GROUPS)]}:{_GROUPS[circle % len(_GROUPS)]}"


def make_relations(rng: np.random.Generator, people: People) -> pa.Table:
    """Return the relations table: a friendship is two rows (one each way), a follow is one.

    ``weight`` is how close they are, 0..1.
    """
    users = len(people)
    sociable = np.flatnonzero(rng.random(users) >= ALONE_SHARE)
    circle = find_communities(people)[:, 0]
    one, other = _befriend(rng, people, sociable, circle)
    near = 0.3 + 0.3 * (circle[one] == circle[other]) + 0.2 * (people.city[one] == people.city[other])
    weight = np.round(np.clip(near + rng.normal(0, 0.1, len(one)), 0.05, 1.0), 2)
    when = END - (rng.random(len(one)) * 400 * DAY).astype(np.int64) - DAY
    fan, star = _follow(rng, people, sociable, circle)
    since = END - (rng.random(len(fan)) * 180 * DAY).astype(np.int64) - DAY
    user = np.concatenate([one, other, fan])
    ids = pa.array(people.user_id, pa.string())
    table = pa.table(
        {
            "user_id": ids.take(pa.array(user)),
            "other_id": ids.take(pa.array(np.concatenate([other, one, star]))),
            "kind": pa.array(["friend"] * (2 * len(one)) + ["follows"] * len(fan), pa.string()),
            "weight": np.concatenate([weight, weight, np.ones(len(fan))]),
            "timestamp": np.concatenate([when, when, since]),
        }
    )
    return table.take(pa.array(np.argsort(user, kind="stable")))


def _befriend(rng: np.random.Generator, people: People, sociable: Ints, circle: Ints) -> tuple[Ints, Ints]:
    """Return the two ends of every friendship, the first one smaller, each pair once."""
    seeker = np.repeat(sociable, rng.geometric(1 / (1 + _SEEKING), len(sociable)) - 1)
    where = np.searchsorted(_CIRCLES, rng.random(len(seeker)), side="right")
    first = people.interests_before[:, 0] * len(LANGUAGES) + people.language
    keys = (first, circle * len(CITIES) + people.city, circle, people.city, np.zeros_like(circle))
    found = np.empty(len(seeker), dtype=np.int64)
    for place, key in enumerate(keys):
        here = where == place
        found[here] = _draw_among(rng, key, sociable, seeker[here])
    one, other = _unique_pairs(seeker, found)
    return _close_triads(rng, one, other)


def _draw_among(rng: np.random.Generator, key: Ints, pool: Ints, seeker: Ints) -> Ints:
    """Return for each seeker somebody of the pool with the same key, perhaps the seeker."""
    ordered = pool[np.argsort(key[pool], kind="stable")]
    start = np.searchsorted(key[ordered], key[seeker], side="left")
    stop = np.searchsorted(key[ordered], key[seeker], side="right")
    drawn: Ints = ordered[start + (rng.random(len(seeker)) * (stop - start)).astype(np.int64)]
    return drawn


def _unique_pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    pairs = np.sort(np.column_stack([one, other])[one != other], axis=1)
    unique = np.unique(pairs, axis=0)
    return unique[:, 0], unique[:, 1]


def _close_triads(rng: np.random.Generator, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return the friendships with some friends of friends added."""
    if not len(one):
        return one, other
    source, target = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.argsort(source, kind="stable")
    source, target = source[order], target[order]
    step = rng.integers(0, len(source), int(_TRIADS * len(one)))
    third = _draw_neighbour(rng, source, target, target[step])
    return _unique_pairs(np.concatenate([one, source[step]]), np.concatenate([other, third]))


def _draw_neighbour(rng: np.random.Generator, source: Ints, target: Ints, user: Ints) -> Ints:
    start = np.searchsorted(source, user, side="left")
    stop = np.searchsorted(source, user, side="right")
    drawn: Ints = target[start + (rng.random(len(user)) * (stop - start)).astype(np.int64)]
    return drawn


def _follow(rng: np.random.Generator, people: People, sociable: Ints, circle: Ints) -> tuple[Ints, Ints]:
    """Return fans and whom they follow: often somebody of the own community, else one of the famous."""
    count = min(len(sociable), max(3, len(people) // 200))
    stars = rng.choice(sociable, count, replace=False)
    fame = 1.0 / np.arange(1, count + 1)
    fan = np.repeat(sociable, rng.poisson(1.2, len(sociable)))
    star = stars[rng.choice(count, len(fan), p=fame / fame.sum())]
    at_home = (rng.random(len(fan)) < 0.6) & _has_star(circle, stars)[fan]
    star[at_home] = _draw_among(rng, circle, stars, fan[at_home])
    pairs = np.unique(np.column_stack([fan, star])[fan != star], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _has_star(circle: Ints, stars: Ints) -> Bools:
    return np.isin(circle, circle[stars])
