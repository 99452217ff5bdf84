"""Compare two ledgers: every cell, whatever their landmarks."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from limner.ledger.decay import Landmarks
from limner.settings import settings_from_json
from limner.store.store import Store


class Sum(NamedTuple):
    """One cell, its decayed sums read at the newest moment of the log."""

    n: int
    recent: float
    lasting: float
    liking: float
    opinion: float
    liked: int
    disliked: int
    first_seen: int
    last_seen: int


Ledger = Mapping[tuple[str, str, str], Sum]
"""(user_id, signal, key) → sum."""


def read_ledger(store: Store, *, at_us: int) -> Ledger:
    """Return every cell of a store, read at an instant."""
    meta = store.meta()
    horizons = settings_from_json(meta["settings"]).horizons
    recent, lasting = Landmarks.from_json(meta["landmarks"]).factors(at_us, horizons)
    rows = store.rows(
        "SELECT u.user_id, c.signal, c.key, c.n, c.recent, c.lasting, c.liking, c.opinion, "
        "c.liked, c.disliked, c.first_seen, c.last_seen FROM cells c JOIN users u USING (user_no)"
    )
    return {
        (user, signal, key): Sum(
            n,
            r * recent,
            s * lasting,
            liking * lasting,
            opinion * lasting,
            *counts,
        )
        for user, signal, key, n, r, s, liking, opinion, *counts in rows
    }


def find_differences(left: Ledger, right: Ledger, *, tolerance: float = 1e-9) -> list[str]:
    """Return what differs, one line each: integers and evidence exactly, sums within a tolerance."""
    lines = [f"only in one: {name}" for name in sorted(left.keys() ^ right.keys())]
    for name in sorted(left.keys() & right.keys()):
        for field, one, other in zip(Sum._fields, left[name], right[name], strict=True):
            same = one == other or (
                isinstance(one, float)
                and isinstance(other, float)
                and math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
            )
            if not same:
                lines.append(f"{name} {field}: {one} and {other}")
    return lines
