"""What looking leads to: searches, clicks, carts, purchases, returns, ratings, likes and shares."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from limner.collect.world.calendar import DAY, END, SECOND
from limner.collect.world.catalogue import Catalogue
from limner.collect.world.categories import CATEGORIES, PERISHABLE
from limner.collect.world.ids import make_ids
from limner.collect.world.people import LANGUAGES, Bools, Ints, People, Reals
from limner.collect.world.visits import Visits

EVENTS = ("search", "click", "view", "like", "share", "cart", "purchase", "rating", "return")
_QUERIES = {
    "zh": ("{name}", "{type}", "{type}", "{type}推荐", "便宜的{type}", "{name} 送礼", "好用的{name}"),
    "en": (
        "{name}",
        "{type}",
        "{type}",
        "best {type}",
        "cheap {type}",
        "{name} gift",
        "good {name} under 100",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Purchases:
    """What was bought, and how it turned out; one row per purchase that went through."""

    user: Ints
    item: Ints
    time: Ints
    experience: Reals
    """(n, n_aspects): how each aspect was felt; NaN where it does not apply."""
    stars: Ints
    """1..5, what the user would give."""
    rated_time: Ints
    """When they rate it; 0 for those who never do."""
    returned_time: Ints
    """When they send it back; 0 for those who keep it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Acts:
    """Events of one type."""

    event: str
    user: Ints
    item: Ints
    """-1 for a search."""
    time: Ints
    session: Ints
    value: Reals | None = None
    dwell_s: Reals | None = None
    query: Ints | None = None


def make_purchases(
    rng: np.random.Generator, people: People, catalogue: Catalogue, visits: Visits
) -> tuple[Purchases, Ints]:
    """Return the purchases, and the visit that each came from (carts that were left: see `make_events`)."""
    bought = np.flatnonzero(rng.random(len(visits)) < _sigmoid(1.05 * visits.liking - 2.25))
    durable = np.array([shelf.group not in PERISHABLE for shelf in CATEGORIES])
    bought = bought[_first_of_pair(visits, bought) | ~durable[visits.category[bought]]]
    time = visits.time[bought] + (
        (visits.dwell_s[bought] + rng.uniform(30, 600, len(bought))) * SECOND
    ).astype(np.int64)
    bought, time = bought[time < END], time[time < END]
    user, item = visits.user[bought], visits.item[bought]
    experience = catalogue.aspect_quality[item] + people.bias[user]
    experience += rng.normal(0, 0.3, experience.shape)
    mean = _impression(experience)
    stars = np.clip(np.rint(3.25 + 1.1 * mean + rng.normal(0, 0.4, len(mean))), 1, 5).astype(np.int64)
    rates = rng.random(len(bought)) < people.writes[user]
    returns = durable[visits.category[bought]] & (rng.random(len(bought)) < _sigmoid(-3.0 - 2.2 * mean))
    rated_time = _later(rng, time, rates, days=(2, 10))
    return Purchases(
        user, item, time, experience, stars, rated_time, _later(rng, time, returns, days=(3, 12))
    ), bought


def _impression(experience: Reals) -> Reals:
    """Return how a purchase is remembered: what was felt strongly counts more."""
    impression: Reals = np.nansum(experience * np.abs(experience), axis=1) / np.nansum(
        np.abs(experience), axis=1
    )
    return impression


def _first_of_pair(visits: Visits, bought: Ints) -> Bools:
    """Return which of the purchases is its user's first of that item."""
    pair = visits.user[bought] * (int(visits.item.max()) + 1) + visits.item[bought]
    first = np.zeros(len(bought), dtype=np.bool_)
    first[np.unique(pair, return_index=True)[1]] = True
    return first


def _later(rng: np.random.Generator, time: Ints, happens: Bools, *, days: tuple[int, int]) -> Ints:
    """Return a time some days later at about the same hour, 0 where it does not happen in this world."""
    jitter = rng.integers(-40 * 60, 40 * 60, len(time)) * SECOND
    after = time + rng.integers(*days, len(time)) * DAY + jitter
    return np.where(happens & (after < END), after, 0)


def _sigmoid(x: Reals) -> Reals:
    share: Reals = 1.0 / (1.0 + np.exp(-x))
    return share


def make_events(
    rng: np.random.Generator,
    people: People,
    catalogue: Catalogue,
    visits: Visits,
    bought: tuple[Purchases, Ints],
) -> pa.Table:
    """Return all events in order of time, with the columns of `tables.CONTRACTS`."""
    acts = [*_browsing(rng, people, visits), *_buying(rng, catalogue, visits, bought)]
    event = np.repeat(np.arange(len(acts)), [len(act.user) for act in acts])
    user = np.concatenate([act.user for act in acts])
    time = np.concatenate([act.time for act in acts])
    order = np.lexsort((event, user, time))
    order = order[time[order] < END]
    session = _renumber(np.concatenate([act.session for act in acts])[order])
    item = np.concatenate([act.item for act in acts])[order]
    context = np.where(people.mobile[user[order]], 0, 1)
    return pa.table(
        {
            "event_id": make_ids("e", len(order)),
            "user_id": _take(people.user_id, user[order]),
            "item_id": _take(catalogue.item_id, item),
            "timestamp": time[order],
            "event": _take([act.event for act in acts], event[order]),
            "value": pa.array(_joined(acts, "value")[order], from_pandas=True),
            "dwell_s": pa.array(_joined(acts, "dwell_s")[order], from_pandas=True),
            "session_id": _take(make_ids("s", int(session.max()) + 1), session),
            "text": _take(_queries()[0], _joined(acts, "query", missing=-1)[order].astype(np.int64)),
            "context": _take(("app", "web"), context),
        }
    ).cast(_schema())


