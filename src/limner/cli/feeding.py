"""`limner ingest`, `verify` and `signals`: new rows, whether the sums still hold, and what is summed."""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, cast

import typer

from limner.cli.options import AsJson, Config, Workspace, read_settings
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.reading import open_studio
from limner.cli.stopping import stop_on_signals
from limner.errors import InputError, UnknownNameError, WorkspaceError, did_you_mean
from limner.tables import TABLES

if TYPE_CHECKING:
    from limner.streams.lines import Bytes
    from limner.studio.intake.feeding import Fed
    from limner.studio.studio import Studio


def register(app: typer.Typer) -> None:
    """Add the commands."""
    example = "limner ingest --follow 'redis://localhost:6379/0?stream=events' -w ws"
    app.command(epilog=f"Example: limner ingest new-events.jsonl -w ws, or {example}")(ingest)
    app.command(epilog="Example: limner verify -w ws")(verify)
    app.command(epilog="Example: limner signals --json")(signals)


def ingest(
    source: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="JSON lines; - reads standard input.", show_default=False),
    ] = "",
    *,
    follow: Annotated[
        str,
        typer.Option(
            "--follow",
            metavar="URL",
            help="Follow a stream instead: redis://HOST:PORT/DB?stream=NAME or "
            "kafka://HOST:PORT/TOPIC?group=NAME.",
        ),
    ] = "",
    until_idle: Annotated[
        float | None,
        typer.Option("--until-idle", metavar="SECONDS", min=0.1, help="Stop when nothing came for so long."),
    ] = None,
    workspace: Workspace = None,
    table: Annotated[
        str, typer.Option("--table", help="What the lines are.  [default: each by its keys]")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Add rows to a workspace: visible at once, harmless when repeated, in any order.

    SIGTERM and Ctrl-C finish the batch in hand and print the summary.
    """
    _check_choice(source, follow, until_idle, table)
    with stop_on_signals() as stop:
        studio = open_studio(workspace, "")
        if follow:
            feed = _follow(studio, follow, stop, table=table, until_idle_s=until_idle or math.inf)
        else:
            feed = _read(studio, source, stop, table=table)
        fed = _watch_feed(feed, as_json=as_json)
    if stop.is_set() and not follow:
        typer.echo(f"{source}: stopped before its end; what was read is in", err=True)
    if as_json:
        print_json(fed.to_dict())
    else:
        _print_account(fed)


def _check_choice(source: str, follow: str, until_idle: float | None, table: str) -> None:
    if bool(source) == bool(follow):
        raise InputError("name one source: a file of JSON lines, - for standard input, or --follow URL")
    if until_idle is not None and not follow:
        raise InputError("--until-idle goes with --follow URL: a file ends by itself")
    if table and table not in TABLES:
        hint = did_you_mean(table, TABLES) or f" (known: {', '.join(TABLES)})"
        raise UnknownNameError(f"no table {table!r}{hint}")


def _read(studio: "Studio", source: str, stop: Event, *, table: str) -> "Iterator[Fed]":
    from limner.streams.lines import gather, read_lines
    from limner.studio.intake.feeding import feed_batches

    with _open_bytes(source) as file:
        yield from feed_batches(studio, gather(read_lines(file, source, stop)), table=table)


def _follow(studio: "Studio", url: str, stop: Event, *, table: str, until_idle_s: float) -> "Iterator[Fed]":
    from limner.studio.intake.following import follow_url

    def tell(sentence: str) -> None:
        typer.echo(f"limner: {sentence}", err=True)

    yield from follow_url(studio, url, stop, table=table, until_idle_s=until_idle_s, tell=tell)


def _watch_feed(feed: "Iterator[Fed]", *, as_json: bool) -> "Fed":
    from limner.studio.intake.feeding import Fed

    fed = Fed()
    with progress_bar(quiet=as_json) as watch:
        try:
            for fed in feed:
                watch(f"{fed.lines:,} lines, {fed.rejected.total():,} quarantined")
        except WorkspaceError as exc:
            if not fed.lines:
                raise
            raise WorkspaceError(f"the first {fed.lines:,} lines are in; for the rest, {exc}") from exc
    return fed


def _print_account(fed: "Fed") -> None:
    typer.echo(
        f"{fed.lines:,} lines: {_list(fed.accepted)} added, {_list(fed.repeated)} known already, "
        f"{fed.new_users:,} new users, {fed.new_items:,} new items"
    )
    for reason, n in fed.rejected.items():
        typer.echo(f"  {n:,} quarantined: {reason}")
    for reason, n in fed.unplaced.items():
        typer.echo(f"  {n:,} items stand nowhere by their words before the next build: {reason}")


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
        if found.retired_before:
            typer.echo(
                f"rows before {found.retired_before} are no longer kept: this covers the rest; what "
                f"{found.retired_rows:,} older events had added was taken as it stands"
            )
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
def _open_bytes(source: str) -> "Iterator[Bytes]":
    if source == "-":
        yield cast("Bytes", sys.stdin.buffer)
        return
    try:
        with Path(source).open("rb") as file:
            yield file
    except OSError as exc:
        raise InputError(
            f"{source}: cannot be read ({exc.strerror}); name a file of JSON lines, or -"
        ) from exc


def _list(counts: dict[str, int]) -> str:
    named = [f"{n:,} {name}" for name, n in counts.items() if n]
    return ", ".join(named) or "nothing"
