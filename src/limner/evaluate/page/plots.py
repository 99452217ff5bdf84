"""The plots of the report: dots with intervals, and lines through windows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from limner.evaluate.bootstrap import Interval
from limner.evaluate.page import svg

WIDTH = 380.0
NAMES = 122.0
"""Width of the column of names."""
MARGIN = 12.0
ROW = 24.0
AXIS = 26.0
HEIGHT = 170.0
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with its interval; ``kind`` is the class that colours it."""

    name: str
    kind: str
    interval: Interval
    tip: str = ""


def plot_dots(marks: Sequence[Mark], *, title: str, zero: bool = False) -> str:
    """Return one row per mark that has a value: name, interval, dot; ``zero`` draws the line at 0."""
    shown = [mark for mark in marks if not math.isnan(mark.interval.mean)]
    if not shown:
        return ""
    ends = [end for mark in shown for end in (mark.interval.low, mark.interval.high)] + (
        [0.0] if zero else []
    )
    scale = Scale.over(ends, NAMES, WIDTH - MARGIN)
    bottom = ROW * len(shown)
    drawn = [*_draw_axis(scale, bottom)]
    if zero:
        drawn.append(svg.line((scale.at(0), 0), (scale.at(0), bottom), of="zero"))
    for place, mark in enumerate(shown):
        y = ROW * (place + 0.5)
        left, right = scale.at(mark.interval.low), scale.at(mark.interval.high)
        drawn += [
            svg.words(NAMES - 8, y + 4, mark.name, anchor="end"),
            svg.line((left, y), (right, y), of=f"range {mark.kind}"),
            svg.dot(scale.at(mark.interval.mean), y, of=mark.kind, tip=mark.tip or _say(mark)),
        ]
    return svg.draw(WIDTH, bottom + AXIS, drawn, title=title)


def plot_lines(
    lines: Sequence[tuple[str, str, Sequence[float]]], labels: Sequence[str], *, title: str
) -> str:
    """Return lines (name, kind, one value per label) from left to right, each named at its end."""
    values = [value for _, _, line in lines for value in line if not math.isnan(value)]
    if len(labels) < 2 or not values:
        return ""
    scale = Scale.over(values, HEIGHT, MARGIN)
    step = (WIDTH - 48 - NAMES) / (len(labels) - 1)
    drawn = []
    for tick in scale.ticks():
        drawn.append(svg.line((40, scale.at(tick)), (WIDTH - NAMES, scale.at(tick)), of="grid"))
        drawn.append(svg.words(36, scale.at(tick) + 4, f"{tick:g}", of="tick", anchor="end"))
    for place, label in enumerate(labels):
        drawn.append(svg.words(44 + step * place, HEIGHT + 18, label, of="tick", anchor="middle"))
    ends = _spread([scale.at(line[-1]) for _, _, line in lines])
    for (name, kind, line), end in zip(lines, ends, strict=True):
        points = [(44 + step * place, scale.at(value)) for place, value in enumerate(line)]
        drawn.append(svg.path(points, of=f"track {kind}"))
        drawn += [svg.dot(x, y, of=kind, tip=name, radius=3) for x, y in points]
        drawn.append(svg.words(WIDTH - NAMES + 10, end + 4, name, of=f"label {kind}"))
    return svg.draw(WIDTH, HEIGHT + AXIS, drawn, title=title)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places between two ends."""

    low: float
    high: float
    start: float
    stop: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, stop: float) -> "Scale":
        """Return the scale that holds all values, with a little room."""
        low, high = min(values), max(values)
        room = 0.06 * (high - low) or max(abs(high), 1e-3) * 0.1
        return cls(low - room, high + room, start, stop)

    def at(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + (self.stop - self.start) * (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Return a few round values inside.

        >>> Scale(0.0, 1.0, 0, 100).ticks()
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
        """
        rough = (self.high - self.low) / _TICKS
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * by for by in (1, 2, 5, 10) if power * by >= 0.8 * rough)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(step * number, 10) for number in range(first, last + 1)]


def _draw_axis(scale: Scale, bottom: float) -> list[str]:
    drawn = []
    for tick in scale.ticks():
        x = scale.at(tick)
        drawn.append(svg.line((x, 0), (x, bottom), of="grid"))
        drawn.append(svg.words(x, bottom + 16, f"{tick:g}", of="tick", anchor="middle"))
    return drawn


def _spread(places: Sequence[float]) -> list[float]:
    """Return label places at least 13 apart, near their own."""
    order = sorted(range(len(places)), key=lambda one: places[one])
    found = list(places)
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + 13)
    over = max(0.0, max(found) - HEIGHT)
    return [place - over for place in found]


def _say(mark: Mark) -> str:
    mean, low, high = mark.interval
    return f"{mark.name}: {mean:.4f} [{low:.4f}, {high:.4f}]"
