"""The waits between two tries."""

import random
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from limner.streams.delays import LONGEST_S, SHORTEST_S, list_delays


@given(st.integers())
def test_waits_double_up_to_half_a_minute_and_never_vanish(seed):
    waits = list(islice(list_delays(random.Random(seed)), 14))
    ceilings = [min(SHORTEST_S * 2**n, LONGEST_S) for n in range(14)]

    assert all(top / 2 <= wait <= top for wait, top in zip(waits, ceilings, strict=True))
