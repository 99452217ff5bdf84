"""The ledger of a log too large for memory: Parquet in, Parquet out, some users at a time.

A log that is sorted by user falls into ranges of users that share nothing. Each is summed by an engine of its
own with one thread: its groups fit the caches, so this costs half of what one grouping of everything does,
and memory stays flat however long the log is.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from limner.ledger.batch import Summer
from limner.ledger.decay import Landmarks
from limner.ledger.plan import bind_landmarks
from limner.ledger.signals import WRITTEN
from limner.ledger.staging import PREFIX, STAGED

_RANGE_ROWS = 600_000
_MEMORY = "1GB"
"""Of each engine; what does not fit goes to its folder for scratch."""
_CODED = {"items": ("brand", "first_category"), "categories": ("category",), "events": ("event",)}
"""Texts of few values: grouped as codes, written as texts."""
_COPY = "COPY ({}) TO '{}' (FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1)"


@dataclass(frozen=True, slots=True)
class Staged:
    """Where the staged tables are, as Parquet sorted by user, ts and ref, and the landmarks of the sums."""

    files: Mapping[str, Path]
    landmarks: Landmarks
    scratch: Path


def sum_files(
    summer: Summer,
    staged: Staged,
    out: Path,
    *,
    workers: int = 0,
    note: Callable[[str, float], None] | None = None,
) -> dict[str, list[Path]]:
    """Write the cells of every signal as ``<signal>/<range>.parquet`` and return the files by signal.

    Columns are those of `sums.CELL_SUMS`. ``workers`` 0: one per core. ``note`` is told the CPU seconds of
    each step as it is done.

    Raises:
        SettingsError: a signal names a column its rows do not have.
    """
    ranges = iter(list(enumerate(pairwise(cut_users(staged.files)))))
    n_workers = workers or os.cpu_count() or 1
    signals = [one for one in summer.signals if one.log_table in staged.files]
    for signal in signals:
        (out / signal.name).mkdir(parents=True, exist_ok=True)
    lock = Lock()
    with ThreadPoolExecutor(n_workers) as pool:
        works = [
            pool.submit(_Worker(summer, staged, out, note).run, _shared(ranges, lock))
            for _ in range(n_workers)
        ]
        for work in works:
            work.result()
    return {signal.name: sorted((out / signal.name).glob("*.parquet")) for signal in signals}


def cut_users(files: Mapping[str, Path]) -> list[int]:
    """Return the first user of every range and one beyond the last, by the statistics in the files alone."""
    import duckdb

    firsts, ends = set(), []
    for name in ("events", *WRITTEN):
        if name not in files:
            continue
        groups = duckdb.execute(
            "SELECT stats_min::BIGINT, stats_max::BIGINT, row_group_num_rows FROM parquet_metadata(?) "
            "WHERE path_in_schema = 'user_no' ORDER BY file_name, row_group_id",
            [str(files[name])],
        ).fetchall()
        held = 0
        for first, last, n_rows in groups:
            if held >= _RANGE_ROWS:
                firsts.add(first)
                held = 0
            held += n_rows
            ends += [first, last]
    return [min(ends), *sorted(firsts - {min(ends)}), max(ends) + 1] if ends else []


class _Worker:
    """One engine with one thread that sums ranges of users."""

    def __init__(
        self, summer: Summer, staged: Staged, out: Path, note: Callable[[str, float], None] | None
    ) -> None:
        """Sum into a folder."""
        self._summer, self._staged, self._out = summer, staged, out
        self._note = note or (lambda step, seconds: None)

    def run(self, ranges: Iterator[tuple[int, tuple[int, int]]]) -> None:
        """Sum ranges until none is left."""
        import duckdb

        with duckdb.connect() as engine:
            engine.execute(f"SET threads = 1; SET memory_limit = '{_MEMORY}'")
            engine.execute(f"SET temp_directory = '{self._staged.scratch}'")
            engine.execute("SET preserve_insertion_order = false")
            _stage_known(engine, self._staged.files)
            for number, users in ranges:
                self._sum(engine, number, users)

    def _sum(self, engine: Any, number: int, users: tuple[int, int]) -> None:
        for name in ("events", *WRITTEN):
            engine.execute(_view(name, self._staged.files.get(name), users))
        plan = self._summer.plan
        wanted = [one for one in self._summer.signals if one.log_table in self._staged.files]
        for name in dict.fromkeys("event" if one.log_table == "events" else one.log_table for one in wanted):
            sql = bind_landmarks(plan.prepared[name], self._staged.landmarks)
            self._timed("rows", engine, f"CREATE OR REPLACE TEMP TABLE {name}_rows AS {sql}")
        for signal in wanted:
            path = self._out / signal.name / f"{number:05d}.parquet"
            self._timed(signal.name, engine, _COPY.format(plan.sums[signal.name], path))

    def _timed(self, step: str, engine: Any, sql: str) -> None:
        began = time.thread_time()
        engine.execute(sql)
        self._note(step, time.thread_time() - began)


def _stage_known(engine: Any, files: Mapping[str, Path]) -> None:
    """Make items and categories known, texts of few values as codes."""
    for table, columns in _CODED.items():
        for column in columns:
            source = (
                f"read_parquet('{files[table]}')" if table in files else f"(SELECT ''::VARCHAR AS {column})"
            )
            values = f"SELECT DISTINCT {column} FROM {source} WHERE {column} IS NOT NULL ORDER BY 1"
            engine.execute(f"CREATE TYPE {column}_code AS ENUM ({values})")
    for table in ("items", "categories"):
        if table in files:
            selected = ", ".join(_select(table, name) for name in STAGED[table])
            engine.execute(
                f"CREATE TEMP TABLE {PREFIX}{table} AS SELECT {selected} FROM read_parquet('{files[table]}')"
            )
        else:
            engine.execute(f"CREATE TEMP TABLE {PREFIX}{table} ({_typed(table)})")


def _view(name: str, path: Path | None, users: tuple[int, int]) -> str:
    """Return the statement that makes a staged table of a range of users."""
    place = f"TEMP VIEW {PREFIX}{name} AS"
    if path is None:
        nothing = ", ".join(f"NULL::{_KINDS[kind]} AS {column}" for column, kind in STAGED[name].items())
        return f"CREATE OR REPLACE {place} SELECT {nothing} WHERE false"
    selected = ", ".join(
        "0::BIGINT AS known" if column == "known" else _select(name, column) for column in STAGED[name]
    )
    return (
        f"CREATE OR REPLACE {place} SELECT {selected} FROM read_parquet('{path}') "
        f"WHERE user_no >= {users[0]} AND user_no < {users[1]}"
    )


_KINDS = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR"}


def _select(table: str, column: str) -> str:
    coded = column in _CODED.get(table, ())
    return f"{column}::{column}_code AS {column}" if coded else column


def _typed(table: str) -> str:
    return ", ".join(f"{column} {_KINDS[kind]}" for column, kind in STAGED[table].items())


def _shared(
    ranges: Iterator[tuple[int, tuple[int, int]]], lock: Lock
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield what no other worker has taken."""
    while True:
        with lock:
            taken = next(ranges, None)
        if taken is None:
            return
        yield taken
