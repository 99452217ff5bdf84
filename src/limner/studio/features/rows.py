"""Where the rows come from that features are summed of: the store, or staged tables of any size."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.ledger.batch import Sources, stage_tables
from limner.ledger.signals import WRITTEN
from limner.ledger.staging import PREFIX, STAGED
from limner.store.store import Store
from limner.studio.kept.catalogue import read_catalogue, stage_items
from limner.studio.kept.log import read_rows

_LOG = ("events", *WRITTEN)
_WHOLE = "whole_"
_CHOSEN = "chosen_users"
_GIVEN = "SELECT CAST(value AS INTEGER) FROM json_each(?)"

Users = NDArray[np.int64]


class FeatureLog(Protocol):
    """A log that hands its rows over some users at a time."""

    def begin(self, engine: Any) -> None:
        """Make the items known to a DuckDB connection."""

    def count_events(self, user_nos: Users) -> Users:
        """Return how many events each of some users has."""

    def stage(self, engine: Any, user_nos: Users) -> None:
        """Make the rows of some users the staged tables of the connection."""


class StoreLog:
    """The log of a store, read by user."""

    def __init__(self, store: Store) -> None:
        """Read from an open store."""
        self.store = store

    def begin(self, engine: Any) -> None:
        """Stage the items of the store."""
        items = stage_items(read_catalogue(self.store))
        stage_tables(engine, items)

    def count_events(self, user_nos: Users) -> Users:
        """Count in the index of the log."""
        sql = f"SELECT user_no, count(*) FROM events WHERE user_no IN ({_GIVEN}) GROUP BY user_no"
        return _align(dict(self.store.rows(sql, json.dumps(user_nos.tolist()))), user_nos)

    def stage(self, engine: Any, user_nos: Users) -> None:
        """Read the users' rows; those who were merged into others hold nothing."""
        chosen = f"user_no IN ({_GIVEN}) AND user_no NOT IN (SELECT user_no FROM merged)"
        numbers = json.dumps(user_nos.tolist())
        for name in _LOG:
            rows = read_rows(self.store, name, chosen, numbers)
            if name == "events":
                rows = rows.append_column("known", pa.array(np.zeros(len(rows), np.int64)))
            engine.register(PREFIX + name, rows)


class StagedLog:
    """Staged tables as they are given: arrow tables, or Parquet files that are read some users at a time.

    Files that are sorted by user_no are read once in all, others once for every chunk of users.
    """

    def __init__(self, sources: Sources) -> None:
        """Read from staged tables; a missing one is empty."""
        self.sources = sources
        self._counts: Mapping[int, int] = {}

    def begin(self, engine: Any) -> None:
        """Stage the items, and count everyone's events once."""
        stage_tables(engine, self.sources)
        for name in _LOG:
            given = self.sources.get(name)
            if isinstance(given, str):
                engine.execute(f"CREATE VIEW {_WHOLE}{name} AS SELECT * FROM read_parquet('{given}')")
            else:
                whole = engine.table(PREFIX + name).to_arrow_table() if given is None else given
                engine.unregister(PREFIX + name)
                engine.register(_WHOLE + name, whole)
        counted = engine.execute(f"SELECT user_no, count(*) FROM {_WHOLE}events GROUP BY user_no")
        self._counts = dict(counted.fetchall())

    def count_events(self, user_nos: Users) -> Users:
        """Return what was counted at the beginning."""
        return _align(self._counts, user_nos)

    def stage(self, engine: Any, user_nos: Users) -> None:
        """Point the staged tables at some users."""
        first, last = user_nos.min(initial=2**62), user_nos.max(initial=-1)
        engine.register(_CHOSEN, pa.table({"user_no": user_nos}))
        for name in _LOG:
            columns = ", ".join(column for column in STAGED[name] if column != "known")
            known = ", CAST(0 AS BIGINT) AS known" if name == "events" else ""
            engine.execute(
                f"CREATE OR REPLACE VIEW {PREFIX}{name} AS SELECT {columns}{known} FROM {_WHOLE}{name} "
                f"WHERE user_no BETWEEN {first} AND {last} AND user_no IN (SELECT user_no FROM {_CHOSEN})"
            )


def _align(counts: Mapping[int, int], user_nos: Users) -> Users:
    return np.array([counts.get(user_no, 0) for user_no in user_nos.tolist()], dtype=np.int64)
