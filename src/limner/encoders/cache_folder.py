"""The folder of what can be made again: graphs of encoders and vectors of texts."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "LIMNER_CACHE"


def find_cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return ``LIMNER_CACHE``, else ``limner`` in ``XDG_CACHE_HOME`` or ``~/.cache``; it may not exist."""
    given = os.environ if environment is None else environment
    if given.get(VARIABLE):
        return Path(given[VARIABLE]).expanduser()
    if given.get("XDG_CACHE_HOME"):
        return Path(given["XDG_CACHE_HOME"]) / "limner"
    return Path.home() / ".cache" / "limner"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that other processes see whole or not at all; the last writer stays.

    Raises:
        OSError: the folder cannot be written; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            os.replace(draft.name, path)
        except OSError:
            os.unlink(draft.name)
            raise
