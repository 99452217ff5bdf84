"""Polars: rows prepared once, one lazy group_by per signal, sunk to Parquet by the streaming engine."""

import time
from pathlib import Path

import polars as pl
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

EVENT, VALUE, TS = pl.col("event"), pl.col("value"), pl.col("ts")


def prepare_rows(log: Path) -> pl.LazyFrame:
    """Return the events with weight, polarity, decays, keys, and what came before; users stay in order."""
    events = pl.scan_parquet(log / "events_sorted.parquet")
    items = pl.scan_parquet(log / "items.parquet").with_columns(
        pl.col("item_id", "brand", "first_category").cast(pl.Categorical)
    )
    newest = events.select(TS.max()).collect().item()
    age = (TS - newest).cast(pl.Float64)
    polarity = EVENT.replace_strict(SHOWN, default=None, return_dtype=pl.Float64)
    rated = pl.when(EVENT == "rating").then(((VALUE - 3) / 2).clip(-1, 1)).otherwise(polarity)
    same_user = pl.col("user_no") == pl.col("user_no").shift()
    return (
        events.drop("ref")
        .join(items, on="item_no", how="inner", maintain_order="left")
        .rename({"first_category": "category"})
        .with_columns(
            hour_no=TS // HOUR_US,
            weight=EVENT.replace_strict(WEIGHTS, default=OTHER_WEIGHT, return_dtype=pl.Float64),
            polarity=rated,
            recent_decay=(age * RECENT_RATE).exp(),
            lasting_decay=(age * LASTING_RATE).exp(),
            waited=pl.when(same_user).then(TS - TS.shift()),
            left_category=pl.when(same_user).then(pl.col("category").shift()),
        )
        .with_columns(EVENT.cast(pl.Categorical))
    )


def group(rows: pl.LazyFrame, key: pl.Expr, weight: pl.Expr | None = None, *, polar: bool) -> pl.LazyFrame:
    """Return the cells of the rows that have a key and a weight."""
    times = pl.lit(1.0) if weight is None else weight
    recent, lasting = times * pl.col("recent_decay"), times * pl.col("lasting_decay")
    polarity = pl.col("polarity")
    opinions = {
        "liking": (lasting * polarity).sum(),
        "opinion": pl.when(polarity.is_not_null()).then(lasting).otherwise(0.0).sum(),
        "liked": (polarity > 0).sum().cast(pl.Int64),
        "disliked": (polarity < 0).sum().cast(pl.Int64),
    }
    none = {
        "liking": pl.lit(0.0),
        "opinion": pl.lit(0.0),
        "liked": pl.lit(0, pl.Int64),
        "disliked": pl.lit(0, pl.Int64),
    }
    kept = rows.with_columns(key=key).filter(pl.col("key").is_not_null())
    return kept.group_by("user_no", "key").agg(
        n=pl.len().cast(pl.Int64),
        recent=recent.sum(),
        lasting=lasting.sum(),
        **(opinions if polar else none),
        first_seen=TS.min(),
        last_seen=TS.max(),
    )


def cells_of(signal: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return a signal's cells."""
    everything, weight, waited = pl.lit("all"), pl.col("weight"), pl.col("waited")
    edges = zip(DWELL_EDGES_S, DWELL_BANDS, strict=False)
    banded = [pl.when(pl.col("dwell_s") < edge).then(pl.lit(name)) for edge, name in edges]
    known = pl.when(pl.col("dwell_s").is_not_null()).then(pl.lit(DWELL_BANDS[-1]))
    dwell = pl.coalesce(*banded, known)
    paid = rows.filter((EVENT == "purchase") & (VALUE > 0))
    starts = rows.filter(waited.is_null() | (waited > SESSION_GAP_US))
    moved = rows.filter((waited <= SESSION_GAP_US) & (pl.col("left_category") != pl.col("category")))
    move = pl.concat_str("left_category", "category", separator="→")
    made = {
        "activity": lambda: group(rows, everything, weight, polar=True),
        "event": lambda: group(rows, EVENT, polar=False),
        "item": lambda: group(rows, pl.col("item_id"), weight, polar=True),
        "category": lambda: group(rows, pl.col("category"), weight, polar=True),
        "brand": lambda: group(rows, pl.col("brand"), weight, polar=True),
        "price_band": lambda: group(rows, pl.col("price_band"), weight, polar=False),
        "spend": lambda: group(paid, everything, VALUE, polar=False),
        "rating": lambda: group(rows.filter(EVENT == "rating"), VALUE.round(4), polar=False),
        "dwell": lambda: group(rows, dwell, polar=False),
        "day": lambda: group(rows, pl.col("hour_no") // 24, polar=False),
        "hour": lambda: group(rows, pl.col("hour_no") % 24, polar=False),
        "weekday": lambda: group(rows, (pl.col("hour_no") // 24 + 3) % 7, polar=False),
        "session": lambda: group(starts, everything, polar=False),
        "transition": lambda: group(moved, move, polar=False),
    }
    return made[signal]().with_columns(pl.col("key").cast(pl.String))


def sum_log(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the CPU seconds of each."""
    began = time.process_time()
    rows = prepare_rows(log).collect().lazy()
    seconds = {"rows": time.process_time() - began}
    for signal in SIGNALS:
        began = time.process_time()
        cells_of(signal, rows).sink_parquet(out / f"{signal}.parquet", compression="snappy")
        seconds[signal] = time.process_time() - began
    return seconds


if __name__ == "__main__":
    main(sum_log)
