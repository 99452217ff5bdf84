"""`limner context` and `limner mcp`: what is worth telling of a user, and reads as tools for agents."""

from typing import Annotated

import typer

from limner.cli.options import AsJson, Lang, UserId, Workspace, check_lang, find_workspace
from limner.cli.output import print_json
from limner.cli.reading import open_studio
from limner.extras import need


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog='Example: limner context 196 --query "what to recommend for a child"')(context)
    app.command(epilog="Example: limner mcp -w ws   (an agent starts it and speaks over stdin and stdout)")(
        mcp
    )


def context(
    user: UserId,
    *,
    query: Annotated[str, typer.Option("--query", "-q", help="What is asked, in Chinese or English.")] = "",
    max_tokens: Annotated[int, typer.Option("--max-tokens", min=1, help="The text is never longer.")] = 300,
    workspace: Workspace = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Tell the few facts of USER that matter for a question, with their evidence, within a budget."""
    found = open_studio(workspace, lang).context(user, query, max_tokens=max_tokens)
    if as_json:
        print_json(found.to_dict())
    elif found.text:
        typer.echo(found.text)
    else:
        typer.echo(f"nothing that fits into {max_tokens} tokens: no fact is told by halves")


def mcp(workspace: Workspace = None, lang: Lang = "") -> None:
    """Serve the reads of a workspace as tools over the Model Context Protocol, on stdin and stdout."""
    need("mcp", "mcp")
    from limner.server.agents import make_server

    make_server(find_workspace(workspace), lang=check_lang(lang)).run("stdio")
