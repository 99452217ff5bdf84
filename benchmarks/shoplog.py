"""Writes a shop's log of any size: skewed users and items, sessions, five event types, 180 days.

`python benchmarks/shoplog.py FOLDER --events 5000000` writes, with bounded memory,

- ``events.parquet``: as events arrive, ordered by time, users mixed;
- ``events_sorted.parquet``: the same rows ordered by user, time and ref, as a log is kept;
- ``items.parquet``, ``categories.parquet``: one row per item;
- ``later.parquet``: one per cent more events, of the days after, to be ingested;
- ``log.json``: how many of what, and the CPU seconds of the sort.

Columns are those of `limner.ledger.staging.STAGED`. The same seed writes the same rows.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from running import run

SEED = 7
EVENTS = ("view", "cart", "purchase", "like", "rating")
SHARES = (0.70, 0.10, 0.06, 0.08, 0.06)
CATEGORIES, BRANDS, DAYS = 200, 2000, 180
DAY_US = 86_400_000_000
BEGIN_US = 1_735_689_600 * 1_000_000
CHUNK = 1_000_000
ROW_GROUP = 122_880
"""Rows per group of the Parquet files: as many as DuckDB writes by itself."""
USER_EXPONENT, USER_SHIFT = 0.8, 20
"""Zipf with a shift: the most active user has less than 0.5 % of the events, from a million events on."""
ITEM_EXPONENT = 0.8
SESSION_EVENTS, GAP_S = 8, 60.0
STAYS = 0.7
"""Share of a session's events that stay in its own category."""
BUSY_HOURS = np.array([2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 7, 6, 6, 6, 6, 7, 8, 9, 10, 10, 7, 4], float)
SCHEMA = pa.schema(
    [
        ("user_no", pa.int64()),
        ("item_no", pa.int64()),
        ("ts", pa.int64()),
        ("ref", pa.int64()),
        ("event", pa.string()),
        ("value", pa.float64()),
        ("dwell_s", pa.float64()),
    ]
)
SORT = """
SET memory_limit = '4GB'; SET temp_directory = '{folder}/spill';
COPY (FROM '{folder}/events.parquet' ORDER BY user_no, ts, ref)
TO '{folder}/events_sorted.parquet' (FORMAT parquet, ROW_GROUP_SIZE {rows});
"""

Columns = dict[str, np.ndarray]


class Shop(NamedTuple):
    """What users choose from: cumulated shares of users and items, and what the items are."""

    users: np.ndarray
    """Cumulated share by rank."""
    user_numbers: np.ndarray
    """Number of the user at each rank."""
    items: np.ndarray
    """Cumulated share by item; items of one category are neighbours."""
    first_item: np.ndarray
    """First item of each category, and one past the last item."""
    price: np.ndarray
    category: np.ndarray


