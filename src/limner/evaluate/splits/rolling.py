"""`time`: the newest part of the log in windows, each asked of models that know what came before it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError
from limner.evaluate.splits.split import ENOUGH_USERS, Log, Split, Splits, ask_users
from limner.records import iso

TEST_SHARE = 0.2
"""Of the events: the newest fifth is the test."""
WINDOWS = 4
"""Windows of the test; those of the validation are as wide, and lie before it."""
MOST_VALIDATION = 4
INSTEAD = "use --protocol users"


@dataclass(frozen=True, slots=True)
class Rolling:
    """How many windows there are, and where the first begins: an instant, or at the newest fifth."""

    windows: int = WINDOWS
    cutoff_us: int | None = None


def split_by_time(log: Log, rolling: Rolling) -> Splits:
    """Return the questions of rolling windows; the validation ends where the test begins.

    Raises:
        InputError: no time, no window with an answer, or a cutoff with nothing before or after it.
    """
    if not log.rows.timed:
        raise InputError(f"evaluate: some events have no timestamp; {INSTEAD}")
    if rolling.windows < 1:
        raise InputError(f"evaluate: {rolling.windows} windows; give 1 or more")
    ordered = np.sort(log.rows.timestamps)
    first = _place_cutoff(ordered, rolling.cutoff_us)
    width = (len(ordered) - first) / rolling.windows
    starts = [int(ordered[first + int(width * k)]) for k in range(rolling.windows)]
    starts[0] = rolling.cutoff_us or starts[0]
    edges = sorted({*starts, int(ordered[-1]) + 1})
    back = (first - round(width * (k + 1)) for k in range(MOST_VALIDATION))
    earlier = [int(ordered[place]) for place in back if place > 0 and ordered[0] < ordered[place] < edges[0]]
    if not earlier:
        raise InputError(f"evaluate: too many events share one timestamp to part them by time; {INSTEAD}")
    tests = [split for pair in pairwise(edges) if (split := part_at(log, *pair)).relevant]
    validation = _add_until_enough(log, [edges[0], *dict.fromkeys(earlier)])
    if not tests or not validation:
        raise InputError(
            f"evaluate: nobody with an event before {iso(edges[0])} or {iso(earlier[0])} meets a new item "
            f"in the windows of the log after them; {INSTEAD}, or bring a longer log"
        )
    cutoffs = {"test_from": str(iso(tests[0].at_us)), "validation_from": str(iso(validation[-1].at_us))}
    return Splits("time", tuple(validation), tuple(tests), cutoffs, _note(len(tests), rolling.windows))


def part_at(log: Log, start_us: int, stop_us: int) -> Split:
    """Return the question of one window: who was met before it, and meets something new in it."""
    before = log.rows.before(start_us)
    inside = (log.rows.timestamps >= start_us) & (log.rows.timestamps < stop_us)
    return ask_users(before, before, log.where(inside).answers(), start_us)


def _place_cutoff(ordered: NDArray[np.int64], cutoff_us: int | None) -> int:
    """Return the place of the first event of the test among the ordered times."""
    if cutoff_us is None:
        return int(len(ordered) * (1 - TEST_SHARE))
    first, last = int(ordered[0]), int(ordered[-1])
    if not first < cutoff_us <= last:
        side = "before the second" if cutoff_us <= first else "after the last"
        raise InputError(
            f"evaluate: the cutoff {iso(cutoff_us)} lies {side} event; "
            f"give one after {iso(first)} and not after {iso(last)}"
        )
    return int(np.searchsorted(ordered, cutoff_us))


def _add_until_enough(log: Log, edges: list[int]) -> list[Split]:
    """Return validation windows, newest first, until enough users answer them."""
    found: list[Split] = []
    for stop, start in pairwise(edges):
        if sum(len(split.relevant) for split in found) >= ENOUGH_USERS:
            break
        split = part_at(log, start, stop)
        found += [split] if split.relevant else []
    return found


def _note(n_tests: int, n_windows: int) -> tuple[str, ...]:
    if n_tests == n_windows:
        return ()
    return (f"{n_tests} of {n_windows} windows have users to ask: the others hold nobody known before them",)
