"""What the pictures of one user are drawn from: when they come, what they turn to, what they praise."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from limner.ledger.cells import Cell
from limner.ledger.decay import DAY_US
from limner.records import FRIENDSHIP, iso
from limner.studio.kept.correcting import read_corrections
from limner.studio.kept.moments import read_moment
from limner.studio.portraits.quotations import Opinion, read_newest_texts, read_opinions

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter
    from limner.studio.studio import Studio

_MOST_EVENTS = 20_000
"""Newest events that are read for a picture: more than anybody sees in it."""
_MOST_INTERESTS = 12
_MOST_LINES = 5
_MOST_ASPECTS = 12
_MOST_QUOTES = 6
_MOST_WORDS = 30
_MOST_FRIENDS = 24
_MOST_TEXTS = 8
_STEPS_DAYS = (1, 7, 28, 91)
_MOST_STEPS = 60
_HOUR_US = 3_600_000_000
_MONDAY_US = 4 * DAY_US
"""1970-01-05, from which weeks are counted."""
_INTERESTS = ("category", "tag", "brand")
"""Kinds of interest by which a user may be drawn: the first that there is."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Events by equal steps of time, oldest first, in all and of what a user turns to most."""

    days: int
    """The length of a step."""
    starts: tuple[str, ...]
    """The first day of each step, in the owner's time zone."""
    events: tuple[int, ...]
    lines: tuple[dict[str, Any], ...]
    """value and events, one number a step."""


@dataclass(frozen=True, slots=True)
class Charts:
    """The numbers behind the pictures of one user."""

    user_id: str | int
    as_of: str | None
    timezone: str
    kept_since: str | None
    """Rows before this are no longer kept: hours, steps and quotations are of the others; None: all are."""
    kind: str
    """What interests are of: category, tag or brand."""
    hours: tuple[tuple[int, ...], ...]
    """Events by weekday (0 = Monday) and hour, in the owner's time zone: (7, 24)."""
    interests: tuple[dict[str, Any], ...]
    """value, n, recent and lasting shares, usual share, liking, liked and disliked rows."""
    steps: Steps
    aspects: tuple[dict[str, Any], ...]
    """value, liked and disliked rows, liking, quotes with text, start, stop and polarity."""
    words: tuple[dict[str, Any], ...]
    texts: tuple[dict[str, Any], ...]
    friends: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``GET /users/{id}/charts``."""
        return asdict(self)


def draw_charts(
    studio: "Studio", user_id: str | int, as_of: str | int | date | datetime | None = None
) -> Charts:
    """Return the numbers behind the pictures of a user, now or as of an instant in the past.

    What was forbidden by a correction is left out, as it is of the portrait.

    Raises:
        UnknownUserError: no such user.
        InputError: rows of that time are no longer kept.
    """
    painter = studio.painter
    with studio.store.reading():
        painter.refresh()
        person = painter.find_person(user_id)
        asked = read_moment(as_of, timezone=studio.settings.timezone)
        moment = painter.as_of if asked is None else min(asked, painter.as_of)
        cells = painter.read_cells(person.user_no, moment)
        corrections = read_corrections(studio.store, person.user_no)
        hidden = frozenset(one.path for one in corrections if one.verb == "forbid")
        kind = next((name for name in _INTERESTS if cells.get(name)), _INTERESTS[0])
        interests = _share(painter, cells, kind, hidden)
        opinions = read_opinions(studio.store, person.user_no, moment)
        clock = Clock(painter.ledger.offsets)
        moved = _read_moves(painter, person.user_no, moment)
        retired = int(painter.meta.get("retired_before_us") or 0)
        return Charts(
            painter.outside_id("user_id", person.user_id),
            iso(moment),
            studio.settings.timezone,
            iso(retired),
            kind,
            count_hours((ts for ts, _ in moved), clock),
            interests,
            _step(painter, person.user_no, moved, clock, [one["value"] for one in interests[:_MOST_LINES]]),
            _tell_aspects(painter, cells.get("aspect", {}), opinions, hidden),
            _tell_words(cells.get("word", {}), hidden),
            tuple(read_newest_texts(studio.store, person.user_no, moment, most=_MOST_TEXTS)),
            _tell_friends(painter, person.user_no, moment),
        )


class Clock:
    """Reads instants on the owner's clock."""

    def __init__(self, offsets: Sequence[tuple[int, int]]) -> None:
        """Use (from instant, offset) pairs in microseconds, oldest first."""
        self._starts = [start for start, _ in offsets]
        self._offsets = [offset for _, offset in offsets]

    def local(self, timestamp: int) -> int:
        """Return an instant in microseconds as if the owner's wall clock were UTC."""
        if not self._offsets:
            return timestamp
        return timestamp + self._offsets[max(0, bisect_right(self._starts, timestamp) - 1)]


