"""The floor: one DuckDB scan that sums the columns every signal is made of, and writes nothing."""

import time
from pathlib import Path

import duckdb
from meaning import Seconds, main


def sum_log(log: Path, out: Path) -> Seconds:
    """Read user, item, time, event, value and dwell of every row once."""
    began = time.process_time()
    duckdb.sql(f"""
        SELECT sum(user_no), sum(item_no), sum(ts), max(event), sum(value), sum(dwell_s)
        FROM '{log}/events_sorted.parquet'
    """).fetchall()
    return {"scan": time.process_time() - began}


if __name__ == "__main__":
    main(sum_log)
