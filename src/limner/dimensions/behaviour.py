"""How a user acts: recency, frequency, money, rhythm, dwell, paths, rating style."""

import math
from collections.abc import Iterator, Mapping

from limner.dimensions.sitter import Draft, Sitter, cite_cell, judge_share, normal_cdf, seen
from limner.ledger.cells import Cell
from limner.ledger.decay import DAY_US
from limner.phrases import say
from limner.records import UNTIMED, iso

DAYPARTS: dict[str, tuple[int, ...]] = {
    "night": (0, 1, 2, 3, 4, 5),
    "morning": (6, 7, 8, 9, 10),
    "noon": (11, 12, 13),
    "afternoon": (14, 15, 16, 17),
    "evening": (18, 19, 20, 21, 22, 23),
}
_WEEKEND = ("5", "6")
_MIN_RHYTHM_EVENTS = 8
_MIN_RATINGS = 5
_MIN_EVENTS = 3
_CLEARLY_MORE = 1.2
_MOST_PATHS = 3
_MOST_OWN = 3
_UNITS = (("week", 1.0), ("month", 4.35), ("year", 52.2))


def read_behaviour(sitter: Sitter) -> Iterator[Draft]:
    """Yield behaviour facts; those that need time are left out where the owner keeps none."""
    if sitter.events == 0:
        return
    yield _frequency(sitter)
    if sitter.last_seen != UNTIMED:
        yield _recency(sitter)
    for read in (
        _money,
        _events,
        _dayparts,
        _weekend,
        _sessions,
        _dwell,
        _paths,
        _rating_style,
        _own_signals,
    ):
        yield from read(sitter)


def _newest(cells: Mapping[str, Cell]) -> Cell:
    return max(cells.values(), key=lambda cell: (cell.last_seen, cell.n, cell.key))


def _frequency(sitter: Sitter) -> Draft:
    events, days = sitter.events, len(sitter.of("day"))
    newest = _newest(sitter.of("event"))
    if sitter.last_seen == UNTIMED:
        statement, rate = say("behaviour.frequency_untimed", sitter.lang, events=events), float(events)
    elif days == 1:
        statement, rate = say("behaviour.frequency_one_day", sitter.lang, events=events), float(events)
    else:
        rate = events / max((sitter.last_seen - sitter.first_seen) / DAY_US / 7, 1.0)
        unit, weeks = next(((u, w) for u, w in _UNITS if rate * w >= 1), _UNITS[-1])
        statement = say(
            "behaviour.frequency",
            sitter.lang,
            events=events,
            days=days,
            rate=rate * weeks,
            unit=say(f"unit.{unit}", sitter.lang),
        )
    return Draft(
        "behaviour",
        "frequency",
        round(rate, 2),
        statement,
        min(1.0, math.log1p(events) / math.log1p(1000)),
        1.0,
        cite_cell(newest, "events"),
        first_seen=sitter.first_seen or None,
        last_seen=sitter.last_seen or None,
    )


def _recency(sitter: Sitter) -> Draft:
    days = max(0.0, (sitter.as_of - sitter.last_seen) / DAY_US)
    date = (iso(sitter.last_seen) or "")[:10]
    newest = _newest(sitter.of("event"))
    return Draft(
        "behaviour",
        "recency_days",
        round(days, 1),
        say("behaviour.recency", sitter.lang, date=date, days=days),
        0.5 ** (days / sitter.settings.horizons.lasting_days),
        1.0,
        cite_cell(newest, "events"),
        **seen(newest),
    )


def _money(sitter: Sitter) -> Iterator[Draft]:
    spend = sitter.of("spend").get("all")
    if spend is None:
        return
    roles = sitter.settings.events.values
    paying = [cell for name, cell in sitter.of("event").items() if roles.get(name) == "amount"]
    orders = sum(cell.lasting for cell in paying)
    mean = spend.lasting / orders if orders > 0 else 0.0
    yield Draft(
        "behaviour",
        "monetary",
        round(mean, 2),
        say("behaviour.monetary", sitter.lang, n=spend.n, mean=mean),
        min(1.0, spend.n / sitter.events),
        1.0,
        cite_cell(spend, "events"),
        **seen(spend),
    )


def _events(sitter: Sitter) -> Iterator[Draft]:
    """The most telling type of event, when there is more than one."""
    cells = sitter.of("event")
    if len(cells) < 2:
        return
    total = sitter.events
    cell = max(cells.values(), key=lambda cell: (cell.n / total - sitter.usual("event", cell.key), cell.key))
    share, usual = cell.n / total, sitter.usual("event", cell.key)
    if share < _CLEARLY_MORE * usual or cell.n < _MIN_EVENTS:
        return
    yield Draft(
        "behaviour",
        "event",
        cell.key,
        say("behaviour.event", sitter.lang, value=cell.key, share=share, n=cell.n, usual=usual),
        share,
        judge_share(cell.n, total, usual, usual=usual),
        cite_cell(cell, "events"),
        **seen(cell),
    )


