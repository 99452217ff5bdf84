"""`limner init` and `limner build`: from the owner's tables to a workspace."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli.llm import print_asked
from limner.cli.options import (
    AsJson,
    Config,
    Engine,
    Lang,
    SparkConf,
    SparkMaster,
    SparkScratch,
    Workspace,
    check_lang,
    find_workspace,
    read_engine,
    read_settings,
)
from limner.cli.output import print_json, print_table, progress_bar
from limner.errors import InputError, SettingsError
from limner.settings import FILE_NAME, StoreSettings
from limner.studio.building.stages import STAGES

Sources = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SOURCE", help="Files and folders.  [default: limner.toml's]", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner init ml-100k/")(init)
    app.command(epilog="Example: limner build ml-100k/ -w ws")(build)


def init(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE", help="Files and folders.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path(FILE_NAME),
    force: Annotated[bool, typer.Option("--force", help="Overwrite it.")] = False,
) -> None:
    """Recognise the format of SOURCE and write a commented limner.toml to edit."""
    from limner.collect.draft import draft_settings

    if output.exists() and not force:
        raise SettingsError(f"{output} is there already; pass --force to overwrite it, or -o OTHER")
    text = draft_settings(sources, base=output.parent)
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise SettingsError(f"{output}: cannot be written ({exc.strerror}); pass -o OTHER") from exc
    for line in text.splitlines():
        if line.startswith("#   not read: "):
            typer.echo(line.removeprefix("#   "), err=True)
    typer.echo(f"wrote {output}; look it over, then: limner build")


def build(
    sources: Sources = None,
    workspace: Workspace = None,
    config: Config = None,
    lang: Lang = "",
    as_json: AsJson = False,
    *,
    engine: Engine = "",
    spark_master: SparkMaster = "",
    spark_conf: SparkConf = None,
    spark_scratch: SparkScratch = "",
) -> None:
    """Build the portraits: collect → ledger → text → facts → vector → store."""
    from limner.studio.making import build_files

    settings, base = read_settings(config)
    given = sources or [base / source for source in settings.sources]
    files = [one for table in settings.tables.values() for one in table.files]
    if not given and not files:
        raise InputError(
            "nothing to build from: name files or folders, or write limner.toml with: limner init SOURCE"
        )
    folder = find_workspace(workspace, config)
    of_spark = {"master": spark_master, "scratch": spark_scratch}
    chosen = read_engine((settings.engine, base), engine, of_spark, spark_conf or [])
    settings = replace(settings, engine=chosen, store=StoreSettings())  # the folder knows
    with progress_bar(STAGES, quiet=as_json) as watch:
        studio = build_files(
            given, workspace=folder, settings=settings, base=base, lang=check_lang(lang), watch=watch
        )
    report = studio.built
    if as_json:
        print_json(describe_build(report))
    else:
        print_build(report)
        lacks = studio.store.standings().note
        if lacks:
            typer.echo(f"note: {lacks}")
        typer.echo(f"next: limner show {studio.user_ids()[0]} -w {folder}")


def describe_build(report: Any) -> dict[str, Any]:
    """Return what a build did as JSON."""
    return {
        "workspace": str(report.folder),
        "sources": [
            {
                "table": intake.table,
                "source": intake.source,
                "read": intake.read,
                "kept": intake.kept,
                "rejected": dict(intake.rejected),
                "repaired": dict(intake.repaired),
            }
            for intake in report.collected.intakes
        ],
        "derived_events": report.collected.derived_events,
        "rating_scale": report.collected.rating_scale,
        "counts": dict(report.counts),
        "asked": report.asked,
        "seconds": {name: round(seconds, 3) for name, seconds in report.seconds.items()},
    }


def print_build(report: Any) -> None:
    """Print what came in, what was quarantined and why, time per stage, and where things are."""
    rows = [
        (one.table, one.source, *(f"{n:,}" for n in (one.read, one.kept, one.read - one.kept)))
        for one in report.collected.intakes
    ]
    print_table(("table", "source", "read", "kept", "quarantined"), rows)
    for intake in report.collected.intakes:
        for kind, counts in (("quarantined", intake.rejected), ("repaired", intake.repaired)):
            for reason, n in counts.items():
                typer.echo(f"  {intake.source}: {n:,} {kind}: {reason}")
    if report.collected.derived_events:
        typer.echo(f"  {report.collected.derived_events:,} events made from texts")
    counts = report.counts
    typer.echo(
        f"{counts['users']:,} users, {counts['items']:,} items, {counts['events']:,} events, "
        f"{counts['texts']:,} texts, {counts['cells']:,} sums"
    )
    for asked in (report.asked or {}).values():
        print_asked(asked)
    seconds = "  ".join(f"{name} {took:.1f}s" for name, took in report.seconds.items())
    typer.echo(f"{seconds}  (total {sum(report.seconds.values()):.1f}s)")
    typer.echo(f"workspace {report.folder}, quarantine {report.folder / 'quarantine'}")
