"""`limner tune`: settings searched on the owner's own log, the winner written into limner.toml."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from limner.cli.options import AsJson, Config, Workspace
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.reading import open_studio
from limner.cli.stopping import stop_on_signals
from limner.settings import FILE_NAME, Settings, load_settings

PICTURE = "tune.png"
_SHOWN = 8


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner tune -w ws --minutes 5")(tune)


def tune(
    workspace: Workspace = None,
    config: Config = None,
    *,
    minutes: Annotated[float, typer.Option("--minutes", help="How long to search.")] = 10.0,
    trials: Annotated[
        int | None,
        typer.Option("--trials", help="Settings to try, those of earlier runs counted.  [default: any]"),
    ] = None,
    protocol: Annotated[
        str, typer.Option("--protocol", help="time, users, items, or auto: time when there are timestamps.")
    ] = "auto",
    seed: Annotated[int | None, typer.Option("--seed", help="Seed.  [default: the settings']")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Throw earlier trials away, or go on with them.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no settings, only print them.")] = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="PNG of the search.  [default: WORKSPACE/tune.png]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search horizons, event weights, dim and the constants of the space on validation questions."""
    from limner.studio.trials.picturing import draw_search
    from limner.studio.trials.tuning import Effort, write_winner
    from limner.studio.trials.tuning import tune as search_settings

    studio = open_studio(workspace, "") if workspace or config is None else _open_of(config)
    target = _find_target(studio.folder, workspace, config)
    settings = _read_start(target, studio.settings, seed)
    with stop_on_signals() as stop, progress_bar(quiet=as_json) as watch:
        effort = Effort(minutes, trials, fresh, stop.is_set)
        tuned = search_settings(studio, effort, settings=settings, protocol=protocol, progress=watch)
    drawn = picture or studio.folder / PICTURE
    draw_search(tuned, drawn)
    written = target if target is not None and tuned.changes and not dry_run else None
    copy = write_winner(written, tuned.changes) if written is not None else None
    places = {"picture": drawn, "written": written, "copy": copy}
    if as_json:
        print_json({**tuned.to_dict(), **{name: path and str(path) for name, path in places.items()}})
        return
    print_tuned(tuned)
    _say_next(tuned, places, dry_run=dry_run)


def _open_of(config: Path) -> Any:
    """Return the studio of the workspace that a settings file names; of ./.limner where there is no file."""
    named = load_settings(config).workspace if config.exists() else Settings().workspace
    return open_studio(config.parent / named, "")


def _find_target(folder: Path, workspace: Path | None, config: Path | None) -> Path | None:
    """Return the limner.toml that a build of this workspace reads: the one named, or the one here."""
    if config is not None:
        return config
    here = Path(FILE_NAME)
    if not here.is_file():
        return None
    own = workspace is None or Path(load_settings(here).workspace).resolve() == folder.resolve()
    return here if own else None


def _read_start(target: Path | None, built: Settings, seed: int | None) -> Settings:
    """Return the settings to start from: those of the file that will be written, else the workspace's."""
    settings = load_settings(target) if target is not None and target.is_file() else built
    if seed is None:
        return settings
    return replace(settings, vector=replace(settings.vector, seed=seed))


def print_tuned(tuned: Any) -> None:
    """Print what was searched, what it gained, and what changes."""
    cut = sum(trial.value is None for trial in tuned.trials)
    earlier = f" ({tuned.n_earlier} of them by earlier runs)" if tuned.n_earlier else ""
    typer.echo(
        f"{len(tuned.trials)} settings tried{earlier}, {cut} cut short; protocol {tuned.protocol}, "
        f"{tuned.n_users:,} validation users, seed {tuned.seed}"
    )
    for note in tuned.notes:
        typer.echo(note)
    typer.echo(
        f"NDCG@10 + Recall@20 on validation: {tuned.value_before.mean:.4f} before, "
        f"{tuned.value_after.mean:.4f} after, gain {_interval(tuned.gain)}"
    )
    typer.echo("the best of many tries flatters itself; limner evaluate asks a test that nobody tuned on")
    typer.echo("")
    labels = {knob.name: knob.label for knob in tuned.knobs}
    changed = [name for name in tuned.after if tuned.after[name] != tuned.before[name]]
    if changed:
        rows = [(name, _value(tuned.before[name]), _value(tuned.after[name])) for name in changed]
        print_table(("setting", "before", "after"), rows)
    else:
        typer.echo("nothing was better than the present settings")
    if tuned.parts:
        typer.echo("")
        print_table(
            ("part", "gain with it", ""),
            [(one.part, _interval(one.gain), "left out" if one.dropped else "") for one in tuned.parts],
        )
    if tuned.influences:
        typer.echo("")
        shares = [
            (labels[one.name], f"{one.share:.0%} [{one.low:.0%}, {one.high:.0%}]")
            for one in tuned.influences[:_SHOWN]
        ]
        print_table(("what moved the value", "share"), shares)


def _say_next(tuned: Any, places: dict[str, Path | None], *, dry_run: bool) -> None:
    from limner.settings.editing import edit_settings

    typer.echo("")
    if places["written"] is not None:
        kept = f" (before: {places['copy']})" if places["copy"] else ""
        typer.echo(f"wrote {places['written']}{kept}; run limner build to use it")
    elif tuned.changes:
        why = "" if dry_run else "there is no limner.toml of this workspace; "
        typer.echo(f"{why}put this into your limner.toml, then run limner build:\n")
        typer.echo(edit_settings("", tuned.changes).rstrip())
    typer.echo(f"picture {places['picture']}")


def _interval(measured: Any) -> str:
    return f"{measured.mean:+.4f} [{measured.low:+.4f}, {measured.high:+.4f}]"


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
