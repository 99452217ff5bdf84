"""`limner evaluate`: the honest ladder on the owner's own log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli.options import AsJson, Lang, Workspace, check_lang
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.reading import open_studio
from limner.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner evaluate -w ws --protocol time --html report.html")(evaluate)


def evaluate(
    *,
    workspace: Workspace = None,
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol",
            help="time, users, items, leave-one-out, or auto: time when there are timestamps, else users.",
        ),
    ] = "auto",
    windows: Annotated[
        int, typer.Option("--windows", min=1, help="Windows of the test, by time.", show_default=True)
    ] = 4,
    cutoff: Annotated[
        str, typer.Option("--cutoff", help="Date at whose end the test begins.  [default: the newest fifth]")
    ] = "",
    relevant: Annotated[
        str, typer.Option("--relevant", help="Which later events count, like 'value>=4'.  [default: any]")
    ] = "",
    known: Annotated[
        int | None, typer.Option("--known", min=1, help="Tell only the newest N events of each asked user.")
    ] = None,
    models: Annotated[
        str, typer.Option("--models", help="Rows by name, with commas between.  [default: all]")
    ] = "",
    controls: Annotated[
        bool, typer.Option("--controls/--no-controls", help="Parts of Limner, and spoilt copies of it.")
    ] = True,
    ablate: Annotated[bool, typer.Option("--ablate", help="Limner without one thing at a time.")] = False,
    slices: Annotated[
        bool, typer.Option("--slices", help="Print NDCG@10 by activity, item age and language.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a report with plots, one file, to this path.")
    ] = None,
    lang: Lang = "",
    seed: Annotated[int, typer.Option("--seed", help="Seed of splits, fits and intervals.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Measure Limner beside tuned baselines: full ranking, NDCG@10 and more, with 95 % intervals."""
    from limner.evaluate.ground import Terms
    from limner.evaluate.splits import Rolling
    from limner.studio.kept.moments import read_moment
    from limner.studio.trials.assessing import assess

    studio = open_studio(workspace, check_lang(lang))
    moment = read_moment(cutoff or None, timezone=studio.settings.timezone)
    terms = Terms(
        protocol,
        Rolling(windows, moment),
        relevant,
        known,
        tuple(name.strip() for name in models.split(",") if name.strip()),
        controls,
        ablate,
    )
    with progress_bar(quiet=as_json) as watch:
        report = assess(studio, terms=terms, seed=seed, progress=watch)
    if html is not None:
        _write(html, report, studio)
    if as_json:
        print_json(report.to_dict())
    else:
        print_report(report, slices=slices)
        typer.echo(f"report in {html}" if html is not None else "", nl=html is not None)


def _write(path: Path, report: Any, studio: Any) -> None:
    from limner.evaluate.page import write_page

    try:
        path.write_text(write_page(report, studio.lang), encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path}: cannot be written ({exc.strerror}); give --html another path") from exc


def print_report(report: Any, *, slices: bool = False) -> None:
    """Print the ladder as a table, and how to read it."""
    if report.rows:
        for line in _introduce(report):
            typer.echo(line)
        print_table(("model", "NDCG@10", "Recall@20", *_others(report), "fit s"), _main_rows(report))
        typer.echo("")
        print_table(("model", *(name for _, name in FURTHER), "coverage"), _further_rows(report))
    if slices:
        for kind in dict.fromkeys(one.kind for row in report.rows for one in row.slices):
            typer.echo("")
            _print_slices(report, kind)
    for note in report.notes:
        typer.echo(note)


FURTHER = (
    *(("ndcg@100", "NDCG@100"), ("hr@10", "HR@10"), ("debiased_ndcg@10", "debiased")),
    *(("novelty", "novelty"), ("diversity", "diversity"), ("popularity_bias", "popularity")),
)
OTHERS = {"ease": "EASE", "best": "best", "limner": "Limner"}


def _introduce(report: Any) -> Iterator[str]:
    cut = ", ".join(f"{name.removesuffix('_from')} from {one}" for name, one in report.cutoffs.items())
    asked = f", relevant {report.relevant}" if report.relevant else ""
    told = f", {report.known} events told of each" if report.known else ""
    yield f"protocol {report.protocol}{f' ({cut})' if cut else ''}{asked}{told}, seed {report.seed}"
    among = "all" if report.n_ranked == report.n_items else f"{report.n_ranked:,} of"
    times = f" in {len(report.windows)} windows" if len(report.windows) > 1 else ""
    before = {"time": "users of the time before", "users": "other users"}.get(report.protocol, "users")
    yield (
        f"{report.n_users:,} users asked{times}, {among} {report.n_items:,} items ranked, "
        f"tuned on {report.n_validation_users:,} {before}"
    )
    if report.best_baseline:
        yield f"best: {report.best_baseline}, the baseline with the highest NDCG@10 on the test itself"


def _others(report: Any) -> list[str]:
    return [f"against {name}" for role, name in OTHERS.items() if _compared(report, role)]


def _compared(report: Any, role: str) -> bool:
    return any(role in row.against for row in report.rows)


def _main_rows(report: Any) -> list[tuple[str, ...]]:
    roles = [role for role in OTHERS if _compared(report, role)]
    return [
        (
            row.name,
            _interval(row.ndcg),
            _interval(row.recall),
            *(_difference(row.against.get(role)) for role in roles),
            f"{row.fit_s:.1f}",
        )
        for row in report.rows
    ]


def _further_rows(report: Any) -> list[tuple[str, ...]]:
    return [
        (row.name, *(f"{row.metrics[key].mean:.4f}" for key, _ in FURTHER), f"{row.coverage:.3f}")
        for row in report.rows
    ]


def _print_slices(report: Any, kind: str) -> None:
    names = [(one.name, one.n_users) for one in report.rows[0].slices if one.kind == kind]
    header = ("by " + kind.replace("_", " "), *(f"{name} ({n:,} users)" for name, n in names))
    rows = [
        (row.name, *(_interval(one.ndcg) for one in row.slices if one.kind == kind)) for row in report.rows
    ]
    print_table(header, rows)


def _interval(measured: Any) -> str:
    return f"{measured.mean:.4f} [{measured.low:.4f}, {measured.high:.4f}]"


def _difference(measured: Any) -> str:
    return "" if measured is None else f"{measured.mean:+.4f} [{measured.low:+.4f}, {measured.high:+.4f}]"
