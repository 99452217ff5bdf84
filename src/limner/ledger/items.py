"""The item sums alone, from weighted interactions: what the evaluation replays at its cutoffs.

The same declarations as the full ledger, run on fewer columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.ledger.decay import Landmarks
from limner.ledger.plan import bind_landmarks, write_sql
from limner.ledger.rows import Reading, decayed, event_weight
from limner.ledger.signals import Signal
from limner.ledger.sums import sum_signal
from limner.settings import EventSettings, HorizonSettings, Settings

_ITEM = Signal("item", "events", "item_no", "items by how much was done with them", "weight")
_WEIGHED = {"event": "string", "value": "float64"}
_ROWS = {"user_no": "int64", "item_no": "int64", "ts": "int64", "ref": "int64", "weight": "float64"}


class Interactions(Protocol):
    """Weighted events by code: see `limner.recommend.interactions`."""

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    timestamps: NDArray[np.int64]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ItemSums:
    """One entry per user and item: codes, events, and the decayed weights read at an instant."""

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    count: NDArray[np.float64]
    recent: NDArray[np.float64]
    lasting: NDArray[np.float64]


def weigh_events(events: pa.Table, settings: EventSettings) -> NDArray[np.float64]:
    """Return the weight of each row of an events table, float64 (n_rows,), in its order."""
    rows = ibis.table({**_WEIGHED, "place": "int64"}, name="weighed")
    weighed = rows.select("place", weight=event_weight(rows, Settings(events=settings))).order_by("place")
    given = events.select(list(_WEIGHED)).append_column("place", pa.array(range(len(events)), pa.int64()))
    found = _run(write_sql(weighed, "duckdb"), {"weighed": given})["weight"]
    return np.asarray(found.to_numpy(), dtype=np.float64)


def item_sums(interactions: Interactions, *, at_us: int, settings: Settings) -> ItemSums:
    """Return the ledger's item sums of some events, read at `at_us` (0 where there is no time)."""
    given = pa.table(
        {
            "user_no": interactions.users.astype(np.int64),
            "item_no": interactions.items.astype(np.int64),
            "ts": interactions.timestamps,
            "ref": np.arange(len(interactions.users), dtype=np.int64),
            "weight": interactions.weights,
        }
    )
    sql = bind_landmarks(_sum_items(settings.horizons), Landmarks.at(at_us))
    found = _run(sql, {"weighted": given})
    return ItemSums(
        found["user_no"].to_numpy().astype(np.int32),
        found["key"].cast(pa.int32()).to_numpy(),
        found["n"].to_numpy().astype(np.float64),
        found["recent"].to_numpy(),  # the landmark is the instant of reading, so sums are read as they stand
        found["lasting"].to_numpy(),
    )


@lru_cache(maxsize=4)
def _sum_items(horizons: HorizonSettings) -> str:
    reading = Reading(Settings(horizons=horizons), None, ((0, 0),))
    return write_sql(sum_signal(decayed(ibis.table(_ROWS, name="weighted"), reading), _ITEM), "duckdb")


def _run(sql: str, tables: Mapping[str, pa.Table]) -> pa.Table:
    import duckdb

    with duckdb.connect() as engine:
        for name, table in tables.items():
            engine.register(name, table)
        return engine.sql(sql).to_arrow_table()
