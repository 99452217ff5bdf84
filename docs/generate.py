"""Write the parts of the documentation that the code already says: settings, commands, signals, features.

python docs/generate.py          writes docs/settings.md, docs/cli.md, docs/signals.md and docs/features.md
python docs/generate.py --check  exits with 1 and one line when one of them is not what the code says
"""

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeGuard, get_args, get_origin, get_type_hints

import pyarrow as pa
from typer.main import get_command
from typer.testing import CliRunner

from limner.cli.main import app
from limner.ledger.signals import SIGNALS, Signal
from limner.settings import EVENT_POLARITY, EVENT_VALUES, EVENT_WEIGHTS, Settings
from limner.settings import declared as settings_module
from limner.studio.features.columns import (
    CLOSED,
    MEASURES,
    MOST_KEYS,
    SMALL,
    STRENGTH,
    is_open,
    measure_names,
    share_of,
)
from limner.tables import CONTRACTS

HOME = Path(__file__).parent
HELP_WIDTH = 100
"""Columns of the help pages, whatever the terminal."""
NOTE = "<!-- Written by docs/generate.py from the code: change the code, then run `make docs`. -->"
STRENGTH_OF = {
    "both": "share of the whole activity, recent events pulling three times",
    "lasting": "share of the signal's `lasting`",
    "rows": "share of the signal's `n`",
}
FEATURES_LEAD = (
    "`limner features LABELS.parquet OUT.parquet`, or `studio.features(labels)` in Python, joins to each "
    "row of "
    "yours what was known of its user\n*just before* its time: the ledger, the strengths that facts "
    "would have, "
    "and the vector. It is a table for a ranker of your own to learn from.",
    "A label is a row with `user_id` and `timestamp`, in Parquet or CSV, or in Python a frame of any "
    "library. "
    "Times are read as those of events are:\nmicroseconds, milliseconds, seconds, Arrow times, written "
    "times. "
    "Further columns are kept as they are, and so is the order of the rows.\nA row whose time cannot be read "
    "stops the run with one line, so that none is lost unseen.",
    "**Nothing of later is in a row.** An event counts for the labels strictly after it. Rows without a time "
    "count for every label, as older than all others:\nthey are decayed from 1990-01-01. So where no row has "
    "a time, `n`, `strength` and `vector` tell, and decayed sums are next to 0.\n`strength` and `vector` are "
    "those of "
    "`studio.profile(user, as_of=time - 1 microsecond)`; a test holds them together.",
)
FEATURES_OWN = (
    ("`user_id`, `timestamp`, yours", "as given", "the label"),
    ("`known`", "bool", "whether the workspace holds the user; all else is empty where it does not"),
)
FEATURES_PLACED = (
    (
        "`vector`",
        "list of float32",
        "P, of length 1, zeros where nothing is known; `--no-vector` leaves it out",
    ),
    ("`alpha`, `beta`", "double", "what meaning and behaviour weigh in it"),
)
FEATURES_TAIL = (
    "For example `n:category=科幻`, `recent:event=purchase`, `days_since:writing`, "
    "`strength:aspect=quality`. `--keys N` asks for another number of keys than "
    f"{MOST_KEYS}; the most\ncommon are those most users had at the last build.",
    "## What is of the last build",
    "The numbers of a row know nothing of later, but some frames around them do: *which* keys have columns, "
    "price bands, the weights of words, what stars taught of tones, the scale of ratings, the places\n"
    "of items in the space. For an "
    "evaluation that must not know even those, build the workspace from the rows before your test "
    "begins. Rows "
    "that the log no longer keeps are in\nno feature. After a thousand half-lives without an event a decayed "
    "sum is 0.",
    "## How it is done",
    "Each event goes to the next label of its user and is decayed to that label's time; sums are then "
    "carried "
    "from label to label (`ledger/intervals.py`, `ledger/ladder.py`).\nSo a row of the log is read once, "
    "however many labels follow it. Users are taken some at a time, so memory stays bounded; the file is "
    "written block by block.",
    'With `--engine spark`, or `studio.features(labels, engine="spark")`, Spark gives events their next '
    "labels and sums what falls between two; sums, strengths and vectors are carried\nwhere the file is "
    "written. [Tests](../tests/engines/test_spark_features.py) hold both engines together: integers exactly, "
    "sums and strengths within 1e-9, vectors within 1e-6. [Spark](spark.md) says what that takes.",
)
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def write_pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    return {
        "settings.md": write_settings(),
        "cli.md": write_cli(),
        "signals.md": write_signals(),
        "features.md": write_features(),
    }


