"""Hand-written DuckDB SQL: rows prepared once into a table, then one GROUP BY and one COPY per signal.

Keys are grouped as numbers and enums and become text at the end; every literal is a DOUBLE.
"""

import time
from pathlib import Path

import duckdb
from meaning import (
    DWELL_BANDS,
    DWELL_EDGES_S,
    HOUR_US,
    LASTING_RATE,
    OTHER_WEIGHT,
    RECENT_RATE,
    SESSION_GAP_US,
    SHOWN,
    SIGNALS,
    WEIGHTS,
    Seconds,
    main,
)


def cases(column: str, values: dict[str, float]) -> str:
    """Return the branches of a CASE from text to DOUBLE."""
    return f"CASE {column} " + " ".join(f"WHEN '{name}' THEN {value:e}" for name, value in values.items())


WEIGHT = f"{cases('event', WEIGHTS)} ELSE {OTHER_WEIGHT:e} END"
POLARITY = f"{cases('event', SHOWN)} WHEN 'rating' THEN greatest(-1e0, least(1e0, (value - 3e0) / 2e0)) END"
DWELL = (
    "CASE "
    + " ".join(f"WHEN dwell_s < {edge:e} THEN {number}" for number, edge in enumerate(DWELL_EDGES_S))
    + f" WHEN dwell_s IS NOT NULL THEN {len(DWELL_EDGES_S)} END"
)
DWELL_TEXT = f"{list(DWELL_BANDS)}[dwell + 1]"

ITEMS = """
CREATE TYPE item_key AS ENUM (SELECT item_id FROM '{log}/items.parquet' ORDER BY item_no);
CREATE TYPE brand_key AS ENUM (SELECT DISTINCT brand FROM '{log}/items.parquet' WHERE brand IS NOT NULL);
CREATE TYPE category_key AS ENUM (SELECT DISTINCT category FROM '{log}/categories.parquet');
CREATE TEMP TABLE items AS
SELECT item_no::INTEGER AS item_no, item_id::item_key AS item, brand::brand_key AS brand,
       price_band::UTINYINT AS price_band, first_category::category_key AS category
FROM '{log}/items.parquet';
"""
ROWS = f"""
CREATE TEMP TABLE rows AS
WITH coded AS (
    SELECT user_no::INTEGER AS user_no, item_no::INTEGER AS item_no, ts, ref, value, {DWELL} AS dwell,
           (ts // {HOUR_US})::INTEGER AS hour_no, event, {WEIGHT} AS weight, {POLARITY} AS polarity,
           exp((ts - newest)::DOUBLE * {RECENT_RATE!r}::DOUBLE) AS recent_decay,
           exp((ts - newest)::DOUBLE * {LASTING_RATE!r}::DOUBLE) AS lasting_decay
    FROM '{{log}}/events_sorted.parquet', (SELECT max(ts) AS newest FROM '{{log}}/events_sorted.parquet')
)
SELECT coded.* EXCLUDE (ref), items.* EXCLUDE (item_no),
       ts - lag(ts) OVER in_order AS waited, lag(category) OVER in_order AS left_category
FROM coded JOIN items USING (item_no) WINDOW in_order AS (PARTITION BY user_no ORDER BY ts, ref)
"""
NO_OPINION = "0e0 AS liking, 0e0 AS opinion, 0::BIGINT AS liked, 0::BIGINT AS disliked"
OPINION = """
    coalesce(sum(weight * lasting_decay * polarity), 0e0) AS liking,
    coalesce(sum(weight * lasting_decay) FILTER (polarity IS NOT NULL), 0e0) AS opinion,
    count(*) FILTER (polarity > 0) AS liked, count(*) FILTER (polarity < 0) AS disliked
"""


def grouping(key: str, weight: str, opinion: str = NO_OPINION, where: str = "true") -> str:
    """Return a grouping of the prepared rows by user and key."""
    times = "" if weight == "one" else f"{weight} * "
    return f"""
        SELECT user_no, {key} AS k, count(*) AS n, sum({times}recent_decay) AS recent,
               sum({times}lasting_decay) AS lasting, {opinion}, min(ts) AS first_seen, max(ts) AS last_seen
        FROM rows WHERE {where} GROUP BY ALL
    """


TIMED_SESSION = f"waited IS NULL OR waited > {SESSION_GAP_US}"
MOVED = f"waited <= {SESSION_GAP_US} AND left_category <> category"
GROUPINGS = {
    "activity": ("'all'", grouping("0", "weight", OPINION)),
    "event": ("k", grouping("event", "one")),
    "item": ("k", grouping("item", "weight", OPINION)),
    "category": ("k", grouping("category", "weight", OPINION)),
    "brand": ("k", grouping("brand", "weight", OPINION, "brand IS NOT NULL")),
    "price_band": ("k", grouping("price_band", "weight", where="price_band IS NOT NULL")),
    "spend": ("'all'", grouping("0", "value", where="event = 'purchase' AND value > 0")),
    "rating": ("k", grouping("round(value, 4)", "one", where="event = 'rating' AND value IS NOT NULL")),
    "dwell": (DWELL_TEXT.replace("dwell", "k"), grouping("dwell", "one", where="dwell IS NOT NULL")),
    "day": ("k", grouping("hour_no // 24", "one")),
    "hour": ("k", grouping("hour_no % 24", "one")),
    "weekday": ("k", grouping("(hour_no // 24 + 3) % 7", "one")),
    "session": ("'all'", grouping("0", "one", where=TIMED_SESSION)),
    "transition": (
        "left_category::VARCHAR || '→' || category::VARCHAR",
        grouping("left_category, category", "one", where=MOVED).replace(" AS k,", ","),
    ),
}
COPY = """
COPY (
    SELECT user_no::BIGINT AS user_no, ({text})::VARCHAR AS key, n, recent, lasting, liking, opinion,
           liked, disliked, first_seen, last_seen
    FROM ({cells})
) TO '{out}/{signal}.parquet' (FORMAT parquet, DICTIONARY_SIZE_LIMIT 1)
"""


def sum_log(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the CPU seconds of each."""
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '4GB'; SET temp_directory = '{out}/spill'")
        engine.execute("SET preserve_insertion_order = false")
        began = time.process_time()
        engine.execute(ITEMS.format(log=log))
        engine.execute(ROWS.format(log=log))
        seconds = {"rows": time.process_time() - began}
        for signal in SIGNALS:
            began = time.process_time()
            text, cells = GROUPINGS[signal]
            engine.execute(COPY.format(text=text, cells=cells, out=out, signal=signal))
            seconds[signal] = time.process_time() - began
    return seconds


if __name__ == "__main__":
    main(sum_log)
