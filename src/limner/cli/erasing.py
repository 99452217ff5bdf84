"""`limner erase`: a user is taken out and kept out, until somebody lets them in again."""

from typing import Annotated

import typer

from limner.cli.options import AsJson, Workspace
from limner.cli.output import print_json, print_table
from limner.cli.reading import open_studio
from limner.errors import InputError
from limner.records import iso
from limner.studio.kept.erasures import Erasure


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner erase u0042 -w ws --yes")(erase)


def erase(
    user: Annotated[str, typer.Argument(metavar="[USER]", help="A user id, as in your tables.")] = "",
    *,
    workspace: Workspace = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List what is remembered: no names.")] = False,
    allow: Annotated[bool, typer.Option("--allow", help="Let rows of USER in again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase everything held of USER, with a receipt; rows of theirs stay out, of builds, too."""
    if listed:
        _list(open_studio(workspace, "").erasures(), as_json)
        return
    if not user:
        raise InputError("erase: name a USER, or pass --list")
    studio = open_studio(workspace, "")
    if allow:
        studio.allow(user)
        if as_json:
            print_json({"user_id": user, "allowed": True})
        else:
            typer.echo(f"{user}: new rows are taken in again; what was erased comes back with a build only")
        return
    if not yes:
        typer.confirm(f"Erase {user} and everything held of them, for good?", abort=True, err=True)
    receipt = studio.erase(user).to_dict()
    if as_json:
        print_json(receipt)
        return
    rows = ", ".join(f"{name} {n:,}" for name, n in receipt["removed"].items())
    typer.echo(f"{user} is erased ({rows}); {receipt['receipt']}")
    for one in receipt["not_covered"]:
        typer.echo(f"  not covered: {one}")


def _list(found: list[Erasure], as_json: bool) -> None:
    if as_json:
        print_json([one.to_dict() for one in found])
    elif not found:
        typer.echo("nobody was erased")
    else:
        print_table(("number", "erased at"), [(one.number, iso(one.erased_us) or "") for one in found])