def write_settings() -> str:
    """Return the page of settings: the sections of limner.toml, the event types, the tables' columns."""
    parts = [
        "# Settings",
        NOTE,
        "Limner reads `limner.toml` in the folder where it runs, or the file named with `-c`. "
        "`limner init SOURCE` writes one from your own files, with everything below spelled out.\n"
        "What you leave out keeps its default; what is not listed here is refused, with the nearest name. "
        "Paths start from the folder of the file.\n"
        "In Python, `limner.load_settings(path)` reads the file and `limner.build(settings=…)` takes it.",
        _write_section("At the top of the file", Settings, _own_fields(Settings)),
        *(_write_nested(name, kind) for name, kind in _nested(Settings).items()),
        _write_event_types(),
        _write_columns(),
    ]
    return _join(parts)


def write_cli() -> str:
    """Return the page of commands: what `--help` prints, at a fixed width."""
    known = get_command(app).commands.values()  # type: ignore[attr-defined]
    commands = [name for command in known for name in _name_commands(command)]
    parts = [
        "# Commands",
        NOTE,
        "A mistake of the user's is one line on stderr and exit code 2. "
        "`--json` prints JSON and nothing else.\nA progress bar is shown on a terminal only.",
        _fence(_help_of([])),
        *(part for name in commands for part in (f"## limner {name}", _fence(_help_of(name.split())))),
    ]
    return _join(parts)


def write_signals() -> str:
    """Return the page of signals: what is summed for every user."""
    rows = [
        (
            f"`{signal.name}`",
            signal.meaning,
            signal.rows,
            f"`{signal.key}`",
            "1" if signal.weight == "one" else f"`{signal.weight}`",
            "yes" if signal.polarity else "",
            "summed anew" if signal.sequential else "added",
        )
        for signal in SIGNALS
    ]
    header = ("signal", "what is summed", "rows", "key", "weight", "liking", "a late row is")
    parts = [
        "# Signals",
        NOTE,
        "The ledger holds one cell for every user, signal and key. The signals below are declared once, "
        "in `src/limner/ledger/signals.py`;\na build, new rows and a look into the past all run these "
        "declarations. [The design](design.md) says what a cell holds,\nand "
        "[the guide](guide.md#a-signal-of-your-own) how to declare your own.",
        _table(header, rows),
        "*Rows* are the kind of row that counts; *key* the column it counts under (without one a row does "
        "not count); *weight* what one row adds.\nWith *liking*, the polarity of the rows is summed as well. "
        "Where the order of the rows matters, a late row changes others,\nso the sums of that user are "
        "made anew from the log; everywhere else it is added.",
    ]
    return _join(parts)


def write_features() -> str:
    """Return the page of features: what each column of ``limner features`` holds."""
    measures = [
        (
            f"`{one.name}:SIGNAL`" + (f", `{one.name}:SIGNAL=KEY`" if one.by_key else ""),
            str(one.kind),
            one.meaning,
        )
        for one in MEASURES
    ]
    measures.append((f"`{STRENGTH.name}:SIGNAL=KEY`", str(STRENGTH.kind), STRENGTH.meaning))
    signals = [
        (
            f"`{signal.name}`",
            ", ".join(f"`{name}`" for name in measure_names(signal)),
            _say_keys(signal),
            STRENGTH_OF[share_of(signal.name)] if _say_keys(signal) else "",
        )
        for signal in SIGNALS
    ]
    own = ("your own", "as declared", f"the {MOST_KEYS} most common", STRENGTH_OF[share_of("")])
    return _join(
        [
            "# Features",
            NOTE,
            *FEATURES_LEAD,
            "## The columns",
            _table(("column", "type", "what it holds"), [*FEATURES_OWN, *measures, *FEATURES_PLACED]),
            "## The signals",
            "What [a signal](signals.md) is summed of stands on its own page. All of them have totals; "
            "those with keys below have `n`, `recent`,\n`lasting` and `strength` of each key as well.",
            _table(("signal", "totals", "keys with columns", "strength of a key"), [*signals, own]),
            *FEATURES_TAIL,
        ]
    )


def _say_keys(signal: Signal) -> str:
    if signal.name in CLOSED:
        keys = CLOSED[signal.name]
        return f"all {len(keys)}: `{keys[0]}` … `{keys[-1]}`"
    if signal.name in SMALL:
        return "all that were met"
    return f"the {MOST_KEYS} most common" if is_open(signal) else ""


def _own_fields(kind: type) -> list[str]:
    return [part.name for part in fields(kind) if part.name not in _nested(kind)]