def open_shop(n_events: int, seed: int) -> Shop:
    """Return a shop with a user per 100 events and 20,000 to 50,000 items."""
    rng = np.random.default_rng([seed, 0])
    n_users, n_items = max(n_events // 100, 1), min(20_000 + n_events // 1000, 50_000)
    activity = (np.arange(n_users) + 1.0 + USER_SHIFT) ** -USER_EXPONENT
    fame = (rng.permutation(n_items) + 1.0) ** -ITEM_EXPONENT
    size = rng.lognormal(0, 0.8, CATEGORIES)
    category = np.sort(rng.choice(CATEGORIES, n_items, p=size / size.sum()))
    level = rng.normal(3, 1, CATEGORIES)
    return Shop(
        users=np.cumsum(activity) / activity.sum(),
        user_numbers=rng.permutation(n_users),
        items=np.cumsum(fame) / fame.sum(),
        first_item=np.searchsorted(category, np.arange(CATEGORIES + 1)),
        price=np.round(np.exp(rng.normal(level[category], 0.7)), 2),
        category=category,
    )


def write_items(shop: Shop, folder: Path, seed: int) -> None:
    """Write the items and their categories; one item in twenty has no brand."""
    rng = np.random.default_rng([seed, 1])
    n_items = len(shop.price)
    order = np.lexsort((shop.price, shop.category))
    first, after = shop.first_item[shop.category], shop.first_item[shop.category + 1]
    band = np.empty(n_items, np.int64)
    band[order] = 1 + 5 * (np.arange(n_items) - first) // (after - first)
    maker = (shop.category * 10 + rng.integers(0, 30, n_items)) % BRANDS
    named = np.array([f"category {number:03d}" for number in range(CATEGORIES)])[shop.category]
    items = {
        "item_no": np.arange(n_items),
        "item_id": [f"i{number:06d}" for number in range(n_items)],
        "brand": pa.array([f"brand {number:04d}" for number in maker], mask=rng.random(n_items) < 0.05),
        "price_band": band,
        "first_category": named,
    }
    pq.write_table(pa.table(items), folder / "items.parquet")
    categories = pa.table({"item_no": np.arange(n_items), "category": named})
    pq.write_table(categories, folder / "categories.parquet")


def draw_events(shop: Shop, n_events: int, days: tuple[float, float], seed: list[int]) -> Iterator[Columns]:
    """Yield chunks of events between two days, ordered by time."""
    n_chunks = -(-n_events // CHUNK)
    edges = np.linspace(*days, n_chunks + 1)
    left: Columns | None = None
    for number in range(n_chunks):
        n_drawn = min(CHUNK, n_events - number * CHUNK)
        rng = np.random.default_rng([*seed, number])
        drawn = _draw_sessions(rng, shop, n_drawn, (edges[number], edges[number + 1]))
        drawn["ref"] = _scatter(np.arange(n_drawn) + number * CHUNK + seed[-1] * 2**40)
        if left is not None:
            drawn = {name: np.concatenate([left[name], column]) for name, column in drawn.items()}
        order = np.lexsort((drawn["ref"], drawn["ts"]))
        end_us = _clock(edges[number + 1]) if number + 1 < n_chunks else np.iinfo(np.int64).max
        n_done = int(np.searchsorted(drawn["ts"][order], end_us))
        left = {name: column[order[n_done:]] for name, column in drawn.items()}
        yield {name: column[order[:n_done]] for name, column in drawn.items()}


def _draw_sessions(rng: np.random.Generator, shop: Shop, n_events: int, days: tuple[float, float]) -> Columns:
    """Return events in bursts: a user, a start, a category of interest and a minute between events."""
    lengths = rng.geometric(1 / SESSION_EVENTS, n_events)
    n_sessions = int(np.searchsorted(np.cumsum(lengths), n_events)) + 1
    lengths = lengths[:n_sessions]
    session = np.repeat(np.arange(n_sessions), lengths)[:n_events]
    rank = _draw(rng, shop.users, n_sessions)
    start = _clock(rng.uniform(*days, n_sessions))
    waited = np.cumsum(rng.exponential(GAP_S, n_events) * 1e6).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    ts = start[session] + waited - waited[first][session]
    favourites = (rank * 7919 + rng.integers(0, 3, n_sessions) * 67) % CATEGORIES
    item = _draw_items(rng, shop, favourites[session])
    kind = _draw(rng, np.cumsum(SHARES), n_events)
    return {
        "user_no": shop.user_numbers[rank][session],
        "item_no": item,
        "ts": ts,
        "kind": kind,
        "value": _draw_values(rng, kind, shop.price[item]),
        "dwell_s": np.where(kind == 0, np.round(rng.lognormal(3, 1.2, n_events), 1), np.nan),
    }


def _draw_items(rng: np.random.Generator, shop: Shop, category: np.ndarray) -> np.ndarray:
    """Return items by their fame, most of them of the category given."""
    edges = np.concatenate([[0.0], shop.items])[shop.first_item]
    stays = rng.random(len(category)) < STAYS
    low = np.where(stays, edges[category], 0.0)
    high = np.where(stays, edges[category + 1], 1.0)
    chosen = np.searchsorted(shop.items, low + rng.random(len(category)) * (high - low), side="right")
    return np.minimum(chosen, len(shop.items) - 1)


def _draw_values(rng: np.random.Generator, kind: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return the amount paid by purchases, one to five stars for ratings, and else nothing."""
    stars = np.clip(np.round(rng.normal(3.8, 1.1, len(kind))), 1, 5)
    return np.select([kind == 2, kind == 4], [np.maximum(price, 0.01), stars], np.nan)


def _draw(rng: np.random.Generator, cumulated: np.ndarray, n: int) -> np.ndarray:
    return np.minimum(np.searchsorted(cumulated, rng.random(n), side="right"), len(cumulated) - 1)


def _clock(day: Any) -> Any:
    """Return the microsecond of a fractional day; days pass faster in hours when little happens."""
    passed = np.concatenate([[0.0], np.cumsum(BUSY_HOURS) / BUSY_HOURS.sum()])
    within = np.interp(day - np.floor(day), passed, np.arange(25) / 24)
    return (BEGIN_US + (np.floor(day) + within) * DAY_US).astype(np.int64)


def _scatter(numbers: np.ndarray) -> np.ndarray:
    """Return unique numbers that look like hashes: a bijection of 63 bits."""
    mask = np.uint64(2**63 - 1)
    mixed = numbers.astype(np.uint64)
    for factor in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9):
        mixed = (mixed * np.uint64(factor)) & mask
        mixed ^= mixed >> np.uint64(31)
    return mixed.astype(np.int64)


def write_events(path: Path, chunks: Iterator[Columns]) -> None:
    """Write chunks of events to one Parquet file."""
    names = pa.array(EVENTS)
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for chunk in chunks:
            kinds = pa.DictionaryArray.from_arrays(chunk["kind"], names).cast(pa.string())
            columns = {name: chunk[name] for name in ("user_no", "item_no", "ts", "ref")}
            numbers = {name: pa.array(chunk[name], from_pandas=True) for name in ("value", "dwell_s")}
            table = pa.table({**columns, "event": kinds, **numbers}, schema=SCHEMA)
            writer.write_table(table, row_group_size=ROW_GROUP)


def write_log(folder: Path, n_events: int, seed: int = SEED) -> dict[str, Any]:
    """Write the files of a log, unless they are there, and return what ``log.json`` says of them."""
    said = folder / "log.json"
    if said.exists():
        return dict(json.loads(said.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    shop = open_shop(n_events, seed)
    write_items(shop, folder, seed)
    write_events(folder / "events.parquet", draw_events(shop, n_events, (0, DAYS), [seed, 2]))
    later = draw_events(shop, max(n_events // 100, 1), (DAYS + 1, DAYS + 3), [seed, 3])
    write_events(folder / "later.parquet", later)
    sort = SORT.format(folder=folder, rows=ROW_GROUP)
    sorting = run(sys.executable, "-c", f"import duckdb; duckdb.execute({sort!r})")
    written = {
        "n_events": n_events,
        "seed": seed,
        "n_users": len(shop.users),
        "n_items": len(shop.price),
        "sort_cpu_s": round(sorting.cpu_s, 2),
        "sort_peak_mib": round(sorting.peak_mib),
    }
    said.write_text(json.dumps(written, indent=1))
    return written


def write_labels(folder: Path, n_labels: int, seed: int = SEED) -> Path:
    """Write moments to be described: users by their activity, at any time of the last 60 days."""
    path = folder / f"labels-{n_labels}.parquet"
    if path.exists():
        return path
    shop = open_shop(json.loads((folder / "log.json").read_text())["n_events"], seed)
    rng = np.random.default_rng([seed, 4])
    labels = {
        "label_no": np.arange(n_labels),
        "user_no": shop.user_numbers[_draw(rng, shop.users, n_labels)],
        "ts": rng.integers(_clock(DAYS - 60.0), _clock(float(DAYS)), n_labels),
    }
    pq.write_table(pa.table(labels), path)
    return path


def cached_log(cache: Path, n_events: int, seed: int = SEED) -> Path:
    """Return the folder of this log below `cache`, written if it is not there."""
    folder = cache / f"shoplog-{n_events}-{seed}"
    write_log(folder, n_events, seed)
    return folder


def main() -> None:
    """Write a log and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    print(json.dumps(write_log(given.folder, given.events, given.seed)))


if __name__ == "__main__":
    main()
