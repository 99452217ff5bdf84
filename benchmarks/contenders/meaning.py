"""What every contender must know of the ledger: weights, polarities, half-lives, and the table written.

Written out here once, by hand, as someone without Limner would have to; `benchmarks/ledger.py --check` holds
all contenders to the same sums. A shop's log has one category per item and no row without a time, so
nobody spends time on those cases.
"""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

WEIGHTS = {"view": 0.2, "cart": 0.6, "purchase": 1.0, "like": 0.8, "rating": 1.0}
OTHER_WEIGHT = 0.5
SHOWN = {"purchase": 0.5, "like": 1.0}
"""Polarity an event shows by its type; a rating of 1 to 5 shows (rating − 3) / 2."""
DAY_US = 86_400_000_000
HOUR_US = DAY_US // 24
SESSION_GAP_US = 30 * 60 * 1_000_000
RECENT_RATE = math.log(2) / (7 * DAY_US)
LASTING_RATE = math.log(2) / (180 * DAY_US)
"""A row of this age in microseconds counts exp(−rate × age)."""
DWELL_EDGES_S = (5.0, 15.0, 60.0, 180.0)
DWELL_BANDS = ("under 5 s", "5-15 s", "15-60 s", "1-3 min", "over 3 min")
SIGNALS = (
    "activity",
    "event",
    "item",
    "category",
    "brand",
    "price_band",
    "spend",
    "rating",
    "dwell",
    "day",
    "hour",
    "weekday",
    "session",
    "transition",
)
POLAR = ("activity", "item", "category", "brand")
"""Signals that sum polarity; the other ones write 0 for liking, opinion, liked and disliked."""
COLUMNS = (
    "user_no",
    "key",
    "n",
    "recent",
    "lasting",
    "liking",
    "opinion",
    "liked",
    "disliked",
    "first_seen",
    "last_seen",
)

Seconds = dict[str, float]
"""CPU seconds by step."""


def main(sum_log: Callable[[Path, Path], Seconds]) -> None:
    """Run a contender on LOG_FOLDER OUT_FOLDER and print its CPU seconds by step as JSON."""
    log, out = map(Path, sys.argv[1:3])
    print(json.dumps({step: round(seconds, 3) for step, seconds in sum_log(log, out).items()}))