def _dayparts(sitter: Sitter) -> Iterator[Draft]:
    hours = sitter.of("hour")
    total = sum(cell.n for cell in hours.values())
    if total < _MIN_RHYTHM_EVENTS:
        return
    counts = {part: sum(hours[str(h)].n for h in span if str(h) in hours) for part, span in DAYPARTS.items()}
    usual = {part: sum(sitter.usual("hour", str(hour)) for hour in span) for part, span in DAYPARTS.items()}
    part = max(counts, key=lambda name: (counts[name] / total - usual[name] / 2, name))
    share = counts[part] / total
    inside = {str(hour): hours[str(hour)] for hour in DAYPARTS[part] if str(hour) in hours}
    if not inside:
        return
    name = say(f"daypart.{part}", sitter.lang)
    yield Draft(
        "behaviour",
        "daypart",
        part,
        say("behaviour.daypart", sitter.lang, value=name, share=share, usual=usual[part]),
        share,
        judge_share(counts[part], total, min(usual[part], share / 2), usual=usual[part]),
        cite_cell(_newest(inside), "events"),
        **seen(_newest(inside)),
    )
    peak = max(hours.values(), key=lambda cell: (cell.n, -int(cell.key)))
    yield Draft(
        "behaviour",
        "peak_hour",
        int(peak.key),
        say("behaviour.peak_hour", sitter.lang, value=peak.key, share=peak.n / total),
        peak.n / total,
        judge_share(peak.n, total, 1 / 24, usual=sitter.usual("hour", peak.key)),
        cite_cell(peak, "events"),
        **seen(peak),
    )


def _weekend(sitter: Sitter) -> Iterator[Draft]:
    weekdays = sitter.of("weekday")
    total = sum(cell.n for cell in weekdays.values())
    inside = {day: weekdays[day] for day in _WEEKEND if day in weekdays}
    if total < _MIN_RHYTHM_EVENTS or not inside or len(sitter.of("day")) < 3:
        return
    count = sum(cell.n for cell in inside.values())
    share, usual = count / total, sum(sitter.usual("weekday", day) for day in _WEEKEND)
    yield Draft(
        "behaviour",
        "weekend_share",
        round(share, 4),
        say("behaviour.week", sitter.lang, share=share, usual=usual),
        share,
        judge_share(count, total, share / 2, usual=usual),
        cite_cell(_newest(inside), "events"),
        **seen(_newest(inside)),
    )


def _sessions(sitter: Sitter) -> Iterator[Draft]:
    cell = sitter.of("session").get("all")
    if cell is None or cell.n < 2:
        return
    rate = sitter.events / cell.n
    yield Draft(
        "behaviour",
        "sessions",
        cell.n,
        say("behaviour.sessions", sitter.lang, n=cell.n, rate=rate),
        min(1.0, cell.n / sitter.events),
        1.0,
        cite_cell(cell, "events"),
        **seen(cell),
    )


def _dwell(sitter: Sitter) -> Iterator[Draft]:
    cells = sitter.of("dwell")
    total = sum(cell.n for cell in cells.values())
    if total < _MIN_RHYTHM_EVENTS:
        return
    cell = max(cells.values(), key=lambda cell: (cell.n, cell.key))
    share, usual = cell.n / total, sitter.usual("dwell", cell.key)
    yield Draft(
        "behaviour",
        "dwell",
        cell.key,
        say("behaviour.dwell", sitter.lang, value=cell.key, share=share),
        share,
        judge_share(cell.n, total, share / 2, usual=usual),
        cite_cell(cell, "events"),
        **seen(cell),
    )


def _paths(sitter: Sitter) -> Iterator[Draft]:
    cells = sitter.of("transition")
    total = sum(cell.n for cell in cells.values())
    chosen = sorted(
        (cell for cell in cells.values() if cell.n >= 3), key=lambda cell: (-cell.lasting, cell.key)
    )
    for cell in chosen[:_MOST_PATHS]:
        origin, _, target = cell.key.partition("→")
        yield Draft(
            "behaviour",
            "path",
            cell.key,
            say("behaviour.path", sitter.lang, origin=origin, target=target, n=cell.n),
            cell.n / total,
            judge_share(cell.n, total, cell.n / total / 2, usual=sitter.usual("transition", cell.key)),
            cite_cell(cell, "events"),
            **seen(cell),
        )


def _rating_style(sitter: Sitter) -> Iterator[Draft]:
    cells = sitter.of("rating")
    total = sum(cell.n for cell in cells.values())
    if total < _MIN_RATINGS:
        return
    values = [(float(cell.key), cell.n) for cell in cells.values()]
    mean = sum(value * n for value, n in values) / total
    spread = math.sqrt(sum(n * (value - mean) ** 2 for value, n in values) / total)
    usual = sitter.usual("rating_mean", "all") or mean
    error = max(spread, 0.3) / math.sqrt(total)
    z = (mean - usual) / error
    style = "generous" if z > 2 else "strict" if z < -2 else "typical"
    newest = _newest(cells)
    yield Draft(
        "behaviour",
        "rating_style",
        style,
        say(f"behaviour.rating_style.{style}", sitter.lang, mean=mean, usual=usual),
        min(1.0, total / sitter.events),
        normal_cdf(abs(z)) if style != "typical" else normal_cdf(2 - z) - normal_cdf(-2 - z),
        cite_cell(newest, "events"),
        **seen(newest),
    )


def _own_signals(sitter: Sitter) -> Iterator[Draft]:
    """The strongest keys of each signal the owner declared in limner.toml."""
    for name, declared in sitter.settings.signals.items():
        cells = sitter.of(name)
        whole = sum(cell.lasting for cell in cells.values())
        total = sum(cell.n for cell in cells.values())
        table = declared.rows if declared.rows in ("texts", "opinions", "relations") else "events"
        for cell in sorted(cells.values(), key=lambda cell: (-cell.lasting, cell.key))[:_MOST_OWN]:
            share, usual = cell.lasting / whole if whole > 0 else 0.0, sitter.usual(name, cell.key)
            yield Draft(
                "behaviour",
                name,
                cell.key,
                say("behaviour.own", sitter.lang, name=name, value=cell.key, share=share, usual=usual),
                min(1.0, share),
                judge_share(cell.n, total, share / 2, usual=usual),
                cite_cell(cell, "texts" if declared.rows == "words" else table),
                liking=cell.mean_liking,
                **seen(cell),
            )
