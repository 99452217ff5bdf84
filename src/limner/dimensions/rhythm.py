"""When a user comes: parts of the day, the hour, the weekend.

Events of one day belong together, so days and not events are the trials a confidence rests on.
"""

from collections.abc import Iterator, Mapping

from limner.dimensions.sitter import Draft, Sitter, cite_cell, judge_share, newest_cell, seen
from limner.ledger.cells import Cell
from limner.phrases import say

DAYPARTS: dict[str, tuple[int, ...]] = {
    "night": (0, 1, 2, 3, 4, 5),
    "morning": (6, 7, 8, 9, 10),
    "noon": (11, 12, 13),
    "afternoon": (14, 15, 16, 17),
    "evening": (18, 19, 20, 21, 22, 23),
}
_WEEKEND = ("5", "6")
_MIN_EVENTS = 8
_MIN_DAYS = 3
_CLEARLY_MORE = 1.2


def read_rhythm(sitter: Sitter) -> Iterator[Draft]:
    """Yield when a user comes, once they came on three days."""
    if sitter.events < _MIN_EVENTS or len(sitter.of("day")) < _MIN_DAYS:
        return
    yield from _daypart(sitter)
    yield from _peak_hour(sitter)
    yield from _weekend(sitter)


def _judge(sitter: Sitter, share: float, threshold: float, usual: float) -> float:
    days = len(sitter.of("day"))
    return judge_share(round(share * days), days, threshold, usual=usual)


def _inside(cells: Mapping[str, Cell], keys: tuple[str, ...]) -> dict[str, Cell]:
    return {key: cells[key] for key in keys if key in cells}


def _daypart(sitter: Sitter) -> Iterator[Draft]:
    """The part of the day that stands out most against what is usual."""
    hours = sitter.of("hour")
    total = sum(cell.n for cell in hours.values())
    spans = {part: tuple(map(str, span)) for part, span in DAYPARTS.items()}
    shares = {
        part: sum(cell.n for cell in _inside(hours, span).values()) / total for part, span in spans.items()
    }
    usual = {part: sum(sitter.usual("hour", hour) for hour in span) for part, span in spans.items()}
    part = max(shares, key=lambda name: (shares[name] - usual[name], name))
    if shares[part] <= _CLEARLY_MORE * usual[part]:
        return
    newest = newest_cell(_inside(hours, spans[part]))
    name = say(f"daypart.{part}", sitter.lang)
    yield Draft(
        "behaviour",
        "daypart",
        part,
        say("behaviour.daypart", sitter.lang, value=name, share=shares[part], usual=usual[part]),
        shares[part],
        _judge(sitter, shares[part], usual[part], usual[part]),
        cite_cell(newest, "events"),
        **seen(newest),
    )


def _peak_hour(sitter: Sitter) -> Iterator[Draft]:
    hours = sitter.of("hour")
    total = sum(cell.n for cell in hours.values())
    peak = max(hours.values(), key=lambda cell: (cell.n, -int(cell.key)))
    share = peak.n / total
    yield Draft(
        "behaviour",
        "peak_hour",
        int(peak.key),
        say("behaviour.peak_hour", sitter.lang, value=peak.key, share=share),
        share,
        _judge(sitter, share, 1 / 24, sitter.usual("hour", peak.key)),
        cite_cell(peak, "events"),
        **seen(peak),
    )


def _weekend(sitter: Sitter) -> Iterator[Draft]:
    weekdays = sitter.of("weekday")
    total = sum(cell.n for cell in weekdays.values())
    inside = _inside(weekdays, _WEEKEND)
    if not inside:
        return
    share = sum(cell.n for cell in inside.values()) / total
    usual = sum(sitter.usual("weekday", day) for day in _WEEKEND)
    yield Draft(
        "behaviour",
        "weekend_share",
        round(share, 4),
        say("behaviour.week", sitter.lang, share=share, usual=usual),
        share,
        _judge(sitter, share, share / 2, usual),
        cite_cell(newest_cell(inside), "events"),
        **seen(newest_cell(inside)),
    )
