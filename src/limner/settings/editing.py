"""Values put into the text of a limner.toml: comments, order and everything else stay as they are.

Each line is understood by the TOML parser itself, and so is the result: what cannot be written this way is
refused before anything is lost.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from limner.errors import SettingsError

Place = tuple[str, str]
"""Section and key: ``("vector.recipe", "ridge")``."""
Scalar = float | int | str | bool


class _Line(NamedTuple):
    """A statement of the file: the lines it fills, its section, and the path of its key from the root."""

    start: int
    stop: int
    section: tuple[str, ...]
    path: tuple[str, ...]
    """Empty for comments and blank lines; that of the section for a header."""
    header: bool


def edit_settings(text: str, changes: Mapping[Place, Scalar], *, where: str = "limner.toml") -> str:
    r"""Return the text with values replaced, and with keys and sections added that it lacks.

    Raises:
        SettingsError: the text is not TOML, or writes a section in a form that takes no line
            (``vector = {dim = 64}``); the text says which lines to write by hand.

    >>> edit_settings("[vector]\ndim = 64  # numbers\n", {("vector", "dim"): 128})
    '[vector]\ndim = 128  # numbers\n'
    """
    expected = _parse(text, where)
    edited = text
    for (section, key), value in changes.items():
        edited = _put(edited, (*section.split("."), key), value)
        _note(expected, (*section.split("."), key), value)
    try:
        done = tomllib.loads(edited.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        done = {}
    if done != expected:
        lines = "; ".join(f"[{section}] {_pair(key, value)}" for (section, key), value in changes.items())
        raise SettingsError(f"{where}: cannot be edited line by line; write these by hand: {lines}")
    return edited


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as exc:
        raise SettingsError(f"{where}: not valid TOML: {exc}") from exc


def _note(tables: dict[str, Any], path: Sequence[str], value: Scalar) -> None:
    """Put a value into parsed tables; where something else stands in the way, nothing can match later."""
    for name in path[:-1]:
        inner = tables.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        tables = inner
    tables[path[-1]] = value


def _put(text: str, path: tuple[str, ...], value: Scalar) -> str:
    lines = text.split("\n")
    statements = _read_statements(lines)
    for one in statements:
        if one.path == path and not one.header:
            return "\n".join((*lines[: one.start], *_replace(lines, one, value), *lines[one.stop :]))
    ending = "\r" if lines[0].endswith("\r") else ""
    added = _pair(path[-1], value) + ending
    here = [one for one in statements if one.section == path[:-1] and one.path]
    if here:
        return "\n".join((*lines[: here[-1].stop], added, *lines[here[-1].stop :]))
    header = f"[{'.'.join(_bare(name) for name in path[:-1])}]{ending}"
    while lines and not lines[-1].strip():
        lines.pop()
    gap = [ending] if lines else []
    return "\n".join((*lines, *gap, header, added, ""))


def _replace(lines: Sequence[str], one: _Line, value: Scalar) -> list[str]:
    """Return the lines of a statement with another value; the comment behind it stays."""
    statement = "\n".join(lines[one.start : one.stop])
    equals = next(
        place.start() for place in re.finditer("=", statement) if _is_toml(statement[: place.start()] + "= 0")
    )
    given = statement[equals + 1 :]
    ends = (place.start() for place in re.finditer("#", given))
    end = next((place for place in ends if _is_toml(f"x ={given[:place]}")), len(given))
    held, comment = given[:end], given[end:]
    before = held[: len(held) - len(held.lstrip(" \t"))]
    after = held[len(held.rstrip()) :]
    return [f"{statement[: equals + 1]}{before}{_write(value)}{after}{comment}"]


def _read_statements(lines: Sequence[str]) -> list[_Line]:
    """Return the statements of a valid file; one that fills several lines is one."""
    found: list[_Line] = []
    section: tuple[str, ...] = ()
    start = 0
    while start < len(lines):
        stop = start + 1
        while not _is_toml(_join(lines, start, stop)) and stop < len(lines):
            stop += 1
        path = _first_path(tomllib.loads(_join(lines, start, stop)))
        header = lines[start].lstrip("\ufeff \t").startswith("[")
        section = path if header else section
        full = path if header or not path else (*section, *path)
        found.append(_Line(start, stop, section, full, header))
        start = stop
    return found


def _join(lines: Sequence[str], start: int, stop: int) -> str:
    return "\n".join(lines[start:stop]).removeprefix("\ufeff") + "\n"


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _first_path(table: Any) -> tuple[str, ...]:
    """Return the path of the one key, or of the one section, that a statement holds."""
    path: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        name, table = next(iter(table.items()))
        path.append(name)
    return tuple(path)


def _pair(key: str, value: Scalar) -> str:
    return f"{_bare(key)} = {_write(value)}"


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quote(key)


def _write(value: Scalar) -> str:
    return _quote(value) if isinstance(value, str) else json.dumps(value)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
