"""Options that several commands share, and where they find their workspace."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from limner.errors import SettingsError
from limner.settings import FILE_NAME, EngineSettings, Settings, load_settings
from limner.store.places import ENVIRONMENT, restore_url, settle

Workspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        help="Workspace folder, or a store's URL.  [default: limner.toml's, else ./.limner]",
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings file.  [default: ./limner.toml]")
]
Lang = Annotated[str, typer.Option("--lang", help="zh or en.  [default: limner.toml's, else the locale's]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
UserId = Annotated[
    str, typer.Argument(metavar="USER", help="A user id, as in your tables.", show_default=False)
]
Engine = Annotated[str, typer.Option("--engine", help="duckdb or spark.  [default: limner.toml's]")]
SparkMaster = Annotated[
    str, typer.Option("--spark-master", metavar="URL", help="Where Spark runs, for instance local[4].")
]
SparkConf = Annotated[
    list[str] | None,
    typer.Option("--spark-conf", metavar="KEY=VALUE", help="A property of Spark; may be repeated."),
]
SparkScratch = Annotated[
    str, typer.Option("--spark-scratch", metavar="PATH", help="A folder that all workers see.")
]
Count = Annotated[int, typer.Option("-k", min=1, help="How many.")]


def read_settings(config: Path | None) -> tuple[Settings, Path]:
    """Return the settings of a file, of ./limner.toml, or the defaults; and the folder paths start from."""
    found = config or (Path(FILE_NAME) if Path(FILE_NAME).is_file() else None)
    if found is None:
        return Settings(), Path()
    return load_settings(found), found.parent


def find_workspace(workspace: Path | None, config: Path | None = None) -> Path:
    """Return the folder asked for, else limner.toml's, else ./.limner; it may stand for a database.

    Raises:
        WorkspaceError: the url of the store is none, or the folder holds a store of its own.
    """
    settings, base = read_settings(config)
    folder, url = workspace or base / settings.workspace, find_url(settings)
    given = restore_url(workspace)
    if given:
        settle(base / settings.workspace, given)
        return base / settings.workspace
    if url and folder == base / settings.workspace:
        settle(folder, url)
    return folder


def find_url(settings: Settings) -> str:
    """Return the url of the store: the environment's, else limner.toml's; empty: there is none."""
    return os.environ.get(ENVIRONMENT, "") or settings.store.url


def read_engine(
    given: tuple[EngineSettings, Path], name: str, of_spark: Mapping[str, str], conf: Sequence[str]
) -> EngineSettings:
    """Return the settings of the engine with what the command line says over them.

    ``given`` are those of limner.toml, with the folder that its paths start from.

    Raises:
        SettingsError: a property of Spark is not written as KEY=VALUE, or another engine is chosen.
    """
    settings, base = given
    pairs = [one.partition("=") for one in conf]
    for one, (key, sign, _) in zip(conf, pairs, strict=True):
        if not key or not sign:
            raise SettingsError(f"--spark-conf {one}: write it as KEY=VALUE, like spark.executor.memory=8g")
    said = {option: value for option, value in of_spark.items() if value}
    chosen = name or settings.name
    if (said or conf) and chosen != "spark":
        raise SettingsError(f"--spark-… is for Spark, and the engine is {chosen}; add --engine spark")
    own = {key.strip(): value.strip() for key, _, value in pairs}
    scratch = settings.scratch and str(base / settings.scratch)
    return replace(settings, name=chosen, conf={**settings.conf, **own}, **{"scratch": scratch, **said})


def check_lang(lang: str) -> str:
    """Return the language asked for; anything but zh, en and nothing is a mistake."""
    if lang not in ("", "zh", "en"):
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    return lang
