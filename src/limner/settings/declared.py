"""Every setting with its default and its meaning: what `limner.toml` can say, as frozen records.

The defaults here are the documentation: `limner init` writes them out with their comments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from limner.errors import SettingsError
from limner.records import DIMENSIONS
from limner.settings.recipe import Recipe

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
    recipe: Recipe = field(default_factory=Recipe)
    """The constants of the space: `limner tune` chooses them."""


@dataclass(frozen=True, slots=True)
class RecommendSettings:
    """What every list is wished to be; a call that says otherwise goes before."""

    in_stock: bool = False
    """Whether only items are recommended that say they are in stock."""
    diversity: float = 0.0
    """0..1: weight of unlikeness to what stands above in the list."""
    calibrate: float = 0.0
    """0..1: weight of having categories in the proportions of the user's past."""
    less_popular: float = 0.0
    """0..1: how much of the relevance the most popular item loses."""
    boosts: tuple[str, ...] = ()
    """KIND=NAME:FACTOR or KIND=NAME:+ADDEND, of a category, a brand or an item: "category=tea:1.2"."""

    def __post_init__(self) -> None:
        """Refuse weights out of range."""
        for name in ("diversity", "calibrate", "less_popular"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"recommend.{name} must lie in 0..1, found {getattr(self, name)}")


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
    """Written ``from``: events, texts, opinions, claims, words, topics or relations."""
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
class TextSettings:
    """How texts are read."""

    encoder: str = "auto"
    """bundled, hashing, sentence-transformers:NAME, onnx:FOLDER or endpoint:MODEL;
    auto: bundled where the extra text is installed, else hashing; items, above 1,000: hashing."""
    encoder_url: str = ""
    """Address of an OpenAI-compatible /v1 that embeds, for endpoint:MODEL."""
    simplify: bool = True
    """Whether traditional Chinese characters are read as simplified ones."""
    user_words: tuple[str, ...] = ()
    """Files of words that are to be kept whole, one a line, relative to limner.toml."""
    stop_words: tuple[str, ...] = ()
    """Words that are no keywords, besides the usual ones."""
    topics: tuple[str, ...] = ()
    """Names of the topics that texts are sorted into; empty: none."""


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """The generative model that may be asked and its cost; the key stands in the environment only."""

    model: str = ""
    """Name at the endpoint, or path of a GGUF file; empty: none is asked."""
    base_url: str = ""
    """Address of an OpenAI-compatible /v1; empty: the client's own default."""
    key_variable: str = "OPENAI_API_KEY"
    """Environment variable that holds the key."""
    context_tokens: int = 4096
    """What one call may hold is sized to this: one text for a small model, many users for a large one."""
    max_tokens: int = 200_000
    """Tokens one run may use, prompts and answers together."""
    max_cost: float = 0.0
    """Money one run may cost, in the unit of the prices; 0: no limit."""
    price_prompt: float = 0.0
    """Money per million prompt tokens."""
    price_answer: float = 0.0
    """Money per million answer tokens."""
    timeout_s: float = 60.0
    """Longest wait for one answer."""
    retries: int = 3
    """How often a call that failed is tried again, each time after a longer wait."""
    parallel: int = 1
    """Calls in flight at once."""
    persona: bool = True
    """Whether the model writes personas from the facts."""


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
class StoreSettings:
    """Where the portraits of a workspace stand."""

    url: str = ""
    """postgresql://user@host/database?workspace=name of a store for several machines; empty: a SQLite file in
    the workspace folder. LIMNER_STORE_URL says it, too, and keeps the password out of files."""


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """The service: where it listens, and what one caller may ask of it."""

    host: str = "127.0.0.1"
    """Address to listen on; any but this machine's own needs a key."""
    port: int = 8765
    workers: int = 1
    """Processes over the same workspace."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may ask from a browser, such as https://shop.example; empty: none."""
    requests_per_second: float = 5000.0
    """Of one key, or of one address without keys, in each worker; 0: no limit."""
    burst: int = 10000
    """Requests that may come at once before that limit bites."""
    max_body_bytes: int = 8388608
    """A longer body is refused (413)."""
    body_timeout_s: float = 10.0
    """A body that takes longer is refused (408)."""
    header_timeout_s: float = 10.0
    """A connection whose request line and headers take longer is closed."""
    lag_s: float = 3600.0
    """How far a portrait at rest may lag behind the log's newest moment while nothing of its user changes."""
    memory_mb: int = 200
    """Portraits that each worker keeps in memory; the others stand in a file of the workspace."""
    writer_process: bool = True
    """Rows are written by a process beside each worker; false: by a thread of it, which takes less memory."""
    shutdown_s: float = 30.0
    """How long requests that are being answered are waited for when the service is stopped."""

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        lowest = {
            "port": 0,
            "workers": 1,
            "requests_per_second": 0,
            "burst": 1,
            "max_body_bytes": 1,
            "body_timeout_s": 0.05,
            "header_timeout_s": 0.05,
            "lag_s": 0,
            "memory_mb": 0,
            "shutdown_s": 0,
        }
        for name, least in lowest.items():
            if not getattr(self, name) >= least:
                raise SettingsError(f"serve.{name} must be at least {least}, found {getattr(self, name)}")
        if self.port > 65_535:
            raise SettingsError(f"serve.port must be at most 65535, found {self.port}")
        for origin in self.cors:
            if not origin.startswith(("http://", "https://")) or origin.endswith("/"):
                raise SettingsError(
                    f"serve.cors: {origin!r} is no origin; write it like https://shop.example"
                )


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
    recommend: RecommendSettings = field(default_factory=RecommendSettings)
    text: TextSettings = field(default_factory=TextSettings)
    llm: LlmSettings = field(default_factory=LlmSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    serve: ServeSettings = field(default_factory=ServeSettings)


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