def count_hours(timestamps: Iterable[int], clock: Clock) -> tuple[tuple[int, ...], ...]:
    """Return how many instants fall on each weekday and hour, (7, 24).

    >>> counted = count_hours([0, 3_600_000_000], Clock(((0, 0),)))
    >>> counted[3][:3]  # 1970 began on a Thursday
    (1, 1, 0)
    """
    found = [[0] * 24 for _ in range(7)]
    for timestamp in timestamps:
        local = clock.local(timestamp)
        found[(local - _MONDAY_US) // DAY_US % 7][local % DAY_US // _HOUR_US] += 1
    return tuple(map(tuple, found))


def choose_step(first_us: int, last_us: int) -> int:
    """Return the length of a step in days: the shortest of which at most 60 cover the time.

    >>> choose_step(0, 30 * DAY_US), choose_step(0, 180 * DAY_US), choose_step(0, 900 * DAY_US)
    (1, 7, 28)
    """
    span = (last_us - first_us) / DAY_US
    return next((days for days in _STEPS_DAYS if span / days < _MOST_STEPS - 1), _STEPS_DAYS[-1])


def _read_moves(painter: "Painter", user_no: int, moment: int) -> list[tuple[int, int | None]]:
    """Return (timestamp, item_no) of the newest events with a time, newest first."""
    return painter.store.rows(
        "SELECT ts, item_no FROM events WHERE user_no = ? AND ts <> 0 AND ts <= ? ORDER BY ts DESC LIMIT ?",
        *(user_no, moment, _MOST_EVENTS),
    )


def _share(
    painter: "Painter", cells: Mapping[str, Mapping[str, Cell]], kind: str, hidden: frozenset[str]
) -> tuple[dict[str, Any], ...]:
    """Return interests by their recent and lasting shares of everything the user does, the largest first."""
    total = cells.get("activity", {}).get("all")
    if total is None:
        return ()
    told: list[dict[str, Any]] = [
        {
            "value": cell.key,
            "n": cell.n,
            "recent": _ratio(cell.recent, total.recent),
            "lasting": _ratio(cell.lasting, total.lasting),
            "usual": round(painter.usual(kind, cell.key), 4),
            "liking": None if cell.mean_liking is None else round(cell.mean_liking, 4),
            "liked": cell.liked,
            "disliked": cell.disliked,
        }
        for cell in cells.get(kind, {}).values()
        if f"interest/{kind}={cell.key}" not in hidden
    ]
    told.sort(key=lambda one: (-max(one["recent"], one["lasting"]), one["value"]))
    return tuple(told[:_MOST_INTERESTS])


def _step(
    painter: "Painter",
    user_no: int,
    moves: Sequence[tuple[int, int | None]],
    clock: Clock,
    values: Sequence[str],
) -> Steps:
    """Return events by steps of time; a step of a week begins on a Monday."""
    if not moves:
        return Steps(_STEPS_DAYS[1], (), (), ())
    days = choose_step(moves[-1][0], moves[0][0])
    places = [(clock.local(ts) - _MONDAY_US) // (days * DAY_US) for ts, _ in moves]
    first, last = places[-1], places[0]
    first = max(first, last - 2 * _MOST_STEPS)
    named = _name_items(painter, {item for _, item in moves if item is not None})
    counts = {value: Counter[int]() for value in values}
    for place, (_, item) in zip(places, moves, strict=True):
        for value in named.get(item, ()):
            if value in counts:
                counts[value][place] += 1
    everything = Counter(places)
    steps = range(first, last + 1)
    return Steps(
        days,
        tuple((iso(step * days * DAY_US + _MONDAY_US) or "")[:10] for step in steps),
        tuple(everything[step] for step in steps),
        tuple({"value": value, "events": [count[step] for step in steps]} for value, count in counts.items()),
    )


def _name_items(painter: "Painter", items: set[int]) -> dict[int | None, list[str]]:
    """Return the categories and the brand of items, by number."""
    found: dict[int | None, list[str]] = {}
    listed = sorted(items)
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        marks = ", ".join("?" * len(part))
        for table, column in (("item_categories", "category"), ("items", "brand")):
            sql = f"SELECT item_no, {column} FROM {table} WHERE item_no IN ({marks})"
            for item_no, name in painter.store.rows(sql, *part):
                found.setdefault(item_no, []).append(name)
    return found


def _tell_aspects(
    painter: "Painter",
    cells: Mapping[str, Cell],
    opinions: Sequence[Opinion],
    hidden: frozenset[str],
) -> tuple[dict[str, Any], ...]:
    """Return aspects under their canonical names, most mentioned first, with their newest quotations."""
    found: dict[str, Cell] = {}
    for cell in cells.values():
        name = painter.canonical(cell.key)
        found[name] = found[name].plus(cell) if name in found else cell._replace(key=name)
    quotes: dict[str, list[dict[str, Any]]] = {}
    for one in opinions:
        quotes.setdefault(painter.canonical(one.aspect), []).append(one.to_dict())
    told: list[dict[str, Any]] = [
        {
            "value": name,
            "n": cell.n,
            "liked": cell.liked,
            "disliked": cell.disliked,
            "liking": None if cell.mean_liking is None else round(cell.mean_liking, 4),
            "quotes": quotes.get(name, [])[:_MOST_QUOTES],
        }
        for name, cell in found.items()
        if f"sentiment/aspect={name}" not in hidden
    ]
    return tuple(sorted(told, key=lambda one: (-one["n"], one["value"]))[:_MOST_ASPECTS])


def _tell_words(cells: Mapping[str, Cell], hidden: frozenset[str]) -> tuple[dict[str, Any], ...]:
    shown = [cell for cell in cells.values() if f"interest/keyword={cell.key}" not in hidden]
    ranked = sorted(shown, key=lambda cell: (-cell.lasting, cell.key))[:_MOST_WORDS]
    whole = max((cell.lasting for cell in ranked), default=0.0)
    return tuple({"value": one.key, "n": one.n, "weight": _ratio(one.lasting, whole)} for one in ranked)


def _tell_friends(painter: "Painter", user_no: int, moment: int) -> tuple[dict[str, Any], ...]:
    """Return whom a user is connected to, friends first, then by closeness."""
    rows = painter.store.rows(
        "SELECT other_id, kind, max(weight), max(ts) FROM relations WHERE user_no = ? AND ts <= ? "
        "GROUP BY other_id, kind",
        *(user_no, moment),
    )
    rows.sort(key=lambda row: (row[1] != FRIENDSHIP, -(row[2] or 0.0), row[0]))
    return tuple(
        {
            "user_id": painter.outside_id("user_id", other),
            "kind": kind,
            "weight": weight,
            "timestamp": iso(ts),
        }
        for other, kind, weight, ts in rows[:_MOST_FRIENDS]
    )


def _ratio(part: float, whole: float) -> float:
    return round(min(1.0, max(0.0, part / whole)), 4) if whole > 0 else 0.0
