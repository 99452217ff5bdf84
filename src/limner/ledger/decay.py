"""Forward decay: an event at time t adds w·2^((t−L)/h), a reader at time T multiplies by 2^(−(T−L)/h).

So every decayed signal is a plain sum, whatever the order of the events.

Source: Cormode, Shkapenyuk, Srivastava, Xu, "Forward decay: a practical time decay model for
streaming systems", ICDE 2009.
"""

from limner.records import UNTIMED

DAY_US = 86_400_000_000
_LARGEST_EXPONENT = 1000.0


def read_factor(at_us: int, landmark_us: int, half_life_days: float) -> float:
    """Return what a stored sum is multiplied by to be read at `at_us`.

    The exponent is cut at ±1,000 half-lives, where a double would overflow: such a sum is 0 anyway.
    A ledger without time (``at_us`` = 0) is read as it stands.

    >>> read_factor(14 * DAY_US, 7 * DAY_US, 7.0)
    0.5
    """
    if at_us == UNTIMED:
        return 1.0
    exponent = (landmark_us - at_us) / (half_life_days * DAY_US)
    return float(2.0 ** min(max(exponent, -_LARGEST_EXPONENT), _LARGEST_EXPONENT))
