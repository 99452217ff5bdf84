"""Marks of a drawing as SVG text: lines, dots, words; colours come from the page's style sheet."""

from collections.abc import Sequence
from html import escape


def draw(width: float, height: float, marks: Sequence[str], *, title: str) -> str:
    """Return one drawing, as wide as its place; ``title`` is read aloud instead of it.

    >>> draw(10, 5, [], title="a < b")
    '<svg viewBox="0 0 10 5" role="img" aria-label="a &lt; b"></svg>'
    """
    inner = "".join(marks)
    return (
        f'<svg viewBox="0 0 {_n(width)} {_n(height)}" role="img" aria-label="{escape(title)}">{inner}</svg>'
    )


def line(start: tuple[float, float], stop: tuple[float, float], *, of: str = "axis") -> str:
    """Return a straight line of a class."""
    (x1, y1), (x2, y2) = start, stop
    return f'<line class="{of}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def path(points: Sequence[tuple[float, float]], *, of: str) -> str:
    """Return a line through points."""
    through = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return f'<polyline class="{of}" points="{through}"/>'


def dot(x: float, y: float, *, of: str, tip: str = "", radius: float = 4.5) -> str:
    """Return a dot; ``tip`` is shown when it is pointed at."""
    inner = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<circle class="{of}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}">{inner}</circle>'


def words(x: float, y: float, said: str, *, of: str = "label", anchor: str = "start") -> str:
    """Return a text that starts, ends or is centred (middle) at a point."""
    return f'<text class="{of}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(said)}</text>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
