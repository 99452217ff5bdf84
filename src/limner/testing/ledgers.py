"""Compare two ledgers: every cell, whatever their landmarks."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from limner.ledger.cells import Moment, unpack_moments
from limner.ledger.decay import read_factor
from limner.settings import settings_from_json
from limner.store.sqlite import Store


class Sum(NamedTuple):
    """One cell, its decayed sums read at the newest moment of the log."""

    n: int
    recent: float
    lasting: float
    liking: float
    opinion: float
    first_seen: int
    last_seen: int
    evidence: tuple[Moment, ...]


Ledger = Mapping[tuple[str, str, str], Sum]
"""(user_id, signal, key) → sum."""


def read_ledger(store: Store, *, at_us: int) -> Ledger:
    """Return every cell of a store, read at an instant."""
    meta = store.meta()
    horizons = settings_from_json(meta["settings"]).horizons
    recent = read_factor(at_us, meta["landmark_us"], horizons.recent_days)
    lasting = read_factor(at_us, meta["landmark_us"], horizons.lasting_days)
    rows = store.rows(
        "SELECT u.user_id, c.signal, c.key, c.n, c.recent, c.lasting, c.liking, c.opinion, "
        "c.first_seen, c.last_seen, c.evidence FROM cells c JOIN users u USING (user_no)"
    )
    return {
        (user, signal, key): Sum(
            n,
            r * recent,
            s * lasting,
            liking * lasting,
            opinion * lasting,
            first,
            last,
            unpack_moments(packed),
        )
        for user, signal, key, n, r, s, liking, opinion, first, last, packed in rows
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
