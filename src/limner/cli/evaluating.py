"""`limner evaluate`: the honest ladder on the owner's own log."""

from typing import Annotated, Any

import typer

from limner.cli.options import AsJson, Workspace
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.reading import open_studio


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner evaluate -w ws --protocol time")(evaluate)


def evaluate(
    workspace: Workspace = None,
    protocol: Annotated[
        str, typer.Option("--protocol", help="time, users, or auto: time when there are timestamps.")
    ] = "auto",
    seed: Annotated[int, typer.Option("--seed", help="Seed of splits, fits and intervals.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Measure Limner beside tuned baselines: full ranking, NDCG@10, Recall@20, 95 % intervals."""
    from limner.studio.assessing import assess

    studio = open_studio(workspace, "")
    with progress_bar(quiet=as_json) as watch:
        report = assess(studio, protocol=protocol, seed=seed, progress=watch)
    if as_json:
        print_json(report.to_dict())
    else:
        print_report(report)


def print_report(report: Any) -> None:
    """Print the ladder as a table, and how to read it."""
    if report.rows:
        cut = ", ".join(
            f"{name.removesuffix('_from')} from {instant}" for name, instant in report.cutoffs.items()
        )
        typer.echo(f"protocol {report.protocol}{f' ({cut})' if cut else ''}, seed {report.seed}")
        typer.echo(
            f"{report.n_users:,} users asked, all {report.n_items:,} items ranked, "
            f"tuned on {report.n_validation_users:,} users of the time before"
            if report.protocol == "time"
            else f"{report.n_users:,} users asked, all {report.n_items:,} items ranked, "
            f"tuned on {report.n_validation_users:,} other users"
        )
        rows = [
            (
                row.name,
                _interval(row.ndcg),
                _interval(row.recall),
                _difference(row.against_ease),
                f"{row.fit_s:.1f}",
            )
            for row in report.rows
        ]
        print_table(("model", "NDCG@10", "Recall@20", "NDCG@10 against EASE", "fit s"), rows)
    for note in report.notes:
        typer.echo(note)


def _interval(measured: Any) -> str:
    return f"{measured.mean:.4f} [{measured.low:.4f}, {measured.high:.4f}]"


def _difference(measured: Any) -> str:
    return "" if measured is None else f"{measured.mean:+.4f} [{measured.low:+.4f}, {measured.high:+.4f}]"
