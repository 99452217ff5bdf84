"""Labels: rows of the owner's with a user and a time, at which features are to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.errors import InputError, SchemaError, did_you_mean

_REQUIRED = ("user_id", "timestamp")
NOBODY = -1
"""The number of a user the workspace does not know."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Rows as they were given, with the inside number of each user and each instant."""

    table: pa.Table
    user_nos: NDArray[np.int64]
    """`NOBODY` where the user is not known."""
    read_us: NDArray[np.int64]
    """Microseconds UTC: what is strictly before it counts."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the workspace holds the user of each row."""
        return np.asarray(self.user_nos != NOBODY)


def read_label_file(path: Path) -> pa.Table:
    """Return the rows of a Parquet or CSV file.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    import pyarrow.csv as pv
    import pyarrow.parquet as pq

    if not path.is_file():
        raise InputError(f"{path}: no such file; name a Parquet or CSV file with user_id and timestamp")
    written = dict.fromkeys(_REQUIRED, pa.string())
    try:
        if path.suffix.lower() == ".csv":
            return pv.read_csv(path, convert_options=pv.ConvertOptions(column_types=written))
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as exc:
        said = str(exc).splitlines()[0]
        raise InputError(
            f"{path}: cannot be read ({said}); write it as Parquet, or as CSV named .csv"
        ) from exc


def number_labels(
    table: pa.Table, users: Mapping[str, int], *, timezone: str, source: str = "labels"
) -> Labels:
    """Return labels of a table with user_id and timestamp; times as the tables of a build have them.

    Raises:
        SchemaError: a column is missing.
        InputError: a row has no time that can be read; the text counts them and shows the first.
    """
    for name in _REQUIRED:
        if name not in table.column_names:
            hint = did_you_mean(name, table.column_names) or f" (found: {', '.join(table.column_names)})"
            raise SchemaError(f"{source}: no column {name!r}{hint}; rename yours")
    inside = [users.get(user_id, NOBODY) for user_id in _write_ids(table["user_id"]).to_pylist()]
    moments = _read_moments(table["timestamp"], timezone, source)
    return Labels(table, np.array(inside, dtype=np.int64), moments)


def _write_ids(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return ids as they stand inside: text, and 196 for the 196.0 of pandas."""
    from limner.collect.cleaning.columns import are_integers, simplify, strip, tell_kind

    plain = simplify(column)
    if tell_kind(plain.type) == "real" and are_integers(plain):
        plain = plain.cast(pa.int64())
    return strip(plain.cast(pa.string()), blanks=())


def _read_moments(column: pa.ChunkedArray, timezone: str, source: str) -> NDArray[np.int64]:
    import duckdb

    from limner.collect.cleaning.times import read_times

    with duckdb.connect() as engine:
        moments = read_times(engine, column, timezone=timezone).us
    bad = np.flatnonzero(moments.is_null().to_numpy(zero_copy_only=False))
    if len(bad):
        shown = column[int(bad[0])].as_py()
        raise InputError(
            f"{source}: {len(bad):,} of {len(column):,} rows have no readable timestamp "
            f"(row {bad[0] + 1}: {shown!r}); mend or drop them: write 2026-06-30T12:00Z or microseconds"
        )
    return np.asarray(pc.fill_null(moments, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def as_table(labels: Any) -> pa.Table:
    """Return labels given as a frame of any library, or as the path of a file, as an arrow table."""
    from limner.collect.frames import as_arrow

    return read_label_file(Path(labels)) if isinstance(labels, str | Path) else as_arrow(labels, "labels")
