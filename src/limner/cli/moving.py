"""`limner store copy`, `backup` and `restore`: a workspace elsewhere, or in one file."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from limner.cli.options import AsJson, Workspace, find_workspace
from limner.cli.output import print_json, progress_bar

Replace = Annotated[bool, typer.Option("--replace", help="Replace what is there.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Where the portraits stand: SQLite or PostgreSQL.", no_args_is_help=True)
    group.command("copy", epilog="Example: limner store copy .limner postgresql://ann@db/shop")(copy)
    app.add_typer(group, name="store")
    app.command(epilog="Example: limner backup monday.limner -w ws")(backup)
    app.command(epilog="Example: limner restore monday.limner -w ws --replace")(restore)


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Workspace folder, or URL.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Workspace folder, or URL.")],
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Copy every table of a workspace to another place, and compare what arrived."""
    from limner.studio.upkeep.moving import copy_workspace

    with progress_bar(quiet=as_json) as watch:
        moved = copy_workspace(source, target, replace=replace, watch=watch)
    if as_json:
        print_json(moved.to_dict())
        return
    typer.echo(f"{moved.rows:,} rows copied; both sides have the checksum {moved.checksum}")


def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    workspace: Workspace = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Write the portraits of one moment into one file, while they are in use."""
    from limner.studio.kept.migration import open_workspace
    from limner.studio.upkeep.moving import back_up

    with (
        closing(open_workspace(find_workspace(workspace))) as store,
        progress_bar(quiet=as_json) as watch,
    ):
        moved = back_up(store, out, replace=replace, watch=watch)
    if as_json:
        print_json(moved.to_dict())
        return
    typer.echo(f"{moved.rows:,} rows in {out} ({out.stat().st_size / 1e6:.1f} MB)")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What limner backup wrote.")],
    workspace: Workspace = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Make a backup the current portraits of a workspace, wherever it stands."""
    from limner.studio.upkeep.moving import restore as restore_file

    folder = find_workspace(workspace)
    with progress_bar(quiet=as_json) as watch:
        moved = restore_file(file, folder, replace=replace, watch=watch)
    if as_json:
        print_json(moved.to_dict())
        return
    typer.echo(f"{moved.rows:,} rows restored into {folder}")
