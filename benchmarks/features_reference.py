"""What a user had done before each of a million moments, by hand-written DuckDB: the features to beat.

`python benchmarks/features_reference.py LOG_FOLDER LABELS.parquet OUT_FOLDER` writes one row per label, from
events of the same user strictly before it: n, recent and lasting of 66 keys in six groups, all that the
user did, and the seconds since the last event. Decayed sums are read at the label's time.

Every event is put into the gap before the user's next label; gaps are summed by key, turned into columns,
and added up along the user's labels. Only gaps with events take part, about one in five.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent / "contenders"))

from duckdb_ranges import cut_users
from duckdb_sql import DWELL, POLARITY, WEIGHT
from meaning import DAY_US, DWELL_BANDS, HOUR_US, LASTING_RATE, RECENT_RATE, WEIGHTS, Seconds

Execute = Callable[[str, str], object]
POPULAR = 20
CHECKED = 500
GROUPS = {
    "event": ("kind", "", tuple(WEIGHTS)),
    "category": ("category", "weight * ", ()),
    "price_band": ("price_band - 1", "weight * ", tuple("12345")),
    "dwell": ("dwell", "", DWELL_BANDS),
    "hour": (f"(ts // {HOUR_US}) % 24", "", tuple(map(str, range(24)))),
    "weekday": (f"(ts // {DAY_US} + 3) % 7", "", tuple(map(str, range(7)))),
}
"""The number of the key, what its rows weigh, and the keys; those of categories are read from the log."""
KIND = f"list_position({list(WEIGHTS)}, event) - 1"
ACTIVITY = {
    "all:n": "count(*)::DOUBLE",
    "all:recent": "sum(weight * recent_decay)",
    "all:lasting": "sum(weight * lasting_decay)",
    "all:liking": "coalesce(sum(weight * lasting_decay * polarity), 0e0)",
    "all:opinion": "coalesce(sum(weight * lasting_decay) FILTER (polarity IS NOT NULL), 0e0)",
}
POPULAR_CATEGORIES = """
SELECT first_category FROM '{log}/events_sorted.parquet' JOIN '{log}/items.parquet' USING (item_no)
GROUP BY ALL ORDER BY count(*) DESC, first_category LIMIT {popular}
"""
SORTED_LABELS = """
COPY (
    SELECT label_no, user_no::INTEGER AS user_no, ts AS read_ts,
           dense_rank() OVER (ORDER BY user_no, ts)::INTEGER AS gap
    FROM '{labels}' ORDER BY user_no, read_ts
) TO '{out}/labels.parquet' (FORMAT parquet, ROW_GROUP_SIZE 20480)
"""
ITEMS = """
CREATE TEMP TABLE items AS
SELECT item_no, price_band, list_position({popular}, first_category) - 1 AS category
FROM '{log}/items.parquet'
"""
LABELS = """
CREATE OR REPLACE TEMP TABLE labels AS
FROM '{out}/labels.parquet' WHERE user_no >= {first} AND user_no < {after}
"""
SEEN = """
CREATE OR REPLACE TEMP TABLE seen AS
SELECT events.user_no::INTEGER AS user_no, item_no, ts, event, value, dwell_s,
       CASE WHEN ts < first_at THEN first_gap END AS gap
FROM '{log}/events_sorted.parquet' AS events JOIN (
    SELECT user_no, min(read_ts) AS first_at, max(read_ts) AS last_at, min(gap) AS first_gap
    FROM labels GROUP BY ALL
) AS bounds ON events.user_no = bounds.user_no
WHERE events.user_no >= {first} AND events.user_no < {after} AND ts < last_at
"""
ROWS = f"""
CREATE OR REPLACE TEMP TABLE rows AS
SELECT gap, ts, {KIND} AS kind, category, price_band, {DWELL} AS dwell, {WEIGHT} AS weight,
       {POLARITY} AS polarity, exp((ts - {{newest}})::DOUBLE * {RECENT_RATE!r}::DOUBLE) AS recent_decay,
       exp((ts - {{newest}})::DOUBLE * {LASTING_RATE!r}::DOUBLE) AS lasting_decay
