"""Landmarks of a store that move: every decayed sum is multiplied by a power of two, which is exact."""

import math

from limner.ledger.decay import Landmarks, half_life_us
from limner.settings import HorizonSettings
from limner.store.store import Store

_SMALLEST = -1000
"""Half-lives beyond which a sum is nothing."""
_TIMES = "CASE WHEN abs({0}) >= ? THEN {0} * ? ELSE 0.0 END"


def move_landmarks(store: Store, before: Landmarks, after: Landmarks, horizons: HorizonSettings) -> None:
    """Anchor all sums of a store anew; what each of them is read as does not change."""
    recent = _factor(before.recent_us - after.recent_us, horizons.recent_days)
    lasting = _factor(before.lasting_us - after.lasting_us, horizons.lasting_days)
    for table in ("cells", "retired"):
        store.rows(
            f"UPDATE {table} SET recent = {_TIMES.format('recent')}, lasting = {_TIMES.format('lasting')}, "
            f"liking = {_TIMES.format('liking')}, opinion = {_TIMES.format('opinion')}",
            *(*_bound(recent), *_bound(lasting) * 3),
        )
    store.set_meta(landmarks=after.to_json())


def _bound(factor: float) -> tuple[float, float]:
    """Return the least sum that a factor leaves anything of, and the factor: less is no number everywhere."""
    return (2.0**_SMALLEST / factor if factor else math.inf), factor


def _factor(distance_us: int, half_life_days: float) -> float:
    steps = distance_us // half_life_us(half_life_days)
    return 2.0**steps if steps > _SMALLEST else 0.0
