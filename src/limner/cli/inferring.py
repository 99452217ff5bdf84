"""`limner infer`, `probe`, `lookalike` and `segments`: what the ledger and the vector tell of users."""

from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli.options import AsJson, Count, Lang, Workspace
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.reading import open_studio

Seed = Annotated[int, typer.Option("--seed", help="Seed of folds, draws and intervals.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner infer gender -w ws")(infer)
    app.command(epilog="Example: limner probe -w ws")(probe)
    app.command(epilog="Example: limner lookalike vips.txt -k 100")(lookalike)
    app.command(epilog="Example: limner segments -k 8")(segments)


def infer(
    attribute: Annotated[
        str, typer.Argument(metavar="ATTRIBUTE", help="gender, age, …, churn-30d or next-category.")
    ],
    workspace: Workspace = None,
    seed: Seed = 7,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Measure how well behaviour tells ATTRIBUTE, and say it of users who did not declare it."""
    studio = open_studio(workspace, lang)
    with progress_bar(quiet=as_json) as watch:
        found = studio.infer(attribute, seed=seed, progress=watch)
    if as_json:
        print_json(found.to_dict())
        return
    classes = ", ".join(f"{name} {n:,}" for name, n in found.classes.items())
    typer.echo(f"{attribute}: {classes}; {found.folds} folds, seed {found.seed}")
    typer.echo(
        f"AUC {_interval(found.auc)}, accuracy {_interval(found.accuracy)} (commonest class "
        f"{found.majority:.3f}), expected calibration error {found.calibration_error:.3f}"
    )
    rows = [(f"{step.labels:,}", _interval(step.auc), _interval(step.accuracy)) for step in found.curve]
    print_table(("labels", "AUC", "accuracy"), rows)
    for name, said in found.strongest.items():
        typer.echo(f"{name}: {'; '.join(said)}")
    if found.tells:
        typer.echo(f"{len(found.guesses):,} users have an inferred {attribute}: --json lists them")
    else:
        typer.echo(f"nothing is inferred of anybody: behaviour does not tell {attribute} (AUC below 0.6)")


def probe(workspace: Workspace = None, seed: Seed = 7, as_json: AsJson = False) -> None:
    """Measure what the frozen vector tells of users, beside raw counts, its two parts and PCA."""
    studio = open_studio(workspace, "")
    with progress_bar(quiet=as_json) as watch:
        found = studio.probe(seed=seed, progress=watch)
    if as_json:
        print_json([row.to_dict() for row in found])
        return
    rows = [
        (row.target, row.form, f"{row.users:,}", _interval(row.auc), _interval(row.accuracy)) for row in found
    ]
    print_table(("of what", "by what", "users", "AUC", "accuracy"), rows)


def lookalike(
    users: Annotated[Path, typer.Argument(metavar="USERS.txt", help="Seeds: one user id a line.")],
    workspace: Workspace = None,
    k: Count = 100,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Find the k users most like those of USERS.txt."""
    from limner.studio.people.lookalikes import read_seeds

    found = open_studio(workspace, lang).lookalike(read_seeds(users), k)
    if as_json:
        print_json(found.to_dict())
        return
    if found.unknown:
        named = ", ".join(found.unknown[:5])
        typer.echo(f"{len(found.unknown):,} unknown ids left out: {named}", err=True)
    rows = [(str(one.user_id), f"{one.score:.3f}", one.statement) for one in found.users]
    print_table(("user", "score", "in what"), rows)


def segments(
    workspace: Workspace = None,
    k: Annotated[int, typer.Option("-k", min=0, help="How many; 0: as the users fall apart best.")] = 0,
    seed: Seed = 7,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Divide all users into segments, named by what sets each apart."""
    found = open_studio(workspace, lang).segments(k, seed=seed)
    if as_json:
        print_json([segment.to_dict() for segment in found])
        return
    rows = [(one.name, f"{len(one.users):,}", ", ".join(str(user) for user in one.examples)) for one in found]
    print_table(("segment", "users", "for instance"), rows)


def _interval(measured: Any) -> str:
    return f"{measured.mean:.3f} [{measured.low:.3f}, {measured.high:.3f}]"
