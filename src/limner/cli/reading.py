"""`limner show`, `similar` and `vectors`: what a workspace holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli.options import AsJson, Count, Lang, UserId, Workspace, check_lang, find_workspace
from limner.cli.output import print_json, print_profile, print_table
from limner.errors import UnknownNameError, did_you_mean
from limner.records import DIMENSIONS

if TYPE_CHECKING:
    from limner.studio.studio import Studio


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner show 196 --as-of 1998-01-31 --dimension interest")(show)
    app.command(epilog="Example: limner similar 196 -k 5")(similar)
    app.command(epilog="Example: limner vectors users.parquet")(vectors)


def open_studio(workspace: Path | None, lang: str) -> "Studio":
    """Return the studio of the workspace a command is about."""
    from limner.studio.studio import Studio

    return Studio(find_workspace(workspace), lang=check_lang(lang))


def show(
    user: UserId,
    *,
    workspace: Workspace = None,
    as_of: Annotated[str, typer.Option("--as-of", help="A date (its end) or time in the past.")] = "",
    dimension: Annotated[str, typer.Option("--dimension", "-d", help="Only this one.")] = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Show the portrait of USER: facts by dimension, each with its evidence."""
    if dimension and dimension not in DIMENSIONS:
        hint = did_you_mean(dimension, DIMENSIONS) or f" (known: {', '.join(DIMENSIONS)})"
        raise UnknownNameError(f"no dimension {dimension!r}{hint}")
    studio = open_studio(workspace, lang)
    profile = studio.profile(user, as_of or None)
    if dimension:
        profile = profile.only(dimension)
    if as_json:
        print_json(profile.to_dict())
    else:
        print_profile(profile, studio.lang)


def similar(
    user: UserId, workspace: Workspace = None, k: Count = 10, lang: Lang = "", as_json: AsJson = False
) -> None:
    """Find the users most like USER, and in what."""
    found = open_studio(workspace, lang).similar(user, k)
    if as_json:
        print_json([other.to_dict() for other in found])
    elif not found:
        typer.echo("nobody to compare with: this user has done nothing with any item yet")
    else:
        rows = [(str(other.user_id), f"{other.similarity:.3f}", other.statement) for other in found]
        print_table(("user", "similarity", "in what"), rows)


def vectors(
    output: Annotated[Path, typer.Argument(metavar="OUT.parquet", help="The file to write.")],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Write every user's vector to OUT.parquet: user_id and vector (fixed-size list of float32)."""
    from limner.studio.exporting import write_vectors

    header = write_vectors(open_studio(workspace, ""), output)
    if as_json:
        print_json(header)
    else:
        typer.echo(
            f"wrote {header['users']:,} vectors of {header['dim']} numbers to {output} "
            f"(space {header['space']}, mean α {header['alpha']}, mean β {header['beta']})"
        )
