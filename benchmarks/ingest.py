"""How fast do new rows come in, and how soon are they seen? Beside a bare SQLite insert of the same rows.

    python benchmarks/ingest.py [--events 10000000] [--keep 5] [--cache DIR]

Builds a workspace of a generated log (a hundredth as many users as events; of the events every fifth), then
ingests later events in batches of 1, 100 and 1,000, every batch one durable transaction (write-ahead log,
full fsync), and reads profiles. The reference inserts the same rows into the same table, as full, with the
same index, in the same transactions, and does nothing else.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

import limner
from limner.store.schema import INDEXES, columns_of, create_table
from limner.studio.studio import Studio
from running import stamp, table
from shoplog import cached_log

SEED = 7
BATCHES = {1: 2_000, 100: 200, 1_000: 60}
"""Batch size → batches that are timed."""
READS = 2_000
COLUMNS = "'u' || user_no AS user_id, item_id, ts AS timestamp, event, value, dwell_s"


def build(log: Path, folder: Path, keep: int) -> Studio:
    """Return a workspace of every ``keep``-th event of the log, its items described."""
    events = duckdb.sql(
        f"SELECT {COLUMNS}, 'e' || ref AS event_id FROM '{log}/events.parquet' "
        f"JOIN '{log}/items.parquet' USING (item_no) WHERE hash(ref) % {keep} = 0"
    ).to_arrow_table()
    items = duckdb.sql(
        "SELECT item_id, 'Item ' || item_no AS title, brand, [category] AS categories "
        f"FROM '{log}/items.parquet' JOIN '{log}/categories.parquet' USING (item_no)"
    ).to_arrow_table()
    return limner.build(events=events, items=items, workspace=folder)


def read_later(log: Path) -> list[dict[str, Any]]:
    """Return the events that come in, in the order of their times, without what they do not say."""
    rows = duckdb.sql(
        f"SELECT {COLUMNS}, 'later' || ref AS event_id FROM '{log}/later.parquet' "
        f"JOIN '{log}/items.parquet' USING (item_no) ORDER BY ts, ref"
    ).to_arrow_table()
    return [{name: value for name, value in row.items() if value is not None} for row in rows.to_pylist()]


def open_bare(path: Path) -> sqlite3.Connection:
    """Return a store that holds the log and nothing else, as durable as Limner's."""
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute(create_table("events"))
    bare.execute(next(one for one in INDEXES if "events_ref" in one))
    return bare


def fill_bare(bare: sqlite3.Connection, studio: Studio) -> None:
    """Copy the log of a workspace, so that both tables are as large."""
    marks = ", ".join("?" * len(columns_of("events")))
    bare.execute("BEGIN")
    bare.executemany(
        f"INSERT INTO events VALUES ({marks})", studio.store.connection.execute("SELECT * FROM events")
    )
    bare.execute("COMMIT")


