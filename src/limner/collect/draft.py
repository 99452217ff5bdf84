"""The limner.toml that `limner init` writes: what was recognised, and every default with what it means."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from limner.collect.readers import READERS, Part, Plan, View, make_plan
from limner.collect.readers.aliases import tell_event
from limner.collect.readers.part import CONSTANT
from limner.settings import EVENT_POLARITY, EVENT_VALUES, EVENT_WEIGHTS, Settings, ValueRole
from limner.tables import CONTRACTS

_MAX_EVENT_TYPES = 30
_MAX_IGNORED = 8
_DEFAULTS = Settings()
_SECTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "horizons",
        "The two memories of every sum: an event of this age counts half.",
        (
            ("recent_days", "what a user is about these days"),
            ("lasting_days", "what a user is about"),
        ),
    ),
    (
        "clean",
        "What is impossible, and what is not a person; such rows go to the quarantine with their reason.",
        (
            ("max_events_per_minute", "a user with more within one minute is taken for a bot"),
            ("max_dwell_s", "longer dwell is cut to this"),
            ("winsorise_share", "amounts and counts above this quantile are cut to it"),
            ("future_tolerance_s", "a timestamp further ahead than this is refused"),
        ),
    ),
    (
        "retention",
        "How long raw rows are kept; what they taught stays.",
        (("events", "age at which events and texts go when limner compact runs, as 400d; empty: never"),),
    ),
    (
        "engine",
        "Who reads the texts and sums the ledger of a build; the portraits are the same.",
        (
            ("name", "duckdb or spark"),
            ("master", "of Spark, such as local[4]; empty: Spark's own setting, else local[*]"),
            ("scratch", "a folder that Spark's workers see, too; empty: the workspace"),
            ("conf", "properties of Spark, names quoted"),
        ),
    ),
    (
        "store",
        "Where the portraits stand: SQLite in the workspace folder, or PostgreSQL for several machines.",
        (("url", "postgresql://user@host/database; better in LIMNER_STORE_URL; empty: SQLite"),),
    ),
    (
        "dimensions",
        "Which sides of a user are painted.",
        (
            ("enabled", "leave out what you do not want"),
            ("infer", "attributes guessed for users who did not declare them; [] forbids it"),
        ),
    ),
    (
        "vector",
        "The vector of a user.",
        (
            ("dim", "numbers per vector, 8 to 4096"),
            ("seed", "another seed, another basis; the same seed, the same vectors"),
        ),
    ),
    (
        "vector.recipe",
        "The constants of the space; limner tune chooses them.",
        (
            ("ridge", "events of evidence that two items must overcome before they count as alike"),
            ("dropout", "extra ridge per event of an item: keeps popular items from explaining everything"),
            ("memory", "what a past item weighs: 0 its events, 1 its lasting share of the user's past"),
            ("recent", "how much more it weighs by its recent share"),
            ("trend", "how far an item's scores follow its share of late"),
            ("fading", "how soon that stops counting for a user who stays away; 0: never"),
            ("swell", "0 to 1: how far popularity itself follows the trend"),
            ("smoothing", "pseudo-events per item that shares are shrunk with"),
            ("damping", "how far an item's scores fall with its share of all events"),
            ("prior", "weight of popularity against a user's own scores"),
            ("gate", "events at which meaning and behaviour weigh the same; 0: behaviour alone"),
            ("borrow", "users at which an item's own place weighs as much as that of its content"),
            ("fusion", "how meaning and behaviour meet: gate, sum or concat"),
            ("friends", "weight of friends' tastes where a user has few events; 0: none"),
            ("tips", "weight of what friends met themselves; 0: none"),
            ("attributes", "weight of declared attributes where a user has few events; 0: none"),
        ),
    ),
    (
        "recommend",
        "What every list is wished to be; a call that says otherwise goes before.",
        (
            ("in_stock", "only items that say they are in stock"),
            ("diversity", "0 to 1: weight of unlikeness to what stands above in the list"),
            ("calibrate", "0 to 1: weight of having categories in the proportions of the user's past"),
            ("less_popular", "0 to 1: how much of the relevance the most popular item loses"),
            ("boosts", "of a category, brand or item: category=tea:1.2 multiplies, item=7:+0.1 adds"),
        ),
    ),
    (
        "text",
        "How texts are read.",
        (
            ("encoder", "auto, bundled, hashing, sentence-transformers:NAME, onnx:FOLDER, endpoint:MODEL"),
            ("encoder_url", "address of an OpenAI-compatible /v1 that embeds, for endpoint:MODEL"),
            ("simplify", "read traditional Chinese characters as simplified ones"),
            ("user_words", "files of words to keep whole, one a line"),
            ("stop_words", "words that are no keywords, besides the usual ones"),
            ("topics", "names of the topics that texts are sorted into; empty: none"),
        ),
    ),
    (
        "llm",
        "A generative model that may be asked; its key stands in the environment only.",
        (
            ("model", "name at the endpoint, or path of a GGUF file; empty: none is asked"),
            ("base_url", "address of an OpenAI-compatible /v1"),
            ("key_variable", "environment variable that holds the key"),
            ("context_tokens", "what one call may hold is sized to this"),
            ("max_tokens", "tokens one run may use, prompts and answers together"),
            ("max_cost", "money one run may cost, in the unit of the prices; 0: no limit"),
            ("price_prompt", "money per million prompt tokens"),
            ("price_answer", "money per million answer tokens"),
            ("timeout_s", "longest wait for one answer"),
            ("retries", "how often a call that failed is tried again"),
            ("parallel", "calls in flight at once"),
            ("persona", "whether the model writes personas from the facts"),
        ),
    ),
    (
        "serve",
        "The service, limner serve.",
        (
            ("host", "address to listen on; any but this machine's own needs a key"),
            ("port", "where it listens"),
            ("workers", "processes over the same workspace"),
            ("cors", "origins whose pages may ask from a browser; empty: none"),
            ("requests_per_second", "of one key or address, in each worker; 0: no limit"),
            ("burst", "requests that may come at once before that limit bites"),
            ("max_body_bytes", "a longer body is refused"),
            ("body_timeout_s", "a body that takes longer is refused"),
            ("header_timeout_s", "a connection whose headers take longer is closed"),
            ("lag_s", "how far a portrait at rest may lag behind the newest moment of the log"),
            ("memory_mb", "portraits that each worker keeps in memory"),
            ("writer_process", "whether rows are written by a process beside each worker"),
            ("shutdown_s", "how long answers in hand are waited for at the end"),
        ),
    ),
)


_OWN_SIGNAL = (
    "",
    "# A signal of your own is summed beside the built-in ones (`limner signals` lists them):",
    "# [signals.brand_by_weekday]",
    '# from = "events"',
    '# key = "brand|weekday"',
    '# weight = "event_weight"',
)


def draft_settings(sources: Sequence[Path], *, base: Path) -> str:
    """Return a commented limner.toml for some files and folders, to be written into the folder `base`.

    It spells out what was recognised, so `parse_settings` of it reads the very same tables.

    Raises:
        InputError: nothing can be read from the sources; see `readers.make_plan`.
    """
    plan = make_plan(sources, _DEFAULTS, base=base)
    lines = [
        *_say_origin(plan, sources, base),
        *(line for table in CONTRACTS for line in _say_table(table, plan, base)),
        *_say_events(plan),
        *_say_ratings(plan),
        *(line for section in _SECTIONS for line in _say_section(*section)),
        *_OWN_SIGNAL,
    ]
    return "\n".join(lines) + "\n"


def _say_origin(plan: Plan, sources: Sequence[Path], base: Path) -> Iterator[str]:
    yield "# Settings of Limner. Change any line; a line left out keeps the default that stands here."
    yield ""
    yield _pair("format", plan.reader.name, f"one of {', '.join(READERS)}")
    yield f"# {plan.reader.about}"
    paths = [_relative(source, base) for source in sources]
    yield _pair(
        "sources", paths, "files and folders, relative to this file; .gz and .zip are read as they are"
    )
    for name, reason in plan.ignored[:_MAX_IGNORED]:
        yield _note(f"  not read: {_relative(Path(name), base)} ({reason})")
    if len(plan.ignored) > _MAX_IGNORED:
        yield f"#   not read: {len(plan.ignored) - _MAX_IGNORED} more files"
    yield _pair("workspace", _DEFAULTS.workspace, "where profiles are kept")
    yield _pair("lang", _DEFAULTS.lang, "zh or en; empty: the locale's")
    yield _pair("timezone", _DEFAULTS.timezone, "where hours and weekdays are read, such as Asia/Shanghai")


def _say_table(table: str, plan: Plan, base: Path) -> Iterator[str]:
    """Yield the section of one table: files where the format is your own, columns where all files agree."""
    pairs = [(part, view) for part in plan.parts for view in part.views if view.table == table]
    if not pairs:
        return
    yield from ("", f"[tables.{table}]")
    files = [_relative(Path(part.source.member or part.source.name), base, inside=part) for part, _ in pairs]
    if plan.reader.name == "tables":
        yield _pair("files", files, "paths or globs; only these are read as this table")
    else:
        yield _note(f"from {', '.join(files)}")
    yield _pair("separator", "", "empty: found by looking; ' ' is any white space")
    yield _pair("encoding", "", "empty: found by looking (utf-8, gb18030, latin-1, utf-16)")
    maps = [_written(view) for _, view in pairs]
    if any(columns != maps[0] for columns in maps):
        yield "# columns: these files call them differently, each is read by its own names"
        return
    yield from (
        "",
        f"[tables.{table}.columns]",
        "# ours = yours; '=word' is that word in every row, '' drops it",
    )
    yield from (_pair(ours, theirs, "") for ours, theirs in maps[0].items())
    yield from _say_unused(pairs, maps[0])


def _say_unused(pairs: Sequence[tuple[Part, View]], columns: Mapping[str, str]) -> Iterator[str]:
    """Yield a comment with our columns and the owner's that found no partner."""
    part, view = pairs[0]
    found = part.layout.names(part.source)
    used = {theirs for other in part.views for theirs in other.columns.values()}
    unused = [name for name in found if name and name not in used]
    free = [ours for ours in CONTRACTS[view.table].columns.names if ours not in columns]
    if unused and not view.rest:
        yield _note(
            f"your columns without a place: {', '.join(unused)} (ours without one: {', '.join(free)})"
        )


