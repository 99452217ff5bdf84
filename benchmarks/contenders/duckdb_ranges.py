"""The fastest DuckDB found: ranges of about half a million events, one single-threaded engine per core.

The log is sorted by user, so a range is a few row groups, its groups fit in the caches, no two engines
share a user, and `lag` needs no sort. Brands, categories and price bands are summed from the cells of items,
days, hours and weekdays from those of single hours. A signal is written as one Parquet file per range.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import duckdb
from duckdb_sql import COPY, DWELL, DWELL_TEXT, ITEMS, OPINION, POLARITY, WEIGHT, grouping
from meaning import HOUR_US, LASTING_RATE, RECENT_RATE, SESSION_GAP_US, Seconds, main

ROW_GROUPS = 5
"""Row groups of 122,880 rows in a range."""
ROWS = f"""
CREATE OR REPLACE TEMP TABLE rows AS
WITH coded AS (
    SELECT user_no::INTEGER AS user_no, item_no::INTEGER AS item_no, ts, value, {DWELL} AS dwell,
           (ts // {HOUR_US})::INTEGER AS hour_no, event::event_key AS event,
           {WEIGHT} AS weight, {POLARITY} AS polarity,
           exp((ts - {{newest}})::DOUBLE * {RECENT_RATE!r}::DOUBLE) AS recent_decay,
           exp((ts - {{newest}})::DOUBLE * {LASTING_RATE!r}::DOUBLE) AS lasting_decay
    FROM '{{log}}/events_sorted.parquet' WHERE user_no >= {{first}} AND user_no < {{after}}
)
SELECT coded.*, category, user_no = lag(user_no) OVER () AS same_user,
       ts - lag(ts) OVER () AS waited, lag(category) OVER () AS left_category
FROM coded JOIN items USING (item_no)
"""
ITEM_CELLS = f"""
CREATE OR REPLACE TEMP TABLE item_cells AS
SELECT * FROM ({grouping("item_no", "weight", OPINION)}) AS cells JOIN items ON item_no = k
"""
HOUR_CELLS = f"CREATE OR REPLACE TEMP TABLE hour_cells AS {grouping('hour_no', 'one')}"
HAD_OPINION = """sum(liking) AS liking, sum(opinion) AS opinion,
    sum(liked::DOUBLE)::BIGINT AS liked, sum(disliked::DOUBLE)::BIGINT AS disliked"""
NO_OPINION = "0e0 AS liking, 0e0 AS opinion, 0::BIGINT AS liked, 0::BIGINT AS disliked"


def regrouping(cells: str, key: str, opinion: str = NO_OPINION) -> str:
    """Return a grouping of cells into coarser ones; a sum of BIGINT would be a slow HUGEINT."""
    return f"""
        SELECT user_no, {key} AS k, sum(n::DOUBLE)::BIGINT AS n, sum(recent) AS recent,
               sum(lasting) AS lasting, {opinion}, min(first_seen) AS first_seen, max(last_seen) AS last_seen
        FROM {cells} WHERE {key} IS NOT NULL GROUP BY ALL
    """


MOVED = f"same_user AND waited <= {SESSION_GAP_US} AND left_category <> category"
STARTED = f"same_user IS NOT TRUE OR waited > {SESSION_GAP_US}"
GROUPINGS = {
    "activity": ("'all'", grouping("0", "weight", OPINION)),
    "event": ("k", grouping("event", "one")),
    "item": ("item", "item_cells"),
    "category": ("k", regrouping("item_cells", "category", HAD_OPINION)),
    "brand": ("k", regrouping("item_cells", "brand", HAD_OPINION)),
    "price_band": ("k", regrouping("item_cells", "price_band")),
    "spend": ("'all'", grouping("0", "value", where="event = 'purchase' AND value > 0")),
    "rating": ("k", grouping("round(value, 4)", "one", where="event = 'rating' AND value IS NOT NULL")),
    "dwell": (DWELL_TEXT.replace("dwell", "k"), grouping("dwell", "one", where="dwell IS NOT NULL")),
    "day": ("k", regrouping("hour_cells", "k // 24")),
    "hour": ("k", regrouping("hour_cells", "k % 24")),
    "weekday": ("k", regrouping("hour_cells", "(k // 24 + 3) % 7")),
    "session": ("'all'", grouping("0", "one", where=STARTED)),
    "transition": (
        "left_category::VARCHAR || '→' || category::VARCHAR",
        grouping("left_category, category", "one", where=MOVED).replace(" AS k,", ","),
    ),
}


def cut_users(log: Path) -> tuple[int, list[int]]:
    """Return the newest time and the first user of every range, found in the file's own statistics."""
    found = duckdb.sql(f"""
        SELECT path_in_schema, row_group_id, stats_min::BIGINT, stats_max::BIGINT
        FROM parquet_metadata('{log}/events_sorted.parquet') WHERE path_in_schema IN ('ts', 'user_no')
        ORDER BY row_group_id
    """).fetchall()
    newest = max(high for name, _, _, high in found if name == "ts")
    firsts = {low for name, number, low, _ in found if name == "user_no" and number % ROW_GROUPS == 0}
    last = max(high for name, _, _, high in found if name == "user_no")
    return newest, [*sorted(firsts), last + 1]


def sum_ranges(log: Path, out: Path, newest: int, ranges: Iterator[tuple[int, tuple[int, int]]]) -> Seconds:
    """Sum ranges of users until none is left, on one thread; return its CPU seconds by step."""
    spent: Counter[str] = Counter()

    def execute(step: str, sql: str) -> None:
        began = time.thread_time()
        engine.execute(sql)
        spent[step] += time.thread_time() - began

    with duckdb.connect() as engine:
        engine.execute("SET threads = 1; SET memory_limit = '2GB'")
        engine.execute("CREATE TYPE event_key AS ENUM ('view', 'cart', 'purchase', 'like', 'rating')")
        execute("rows", ITEMS.format(log=log))
        for number, (first, after) in ranges:
            execute("rows", ROWS.format(log=log, newest=newest, first=first, after=after))
            execute("item", ITEM_CELLS)
            execute("day", HOUR_CELLS)
            for signal, (text, cells) in GROUPINGS.items():
                name = f"{signal}.{number:04d}"
                execute(signal, COPY.format(text=text, cells=cells, out=out, signal=name))
    return dict(spent)


def sum_log(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the CPU seconds of each."""
    newest, firsts = cut_users(log)
    ranges = iter(list(enumerate(pairwise(firsts))))
    n_workers = os.cpu_count() or 1
    with ThreadPoolExecutor(n_workers) as pool:
        tasks = [pool.submit(sum_ranges, log, out, newest, ranges) for _ in range(n_workers)]
        total: Counter[str] = Counter()
        for task in tasks:
            total.update(task.result())
    return dict(total)


if __name__ == "__main__":
    main(sum_log)
