"""Folders that this machine and Spark's workers both see: rows go to Spark and come back through one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner.errors import EngineError, SettingsError
from limner.settings import EngineSettings

_PATTERN = frozenset("[]{}*?\\,")
"""What Spark or DuckDB would not take as it stands in a path."""


def find_home(settings: EngineSettings, workspace: Path) -> Path:
    """Return where scratch folders are made.

    Raises:
        SettingsError: it is no plain path to Spark and to DuckDB, which both read there.
    """
    home = Path(settings.scratch or workspace).absolute()
    if ":/" in str(home):
        raise SettingsError(
            f"engine.scratch: {home} is a URL; mount it, and name the folder it is mounted at"
        )
    if _PATTERN & set(str(home)):
        raise SettingsError(
            f"engine.scratch: {home}: Spark takes [ ] {{ }} * ? , in a path as a pattern; "
            "pass a plain folder with --spark-scratch"
        )
    return home


@contextmanager
def open_scratch(home: Path, prefix: str) -> Iterator[Path]:
    """Yield a fresh folder that goes when all is done."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=home))
    except OSError as exc:
        raise EngineError(f"{home}: Spark's scratch folder cannot be made there ({exc.strerror})") from exc
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_rows(frame: Any, folder: Path) -> Path:
    """Write what Spark computes as Parquet into a folder, and return it."""
    frame.write.parquet(url_of(folder))
    if not any(folder.glob("*.parquet")):
        raise EngineError(
            f"{folder}: Spark's workers write somewhere else under this path; "
            "pass a folder that this machine and all of them see with --spark-scratch"
        )
    return folder


def url_of(folder: Path) -> str:
    """Return how Spark names a folder or file."""
    return f"file://{folder}"