def _written(view: View) -> dict[str, str]:
    return {ours: theirs for ours, theirs in view.columns.items() if not ours.startswith("#")}


def _say_events(plan: Plan) -> Iterator[str]:
    """Yield how much each event type says: those seen, or all that are known if none was."""
    yield from (
        "",
        "[events]",
        _pair("default", _DEFAULTS.events.default, "weight of a type not listed below"),
    )
    seen = _see_event_types(plan) or list(EVENT_WEIGHTS)
    meanings = {event: event if event in EVENT_WEIGHTS else tell_event(event, default="") for event in seen}
    yield from ("", "[events.weights]", "# how much one event of this type says, 0 and up")
    for event, known in meanings.items():
        weight = EVENT_WEIGHTS.get(known, _DEFAULTS.events.default)
        taken = f"taken for a {known}" if known not in ("", event) else ""
        code = "a code: what does it mean? 0.2 suits a view, 0.6 a cart, 1.0 a purchase"
        yield _pair(event, weight, code if event.isdecimal() else taken)
    yield from _say_mapping("values", "what its value is: rating, amount or count", EVENT_VALUES, meanings)
    yield from _say_mapping("polarity", "liking it shows by itself, -1 to 1", EVENT_POLARITY, meanings)


def _say_mapping(
    name: str, comment: str, known: Mapping[str, float] | Mapping[str, ValueRole], meanings: Mapping[str, str]
) -> Iterator[str]:
    yield from ("", f"[events.{name}]", f"# {comment}")
    yield from (_pair(event, known[meaning], "") for event, meaning in meanings.items() if meaning in known)


