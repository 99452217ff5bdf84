"""Rejected rows on disk: one CSV per table, and how many fell by which rule."""

import csv
import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from limner.errors import WorkspaceError
from limner.records import ERASED
from limner.tables import TABLES

COLUMNS = ("source", "line", "reason", "row")
COUNTS = "counts.json"


def write(rejected: pa.Table, folder: Path) -> dict[str, int]:
    """Write ``<table>.csv`` and ``counts.json`` and return rows per table; files of an earlier run go.

    Rows of users who were erased are counted and not written.
    `rejected` has the columns of `intake.REJECTED`.

    Raises:
        WorkspaceError: the folder cannot be written, or the disk is full.
    """
    counts = _count(rejected)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            shown = set(counts.get(table, ())) - {ERASED}
            _write_table(rejected, table, folder / f"{table}.csv", any_rows=bool(shown))
        text = json.dumps(counts, ensure_ascii=False, indent=2)
        (folder / COUNTS).write_text(text + "\n", encoding="utf-8")
    except OSError as exc:
        raise WorkspaceError(
            f"{exc.filename or folder}: the quarantine cannot be written: {_advise(exc)}"
        ) from exc
    return {table: sum(rules.values()) for table, rules in counts.items()}


def _write_table(rejected: pa.Table, table: str, path: Path, *, any_rows: bool) -> None:
    path.unlink(missing_ok=True)
    if not any_rows:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_rows_of(rejected, table))


def _rows_of(rejected: pa.Table, table: str) -> Iterator[tuple[Any, ...]]:
    for batch in rejected.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            if row["table"] == table and row["rule"] != ERASED:
                yield tuple(row[column] for column in COLUMNS)


def _count(rejected: pa.Table) -> dict[str, dict[str, int]]:
    """Return rows per table and rule, most frequent first."""
    groups = rejected.group_by(["table", "rule"]).aggregate([([], "count_all")]).to_pylist()
    counts: dict[str, dict[str, int]] = {}
    for group in sorted(groups, key=lambda group: (group["table"], -group["count_all"], group["rule"])):
        counts.setdefault(group["table"], {})[group["rule"]] = group["count_all"]
    return counts


def _advise(exc: OSError) -> str:
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space, or name a workspace elsewhere with -w"
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "no permission; make the folder writable, or name a workspace elsewhere with -w"
    return f"{exc.strerror or exc}; name a workspace elsewhere with -w"
