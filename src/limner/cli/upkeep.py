"""`limner compact`, `merge`, `unmerge` and `absorb`: upkeep of a workspace."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from limner.cli.options import AsJson, Config, UserId, Workspace, read_settings
from limner.cli.output import print_json, progress_bar
from limner.cli.reading import open_studio
from limner.settings import parse_days


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner compact -w ws --keep 400d")(compact)
    app.command(epilog="Example: limner merge cookie-81f3 u196 -w ws")(merge)
    app.command(epilog="Example: limner unmerge cookie-81f3 -w ws")(unmerge)
    app.command(epilog="Example: limner absorb other-ws -w ws")(absorb)


def compact(
    workspace: Workspace = None,
    config: Config = None,
    keep: Annotated[
        str, typer.Option("--keep", help="Age of the oldest rows kept, as 400d.  [default: limner.toml's]")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Let old rows go and keep what they taught ([retention] in limner.toml); write the store anew."""
    studio = open_studio(workspace, "")
    settings = read_settings(config)[0]
    retention = settings.retention if settings.retention.events else studio.settings.retention
    with progress_bar(quiet=as_json) as watch:
        watch("compacting")
        report = studio.compact(keep_days=parse_days(keep) if keep else retention.keep_days)
    if as_json:
        print_json(report.to_dict())
        return
    typer.echo(
        f"{report.retired_events:,} events and {report.retired_texts:,} texts let go; "
        f"{report.bytes_before / 1e6:.1f} MB before, {report.bytes_after / 1e6:.1f} MB now"
    )
    if report.retired_before:
        typer.echo(
            f"rows before {report.retired_before} are no longer kept: what they taught stays, "
            "verify covers the rest, older rows are refused"
        )


def merge(
    user: UserId,
    known: Annotated[str, typer.Argument(metavar="KNOWN", help="Who that is.", show_default=False)],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Merge USER into KNOWN, who is the same person: past rows and those to come; undo with unmerge."""
    open_studio(workspace, "").merge_users(user, known)
    if as_json:
        print_json({"user_id": user, "known_id": known})
    else:
        typer.echo(f"{user} is {known} now; undo with: limner unmerge {user}")


def unmerge(user: UserId, workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Undo the merge of USER: rows that were theirs are theirs again."""
    known = open_studio(workspace, "").unmerge_user(user)
    if as_json:
        print_json({"user_id": user, "known_id": known})
    else:
        typer.echo(f"{user} and {known} are two users again")


def absorb(
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another workspace.", show_default=False)],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Take in the log of workspace OTHER; rows that both hold are counted once."""
    studio = open_studio(workspace, "")
    accepted = repeated = 0
    rejected: Counter[str] = Counter()
    with progress_bar(quiet=as_json) as watch:
        for report in studio.absorb(other):
            accepted += sum(report.accepted.values())
            repeated += sum(report.repeated.values())
            rejected.update(report.rejected)
            watch(f"{accepted + repeated:,} rows")
    if as_json:
        print_json({"accepted": accepted, "repeated": repeated, "rejected": dict(rejected)})
        return
    typer.echo(f"{accepted:,} rows added, {repeated:,} known already")
    for reason, n in rejected.items():
        typer.echo(f"  {n:,} kept out: {reason}")