def insert_bare(bare: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows in one durable transaction."""
    marks = ", ".join("?" * len(columns_of("events")))
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany(f"INSERT OR IGNORE INTO events VALUES ({marks})", rows)
    bare.execute("COMMIT")


def time_batches(batches: list[Any], work: Callable[[Any], Any]) -> tuple[float, float]:
    """Return rows per second, and the median seconds of a batch."""
    spans = []
    for batch in batches:
        began = time.perf_counter()
        work(batch)
        spans.append(time.perf_counter() - began)
    return sum(map(len, batches)) / sum(spans), statistics.median(spans)


def measure_batches(studio: Studio, later: list[dict[str, Any]], bare: sqlite3.Connection) -> list[list[str]]:
    """Return a line for each batch size: ours, the reference, the share."""
    before = studio.painter.as_of
    fed: dict[int, list[list[dict[str, Any]]]] = {}
    start = 0
    for size, n_batches in BATCHES.items():
        fed[size] = [later[start + place * size :][:size] for place in range(n_batches)]
        start += size * n_batches
    ours = {
        size: time_batches(batches, lambda rows: studio.ingest(events=rows)) for size, batches in fed.items()
    }
    new = studio.store.connection.execute("SELECT * FROM events WHERE ts >= ?", (before,)).fetchall()
    stored = {row[3]: row for row in new}
    lines = []
    for size, batches in fed.items():
        rows = [[stored[row["event_id"]] for row in batch] for batch in batches]
        theirs, _ = (
            (1.0, 0.0) if not any(rows) else time_batches(rows, lambda batch: insert_bare(bare, batch))
        )
        rate, span = ours[size]
        share = f"{rate / theirs:.2f}"
        lines.append(
            [f"{size:,}", f"{rate:,.0f}/s", f"{1e3 * span:.2f} ms", f"{theirs:,.0f}/s", share, "≥ 0.3"]
        )
    return lines


def measure_visibility(studio: Studio, later: list[dict[str, Any]]) -> list[list[str]]:
    """Return how long one event takes from `ingest` to profile, vector and recommendations."""
    spans: dict[str, list[float]] = {"profile and vector": [], "recommend": []}
    for row in later:
        began = time.perf_counter()
        studio.ingest(events=[row])
        profile = studio.profile(row["user_id"])
        spans["profile and vector"].append(time.perf_counter() - began)
        studio.recommend_one(row["user_id"], 10)
        spans["recommend"].append(time.perf_counter() - began)
        assert profile.coverage.events
    return [[f"event → {name}", quantiles(found), "p95 ≤ 50 ms"] for name, found in spans.items()]


def measure_reads(studio: Studio, rng: random.Random) -> list[list[str]]:
    """Return how long one profile takes to read, facts and evidence included, beside a point read."""
    users = [str(user_id) for user_id in rng.sample(studio.user_ids(), READS)]
    point = time_each(users, lambda one: studio.store.one("SELECT * FROM users WHERE user_id = ?", one))
    whole = time_each(users, lambda one: studio.profile(one))
    return [["profile read", quantiles(whole), "p99 ≤ 3 ms"], ["a bare point read", quantiles(point), ""]]


def time_each(names: list[str], work: Callable[[str], Any]) -> list[float]:
    """Return the seconds of each call, the first hundred left out."""
    spans = []
    for name in names:
        began = time.perf_counter()
        work(name)
        spans.append(time.perf_counter() - began)
    return spans[100:]


def quantiles(spans: list[float]) -> str:
    """Return median, p95 and p99 in milliseconds."""
    cuts = statistics.quantiles(spans, n=100)
    return f"{1e3 * cuts[49]:.2f} / {1e3 * cuts[94]:.2f} / {1e3 * cuts[98]:.2f} ms"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--events", type=int, default=10_000_000, help="of the log; a hundredth as many users"
    )
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "limner-benchmarks")
    parser.add_argument("--keep", type=int, default=5, help="every how manieth event is in the workspace")
    given = parser.parse_args()
    log = cached_log(given.cache, given.events, SEED)
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        studio = build(log, Path(scratch) / "ws", given.keep)
        built_s = time.perf_counter() - began
        later = read_later(log)
        bare = open_bare(Path(scratch) / "bare.sqlite")
        fill_bare(bare, studio)
        rng = random.Random(SEED)
        reads = measure_reads(studio, rng)
        n_fed = sum(size * n for size, n in BATCHES.items())
        batches = measure_batches(studio, later[:n_fed], bare)
        seen = measure_visibility(studio, later[n_fed : n_fed + 500])
        counts = studio.built.counts if studio.built else {}
    size = f"{counts['users']:,} users, {counts['events']:,} events, {counts['cells']:,} cells"
    print(stamp(SEED), "\n")
    print(f"{size}, built in {built_s:.0f} s\n")
    print(table(["batch", "ingest", "a batch", "bare insert", "share", "goal"], batches), "\n")
    print(table(["what", "median / p95 / p99", "goal"], [*seen, *reads]))


if __name__ == "__main__":
    main()
