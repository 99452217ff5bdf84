"""`limner ingest`, `verify` and `signals`: new rows, whether the sums still hold, and what is summed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from limner.cli.options import AsJson, Config, Workspace, read_settings
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.reading import open_studio
from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.tables import TABLES


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner ingest new-events.jsonl -w ws")(ingest)
    app.command(epilog="Example: limner verify -w ws")(verify)
    app.command(epilog="Example: limner signals --json")(signals)


def ingest(
    source: Annotated[str, typer.Argument(metavar="FILE|-", help="JSON lines; - reads standard input.")],
    workspace: Workspace = None,
    table: Annotated[
        str, typer.Option("--table", help="What the lines are.  [default: each by its keys]")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Add rows to a workspace: visible at once, harmless when repeated, in any order."""
    from limner.studio.feeding import Fed, feed_lines

    if table and table not in TABLES:
        hint = did_you_mean(table, TABLES) or f" (known: {', '.join(TABLES)})"
        raise UnknownNameError(f"no table {table!r}{hint}")
    studio = open_studio(workspace, "")
    fed = Fed()
    with _open_lines(source) as lines, progress_bar(quiet=as_json) as watch:
        for fed in feed_lines(studio, lines, source=source, table=table):
            watch(f"{fed.lines:,} lines")
    if as_json:
        print_json(fed.to_dict())
        return
    typer.echo(
        f"{fed.lines:,} lines: {_list(fed.accepted)} added, {_list(fed.repeated)} known already, "
        f"{fed.new_users:,} new users, {fed.new_items:,} new items"
    )
    for reason, n in fed.rejected.items():
        typer.echo(f"  {n:,} quarantined: {reason}")


def verify(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Sum the stored log anew and compare with the live state; exit code 1 when anything differs."""
    found = open_studio(workspace, "").verify()
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo(
            f"{found.cells:,} cells compared, {found.cells_differing:,} differ, largest relative difference "
            f"{found.largest_difference:.1e}; {len(found.facts_differing):,} facts differ"
        )
        for line in found.facts_differing[:20]:
            typer.echo(f"  {line}")
    if not found.clean:
        raise typer.Exit(1)


def signals(config: Config = None, as_json: AsJson = False) -> None:
    """List what the ledger sums: every signal, declared once, and those of limner.toml."""
    from dataclasses import asdict

    from limner.ledger.signals import declare_signals

    declared = declare_signals(read_settings(config)[0].signals)
    if as_json:
        print_json([asdict(signal) for signal in declared])
    else:
        rows = [(one.name, one.rows, one.key, one.weight, one.meaning) for one in declared]
        print_table(("signal", "rows", "key", "weight", "meaning"), rows)


@contextmanager
def _open_lines(source: str) -> Iterator[TextIO]:
    if source == "-":
        yield sys.stdin
        return
    try:
        with Path(source).open(encoding="utf-8-sig", errors="replace") as lines:
            yield lines
    except OSError as exc:
        raise InputError(
            f"{source}: cannot be read ({exc.strerror}); name a file of JSON lines, or -"
        ) from exc


def _list(counts: dict[str, int]) -> str:
    named = [f"{n:,} {name}" for name, n in counts.items() if n]
    return ", ".join(named) or "nothing"
