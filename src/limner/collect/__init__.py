"""Rows in: read → clean → six tables that keep their contract, with an account of every row.

collected = collect([Path("ml-100k")], settings, now_us=now_us, base=Path.cwd(), quarantine=folder)
collected.tables.events, collected.intakes
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from limner.collect.cleaning.erased import FindErased, nobody
from limner.collect.intake import Collected, Intake
from limner.dimensions.own_words import OwnWords
from limner.errors import SchemaError, did_you_mean
from limner.settings import Settings, TableSettings
from limner.tables import TABLES

__all__ = ["Collected", "Intake", "collect", "collect_frames"]


def collect(
    sources: Sequence[Path],
    settings: Settings,
    *,
    now_us: int,
    base: Path,
    quarantine: Path | None = None,
    own: OwnWords | None = None,
    erased: FindErased = nobody,
) -> Collected:
    """Return the clean tables of files and folders; rejected rows are written to `quarantine` if given.

    `base` is where relative paths in the settings start; ``own`` knows what Limner wrote itself,
    ``erased`` which users were erased.

    Raises:
        InputError: nothing is recognised, or no event and no text is left.
        WorkspaceError: the quarantine cannot be written.
    """
    from limner.collect.cleaning import clean
    from limner.collect.readers import read

    collected = clean(read(sources, settings, base=base), settings, now_us=now_us, own=own, erased=erased)
    _keep_rejected(collected, quarantine)
    named = ", ".join(map(str, sources)) or "the files named in limner.toml"
    collected.require_rows(quarantine=quarantine, sources=named)
    return collected


def collect_frames(
    frames: Mapping[str, Any],
    settings: Settings,
    *,
    now_us: int,
    rating_scale: tuple[float, float] | None = None,
    quarantine: Path | None = None,
    own: OwnWords | None = None,
    erased: FindErased = nobody,
) -> Collected:
    """Return the clean tables of frames by table name (see `frames.ACCEPTED`); None counts as not given.

    Raises:
        InputError: a frame is of no known kind or lacks a column; no row is left of events and texts given.
        WorkspaceError: the quarantine cannot be written.
    """
    from limner.collect.cleaning import clean
    from limner.collect.frames import to_raw

    given = {table: frame for table, frame in frames.items() if frame is not None}
    for table in given:
        if table not in TABLES:
            hint = did_you_mean(table, TABLES) or f" (known: {', '.join(TABLES)})"
            raise SchemaError(f"no table {table!r}{hint}")
    named = {table: settings.tables.get(table, TableSettings()).columns for table in given}
    raws = [to_raw(frame, table, columns=named[table]) for table, frame in given.items()]
    collected = clean(raws, settings, now_us=now_us, rating_scale=rating_scale, own=own, erased=erased)
    _keep_rejected(collected, quarantine)
    if not given or given.keys() & {"events", "texts"}:
        collected.require_rows(quarantine=quarantine)
    return collected


def _keep_rejected(collected: Collected, quarantine: Path | None) -> None:
    if quarantine is not None:
        from limner.collect.quarantine import write

        write(collected.rejected, quarantine)