FROM (
    FROM seen WHERE gap IS NOT NULL
    UNION ALL
    SELECT seen.* REPLACE (labels.gap AS gap) FROM (FROM seen WHERE gap IS NULL) AS seen
    ASOF JOIN (SELECT DISTINCT user_no, read_ts, gap FROM labels) AS labels
    ON seen.user_no = labels.user_no AND seen.ts < labels.read_ts
) JOIN items USING (item_no)
"""
COLUMNS = """
CREATE OR REPLACE TEMP TABLE columns_{group} AS
SELECT gap, {sums} FROM (
    SELECT gap, ({key})::TINYINT AS k, count(*)::DOUBLE AS n,
           sum({times}recent_decay) AS recent, sum({times}lasting_decay) AS lasting
    FROM rows WHERE ({key}) IS NOT NULL GROUP BY ALL
) GROUP BY gap
"""
ALL_COLUMNS = f"""
CREATE OR REPLACE TEMP TABLE columns_all AS
SELECT gap, max(ts) AS last_ts, {", ".join(f'{sql} AS "{name}"' for name, sql in ACTIVITY.items())}
FROM rows GROUP BY gap
"""
STATES = """
CREATE OR REPLACE TEMP TABLE states AS
SELECT gap, last_ts, {running} FROM (
    SELECT *, row_number() OVER (PARTITION BY user_no ORDER BY gap) - 1 AS back
    FROM columns_all JOIN (SELECT DISTINCT gap, user_no FROM labels) USING (gap) {joins}
) WINDOW past AS (ORDER BY gap ROWS BETWEEN back PRECEDING AND CURRENT ROW)
"""
COPY = f"""
COPY (
    SELECT label_no, user_no, read_ts AS ts, (read_ts - last_ts) / 1e6 AS "all:since_s", {{read}}
    FROM (
        SELECT labels.*, states.gap AS state,
               exp(({{newest}} - read_ts)::DOUBLE * {RECENT_RATE!r}::DOUBLE) AS recent_factor,
               exp(({{newest}} - read_ts)::DOUBLE * {LASTING_RATE!r}::DOUBLE) AS lasting_factor
        FROM labels ASOF LEFT JOIN (
            SELECT gap, user_no FROM (SELECT DISTINCT gap, user_no FROM labels) SEMI JOIN states USING (gap)
        ) AS states ON labels.user_no = states.user_no AND labels.gap >= states.gap
    ) AS placed LEFT JOIN states ON placed.state = states.gap
) TO '{{out}}/features.{{number:04d}}.parquet' (FORMAT parquet, DICTIONARY_SIZE_LIMIT 1, ROW_GROUP_SIZE 20480)
"""


def name_columns(popular: list[str]) -> dict[str, list[str]]:
    """Return the columns of every group: group:key:n, recent and lasting."""
    keys = {name: keys for name, (_, _, keys) in GROUPS.items()} | {"category": tuple(popular)}
    named = {
        group: [f"{group}:{key}:{what}" for key in of for what in ("n", "recent", "lasting")]
        for group, of in keys.items()
    }
    return named | {"all": list(ACTIVITY)}


def read_column(name: str) -> str:
    """Return a running sum as it is read at the label's time."""
    what = name.rpartition(":")[2]
    if what == "n":
        return f'coalesce("{name}", 0e0)::INTEGER AS "{name}"'
    return f'coalesce("{name}" * {"recent" if what == "recent" else "lasting"}_factor, 0e0) AS "{name}"'


def sum_group(group: str, columns: list[str]) -> str:
    """Return the SQL that sums a group by gap and key, and turns keys into columns."""
    key, times, _ = GROUPS[group]
    sums = ", ".join(
        f'coalesce(sum({name.rpartition(":")[2]}) FILTER (k = {place // 3}), 0e0) AS "{name}"'
        for place, name in enumerate(columns)
    )
    return COLUMNS.format(group=group, key=key, times=times, sums=sums)


def describe_range(execute: Execute, columns: dict[str, list[str]], place: dict[str, object]) -> None:
    """Write the features of the labels of some users."""
    execute("labels", LABELS.format(**place))
    execute("events", SEEN.format(**place))
    execute("next label", ROWS.format(**place))
    execute("all", ALL_COLUMNS)
    for group in GROUPS:
        execute(group, sum_group(group, columns[group]))
    names = [name for of in columns.values() for name in of]
    running = ", ".join(f'sum("{name}") OVER past AS "{name}"' for name in names)
    joins = " ".join(f"LEFT JOIN columns_{group} USING (gap)" for group in GROUPS)
    execute("running sums", STATES.format(running=running, joins=joins))
    execute("write", COPY.format(read=", ".join(map(read_column, names)), **place))


