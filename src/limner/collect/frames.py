"""Frames of any library → raw tables, without importing a library the owner does not use."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa

from limner.collect.raw import RawTable
from limner.errors import InputError, SchemaError, did_you_mean
from limner.tables import CONTRACTS

ACCEPTED = (
    "a pandas or polars frame, a pyarrow Table or RecordBatchReader, a DuckDB relation, or a list of dicts"
)

_NOT_ONE_TYPE = (
    pa.ArrowInvalid,
    pa.ArrowTypeError,
    pa.ArrowNotImplementedError,
    OverflowError,
    UnicodeError,
)


def to_raw(frame: Any, table: str, *, columns: Mapping[str, str] | None = None) -> RawTable:
    """Return the rows of a frame as a raw table of source ``frame <table>``; the frame is not changed.

    `columns` maps our column names to the owner's, as ``tables.<table>.columns`` in limner.toml does.

    Raises:
        SchemaError: not a frame, or a required column is missing.
    """
    try:
        rows = as_arrow(frame, table)
    except (pa.ArrowException, TypeError, ValueError, UnicodeError) as exc:
        raise SchemaError(f"frame {table}: cannot be read as a table ({exc}); pass {ACCEPTED}") from exc
    rows = _rename(rows, table, columns or {})
    _require_columns(rows, table)
    return RawTable(table, f"frame {table}", rows, pa.array(np.arange(1, rows.num_rows + 1)))


def as_arrow(frame: Any, table: str) -> pa.Table:
    """Return a pyarrow table of any accepted kind of frame."""
    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, pa.RecordBatch):
        return pa.Table.from_batches([frame])
    if isinstance(frame, pa.RecordBatchReader):
        return frame.read_all()
    if isinstance(frame, (list, tuple)):
        return _read_dicts(frame, table)
    if type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "columns"):
        return _read_pandas(frame, table)
    return _read_protocol(frame, table)


def _read_protocol(frame: Any, table: str) -> pa.Table:
    """Read whatever speaks Arrow: polars (lazy ones are run), DuckDB, and what comes after them."""
    if hasattr(frame, "collect_schema") and hasattr(frame, "lazy") and hasattr(frame, "collect"):
        frame = frame.lazy().collect()
    if hasattr(frame, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(frame).read_all()
    if hasattr(frame, "to_arrow"):
        return as_arrow(frame.to_arrow(), table)
    if hasattr(frame, "__dataframe__"):
        from pyarrow.interchange import from_dataframe

        return from_dataframe(frame)
    hint = "; files are read with limner.build_files([…])" if isinstance(frame, str) else ""
    raise SchemaError(f"{table}: expected {ACCEPTED}, found {type(frame).__name__}{hint}")


def _read_dicts(rows: Sequence[Any], table: str) -> pa.Table:
    """Return one column per key that any row has."""
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            found = type(row).__name__
            raise SchemaError(f"frame {table}: row {place} is no dict but {found}; pass {ACCEPTED}")
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({str(name): _read_values([row.get(name) for row in rows]) for name in names})


def _read_pandas(frame: Any, table: str) -> pa.Table:
    """Return the columns of a pandas frame, a named index among them."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise SchemaError(f"frame {table}: column {', '.join(twice)} is there twice; drop or rename one")
    columns = [_read_series(frame.iloc[:, place]) for place in range(len(names))]
    return pa.table(columns, names=names)


def _read_series(series: Any) -> pa.Array | pa.ChunkedArray:
    try:
        return pa.array(series, from_pandas=True)
    except _NOT_ONE_TYPE:
        return _read_values(list(series))


def _read_values(values: list[Any]) -> pa.Array:
    """Return Python values as an array; mixed ones as texts, or as lists of texts if any is a list."""
    kinds = {type(value) for value in values if value is not None}
    if bool not in kinds or len(kinds) == 1:  # arrow would take True among numbers for 1
        with suppress(*_NOT_ONE_TYPE):
            return pa.array(values, from_pandas=True)
    if any(_is_list(value) for value in values):
        return pa.array([_write_list(value) for value in values], pa.list_(pa.string()))
    return pa.array([_write(value) for value in values], pa.string())


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple, set, frozenset, np.ndarray))


def _write_list(value: Any) -> list[str | None] | None:
    if not _is_list(value):
        return None if _write(value) is None else [_write(value)]
    items: Iterable[Any] = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
    return [_write(item) for item in items]


def _write(value: Any) -> str | None:
    """Return one value as text: 3.0 among mixed values is an integer that met a gap."""
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _rename(rows: pa.Table, table: str, columns: Mapping[str, str]) -> pa.Table:
    """Give the owner's columns our names."""
    ours = {theirs: name for name, theirs in columns.items()}
    for name, theirs in columns.items():
        if theirs not in rows.column_names:
            hint = did_you_mean(theirs, rows.column_names)
            found = ", ".join(rows.column_names)
            raise SchemaError(
                f"frame {table}: no column {theirs!r} for {name} (found: {found}){hint}; "
                f"see [tables.{table}.columns] in limner.toml"
            )
    # A column of ours by name gives way to the one the owner named for it.
    kept = [name for name in rows.column_names if name in ours or name not in columns]
    return rows.select(kept).rename_columns([ours.get(name, name) for name in kept])


def _require_columns(rows: pa.Table, table: str) -> None:
    """Refuse a table that lacks a required column; one without rows and columns is merely empty."""
    missing = [name for name in CONTRACTS[table].required if name not in rows.column_names]
    if not missing or not rows.num_columns:
        return
    near = {name: _find_near(name, rows.column_names) for name in missing}
    guesses = ", ".join(column for column in near.values() if column)
    asked = f" (did you mean: {guesses}?)" if guesses else ""
    pairs = ", ".join(f"{name} = {(near[name] or '…')!r}" for name in missing)
    raise SchemaError(
        f"frame {table}: no column {', '.join(map(repr, missing))} "
        f"(found: {', '.join(rows.column_names)}){asked}; "
        f"rename it, or write in limner.toml: [tables.{table}.columns] {pairs}"
    )


def _find_near(name: str, columns: Sequence[str]) -> str | None:
    """Return the column most like a name, letter case and separators apart."""
    plain = {column.lower().replace("_", "").replace(" ", ""): column for column in columns}
    wanted = name.replace("_", "")
    stem = wanted.removesuffix("id")
    choices = [wanted, stem, *(key for key in plain if key.startswith(stem))]
    return next((plain[key] for key in choices if key in plain), None)


def check_names(frames: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frames that are given, by table.

    Raises:
        InputError: there is no table of that name; the text suggests near ones.
    """
    for name in frames:
        if name not in CONTRACTS:
            hint = did_you_mean(name, CONTRACTS) or f" (known: {', '.join(CONTRACTS)})"
            raise InputError(f"no table {name!r}{hint}")
    return {name: frame for name, frame in frames.items() if frame is not None}
