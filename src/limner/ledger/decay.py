"""Forward decay: an event at time t adds w·2^((t−L)/h), a reader at time T multiplies by 2^(−(T−L)/h).

So every decayed signal is a plain sum, whatever the order of the events. L is the landmark; moving it by
whole half-lives multiplies a sum by a power of two, which is exact.

Source: Cormode, Shkapenyuk, Srivastava, Xu, "Forward decay: a practical time decay model for
streaming systems", ICDE 2009.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from limner.ledger.places import UNTIMED_AS_US
from limner.records import UNTIMED
from limner.settings import HorizonSettings

DAY_US = 86_400_000_000
_LARGEST_EXPONENT = 1000.0
_FARTHEST_HALF_LIVES = 256.0
"""How far the newest event may lie ahead of a landmark before the landmark moves: far from overflow."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Where the sums of each horizon are anchored, microseconds UTC."""

    recent_us: int
    lasting_us: int

    @classmethod
    def at(cls, moment_us: int) -> "Landmarks":
        """Return landmarks that both lie at one moment; where there is no time, at that of untimed rows."""
        anchor = UNTIMED_AS_US if moment_us == UNTIMED else moment_us
        return cls(anchor, anchor)

    @classmethod
    def from_json(cls, given: Mapping[str, int]) -> "Landmarks":
        """Return what `to_json` wrote."""
        return cls(**given)

    def to_json(self) -> dict[str, int]:
        """Return the landmarks by name."""
        return asdict(self)

    def factors(self, at_us: int, horizons: HorizonSettings) -> tuple[float, float]:
        """Return what recent and lasting sums are multiplied by to be read at an instant."""
        return (
            read_factor(at_us, self.recent_us, horizons.recent_days),
            read_factor(at_us, self.lasting_us, horizons.lasting_days),
        )

    def must_move(self, newest_us: int, horizons: HorizonSettings) -> bool:
        """Return whether an event lies so far ahead that its weight nears the end of a double."""
        shortest = half_life_us(min(horizons.recent_days, horizons.lasting_days))
        return newest_us - min(self.recent_us, self.lasting_us) > _FARTHEST_HALF_LIVES * shortest

    def move(self, towards_us: int, horizons: HorizonSettings) -> "Landmarks":
        """Return landmarks moved forward by whole half-lives, to less than one before an instant."""
        recent_us, lasting_us = half_life_us(horizons.recent_days), half_life_us(horizons.lasting_days)
        return Landmarks(
            self.recent_us + recent_us * max(0, (towards_us - self.recent_us) // recent_us),
            self.lasting_us + lasting_us * max(0, (towards_us - self.lasting_us) // lasting_us),
        )


def half_life_us(days: float) -> int:
    """Return a half-life in whole microseconds, so that landmarks can move by whole ones.

    >>> half_life_us(1 / 24)
    3600000000
    """
    return max(1, round(days * DAY_US))


def read_factor(at_us: int, landmark_us: int, half_life_days: float) -> float:
    """Return what a stored sum is multiplied by to be read at `at_us`.

    The exponent is cut at ±1,000 half-lives, where a double would overflow: such a sum is 0 anyway.
    A ledger without time (``at_us`` = 0) is read as it stands.

    >>> read_factor(14 * DAY_US, 7 * DAY_US, 7.0)
    0.5
    """
    if at_us == UNTIMED:
        return 1.0
    exponent = (landmark_us - at_us) / half_life_us(half_life_days)
    return float(2.0 ** min(max(exponent, -_LARGEST_EXPONENT), _LARGEST_EXPONENT))
