"""`limner.toml` read into one frozen record; what cannot be is refused with the nearest name."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_origin, get_type_hints

from limner.errors import SettingsError, did_you_mean
from limner.records import DIMENSIONS
from limner.settings.declared import Settings, SignalSettings, TableSettings
from limner.tables import CONTRACTS, TABLES

FILE_NAME = "limner.toml"


def _frozen(pairs: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(pairs))


def load_settings(path: Path) -> Settings:
    """Return the settings in a toml file.

    Raises:
        SettingsError: the file is missing, is not TOML, or says something that cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise SettingsError(f"{path}: no such file; write one with: limner init SOURCE") from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path}: cannot be read ({exc})") from exc
    return parse_settings(text, where=str(path))


def parse_settings(text: str, *, where: str = FILE_NAME) -> Settings:
    r"""Return the settings in a toml text; see `load_settings`.

    >>> parse_settings("[horizons]\nrecent_days = 3").horizons.recent_days
    3.0
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise SettingsError(f"{where}: not valid TOML: {exc}") from exc
    settings: Settings = _record(Settings, given, where)
    _check(settings, where)
    return settings


def settings_to_json(settings: Settings) -> dict[str, Any]:
    """Return settings as plain tables and lists; `settings_from_json` reads them back."""
    plain: dict[str, Any] = _plain(settings)
    return plain


def settings_from_json(given: Mapping[str, Any], *, where: str = "workspace") -> Settings:
    """Return the settings that `settings_to_json` wrote."""
    settings: Settings = _record(Settings, given, where)
    return settings


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _record(kind: Any, given: Any, where: str) -> Any:
    """Build one settings dataclass from a TOML table, refusing unknown keys."""
    if not isinstance(given, Mapping):
        raise SettingsError(f"{where}: expected a table, found {given!r}")
    if kind is SignalSettings and "from" in given:  # a keyword of Python cannot name a field
        given = {("rows" if name == "from" else name): value for name, value in given.items()}
    hints = get_type_hints(kind)
    known = {part.name for part in fields(kind)}
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f" (known: {', '.join(sorted(known))})"
            raise SettingsError(f"{where}: unknown setting {name!r}{hint}")
    return kind(**{name: _value(hints[name], value, f"{where}: {name}") for name, value in given.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    """Return a TOML value as its declared type."""
    if is_dataclass(hint):
        return _record(hint, value, where)
    if get_origin(hint) is tuple:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list):
            raise SettingsError(f"{where}: expected a list, found {value!r}")
        return tuple(_value(hint.__args__[0], item, where) for item in items)
    if get_origin(hint) is Literal:
        return _choice(hint.__args__, value, where)
    if isinstance(hint, type) and not get_origin(hint):
        return _scalar(hint, value, where)
    return _mapping(hint, value, where)


def _choice(choices: tuple[str, ...], value: Any, where: str) -> Any:
    if value not in choices:
        hint = did_you_mean(str(value), choices)
        raise SettingsError(f"{where}: {value!r} is none of {', '.join(choices)}{hint}")
    return value


def _scalar(kind: type, value: Any, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"{where}: expected {kind.__name__}, found {value!r}")
    if isinstance(value, float) and not isfinite(value):
        raise SettingsError(f"{where}: expected a finite number, found {value!r}")
    return value


def _mapping(hint: Any, value: Any, where: str) -> Mapping[str, Any]:
    """Return a table of names; event types given by the owner are added to the defaults."""
    if not isinstance(value, Mapping):
        raise SettingsError(f"{where}: expected a table, found {value!r}")
    kind = hint.__args__[1]
    if get_origin(kind) is Literal:
        choices = kind.__args__
        for name, role in value.items():
            if role not in choices:
                raise SettingsError(f"{where}.{name}: {role!r} is none of {', '.join(choices)}")
        return _frozen(value)
    return _frozen({name: _value(kind, item, f"{where}.{name}") for name, item in value.items()})


def _check(settings: Settings, where: str) -> None:
    """Refuse what no type can: ranges and names."""
    rules = [
        (settings.lang in ("", "zh", "en"), f"lang is zh or en, found {settings.lang!r}"),
        (settings.horizons.recent_days > 0, "horizons.recent_days must be above 0"),
        (settings.horizons.lasting_days > 0, "horizons.lasting_days must be above 0"),
        (8 <= settings.vector.dim <= 4096, "vector.dim must lie in 8..4096"),
        (len(settings.ratings.scale) in (0, 2), "ratings.scale is [lowest, highest]"),
        (0.5 <= settings.clean.winsorise_share <= 1, "clean.winsorise_share must lie in 0.5..1"),
        (all(w >= 0 for w in settings.events.weights.values()), "events.weights must not be negative"),
        (all(-1 <= p <= 1 for p in settings.events.polarity.values()), "events.polarity lies in -1..1"),
    ]
    for holds, text in rules:
        if not holds:
            raise SettingsError(f"{where}: {text}")
    _ = settings.retention.keep_days  # refuses what is no span of time
    for table, given in settings.tables.items():
        _check_table(table, given, where)
    for name in settings.dimensions.enabled:
        if name not in DIMENSIONS:
            hint = did_you_mean(name, DIMENSIONS) or f" (known: {', '.join(DIMENSIONS)})"
            raise SettingsError(f"{where}: dimensions.enabled: no dimension {name!r}{hint}")


def _check_table(table: str, given: TableSettings, where: str) -> None:
    if table not in CONTRACTS:
        hint = did_you_mean(table, TABLES) or f" (known: {', '.join(TABLES)})"
        raise SettingsError(f"{where}: no table {table!r}{hint}")
    contract = CONTRACTS[table]
    for column in given.columns:
        if not contract.open and column not in contract.columns.names:
            hint = did_you_mean(column, contract.columns.names)
            raise SettingsError(f"{where}: tables.{table}.columns: no column {column!r}{hint}")