def _see_event_types(plan: Plan) -> list[str]:
    """Return the event types in the first rows, most frequent first; none if there are too many."""
    typed = [rows.column("event") for view, rows in _first_rows(plan) if "event" in view.columns]
    counts = Counter(event for column in typed for event in column.cast(pa.string()).to_pylist() if event)
    seen = sorted((event for event in counts if event.strip()), key=lambda event: (-counts[event], event))
    return seen if len(seen) <= _MAX_EVENT_TYPES else []


def _first_rows(plan: Plan) -> Iterator[tuple[View, pa.Table]]:
    """Yield the first rows of every file of events."""
    pairs = [(part, view) for part in plan.parts for view in part.views if view.table == "events"]
    for part, view in pairs:
        chunk = next(iter(part.layout.chunks(part.source)), None)
        if chunk is not None:
            yield view, view.rows(chunk.rows)


def _say_ratings(plan: Plan) -> Iterator[str]:
    yield from ("", "[ratings]")
    seen = _see_ratings(plan)
    note = f"; first rows: {min(seen):g} to {max(seen):g}" if seen else ""
    yield _pair("scale", [], f"lowest and highest, such as [1, 5]; empty: the usual scale that fits{note}")


def _see_ratings(plan: Plan) -> list[float]:
    """Return the numbers in the rating columns of the first rows."""
    rated = [
        rows.column("value").cast(pa.string()).unique().to_pylist()
        for view, rows in _first_rows(plan)
        if view.columns.get("event") in (f"{CONSTANT}rating", f"{CONSTANT}review")
        and "value" in rows.column_names
    ]
    texts = [text for values in rated for text in values if text]
    return [float(text) for text in texts if re.fullmatch(r"-?\d+(\.\d+)?", text)]


def _say_section(name: str, comment: str, lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from ("", f"[{name}]", f"# {comment}")
    values = attrgetter(name)(_DEFAULTS)
    yield from (_pair(key, getattr(values, key), note) for key, note in lines)


def _pair(key: str, value: Any, comment: str) -> str:
    bare = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)
    return f"{bare} = {_toml(value)}" + (f"  # {comment}" if comment else "")


def _note(text: str) -> str:
    """Return a comment line, whatever stands in a file's or column's name."""
    return "# " + "".join(letter if letter.isprintable() else "?" for letter in text)


def _toml(value: Any) -> str:
    """Return a value as TOML: texts, numbers and lists look as in JSON."""
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(inner)}" for name, inner in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _relative(path: Path, base: Path, *, inside: Part | None = None) -> str:
    """Return a path as seen from `base`, with forward slashes; a path inside an archive as it is."""
    if inside is not None and inside.source.member:
        return path.as_posix()
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
