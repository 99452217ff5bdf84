"""One cell of the ledger as it is read: a user's sum for one signal and key."""

import struct
from collections.abc import Iterable
from typing import NamedTuple

EVIDENCE_KEPT = 3
"""Moments a cell remembers."""

Moment = tuple[int, int]
"""(timestamp in microseconds, ref) of a row in the user's log."""


class Cell(NamedTuple):
    """Sums as stored: decayed ones still carry the landmark, which cancels in every share."""

    key: str
    n: int
    recent: float
    lasting: float
    liking: float
    opinion: float
    first_seen: int
    last_seen: int
    evidence: bytes

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The newest rows behind the cell, newest first."""
        return unpack_moments(self.evidence)

    @property
    def mean_liking(self) -> float | None:
        """Mean polarity −1..1 of the rows that show one; None when none does."""
        if self.opinion <= 0:
            return None
        return max(-1.0, min(1.0, self.liking / self.opinion))


def pack_moments(moments: Iterable[Moment]) -> bytes:
    """Return moments as bytes, newest first, at most `EVIDENCE_KEPT`.

    >>> unpack_moments(pack_moments([(5, 1), (9, 2), (9, 3), (1, 4)]))
    ((9, 3), (9, 2), (5, 1))
    """
    newest = sorted(set(moments), reverse=True)[:EVIDENCE_KEPT]
    return struct.pack(f"<{2 * len(newest)}q", *(number for moment in newest for number in moment))


def unpack_moments(packed: bytes) -> tuple[Moment, ...]:
    """Return what `pack_moments` packed."""
    numbers = struct.unpack(f"<{len(packed) // 8}q", packed)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def merge_evidence(left: bytes, right: bytes) -> bytes:
    """Return the newest moments of both sides: associative, commutative and idempotent."""
    return pack_moments(unpack_moments(left) + unpack_moments(right))
