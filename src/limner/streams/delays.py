"""How long to wait before trying again."""

import random
from collections.abc import Iterator

SHORTEST_S = 0.1
LONGEST_S = 30.0


def list_delays(rng: random.Random) -> Iterator[float]:
    """Yield seconds without end: doubling from 0.1 to 30, each cut by up to half at random.

    Many followers that lost the same broker then do not come back all at once.
    """
    delay_s = SHORTEST_S
    while True:
        yield delay_s * rng.uniform(0.5, 1.0)
        delay_s = min(2 * delay_s, LONGEST_S)
