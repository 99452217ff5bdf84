"""The owner's words: from the files that limner.toml names into a workspace, and on to every reader."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from limner.errors import SettingsError
from limner.settings import TextSettings
from limner.text.wording import PLAIN, Wording

_WEIGHED = re.compile(r"(\S*[\u4e00-\u9fff]\S*) \d+ [a-z]{1,4}")
"""A line of a dictionary of jieba: the word, how often it occurs, and what part of speech it is."""


def load_wording(settings: TextSettings, base: Path) -> Wording:
    """Return what settings say of words; paths start from `base`.

    Raises:
        SettingsError: a file of user words cannot be read.
    """
    words = [word for name in settings.user_words for word in _read_words(base / name)]
    return Wording.of(simplify=settings.simplify, user_words=words, stop_words=settings.stop_words)


def wording_of(meta: Mapping[str, Any]) -> Wording:
    """Return the wording that a workspace was built with; files are no longer needed."""
    kept = meta.get("wording")
    return Wording.from_json(kept) if kept else PLAIN


def _read_words(path: Path) -> list[str]:
    """Return the words of a file, one a line; a line that begins with # is a remark."""
    from limner.collect.lines import detect_encoding

    try:
        body = path.read_bytes()
    except OSError as exc:
        raise SettingsError(
            f"{path}: cannot be read ({exc.strerror}); text.user_words names a file of words, one a line"
        ) from exc
    lines = [line.strip() for line in body.decode(detect_encoding(body), "replace").splitlines()]
    weighed = ((_WEIGHED.fullmatch(line), line) for line in lines if line and not line.startswith("#"))
    return [found[1] if found else line for found, line in weighed]
