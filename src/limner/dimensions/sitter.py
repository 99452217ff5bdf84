"""The one who is painted: a user's sums, what is usual for others, and how both are read."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple, TypedDict

from limner.ledger.cells import Cell
from limner.ledger.decay import DAY_US, Landmarks
from limner.records import UNTIMED, Correction, Dispute, Language, Trend
from limner.settings import Settings

Cells = Mapping[str, Mapping[str, Cell]]
EVIDENCE_SHOWN = 3
"""Rows that a fact cites."""
RECENT_PULL = 3.0
"""How much more an event of the recent horizon counts in a strength: interests drift."""
_NEW_DAYS = 28.0
_MIN_RECENT_EVENTS = 4.0
_CLEAR_TURN = 1.3
"""Standard errors between the horizons before a trend is called one."""


class Cite(NamedTuple):
    """What a fact rests on: a cell with its rows in a table of the log, an attribute, or a correction."""

    table: str
    cell: Cell | None = None
    name: str = ""
    most: int = EVIDENCE_SHOWN


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact whose evidence is not fetched yet."""

    dimension: str
    key: str
    value: str | int | float
    statement: str
    strength: float
    confidence: float
    cites: tuple[Cite, ...]
    liking: float | None = None
    trend: Trend = "steady"
    source: str = "observed"
    first_seen: int | None = None
    last_seen: int | None = None
    mood: str = ""
    """liked, disliked or mixed, measured against everything else the user rated; empty: nobody said."""
    sources: tuple[str, ...] = ()
    """Everyone who says so, where it is more than `source`."""
    dispute: Dispute = ""
    against: tuple[Cite, ...] = ()
    """The rows that say otherwise."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """Everything the dimensions may look at; pure data."""

    user_id: str
    cells: Cells
    usual: Callable[[str, str], float]
    """Mean share of a key over the users who have the signal (0 when it is not known)."""
    settings: Settings
    lang: Language
    as_of: int
    landmarks: Landmarks
    title: Callable[[str], str] = str
    """What an item id is called."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Declared by the user."""
    circle: Mapping[str, Any] = field(default_factory=dict)
    """What `dimensions.circles` found: community, influence, place."""
    inferred: Mapping[str, tuple[str, float, tuple[Cite, ...]]] = field(default_factory=dict)
    """Attribute → value, probability, the rows that speak for it."""

    corrections: tuple[Correction, ...] = ()
    """What somebody decided about facts of this user, oldest first."""
    canonical: Callable[[str], str] = str
    """The one name of things that have several: 手机屏 is 屏幕."""

    def of(self, signal: str) -> Mapping[str, Cell]:
        """Return the cells of a signal by key."""
        return self.cells.get(signal, {})

    @property
    def events(self) -> int:
        """Events in the ledger."""
        return sum(cell.n for cell in self.of("event").values())

    @property
    def last_seen(self) -> int:
        """The user's newest event, `UNTIMED` when there is none."""
        return max((cell.last_seen for cell in self.of("event").values()), default=UNTIMED)

    @property
    def first_seen(self) -> int:
        """The user's oldest event, `UNTIMED` when there is none."""
        return min((cell.first_seen for cell in self.of("event").values()), default=UNTIMED)

    def effective_events(self) -> tuple[float, float]:
        """Return the decayed numbers of events of both horizons, as they stood at the user's last event."""
        factors = self.landmarks.factors(self.last_seen, self.settings.horizons)
        recent = sum(cell.recent for cell in self.of("event").values())
        lasting = sum(cell.lasting for cell in self.of("event").values())
        return recent * factors[0], lasting * factors[1]


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of one user in one signal, against a total: recent, lasting, and both together."""

    total: Cell | None
    recent_weight: float
    recent_events: float
    """Decayed number of events of the recent horizon, as it stood at the user's last event."""
    first_seen: int
    last_seen: int

    @classmethod
    def of(cls, sitter: Sitter, total: Cell | None) -> "Shares":
        """Read shares against `total`, for instance the user's whole activity."""
        recent, lasting = sitter.effective_events()
        pulled, last_seen = RECENT_PULL * recent, sitter.last_seen
        weight = 0.0 if last_seen == UNTIMED or pulled + lasting <= 0 else pulled / (pulled + lasting)
        return cls(total, weight, recent, sitter.first_seen, last_seen)

    def recent(self, cell: Cell) -> float:
        """Share of the recent horizon, 0..1."""
        return _ratio(cell.recent, self.total.recent if self.total else 0.0)

    def lasting(self, cell: Cell) -> float:
        """Share of the lasting horizon, 0..1."""
        return _ratio(cell.lasting, self.total.lasting if self.total else 0.0)

    def strength(self, cell: Cell) -> float:
        """Share over both horizons, recent events pulling `RECENT_PULL` times, 0..1."""
        recent, lasting = self.recent(cell), self.lasting(cell)
        return self.recent_weight * recent + (1 - self.recent_weight) * lasting

    def trend(self, cell: Cell) -> Trend:
        """Compare the horizons: a key is new, rising or fading only when enough recent events say so."""
        if self.last_seen == UNTIMED:
            return "steady"
        recent_events = self.recent_events
        history_days = (self.last_seen - self.first_seen) / DAY_US
        young = (self.last_seen - cell.first_seen) / DAY_US < _NEW_DAYS
        if young and history_days > 2 * _NEW_DAYS and cell.n >= 2:
            return "new"
        if recent_events < _MIN_RECENT_EVENTS or history_days < _NEW_DAYS:
            return "steady"
        recent, lasting = self.recent(cell), self.lasting(cell)
        # A share below one event could not be seen at all, so its spread is that of one event.
        spread = math.sqrt(max(lasting, 1 / recent_events) * (1 - lasting) / recent_events)
        if recent > 1.4 * lasting and recent - lasting > _CLEAR_TURN * spread and cell.n >= 3:
            return "rising"
        if recent < 0.6 * lasting and lasting - recent > _CLEAR_TURN * spread:
            return "fading"
        return "steady"


