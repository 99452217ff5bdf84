"""What commands print: JSON for programs, plain aligned text for people."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from limner.phrases import say
from limner.records import DIMENSIONS, Fact, Language, Profile, iso

_QUOTES = 2
_TURNS = 3
"""The last sides a liking was on that are shown."""


def print_json(shape: Any) -> None:
    """Print JSON with readable Chinese."""
    typer.echo(json.dumps(shape, ensure_ascii=False, indent=2))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print aligned columns; wide (Chinese) characters count as two."""
    table = [list(header), *[list(row) for row in rows]]
    widths = [max(_width(row[column]) for row in table) for column in range(len(header))]
    for row in table:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def print_profile(profile: Profile, lang: Language) -> None:
    """Print a portrait as a person would want to read it."""
    typer.echo(f"{profile.user_id}" + (f"  ({iso(profile.as_of)})" if profile.as_of else ""))
    order = ("persona", *(name for name in DIMENSIONS if name != "persona"))
    for dimension in order:
        facts = profile.of(dimension)
        if facts:
            typer.echo("")
            typer.secho(say(f"heading.{dimension}", lang), bold=True)
        for fact in facts:
            _print_fact(fact, lang)
    covered = profile.coverage
    vector = profile.vector
    typer.echo("")
    rests_on = say(
        "footer",
        lang,
        events=covered.events,
        texts=covered.texts,
        days=covered.days,
        numbers=len(vector.values),
    )
    typer.echo(f"{rests_on}, α {vector.alpha:.2f} β {vector.beta:.2f}")


def _print_fact(fact: Fact, lang: Language) -> None:
    bar = "█" * round(8 * fact.strength)
    marks = [f"{fact.confidence:.0%}"]
    sources = fact.sources or (fact.source,)
    marks += [" + ".join(sources)] if sources != ("observed",) else []
    if fact.dimension == "persona":
        typer.echo(f"  {fact.statement}")
        return
    typer.echo(f"  {bar:<8} {fact.statement}  [{', '.join(marks)}]")
    if fact.history:
        turns = [
            say(f"turn.{turn.side}", lang, date=(iso(turn.since) or "")[:10])
            for turn in fact.history[-_TURNS:]
        ]
        typer.secho(f"           ↻ {say('and', lang).join(turns)}", dim=True)
    for cited in fact.evidence[:_QUOTES]:
        details = dict(cited.details)
        named = details.get("title") or details.get("item_id") or details.get("other_id") or ""
        said = f"“{_one_line(cited.quote)}”" if cited.quote else f"{details.get('event', '')} {named}".strip()
        when = (iso(cited.timestamp) or "")[:10]
        typer.secho(f"           ↳ {cited.id}  {when}  {said}".rstrip(), dim=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@contextmanager
def progress_bar(steps: Sequence[str] = (), *, quiet: bool = False) -> Iterator[Any]:
    """Yield a function that is told each step as it begins, or a step and the share that is done.

    Shows a bar on a terminal's stderr, and nothing into a pipe.
    """
    import sys

    if quiet or not sys.stderr.isatty():
        yield lambda step, share=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<16}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def begin(step: str, share: float | None = None) -> None:
            known = steps.index(step) / len(steps) if step in steps else None
            bar.update(task, description=step, completed=known if share is None else share)

        yield begin