def _nested(kind: type) -> dict[str, type]:
    """Return the fields that are tables of settings themselves, by name."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        inner = get_args(hint)[1] if get_origin(hint) is not None and len(get_args(hint)) == 2 else hint
        if is_dataclass(inner) and isinstance(inner, type):
            found[name] = inner
    return found


def _write_nested(name: str, kind: type) -> str:
    many = get_origin(get_type_hints(Settings)[name]) is not None
    return _write_section(f"`[{name}{'.NAME' if many else ''}]`", kind, _own_fields(kind))


def _write_section(heading: str, kind: type, names: Iterable[str]) -> str:
    meanings, hints, defaults = _attribute_docs(kind), get_type_hints(kind), kind()
    rows = []
    for name in names:
        called, meaning = _call(name, meanings.get(name, ""))
        rows.append((called, _name_type(hints[name]), _default(getattr(defaults, name)), meaning))
    lead = f"{_plain(inspect.getdoc(kind) or '')}\n\n" if kind is not Settings else ""
    return f"## {heading}\n\n{lead}" + _table(("setting", "type", "default", "meaning"), rows)


def _attribute_docs(kind: type) -> dict[str, str]:
    """Return what stands under each field of a settings class."""
    classes = [node for node in ast.parse(inspect.getsource(settings_module)).body if _is_class(node)]
    body = next(node.body for node in classes if node.name == kind.__name__)
    docs = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
            docs[ast.unparse(field.target)] = " ".join(ast.literal_eval(after.value).split())
    return docs


def _is_class(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef)


def _name_type(hint: Any) -> str:
    if hint in PLAIN:
        return PLAIN[hint]
    inner = get_args(hint)
    if get_origin(hint) is tuple:
        return f"list of {PLAIN[inner[0]]}s"
    kind = inner[1]
    return f"table of {PLAIN[kind]}s" if kind in PLAIN else "table of: " + ", ".join(get_args(kind))


def _default(value: Any) -> str:
    if isinstance(value, Mapping | MappingProxyType):
        return "see [event types](#event-types)" if value else "`{}`"
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)}`"


def _call(name: str, said: str) -> tuple[str, str]:
    """Return what a setting is called in the file, and what it means; ``from`` cannot be a Python name."""
    written = re.match(r"Written ``(\w+)``: (.*)", said)
    called, meaning = written.groups() if written else (name, said)
    return f"`{called}`", _plain(meaning)


def _plain(text: str) -> str:
    """Return a docstring for readers of the page, who do not see the names of the module."""
    for name in ("EVENT_WEIGHTS", "EVENT_VALUES", "EVENT_POLARITY"):
        text = text.replace(f"`{name}`", "the table of [event types](#event-types)")
    return text.replace("``", "`")


def _write_event_types() -> str:
    rows = [
        (
            f"`{name}`",
            f"{weight:g}",
            EVENT_VALUES.get(name, ""),
            f"{EVENT_POLARITY[name]:+g}" if name in EVENT_POLARITY else "",
        )
        for name, weight in EVENT_WEIGHTS.items()
    ]
    text = (
        "What an event of each type says, unless `[events]` says otherwise. Other types weigh "
        "`default`; the polarity of a rating\nis its place on the scale."
    )
    header = ("event", "weight", "its value is", "liking it shows")
    return f"## Event types\n\n{text}\n\n" + _table(header, rows)


def _write_columns() -> str:
    text = (
        "The names that `[tables.NAME.columns]` maps yours to, and that frames have in Python. "
        "**Required** columns must be there;\n`users` and `items` keep your further columns."
    )
    rows = [
        (f"`{name}`", ", ".join(_column(field, contract.required) for field in contract.columns))
        for name, contract in CONTRACTS.items()
    ]
    return f"## Columns of the tables\n\n{text}\n\n" + _table(("table", "columns"), rows)


def _column(field: pa.Field, required: Sequence[str]) -> str:
    return f"**`{field.name}`**" if field.name in required else f"`{field.name}`"


def _name_commands(command: Any) -> Iterator[str]:
    """Yield a command, and those of a group behind it."""
    yield command.name
    yield from (f"{command.name} {name}" for name in getattr(command, "commands", ()))


def _help_of(command: list[str]) -> str:
    extra = {"prog_name": "limner", "terminal_width": HELP_WIDTH, "color": False}
    found = CliRunner().invoke(app, [*command, "--help"], **extra)  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in found.output.rstrip().splitlines())


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _fence(text: str) -> str:
    return f"```text\n{text}\n```"


def _join(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _stale(pages: Mapping[str, str]) -> Iterator[str]:
    for name, text in pages.items():
        path = HOME / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"docs/{name}"


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale; return the exit code."""
    pages = write_pages()
    stale = list(_stale(pages))
    if "--check" in arguments:
        if stale:
            sys.stderr.write(f"{', '.join(stale)}: not what the code says; run: python docs/generate.py\n")
        return int(bool(stale))
    for name, text in pages.items():
        (HOME / name).write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"wrote {', '.join(f'docs/{name}' for name in pages)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
