"""How a user acts: recency, frequency, money, rhythm, dwell, paths, rating style."""

import math
from collections.abc import Iterator

from limner.dimensions.rhythm import read_rhythm
from limner.dimensions.sitter import Draft, Sitter, cite_cell, judge_share, newest_cell, normal_cdf, seen
from limner.ledger.decay import DAY_US
from limner.ledger.signals import WRITTEN
from limner.phrases import say
from limner.records import UNTIMED, iso

_MIN_VIEWS = 8
_MIN_RATINGS = 5
_MIN_EVENTS = 3
_ALIKE = 0.5
"""Spreads between two mean ratings that count as alike."""
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
    for read in (_money, _events, read_rhythm, _sessions, _dwell, _paths, _rating_style, _own_signals):
        yield from read(sitter)


def _frequency(sitter: Sitter) -> Draft:
    events, days = sitter.events, len(sitter.of("day"))
    newest = newest_cell(sitter.of("event"))
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
    newest = newest_cell(sitter.of("event"))
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
    if total < _MIN_VIEWS:
        return
    cell = max(cells.values(), key=lambda cell: (cell.n, cell.key))
    share, usual = cell.n / total, sitter.usual("dwell", cell.key)
    yield Draft(
        "behaviour",
        "dwell",
        cell.key,
        say("behaviour.dwell", sitter.lang, value=say(f"dwell.{cell.key}", sitter.lang), share=share),
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
    if style == "typical" and abs(mean - usual) > _ALIKE * max(spread, 0.3):
        return  # too few ratings to say that they differ, too far apart to say that they do not
    newest = newest_cell(cells)
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
        table = {"words": "texts", "topics": "texts"}.get(declared.rows, declared.rows)
        for cell in sorted(cells.values(), key=lambda cell: (-cell.lasting, cell.key))[:_MOST_OWN]:
            share, usual = cell.lasting / whole if whole > 0 else 0.0, sitter.usual(name, cell.key)
            yield Draft(
                "behaviour",
                name,
                cell.key,
                say("behaviour.own", sitter.lang, name=name, value=cell.key, share=share, usual=usual),
                min(1.0, share),
                judge_share(cell.n, total, share / 2, usual=usual),
                cite_cell(cell, table if table in WRITTEN else "events"),
                liking=cell.mean_liking,
                **seen(cell),
            )
