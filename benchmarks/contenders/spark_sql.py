"""PySpark on local[2]: rows prepared and cached once, one GROUP BY per signal, written as Parquet."""

import time
from pathlib import Path

from meaning import (
    DWELL_BANDS,
    DWELL_EDGES_S,
    HOUR_US,
    LASTING_RATE,
    OTHER_WEIGHT,
    POLAR,
    RECENT_RATE,
    SESSION_GAP_US,
    SHOWN,
    SIGNALS,
    WEIGHTS,
    Seconds,
    main,
)
from pyspark.sql import SparkSession


def cases(column: str, values: dict[str, float]) -> str:
    """Return the branches of a CASE from text to DOUBLE."""
    return f"CASE {column} " + " ".join(f"WHEN '{name}' THEN {value}D" for name, value in values.items())


POLARITY = f"{cases('event', SHOWN)} WHEN 'rating' THEN greatest(-1D, least(1D, (value - 3D) / 2D)) END"
DWELL = (
    "CASE "
    + " ".join(
        f"WHEN dwell_s < {edge}D THEN '{name}'"
        for edge, name in zip(DWELL_EDGES_S, DWELL_BANDS, strict=False)
    )
    + f" WHEN dwell_s IS NOT NULL THEN '{DWELL_BANDS[-1]}' END"
)
ROWS = f"""
SELECT user_no, item_id, brand, price_band, first_category AS category, ts, event, value, {DWELL} AS dwell,
       ts div {HOUR_US} AS hour_no, {cases("event", WEIGHTS)} ELSE {OTHER_WEIGHT}D END AS weight,
       {POLARITY} AS polarity,
       exp((ts - newest) * {RECENT_RATE!r}D) AS recent_decay,
       exp((ts - newest) * {LASTING_RATE!r}D) AS lasting_decay,
       ts - lag(ts) OVER in_order AS waited, lag(first_category) OVER in_order AS left_category
FROM events JOIN items USING (item_no) CROSS JOIN (SELECT max(ts) AS newest FROM events)
WINDOW in_order AS (PARTITION BY user_no ORDER BY ts, ref)
"""
KEYS = {
    "activity": ("'all'", "weight", "true"),
    "event": ("event", "1D", "true"),
    "item": ("item_id", "weight", "true"),
    "category": ("category", "weight", "true"),
    "brand": ("brand", "weight", "brand IS NOT NULL"),
    "price_band": ("price_band", "weight", "price_band IS NOT NULL"),
    "spend": ("'all'", "value", "event = 'purchase' AND value > 0"),
    "rating": ("round(value, 4)", "1D", "event = 'rating' AND value IS NOT NULL"),
    "dwell": ("dwell", "1D", "dwell IS NOT NULL"),
    "day": ("hour_no div 24", "1D", "true"),
    "hour": ("hour_no % 24", "1D", "true"),
    "weekday": ("(hour_no div 24 + 3) % 7", "1D", "true"),
    "session": ("'all'", "1D", f"waited IS NULL OR waited > {SESSION_GAP_US}"),
    "transition": (
        "concat(left_category, '→', category)",
        "1D",
        f"waited <= {SESSION_GAP_US} AND left_category <> category",
    ),
}


def grouping(signal: str) -> str:
    """Return the query of a signal's cells."""
    key, weight, where = KEYS[signal]
    opinion = "0D AS liking, 0D AS opinion, 0L AS liked, 0L AS disliked"
    if signal in POLAR:
        opinion = """
            coalesce(sum(weight * lasting_decay * polarity), 0D) AS liking,
            coalesce(sum(weight * lasting_decay) FILTER (WHERE polarity IS NOT NULL), 0D) AS opinion,
            count(*) FILTER (WHERE polarity > 0) AS liked, count(*) FILTER (WHERE polarity < 0) AS disliked
        """
    return f"""
        SELECT user_no, CAST(k AS STRING) AS key, n, recent, lasting, liking, opinion, liked, disliked,
               first_seen, last_seen
        FROM (
            SELECT user_no, {key} AS k, count(*) AS n, sum({weight} * recent_decay) AS recent,
                   sum({weight} * lasting_decay) AS lasting, {opinion},
                   min(ts) AS first_seen, max(ts) AS last_seen
            FROM rows WHERE {where} GROUP BY user_no, {key}
        )
    """


def start_spark(out: Path) -> SparkSession:
    """Return a session on two cores with 4 GiB."""
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.local.dir", str(out / "spill"))
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )


def stop_spark(spark: SparkSession) -> None:
    """Stop the session and wait for its Java process, so that its CPU time counts as ours."""
    gateway = spark.sparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


def sum_log(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the wall seconds of each: the CPU's are another process's."""
    spark = start_spark(out)
    for name, file in {"events": "events_sorted", "items": "items"}.items():
        spark.read.parquet(str(log / f"{file}.parquet")).createOrReplaceTempView(name)
    began = time.perf_counter()
    rows = spark.sql(ROWS).cache()
    rows.createOrReplaceTempView("rows")
    rows.count()
    seconds = {"rows": time.perf_counter() - began}
    for signal in SIGNALS:
        began = time.perf_counter()
        spark.sql(grouping(signal)).write.mode("overwrite").parquet(str(out / f"{signal}.parquet"))
        seconds[signal] = time.perf_counter() - began
    stop_spark(spark)
    return seconds


if __name__ == "__main__":
    main(sum_log)
