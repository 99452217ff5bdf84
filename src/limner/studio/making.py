"""Building: rows in, a workspace out, open."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from limner.errors import InputError
from limner.settings import Settings
from limner.store.places import find_folder, settle
from limner.studio.kept.moments import now_us
from limner.studio.studio import Studio

Watch = Callable[[str], None]


def build(
    *,
    workspace: str | Path = ".limner",
    settings: Settings | None = None,
    lang: str = "",
    engine: str = "",
    watch: Watch | None = None,
    **frames: Any,
) -> Studio:
    """Build a workspace from frames and open it.

    Args:
        workspace: the folder to write, or the URL of a database, as -w takes it.
        settings: what limner.toml would say; None: the defaults.
        lang: zh or en for statements; empty: the settings', then the locale's.
        engine: duckdb or spark; empty: the settings'. What else Spark needs stands in the settings.
        watch: called with the name of each stage as it begins; with a count too while texts are encoded.
        frames: ``events=``, ``texts=``, ``users=``, ``items=``, ``relations=``, ``triples=``: pandas, polars,
            pyarrow, DuckDB relations or lists of dicts; events or texts are needed.

    Raises:
        SchemaError: a frame lacks a required column.
        InputError: no row can be used.
        WorkspaceError: the folder cannot be written.
        EngineError: Spark cannot be started, or stopped halfway.
    """
    from limner.collect import collect_frames
    from limner.collect.frames import check_names

    given = {name: frame for name, frame in check_names(frames).items()}
    if not given.keys() & {"events", "texts"}:
        raise InputError("nothing to build from: pass events= or texts=")
    chosen, folder = choose_settings(settings, engine), find_folder(workspace)
    kept: dict[str, Any] = {"now_us": now_us(), "quarantine": folder / "quarantine"}
    return _build(partial(collect_frames, given, chosen, **kept), chosen, (folder, Path()), lang, watch)


def build_files(
    sources: Iterable[str | Path],
    *,
    workspace: str | Path = ".limner",
    settings: Settings | None = None,
    base: str | Path = ".",
    lang: str = "",
    engine: str = "",
    watch: Watch | None = None,
) -> Studio:
    """Build a workspace from files and folders and open it; see `build`."""
    from limner.collect import collect

    chosen = choose_settings(settings, engine)
    paths, folder = [Path(source) for source in sources], find_folder(workspace)
    kept: dict[str, Any] = {"now_us": now_us(), "base": Path(base), "quarantine": folder / "quarantine"}
    return _build(partial(collect, paths, chosen, **kept), chosen, (folder, Path(base)), lang, watch)


def _build(
    gather: Callable[..., Any],
    settings: Settings,
    places: tuple[Path, Path],
    lang: str,
    watch: Watch | None,
) -> Studio:
    from limner.studio.building.build import build_folder
    from limner.studio.texts.answering import answer_build

    folder, base = places  # the paths of settings start from the second
    if settings.store.url:
        settle(folder, settings.store.url)
    report = build_folder(gather, settings, places, watch)
    studio = Studio(folder, lang=lang)
    studio.enforce_erasures()  # of those who were erased while it ran
    studio.built = replace(report, asked=answer_build(studio, settings.llm, base, watch))
    return studio


def choose_settings(settings: Settings | None, engine: str) -> Settings:
    """Return the settings, or the defaults, with the engine that was named."""
    chosen = settings or Settings()
    return replace(chosen, engine=replace(chosen.engine, name=engine)) if engine else chosen
