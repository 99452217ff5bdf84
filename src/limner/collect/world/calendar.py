"""The world's own time: 180 days that end at a fixed instant, whatever the clock says."""

import numpy as np

from limner.collect.world.people import CITIES, RHYTHMS, WEEKS, Ints, People, Reals

DAYS = 180
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
END = 1_782_835_200 * SECOND
"""2026-06-30T16:00Z, midnight in China, in microseconds UTC."""
START = END - DAYS * DAY
_FIRST_WEEKDAY = 4
"""Day 0 is Friday, 2 January 2026, in China; every user's day 0 carries that date."""
_DAY_ZERO_LOCAL = START + 8 * HOUR


def draw_session_starts(rng: np.random.Generator, people: People, user: Ints) -> Ints:
    """Return a start (microseconds UTC) for each session of the given users, in no order."""
    day = _days(rng, people, user)
    hour = _hours(rng, people.rhythm[user])
    ahead = np.array([zone for _, _, zone in CITIES])[people.city[user]] * HOUR
    start = _DAY_ZERO_LOCAL + day * DAY + (hour * HOUR).astype(np.int64) - ahead
    start = np.where(start >= END, start - DAY, start)
    starts: Ints = np.where(start < START, start + DAY, start)
    return starts


def _days(rng: np.random.Generator, people: People, user: Ints) -> Ints:
    """Return local days, uniform over weeks and by habit over weekdays."""
    first, last = people.first_day[user], people.last_day[user]
    day = np.minimum(first + rng.random(len(user)) * (last - first), DAYS - 1e-6).astype(np.int64)
    habits = np.cumsum(np.array(list(WEEKS.values())), axis=1)
    habits /= habits[:, -1:]
    weekday = (rng.random(len(user))[:, None] > habits[people.week[user]]).sum(axis=1)
    moved = day - (day + _FIRST_WEEKDAY) % 7 + weekday
    inside = (moved >= np.floor(first)) & (moved < last)
    return np.where(inside, moved, day)


def _hours(rng: np.random.Generator, rhythm: Ints) -> Reals:
    """Return local hours, 0 <= hour < 24, from the bumps of each rhythm."""
    bumps = np.array(list(RHYTHMS.values()))
    edges = np.cumsum(bumps[:, :, 2], axis=1)
    which = np.minimum((rng.random(len(rhythm))[:, None] > edges[rhythm]).sum(axis=1), bumps.shape[1] - 1)
    chosen = bumps[rhythm, which]
    hours: Reals = rng.normal(chosen[:, 0], chosen[:, 1]) % 24
    return hours


def hour_shares(rhythm: str) -> tuple[float, ...]:
    """Return the 24 shares of the local hours of a rhythm; they sum to 1.

    >>> shares = hour_shares("night owl")
    >>> max(range(24), key=lambda hour: shares[hour])
    23
    """
    grid = (np.arange(24 * 12) + 0.5) / 12
    density = np.zeros(len(grid))
    for centre, spread, share in RHYTHMS[rhythm]:
        apart = np.abs(grid - centre) % 24
        apart = np.minimum(apart, 24 - apart)
        density += share / spread * np.exp(-((apart / spread) ** 2) / 2)
    by_hour = density.reshape(24, 12).sum(axis=1)
    return tuple(float(part) for part in by_hour / by_hour.sum())
