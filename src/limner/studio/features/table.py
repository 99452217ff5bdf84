"""Features for the owner's own ranker: the ledger, the vector and the strengths just before each label.

Point in time: what counts for a label are the user's events strictly before it. Users are taken some at a
time; their log is read once, and every label of theirs is read from it (`ledger.intervals`, `ledger.ladder`).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from limner.engines import IntervalEngine
from limner.engines.local_intervals import LocalIntervals
from limner.errors import InputError, WorkspaceError
from limner.fusion.pasts import place_slots
from limner.fusion.space import Space
from limner.ledger.batch import Sources
from limner.ledger.intervals import LABELS, PLACES, IntervalPlan, compile_intervals
from limner.ledger.ladder import Ladder, Whole, raise_ladder
from limner.ledger.rows import Reading
from limner.ledger.signals import declare_signals
from limner.ledger.standing import Carrier, Standing
from limner.store.store import Store
from limner.studio.features.columns import MOST_KEYS, Columns, Reader, choose_columns
from limner.studio.features.labels import NOBODY, Labels, as_table, number_labels
from limner.studio.features.rows import FeatureLog, StagedLog, StoreLog
from limner.studio.features.spilling import Spill
from limner.studio.kept.spaces import NAME, load_space

OWN = ("known",)
PLACED = ("vector", "alpha", "beta")
_CHUNK_VALUES = 40_000_000
"""Values of features that are held at once: 8 bytes each, some four times over."""
_BLOCK_VALUES = 12_000_000
_BEFORE_ALL_US = 1

Watch = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a log: columns, the space that users are placed in, if they are, and who sums."""

    reading: Reading
    columns: Columns
    space: Space | None = None
    engine: IntervalEngine = field(default_factory=LocalIntervals)

    def names(self) -> list[str]:
        """Return the names of the columns that join the label's own."""
        return [*OWN, *self.columns.names(), *(PLACED if self.space is not None else ())]

    @property
    def width(self) -> int:
        """How many numbers a label takes, with those that a vector is made of."""
        return len(self.names()) + (4 * self.space.dim if self.space is not None else 0)


def features_from(
    sources: Sources,
    labels: Labels,
    reading: Reading,
    columns: Columns,
    *,
    out: Path,
    space: Space | None = None,
) -> None:
    """Write the features of labels, in their order, from staged tables; see `write_features`."""
    task = Task(reading, columns, space)
    with _replacing(out) as part, _spilled(StagedLog(sources), labels, task, home=out.parent) as blocks:
        _write(blocks, part, _describe(task, labels))


def write_features(
    store: Store,
    labels: pa.Table,
    out: Path,
    *,
    source: str = "labels",
    most_keys: int = MOST_KEYS,
    vector: bool = True,
    engine: IntervalEngine | None = None,
    watch: Watch | None = None,
) -> dict[str, Any]:
    """Write a table of labels with the features of a store to a Parquet file; return what it holds.

    Raises:
        SchemaError: labels lack a column, or have one that is named like a feature.
        InputError: a time cannot be read.
        WorkspaceError: the file cannot be written.
        EngineError: Spark cannot be started, or stopped halfway.
    """
    with _replacing(out) as part, store.reading():
        task, numbered = _prepare(store, labels, source, most_keys=most_keys, vector=vector)
        task = replace(task, engine=engine or task.engine)
        header = _describe(task, numbered)
        with _spilled(StoreLog(store), numbered, task, home=out.parent, watch=watch) as blocks:
            _write(blocks, part, header)
    return header


def table_features(
    store: Store,
    labels: Any,
    *,
    most_keys: int = MOST_KEYS,
    vector: bool = True,
    engine: IntervalEngine | None = None,
) -> pa.Table:
    """Return labels with the features of a store in memory; see `write_features`."""
    with store.reading():
        given = as_table(labels)
        task, numbered = _prepare(store, given, "labels", most_keys=most_keys, vector=vector)
        task = replace(task, engine=engine or task.engine)
        with _spilled(StoreLog(store), numbered, task) as blocks:
            return pa.concat_tables(blocks).replace_schema_metadata(given.schema.metadata)


