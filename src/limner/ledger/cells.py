"""One cell of the ledger as it is read: a user's sum for one signal and key."""

from typing import NamedTuple

Moment = tuple[int, int]
"""(timestamp in microseconds, ref) of a row in the user's log."""

CELL_COLUMNS = (
    "user_no",
    "signal",
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
SUM_COLUMNS = CELL_COLUMNS[2:]
"""The key and its sums: the fields of a `Cell`, in their order."""


_ADDED = ("n", "recent", "lasting", "liking", "opinion", "liked", "disliked")


class Cell(NamedTuple):
    """Sums as stored: decayed ones still carry the landmark, which cancels in every share."""

    key: str
    n: int
    recent: float
    lasting: float
    liking: float
    opinion: float
    liked: int
    """Rows with a polarity above 0."""
    disliked: int
    """Rows with a polarity below 0."""
    first_seen: int
    last_seen: int
    signal: str = ""

    def plus(self, other: "Cell") -> "Cell":
        """Return the sum of two cells of one user, signal and key."""
        added = {name: getattr(self, name) + getattr(other, name) for name in _ADDED}
        return self._replace(
            **added,
            first_seen=min(self.first_seen, other.first_seen),
            last_seen=max(self.last_seen, other.last_seen),
        )

    @property
    def mean_liking(self) -> float | None:
        """Mean polarity −1..1 of the rows that show one; None when none does."""
        if self.opinion <= 0:
            return None
        return max(-1.0, min(1.0, self.liking / self.opinion))

    @property
    def two_sided(self) -> bool:
        """Whether rows speak for both sides."""
        return self.liked > 0 and self.disliked > 0
