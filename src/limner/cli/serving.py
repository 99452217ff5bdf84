"""`limner serve` and `limner key`: the service, and who may ask it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import AsJson, Config, Lang, Workspace, check_lang, find_workspace, read_settings
from limner.cli.output import print_json, print_table
from limner.extras import need
from limner.settings import parse_days

if TYPE_CHECKING:
    from limner.settings import ServeSettings
    from limner.studio.rights.keys import Key


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner serve -w ws --port 8765, then: curl localhost:8765/users/u0042")(
        serve
    )
    keys = typer.Typer(
        name="key",
        help="Make, list and revoke keys of the service.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    keys.command("create", epilog="Example: limner key create --scope write --expires 90d --name shop")(
        create_key
    )
    keys.command("list", epilog="Example: limner key list -w ws")(list_keys)
    keys.command("revoke", epilog="Example: limner key revoke shop")(revoke_key)
    app.add_typer(keys)


def serve(
    workspace: Workspace = None,
    config: Config = None,
    *,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on.  [default: limner.toml's, else 127.0.0.1]")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65_535, help="Port.  [default: limner.toml's, else 8765]"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes.  [default: limner.toml's, else 1]")
    ] = None,
    warm: Annotated[
        bool, typer.Option("--warm", help="Paint portraits in a process beside, before they are asked for.")
    ] = False,
    lang: Lang = "",
) -> None:
    """Serve the workspace over HTTP until Ctrl-C or SIGTERM: portraits, vectors, recommendations, rows in.

    The interface is described at /openapi.json; any address but this machine's own needs a key.
    """
    from limner.studio.kept.migration import open_workspace

    for module in ("fastapi", "uvicorn", "httptools", "orjson", "prometheus_client"):
        need(module, "serve")
    chosen = read_settings(config)[0].serve
    given: dict[str, Any] = {"host": host or None, "port": port, "workers": workers}
    chosen = replace(chosen, **{name: value for name, value in given.items() if value is not None})
    folder = find_workspace(workspace, config)
    open_workspace(folder).close()  # what is wrong with it is said before anything starts
    _start(folder, chosen, check_lang(lang), warm=warm)


def _start(folder: Path, settings: "ServeSettings", lang: str, *, warm: bool) -> None:
    from limner.server import running

    running.check_address(folder, settings)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"limner: {folder} is served at http://{shown}:{settings.port}; Ctrl-C ends it", err=True)
    running.serve(folder, settings, lang=lang, warm=warm)


def create_key(
    workspace: Workspace = None,
    config: Config = None,
    *,
    scope: Annotated[
        str, typer.Option("--scope", help="read, write, or admin: each may what those before may.")
    ],
    expires: Annotated[str, typer.Option("--expires", help="Its time, as 90d.  [default: for good]")] = "",
    name: Annotated[str, typer.Option("--name", help="For whom it is.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, once: only its hash is kept, in the workspace."""
    from limner.studio.rights import keys

    folder = find_workspace(workspace, config)
    days = parse_days(expires) if expires else None
    key, text = keys.create_key(folder, scope=scope, name=name, expires_days=days)
    if as_json:
        print_json({**key.to_dict(), "key": text})
        return
    typer.echo(text)
    typer.echo(f"key {_name(key)} may {key.scope}{_until(key)}; keep it, it is not shown again", err=True)


def list_keys(workspace: Workspace = None, config: Config = None, as_json: AsJson = False) -> None:
    """List the keys of a workspace, without what opens it."""
    from limner.studio.rights.keys import read_keys

    found = read_keys(find_workspace(workspace, config))
    if as_json:
        print_json([key.to_dict() for key in found])
    elif not found:
        typer.echo("no keys: only programs of this machine are served")
    else:
        shapes = [key.to_dict() for key in found]
        rows = [
            (one["id"], one["name"] or "", one["scope"], one["created"][:10], _say_end(one)) for one in shapes
        ]
        print_table(("id", "name", "scope", "made", "ends"), rows)


def revoke_key(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Id or name, as key list has it.")],
    workspace: Workspace = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Revoke KEY: services that run refuse it from now on."""
    from limner.studio.rights import keys

    gone = keys.revoke_key(find_workspace(workspace, config), key)
    if as_json:
        print_json(gone.to_dict())
    else:
        typer.echo(f"key {_name(gone)} opens nothing any more")


def _name(key: "Key") -> str:
    return f"{key.id} ({key.name})" if key.name else key.id


def _until(key: "Key") -> str:
    ends = key.to_dict()["expires"]
    return f" until {ends[:10]}" if ends else ""


def _say_end(shape: dict[str, str | None]) -> str:
    if shape["expires"] is None:
        return ""
    return f"{shape['expires'][:10]}{' (over)' if shape['expired'] else ''}"