def _prepare(
    store: Store, table: pa.Table, source: str, *, most_keys: int, vector: bool
) -> tuple[Task, Labels]:
    from limner.settings import settings_from_json
    from limner.studio.kept.ledgers import reading_of

    meta = store.meta()
    settings = settings_from_json(meta["settings"])
    users = dict(store.rows("SELECT user_id, user_no FROM users"))
    labels = number_labels(table, users, timezone=settings.timezone, source=source)
    columns = choose_columns(store, declare_signals(settings.signals), most=most_keys)
    task = Task(reading_of(meta, settings), columns, load_space(store) if vector else None)
    taken = [name for name in task.names() if name in table.column_names]
    if taken:
        raise InputError(f"{source}: column {taken[0]!r} is named like a feature; rename yours")
    return task, labels


def _describe(task: Task, labels: Labels) -> dict[str, Any]:
    return {
        "labels": len(labels.table),
        "unknown_users": int(np.count_nonzero(~labels.known)),
        "features": len(task.names()),
        "space": NAME if task.space is not None else None,
        "dim": task.space.dim if task.space is not None else None,
    }


@contextmanager
def _spilled(
    log: FeatureLog, labels: Labels, task: Task, *, home: Path | None = None, watch: Watch | None = None
) -> Iterator[Iterator[pa.Table]]:
    """Yield the labels with their features, in their order, block by block; what waits is in a folder."""
    with TemporaryDirectory(prefix=".limner-features-", dir=home, ignore_cleanup_errors=True) as folder:
        spill = Spill(Path(folder))
        for places, rows in derive(log, labels, task, watch=watch):
            spill.add(places, rows)
        blocks = spill.merge(size=max(1, _BLOCK_VALUES // task.width))
        yield (_join(labels.table, start, rows) for start, rows in blocks)


def derive(
    log: FeatureLog, labels: Labels, task: Task, *, watch: Watch | None = None
) -> Iterator[tuple[Whole, pa.Table]]:
    """Yield features of some users' labels at a time, with the places of the labels, ascending."""
    keys = {name: given for name, given in task.columns.keys.items() if len(given)}
    dialect = task.engine.dialect
    plan = compile_intervals(
        task.reading, task.columns.needed, dialect, placed=keys, sum_first=dialect == "pyspark"
    )
    with task.engine.opened() as staging:
        log.begin(staging)
        worker = _Worker(plan, task, _list_places(keys))
        done = 0
        for chosen in _list_chunks(log, labels, task):
            if watch is not None:
                watch("features", done / len(labels.table))
            users = labels.user_nos[chosen]
            read_us = np.where(users == NOBODY, _BEFORE_ALL_US, labels.read_us[chosen])
            ladder, slots = raise_ladder(users, read_us)
            log.stage(staging, np.unique(users))
            rows = worker.read(ladder).take(pa.array(slots))
            yield chosen, rows.add_column(0, "known", pa.array(labels.known[chosen]))
            done += len(chosen)


@dataclass(frozen=True, slots=True)
class _Worker:
    """Reads the features of whole ladders from rows that are staged."""

    plan: IntervalPlan
    task: Task
    places: pa.Table

    def read(self, ladder: Ladder) -> pa.Table:
        """Return the features of every slot."""
        self._stage(ladder)
        columns, horizons = self.task.columns, self.task.reading.settings.horizons
        carrier = Carrier.of(ladder, horizons)
        stood = {name: self._stand(carrier, name) for name in ("activity", "event")}
        reader = Reader(ladder, horizons, stood["activity"], stood["event"])
        found: dict[str, pa.Array] = {}
        for signal in columns.signals:
            standing = stood.get(signal.name) or self._stand(carrier, signal.name)
            found.update(reader.read(signal, standing, columns.keys.get(signal.name, ())))
        return pa.table(found | self._place(carrier))

    def _stage(self, ladder: Ladder) -> None:
        labels = {
            "user_no": ladder.user_nos[ladder.users],
            "read_us": ladder.read_us,
            "slot": np.arange(ladder.n_slots),
        }
        self.task.engine.assign(self.plan, {LABELS: pa.table(labels), PLACES: self.places})

    def _stand(self, carrier: Carrier, name: str) -> Standing:
        signal = next(one for one in self.task.columns.needed if one.name == name)
        firsts = self._fetch(self.plan.firsts[name]) if name in self.plan.firsts else None
        n_keys = len(self.task.columns.keys.get(name, ()))
        return carrier.stand(self._fetch(self.plan.added[name]), firsts, n_keys, signal.horizon)

    def _place(self, carrier: Carrier) -> dict[str, pa.Array]:
        space = self.task.space
        if space is None:
            return {}
        factors = (carrier.recent, carrier.lasting)
        placed = place_slots(space, carrier.ladder, self._fetch(self.plan.items), factors)
        flat = pa.array(placed.vectors.ravel())
        vector = pa.FixedSizeListArray.from_arrays(flat, space.dim)
        return {"vector": vector, "alpha": pa.array(placed.alpha), "beta": pa.array(placed.beta)}

    def _fetch(self, sql: str) -> Mapping[str, NDArray[Any]]:
        found = self.task.engine.fetch(sql)
        return {name: _fill(found[name]) for name in found.column_names}


def _fill(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return numbers, 0 for null: a row without a polarity adds none."""
    whole = column.fill_null(0) if column.null_count else column
    return np.asarray(whole.to_numpy())


def _list_places(keys: Mapping[str, Any]) -> pa.Table:
    rows = [(signal, key, place) for signal, given in keys.items() for place, key in enumerate(given)]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    kinds = {"signal": pa.string(), "key": pa.string(), "place": pa.int64()}
    return pa.table({n: pa.array(c, k) for (n, k), c in zip(kinds.items(), columns, strict=True)})


def _list_chunks(log: FeatureLog, labels: Labels, task: Task) -> Iterator[Whole]:
    """Yield the places of the labels of some users at a time, ascending: as many as fit in memory."""
    users, place, n_labels = np.unique(labels.user_nos, return_inverse=True, return_counts=True)
    share = np.maximum(
        np.cumsum(log.count_events(users)) / task.engine.chunk_events,
        np.cumsum(n_labels) * task.width / _CHUNK_VALUES,
    )
    chunk = np.floor(share).astype(np.int64)[place]
    order = np.argsort(chunk, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(chunk[order])) + 1)


def _join(labels: pa.Table, start: int, rows: pa.Table) -> pa.Table:
    given = labels.slice(start, len(rows))
    for name in rows.column_names:
        given = given.append_column(rows.schema.field(name), rows[name])
    return given


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """Yield a file to write beside another, which it becomes when all went well.

    Raises:
        WorkspaceError: it cannot be written.
    """
    if not out.parent.is_dir():
        raise WorkspaceError(f"{out}: there is no folder {out.parent}; make it, or name another file")
    part = out.with_name(f"{out.name}.part")
    try:
        yield part
        part.replace(out)
    except OSError as exc:
        raise WorkspaceError(f"{out}: cannot be written ({exc}); name another file") from exc
    finally:
        part.unlink(missing_ok=True)


def _write(blocks: Iterator[pa.Table], path: Path, header: Mapping[str, Any]) -> None:
    first = next(blocks)
    schema = first.schema.with_metadata({**(first.schema.metadata or {}), "limner": json.dumps(header)})
    with pq.ParquetWriter(path, schema) as writer:
        for block in chain((first,), blocks):
            writer.write_table(block.cast(schema))