def describe_ranges(
    log: Path, out: Path, popular: list[str], newest: int, ranges: Iterator[tuple[int, tuple[int, int]]]
) -> Seconds:
    """Describe ranges of users until none is left, on one thread; return its CPU seconds by step."""
    spent: Counter[str] = Counter()

    def execute(step: str, sql: str) -> None:
        began = time.thread_time()
        engine.execute(sql)
        spent[step] += time.thread_time() - began

    columns = name_columns(popular)
    with duckdb.connect() as engine:
        engine.execute("SET threads = 1; SET memory_limit = '2GB'")
        execute("events", ITEMS.format(log=log, popular=popular))
        for number, (first, after) in ranges:
            place = {"log": log, "out": out, "newest": newest, "number": number}
            describe_range(execute, columns, {**place, "first": first, "after": after})
    return dict(spent)


def describe_labels(log: Path, labels: Path, out: Path) -> Seconds:
    """Write the features of all labels and return the CPU seconds of each step."""
    began = time.process_time()
    newest, firsts = cut_users(log)
    popular = find_popular(log)
    duckdb.execute(SORTED_LABELS.format(labels=labels, out=out))
    total: Counter[str] = Counter({"labels": time.process_time() - began})
    ranges = iter(list(enumerate(pairwise(firsts))))
    n_workers = os.cpu_count() or 1
    with ThreadPoolExecutor(n_workers) as pool:
        tasks = [pool.submit(describe_ranges, log, out, popular, newest, ranges) for _ in range(n_workers)]
        for task in tasks:
            total.update(task.result())
    return dict(total)


def find_popular(log: Path) -> list[str]:
    """Return the categories with most events, most first."""
    found = duckdb.execute(POPULAR_CATEGORIES.format(log=log, popular=POPULAR)).fetchall()
    return [name for (name,) in found]


def plain_sums(columns: dict[str, list[str]]) -> list[str]:
    """Return the SQL of every column over joined pairs of a label and an earlier event."""
    decays = {
        "recent": f"exp((ts - read_ts) * {RECENT_RATE!r}::DOUBLE)",
        "lasting": f"exp((ts - read_ts) * {LASTING_RATE!r}::DOUBLE)",
    }
    sums = []
    for group, (key, times, _) in GROUPS.items():
        for place, name in enumerate(columns[group]):
            what = name.rpartition(":")[2]
            added = "1e0" if what == "n" else times + decays[what]
            sums.append(f'coalesce(sum({added}) FILTER (({key}) = {place // 3}), 0e0) AS "{name}"')
    for name, sql in ACTIVITY.items():
        plain = sql.replace("recent_decay", decays["recent"]).replace("lasting_decay", decays["lasting"])
        sums.append(f'{plain} AS "{name}"')
    return sums


def check(log: Path, out: Path, sample: int) -> int:
    """Return how many of some labels differ from sums over all that their user did before, one by one.

    The slow and plain way: every label is joined with every earlier event of its user.
    """
    popular = find_popular(log)
    columns = name_columns(popular)
    duckdb.execute(ITEMS.format(log=log, popular=popular))
    duckdb.execute(f"""
        CREATE TEMP TABLE truth AS
        SELECT label_no, {", ".join(plain_sums(columns))} FROM (
            SELECT *, {KIND} AS kind, {DWELL} AS dwell, {WEIGHT} AS weight, {POLARITY} AS polarity
            FROM (
                SELECT label_no, user_no, ts AS read_ts FROM '{out}/features.*.parquet' USING SAMPLE {sample}
            ) JOIN '{log}/events_sorted.parquet' USING (user_no) JOIN items USING (item_no)
            WHERE ts < read_ts
        ) GROUP BY label_no
    """)
    same = " AND ".join(
        f'abs(a."{name}" - b."{name}") <= 1e-9 * greatest(abs(a."{name}"), abs(b."{name}")) + 1e-15'
        for names in columns.values()
        for name in names
    )
    found = duckdb.execute(f"""
        SELECT count(*), count(*) FILTER ({same}) FROM truth AS a
        JOIN '{out}/features.*.parquet' AS b USING (label_no)
    """).fetchall()
    print(f"{found[0][1]:,} of {found[0][0]:,} labels are the same to 1e-9")
    return int(found[0][0] - found[0][1])


def main() -> None:
    """Describe the labels and print the CPU seconds of each step."""
    log, labels, out = map(Path, sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    for step, seconds in describe_labels(log, labels, out).items():
        print(f"{step:14} {seconds:6.2f} CPU-s")
    if sys.argv[4:] == ["--check"] and check(log, out, CHECKED):
        raise SystemExit("not the same as one by one")


if __name__ == "__main__":
    main()
