"""`limner correct`: what somebody decides about a fact, over what the rows say."""

from typing import Annotated

import typer

from limner.cli.options import AsJson, Workspace
from limner.cli.output import print_json, print_table
from limner.cli.reading import open_studio
from limner.errors import InputError
from limner.records import Correction, iso


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner correct 196 interest/category=Horror --set liking=-1")(correct)


def correct(
    user: Annotated[str, typer.Argument(metavar="[USER]", help="A user id, as in your tables.")] = "",
    fact: Annotated[
        str, typer.Argument(metavar="[FACT]", help="DIMENSION/KIND=VALUE, as show --json names it.")
    ] = "",
    *,
    workspace: Workspace = None,
    forbid: Annotated[bool, typer.Option("--forbid", help="Never state it, never recommend by it.")] = False,
    pin: Annotated[bool, typer.Option("--pin", help="Always state it, whatever the rows say.")] = False,
    set_: Annotated[
        str, typer.Option("--set", metavar="NAME=VALUE", help="liking=-1..1, or value=… of one fact.")
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was decided of FACT.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List corrections, of USER or of all.")] = False,
    note: Annotated[str, typer.Option("--note", help="Why; kept with it.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who decides; kept with it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Correct FACT of USER: facts, vector and recommendations follow at once, and a rebuild keeps it."""
    if listed:
        _list(open_studio(workspace, "").corrections(user or None), as_json)
        return
    if not user or not fact:
        raise InputError("correct: name a USER and a FACT like interest/category=camping, or pass --list")
    studio = open_studio(workspace, "")
    if undo:
        if forbid or pin or set_:
            raise InputError(
                "correct: --undo takes back what was decided; leave --forbid, --pin and --set out"
            )
        made = studio.undo_correction(user, fact)
    else:
        name, sign, value = set_.partition("=")
        if set_ and not (name and sign):
            raise InputError(f"correct: --set {set_}: write it as NAME=VALUE, like liking=-1")
        given = {name.strip(): value} if set_ else None
        made = studio.correct(user, fact, forbid=forbid, pin=pin, set=given, note=note, by=by)
    if as_json:
        print_json(made.to_dict())
    elif undo:
        typer.echo(f"{made.user_id}: {made.path} is as the rows say again")
    else:
        typer.echo(f"{made.user_id}: {_say(made)} {made.path}; undo with --undo")


def _list(made: list[Correction], as_json: bool) -> None:
    if as_json:
        print_json([one.to_dict() for one in made])
    elif not made:
        typer.echo("nothing was corrected")
    else:
        rows = [
            (one.user_id, one.path, _say(one), (iso(one.made_us) or "")[:10], one.by, one.note)
            for one in made
        ]
        print_table(("user", "fact", "what", "when", "by", "note"), rows)


def _say(made: Correction) -> str:
    return made.verb if made.liking is None else f"set liking={made.liking:g}"
