"""Options that several commands share, and where they find their workspace."""

from pathlib import Path
from typing import Annotated

import typer

from limner.settings import FILE_NAME, Settings, load_settings

Workspace = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Workspace folder.  [default: limner.toml's, else ./.limner]"),
]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings file.  [default: ./limner.toml]")
]
Lang = Annotated[str, typer.Option("--lang", help="zh or en.  [default: limner.toml's, else the locale's]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
UserId = Annotated[
    str, typer.Argument(metavar="USER", help="A user id, as in your tables.", show_default=False)
]
Count = Annotated[int, typer.Option("-k", min=1, help="How many.")]


def read_settings(config: Path | None) -> tuple[Settings, Path]:
    """Return the settings of a file, of ./limner.toml, or the defaults; and the folder paths start from."""
    found = config or (Path(FILE_NAME) if Path(FILE_NAME).is_file() else None)
    if found is None:
        return Settings(), Path()
    return load_settings(found), found.parent


def find_workspace(workspace: Path | None, config: Path | None = None) -> Path:
    """Return the folder asked for, else limner.toml's, else ./.limner."""
    if workspace is not None:
        return workspace
    settings, base = read_settings(config)
    return base / settings.workspace


def check_lang(lang: str) -> str:
    """Return the language asked for; anything but zh, en and nothing is a mistake."""
    if lang not in ("", "zh", "en"):
        raise typer.BadParameter(f"{lang!r} is neither zh nor en", param_hint="--lang")
    return lang
