"""One reader for every setting: `limner.toml` into one frozen record.

The defaults here are the documentation: `limner init` writes them out with their comments.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_origin, get_type_hints

from limner.errors import SettingsError, did_you_mean
from limner.records import DIMENSIONS
from limner.tables import CONTRACTS, TABLES

FILE_NAME = "limner.toml"
_UNIT_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}
ValueRole = Literal["rating", "amount", "count"]

EVENT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "view": 0.2,
        "pv": 0.2,  # the names of the large Chinese shop logs: pv, fav, cart, buy
        "click": 0.3,
        "search": 0.3,
        "cart": 0.6,
        "like": 0.8,
        "fav": 0.8,
        "share": 0.8,
        "listen": 1.0,
        "purchase": 1.0,
        "buy": 1.0,
        "rating": 1.0,
        "review": 1.0,
        "return": 0.2,
    }
)
EVENT_VALUES: Mapping[str, ValueRole] = MappingProxyType(
    {"rating": "rating", "review": "rating", "purchase": "amount", "buy": "amount", "listen": "count"}
)
EVENT_POLARITY: Mapping[str, float] = MappingProxyType(
    {"purchase": 0.5, "buy": 0.5, "like": 1.0, "fav": 1.0, "share": 0.6, "return": -1.0}
)


def _frozen(pairs: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(pairs))


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Where one table comes from and what its columns are called in the owner's files."""

    files: tuple[str, ...] = ()
    """Paths or globs, relative to limner.toml; empty: what the recognised format says."""
    columns: Mapping[str, str] = field(default_factory=lambda: _frozen({}))
    """Our column name → the owner's."""
    separator: str = ""
    """Of delimited files; empty: found by looking."""
    encoding: str = ""
    """Of text files; empty: UTF-8, then GB18030, then Latin-1, by looking."""


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How much an event of each type says, and what its value means."""

    default: float = 0.5
    """Weight of an event type that is not listed."""
    weights: Mapping[str, float] = field(default_factory=lambda: _frozen({}))
    """Added to `EVENT_WEIGHTS`."""
    values: Mapping[str, ValueRole] = field(default_factory=lambda: _frozen({}))
    """Role of `value`, added to `EVENT_VALUES`; a count multiplies the weight by 1 + ln(count)."""
    polarity: Mapping[str, float] = field(default_factory=lambda: _frozen({}))
    """Liking (−1..1) an event type shows by itself, added to `EVENT_POLARITY`."""

    def __post_init__(self) -> None:
        """Put the owner's entries over the defaults."""
        defaults_by_name = {"weights": EVENT_WEIGHTS, "values": EVENT_VALUES, "polarity": EVENT_POLARITY}
        for name, defaults in defaults_by_name.items():
            object.__setattr__(self, name, _frozen({**defaults, **getattr(self, name)}))


@dataclass(frozen=True, slots=True)
class RatingSettings:
    """The scale of ratings."""

    scale: tuple[float, ...] = ()
    """Lowest and highest rating; empty: the smallest usual scale that holds 99 % of them."""


@dataclass(frozen=True, slots=True)
class HorizonSettings:
    """Half-lives of the two memories every sum keeps."""

    recent_days: float = 7.0
    """What a user is about these days: an event of this age counts half."""
    lasting_days: float = 180.0
    """What a user is about."""


@dataclass(frozen=True, slots=True)
class CleanSettings:
    """What is impossible, and what is not a person."""

    max_events_per_minute: int = 300
    """A user with more events than this within one minute is taken for a bot; its rows are quarantined."""
    max_dwell_s: float = 3600.0
    """Longer dwell is cut to this."""
    winsorise_share: float = 0.999
    """Amounts and counts above this quantile are cut to it (when there are 1,000 or more)."""
    future_tolerance_s: float = 86400.0
    """A timestamp further ahead than this is quarantined."""


@dataclass(frozen=True, slots=True)
class DimensionSettings:
    """Which dimensions are painted."""

    enabled: tuple[str, ...] = DIMENSIONS
    """Those a portrait has."""
    infer: tuple[str, ...] = ("gender", "age")
    """Attributes that may be inferred for users who did not declare them; [] forbids it."""


@dataclass(frozen=True, slots=True)
class VectorSettings:
    """The space of P = αS + βB."""

    dim: int = 256
    """Numbers per vector, 8 to 4096."""
    seed: int = 7
    """Of everything that draws: the same seed, the same vectors."""


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long raw rows are kept; what they taught stays in the sums."""

    events: str = ""
    """Age at which events and texts go when ``limner compact`` runs: 400d, 56w or 36h; empty: never."""

    @property
    def keep_days(self) -> float | None:
        """The age in days; None: rows are kept for good."""
        return parse_days(self.events) if self.events else None


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """A signal of the owner's own, summed beside the built-in ones: ``[signals.brand_by_weekday]``."""

    rows: str = "events"
    """Written ``from``: events, texts, opinions, words or relations."""
    key: str = ""
    """Columns of those rows joined by |, for instance "brand|weekday"."""
    weight: str = "one"
    """one, event_weight or amount."""
    polarity: bool = False
    """Whether the rows' liking is summed too."""
    horizon: str = "both"
    """both, or lasting: then the recent sum is not kept."""
    meaning: str = ""
    """What it says, for the documentation."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Who reads the texts and sums the ledger of a build; the portraits are the same."""

    name: str = "duckdb"
    """duckdb (in this process) or spark."""
    master: str = ""
    """Of Spark, for instance local[4] or spark://host:7077; empty: Spark's own setting, else local[*]."""
    scratch: str = ""
    """A folder that this machine and every worker of Spark see under this path; empty: the workspace."""
    conf: Mapping[str, str] = field(default_factory=lambda: _frozen({}))
    """Properties of Spark by name, quoted: "spark.executor.memory" = "8g"."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything limner.toml can say."""

    format: str = ""
    """Name of the reader; empty: recognised by looking."""
    sources: tuple[str, ...] = ()
    """Files and folders to read, relative to limner.toml."""
    workspace: str = ".limner"
    """Folder the portraits are kept in, relative to limner.toml."""
    lang: str = ""
    """zh or en; empty: the locale's."""
    timezone: str = "UTC"
    """IANA name; where hours, weekdays and times without a zone are read."""
    tables: Mapping[str, TableSettings] = field(default_factory=lambda: _frozen({}))
    signals: Mapping[str, SignalSettings] = field(default_factory=lambda: _frozen({}))
    """Signals of the owner's own, by name."""
    events: EventSettings = field(default_factory=EventSettings)
    ratings: RatingSettings = field(default_factory=RatingSettings)
    horizons: HorizonSettings = field(default_factory=HorizonSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    dimensions: DimensionSettings = field(default_factory=DimensionSettings)
    vector: VectorSettings = field(default_factory=VectorSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)


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


def parse_days(text: str) -> float:
    """Return a span such as 400d, 56w or 36h in days.

    Raises:
        SettingsError: it is none, or not above 0.

    >>> parse_days("36h"), parse_days("2w")
    (1.5, 14.0)
    """
    number, unit = text.strip()[:-1], text.strip()[-1:].lower()
    try:
        days = float(number) * _UNIT_DAYS[unit]
    except (KeyError, ValueError):
        days = 0.0
    if not 0 < days < 1e6:
        raise SettingsError(f"{text!r} is no span of time; write one like 400d, 56w or 36h")
    return days


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
    if isinstance(hint, type) and not get_origin(hint):
        return _scalar(hint, value, where)
    return _mapping(hint, value, where)


def _scalar(kind: type, value: Any, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"{where}: expected {kind.__name__}, found {value!r}")
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
