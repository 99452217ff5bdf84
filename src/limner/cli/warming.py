"""`limner warm`: portraits painted before anybody asks."""

from typing import Annotated

import typer

from limner.cli.options import AsJson, Config, Lang, Workspace, check_lang, find_workspace, read_settings
from limner.cli.output import print_json, progress_bar


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner warm -w ws --jobs 2")(warm)


def warm(
    workspace: Workspace = None,
    config: Config = None,
    *,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes that paint.")] = 1,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Paint every portrait that is not at rest yet, so that limner serve only hands them out."""
    from limner.studio.serving import warming

    folder = find_workspace(workspace, config)
    with progress_bar(quiet=as_json) as show:
        report = warming.warm(
            folder,
            settings=read_settings(config)[0].serve,
            lang=check_lang(lang),
            jobs=jobs,
            watch=lambda done, whole: show(f"{done:,} of {whole:,}", done / whole),
        )
    if as_json:
        print_json(report.to_dict())
        return
    typer.echo(
        f"{report.painted:,} portraits painted in {report.seconds:.0f} s, {report.users:,} users at rest"
    )
    if report.note:
        typer.echo(f"note: {report.note}")