def _schema() -> pa.Schema:
    text = pa.string()
    names = ["event_id", "user_id", "item_id", "timestamp", "event", "value", "dwell_s", "session_id", "text"]
    kinds = {"timestamp": pa.int64(), "value": pa.float64(), "dwell_s": pa.float64()}
    return pa.schema([(name, kinds.get(name, text)) for name in [*names, "context"]])


def _take(names: tuple[str, ...] | list[str], index: Ints) -> pa.Array:
    """Return the names at these places, null at -1."""
    return pa.array(names, pa.string()).take(pa.array(index, mask=index < 0))


def _renumber(session: Ints) -> Ints:
    """Return session numbers 0, 1, 2, … in the order in which they first appear."""
    _, first, number = np.unique(session, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[number]


def _joined(acts: list[_Acts], column: str, *, missing: float = np.nan) -> Reals:
    """Return one optional column of all events, NaN (or ``missing``) where an event has none."""
    parts = [getattr(act, column) for act in acts]
    filled = [
        np.full(len(a.user), missing) if part is None else part for a, part in zip(acts, parts, strict=True)
    ]
    return np.concatenate(filled)


def _browsing(rng: np.random.Generator, people: People, visits: Visits) -> list[_Acts]:
    """Return searches, clicks, views, likes and shares."""
    chance = rng.random((4, len(visits)))
    wanted = visits.wanted
    dwell = (visits.dwell_s * SECOND).astype(np.int64)
    search = np.flatnonzero(chance[0] < np.where(visits.opens, 0.3, 0.05))
    click = np.flatnonzero(chance[1] < np.where(wanted, 0.34, 0.22))
    like = np.flatnonzero(chance[2] < _sigmoid(visits.liking - 3.1))
    share = np.flatnonzero(chance[3] < _sigmoid(visits.liking - 4.4))
    query = _draw_queries(rng, people.language[visits.user[search]], visits.category[search])
    every = np.arange(len(visits))
    return [
        _Acts(
            "search",
            visits.user[search],
            np.full(len(search), -1),
            visits.time[search] - 9 * SECOND,
            visits.session[search],
            query=query,
        ),
        _act(visits, "click", click, np.full(len(click), -SECOND)),
        _act(visits, "view", every, np.zeros(len(every), np.int64), dwell_s=visits.dwell_s),
        _act(visits, "like", like, dwell[like] * 6 // 10),
        _act(visits, "share", share, dwell[share] * 8 // 10),
    ]


def _act(visits: Visits, event: str, rows: Ints, delay: Ints, *, dwell_s: Reals | None = None) -> _Acts:
    """Return events that happen at some of the visits, ``delay`` microseconds after they begin."""
    return _Acts(
        event,
        visits.user[rows],
        visits.item[rows],
        visits.time[rows] + delay,
        visits.session[rows],
        dwell_s=dwell_s,
    )


def _buying(
    rng: np.random.Generator, catalogue: Catalogue, visits: Visits, bought: tuple[Purchases, Ints]
) -> list[_Acts]:
    """Return carts (some of them left), purchases, ratings and returns."""
    purchases, visit = bought
    left = rng.random(len(visits)) < _sigmoid(visits.liking - 3.2)
    left[visit] = rng.random(len(visit)) < 0.85
    cart = np.flatnonzero(left)
    carted = (visits.dwell_s[cart] * SECOND * 0.9).astype(np.int64)
    discount = rng.choice([1.0, 0.95, 0.9, 0.8], len(visit), p=[0.6, 0.15, 0.15, 0.1])
    paid = np.round(catalogue.price[purchases.item] * discount, 2)
    sessions = int(visits.session.max()) + 1
    rated, returned = np.flatnonzero(purchases.rated_time), np.flatnonzero(purchases.returned_time)
    return [
        _act(visits, "cart", cart, carted),
        _Acts("purchase", purchases.user, purchases.item, purchases.time, visits.session[visit], value=paid),
        _Acts(
            "rating",
            purchases.user[rated],
            purchases.item[rated],
            purchases.rated_time[rated],
            sessions + np.arange(len(rated)),
            value=purchases.stars[rated].astype(np.float64),
        ),
        _Acts(
            "return",
            purchases.user[returned],
            purchases.item[returned],
            purchases.returned_time[returned],
            sessions + len(rated) + np.arange(len(returned)),
        ),
    ]


@cache
def _queries() -> tuple[list[str], Ints]:
    """Return every query, and where those of (language, category) begin; all have the same number."""
    written: list[str] = []
    starts: list[int] = []
    for language in LANGUAGES:
        for shelf in CATEGORIES:
            starts.append(len(written))
            name = shelf.name(language)
            for kind in shelf.types(language):
                words = [form.format(name=name, type=kind) for form in _QUERIES[language]]
                written += [word.lower() for word in words]
    return written, np.array(starts).reshape(len(LANGUAGES), len(CATEGORIES))


def _draw_queries(rng: np.random.Generator, language: Ints, category: Ints) -> Ints:
    """Return a query for each search, in the language of the user."""
    written, starts = _queries()
    each = len(written) // starts.size
    drawn: Ints = starts[language, category] + rng.integers(0, each, len(category))
    return drawn