def judge_share(hits: int, total: int, threshold: float, *, usual: float) -> float:
    """Return the probability that a user's long-run share lies above `threshold`.

    A normal reading of the binomial posterior, shrunk towards what is usual by five events.

    >>> judge_share(10, 20, 0.1, usual=0.1) > 0.99 > 0.6 > judge_share(1, 8, 0.1, usual=0.1) > 0.4
    True
    """
    pull = 5.0
    usual = min(max(usual, 0.005), 0.995)
    mean = (min(hits, total) + pull * usual) / (total + pull)
    spread = math.sqrt(mean * (1 - mean) / (total + pull))
    return normal_cdf((mean - threshold) / spread)


def normal_cdf(z: float) -> float:
    """Return the standard normal distribution function.

    >>> normal_cdf(0.0)
    0.5
    """
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def cite_cell(cell: Cell, table: str, *, most: int = EVIDENCE_SHOWN) -> tuple[Cite, ...]:
    """Return what cites the newest rows behind a cell, at most so many."""
    return (Cite(table, cell, most=most),)


def cite_cells(cells: Iterable[Cell], table: str, *, most: int = EVIDENCE_SHOWN) -> tuple[Cite, ...]:
    """Return what cites the newest rows behind some cells, those added to last first."""
    ranked = sorted(cells, key=lambda cell: (-cell.last_seen, cell.key))
    return tuple(Cite(table, cell, most=most) for cell in ranked)


def gather_alike(cells: Iterable[Cell], canonical: Callable[[str], str]) -> list[tuple[Cell, list[Cell]]]:
    """Return cells of keys that mean the same as one: its sums under the canonical key, and its parts."""
    alike: dict[str, list[Cell]] = {}
    for cell in cells:
        alike.setdefault(canonical(cell.key), []).append(cell)
    return [(reduce(Cell.plus, parts)._replace(key=key), parts) for key, parts in alike.items()]


def newest_cell(cells: Mapping[str, Cell]) -> Cell:
    """Return the cell that was added to last."""
    return max(cells.values(), key=lambda cell: (cell.last_seen, cell.n, cell.key))


class Seen(TypedDict):
    """First and last sight, None where there is no time."""

    first_seen: int | None
    last_seen: int | None


def seen(cell: Cell) -> Seen:
    """Return when a cell was first and last added to."""
    return {"first_seen": cell.first_seen or None, "last_seen": cell.last_seen or None}


def _ratio(part: float, whole: float) -> float:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
