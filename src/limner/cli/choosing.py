"""`limner audience`: users by what their portraits say."""

from pathlib import Path
from typing import Annotated

import typer

from limner.cli.options import AsJson, Workspace
from limner.cli.output import print_json
from limner.cli.reading import open_studio
from limner.errors import InputError

_EXAMPLE = 'Example: limner audience "interest/category=科幻 and behaviour/price_band<=2"'
_FEW = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=_EXAMPLE)(audience)


def audience(
    expression: Annotated[str, typer.Argument(metavar="EXPRESSION", help="See docs/audiences.md.")],
    *,
    count: Annotated[bool, typer.Option("--count", help="Say only how many they are.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write their ids to FILE, one a line.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Find the users whose portraits fulfil EXPRESSION: how many they are, and who."""
    found = open_studio(workspace, "").audience(expression)
    ids = [str(one) for one in found.user_ids]
    if out is not None:
        _write(out, ids)
    if as_json:
        listed = {} if count or out is not None else {"users": list(found.user_ids)}
        print_json(found.to_dict() | listed)
        return
    typer.echo(f"{found.size:,} users" if found.size != 1 else "1 user")
    if out is not None:
        typer.echo(f"wrote their ids to {out}")
    elif not count:
        for one in ids[:_FEW]:
            typer.echo(one)
        if len(ids) > _FEW:
            typer.echo(f"… and {len(ids) - _FEW:,} more: --json or --out FILE has them all")


def _write(path: Path, ids: list[str]) -> None:
    try:
        path.write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path} cannot be written: {exc}; name another file") from exc
