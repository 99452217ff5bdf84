"""Files of known formats → raw tables. One small file per format; see docs/readers.md for adding yours.

``plan`` decides what is read, ``read`` reads it; `READERS` is the registry, asked newest first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from limner.collect.raw import RawTable
from limner.collect.readers.amazon import AMAZON
from limner.collect.readers.delimited import Delimited
from limner.collect.readers.hetrec import HETREC
from limner.collect.readers.librec import LIBREC
from limner.collect.readers.mind import MIND
from limner.collect.readers.movielens import MOVIELENS
from limner.collect.readers.objects import Objects
from limner.collect.readers.part import Chunk, Layout, Part, Plan, Reader, View
from limner.collect.readers.recbole import RECBOLE, Atomic
from limner.collect.readers.reviews import REVIEWS
from limner.collect.readers.source import Source, find_sources, pick_sources
from limner.collect.readers.tables import TABLES, read_as, say_unread
from limner.errors import FormatError, InputError, UnknownNameError, did_you_mean
from limner.settings import Settings, TableSettings

__all__ = [
    "READERS",
    "Chunk",
    "Delimited",
    "Layout",
    "Objects",
    "Part",
    "Plan",
    "Reader",
    "Source",
    "View",
    "make_plan",
    "read",
    "recognise",
]

READERS: dict[str, Reader] = {
    reader.name: reader for reader in (TABLES, REVIEWS, LIBREC, MOVIELENS, HETREC, MIND, AMAZON, RECBOLE)
}


def recognise(sources: Sequence[Path], settings: Settings) -> Reader:
    """Return the reader of some files and folders: the one `settings.format` names, else the first that fits.

    Raises:
        UnknownNameError: no reader of that name.
        FormatError: none fits; says what was found and what to do.
    """
    found = find_sources(sources, skip=_workspace(settings))
    return _fit(found, settings)[0]


def read(sources: Sequence[Path], settings: Settings, *, base: Path) -> Iterator[RawTable]:
    """Yield the rows of some files and folders, table by table, in chunks that fit the memory.

    `base` is the folder of limner.toml. Nothing is read before the whole plan holds: see `make_plan`.
    """
    plan = make_plan(sources, settings, base=base)
    seen: dict[str, set[object]] = {}
    return (table for part in plan.parts for table in part.tables(seen))


def make_plan(sources: Sequence[Path], settings: Settings, *, base: Path) -> Plan:
    """Return which files will be read as which tables, and which will not and why.

    Files that limner.toml lists for a table are read as that table; the format's reader takes the others.

    Raises:
        InputError: a path does not exist, or what is needed is empty.
        FormatError: no reader fits.
        SchemaError: a file lacks a column.
    """
    paths = list(sources) or [base / name for name in settings.sources]
    found = find_sources(paths, skip=_workspace(settings)) if paths or not _listed_patterns(settings) else []
    listed = _find_listed(found, settings, base)
    others = [source for source in found if source not in listed]
    blank = [source for source in (*others, *listed) if source.is_blank()]
    parts = [read_as(one, tables, settings.tables) for one, tables in listed.items() if one not in blank]
    rest = [source for source in others if source not in blank]
    if rest or not _are_active(parts):
        reader, more = _fit(rest, settings, blank=blank, needed=not _are_active(parts))
        parts += _without_listed(more, settings)
    else:
        reader = TABLES
    parts = [_with_settings(part, settings) for part in parts]
    return Plan(reader, tuple(parts), tuple(_ignored(found, blank, parts)))


def _fit(
    sources: Sequence[Source], settings: Settings, *, blank: Sequence[Source] = (), needed: bool = True
) -> tuple[Reader, Sequence[Part]]:
    """Return the reader that fits and its parts; the newest is asked first, and `needed` demands one."""
    if settings.format and settings.format not in READERS:
        hint = did_you_mean(settings.format, READERS) or f" (known: {', '.join(READERS)})"
        raise UnknownNameError(f"limner.toml: no format {settings.format!r}{hint}")
    asked = [READERS[settings.format]] if settings.format else list(reversed(READERS.values()))
    idle: list[tuple[str, str]] = []
    for reader in asked:
        parts = reader.parts(sources, settings.tables)
        if _are_active(parts) or (parts and not needed):
            return reader, parts
        idle = idle or [(part.source.name, part.views[0].table) for part in parts]
    if not needed:
        return asked[-1], []
    if blank:
        names = ", ".join(source.name for source in blank)
        raise InputError(f"{names}: empty; give a file of events or texts with rows")
    if idle:
        told = ", ".join(f"{name} ({table})" for name, table in idle[:8])
        raise FormatError(f"no events and no texts, only {told}; {_HOW_TO_SAY}")
    raise FormatError(_explain(sources, asked))


def _without_listed(parts: Sequence[Part], settings: Settings) -> list[Part]:
    """Return the parts without the tables whose files the owner lists."""
    listed = {table for table, _ in _listed_patterns(settings)}
    trimmed = [
        replace(part, views=[view for view in part.views if view.table not in listed]) for part in parts
    ]
    return [part for part in trimmed if part.views]


def _explain(sources: Sequence[Source], asked: Sequence[Reader]) -> str:
    names = [source.name for source in sources]
    found = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    formats = "; ".join(f"{reader.name}: {reader.about}" for reader in asked)
    return f"no reader recognises {found} (known formats: {formats}). {_HOW_TO_SAY}"


_HOW_TO_SAY = (
    "To read a table of your own, write in limner.toml: [tables.events] files = ['…'] and "
    "[tables.events.columns] user_id = '…', item_id = '…'"
)


def _are_active(parts: Sequence[Part]) -> bool:
    """Return whether the parts give events or texts."""
    return any(view.table in ("events", "texts") for part in parts for view in part.views)


def _workspace(settings: Settings) -> str:
    return Path(settings.workspace).name


def _listed_patterns(settings: Settings) -> list[tuple[str, str]]:
    return [(table, pattern) for table, given in settings.tables.items() for pattern in given.files]


def _find_listed(found: Sequence[Source], settings: Settings, base: Path) -> dict[Source, list[str]]:
    """Return the files that limner.toml lists, each with the tables it is listed for."""
    listed: dict[Source, list[str]] = {}
    for table, pattern in _listed_patterns(settings):
        for source in pick_sources(pattern, found, base=base, setting=f"tables.{table}.files"):
            listed.setdefault(source, []).append(table)
    return listed


def _with_settings(part: Part, settings: Settings) -> Part:
    """Return the part with the owner's columns, encodings and separators over the format's own.

    Raises:
        SchemaError: the owner names a column that the file does not have.
    """
    views = [view.with_settings(settings.tables.get(view.table)) for view in part.views]
    given = settings.tables.get(views[0].table, TableSettings())
    layout = part.layout
    if given.encoding and isinstance(layout, Delimited | Objects | Atomic):
        layout = replace(layout, encoding=given.encoding)
    if given.separator and isinstance(layout, Delimited):
        layout = replace(layout, separator=given.separator)
    found = layout.names(part.source)
    for view in views:
        view.check(part.source, found)
    return replace(part, layout=layout, views=views)


def _ignored(
    found: Sequence[Source], blank: Sequence[Source], parts: Sequence[Part]
) -> Iterator[tuple[str, str]]:
    """Yield each file that gives nothing, and why."""
    useful = {source for part in parts for source in (part.source, *part.also)}
    for source in found:
        if source not in useful:
            yield source.name, "empty" if source in blank else say_unread(source)
