"""Rows that come in some order, user by user, and leave in another, label by label, without being held."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_BATCH_ROWS = 4096
_COMPRESSION = "lz4"


class Spill:
    """Runs of rows on disk, each in ascending order of its places, merged into one."""

    def __init__(self, folder: Path) -> None:
        """Keep runs in an existing folder, which whoever made it removes."""
        self.folder = folder
        self._runs: list[tuple[NDArray[np.int64], Path]] = []

    def add(self, places: NDArray[np.int64], rows: pa.Table) -> None:
        """Take rows with the places they shall have in the end, ascending."""
        path = self.folder / f"run-{len(self._runs)}.arrow"
        options = pa.ipc.IpcWriteOptions(compression=_COMPRESSION)
        with (
            pa.OSFile(str(path), "wb") as sink,
            pa.ipc.new_file(sink, rows.schema, options=options) as writer,
        ):
            writer.write_table(rows, max_chunksize=_BATCH_ROWS)
        self._runs.append((places, path))

    def merge(self, *, size: int) -> Iterator[tuple[int, pa.Table]]:
        """Yield blocks of so many places with the first place of each; every place from 0 is there once.

        Where no rows came in, one empty block.
        """
        total = sum(len(places) for places, _ in self._runs)
        runs = [_Run(places, path) for places, path in self._runs]
        for start in range(0, max(1, total), size):
            found = [run.take_until(start + size) for run in runs]
            places = np.concatenate([places for places, _ in found])
            rows = pa.concat_tables([table for _, table in found]).combine_chunks()
            yield start, rows.take(pa.array(np.argsort(places)))


class _Run:
    """One run read from its start to its end, a batch at a time."""

    def __init__(self, places: NDArray[np.int64], path: Path) -> None:
        self._places = places
        self._reader = pa.ipc.open_file(pa.memory_map(str(path)))
        self._at = 0
        self._held = self._reader.schema.empty_table()
        self._next = 0

    def take_until(self, place: int) -> tuple[NDArray[np.int64], pa.Table]:
        """Return the rows whose places lie before one, and forget them."""
        count = int(np.searchsorted(self._places, place)) - self._at
        parts = [self._held]
        held = len(self._held)
        while held < count:
            parts.append(pa.Table.from_batches([self._reader.get_batch(self._next)]))
            held += len(parts[-1])
            self._next += 1
        rows = pa.concat_tables(parts)
        self._held = rows.slice(count)
        places = self._places[self._at : self._at + count]
        self._at += count
        return places, rows.slice(0, count)
