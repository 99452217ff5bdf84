"""pandas: rows prepared once, one groupby per signal over codes of categories."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
from meaning import (
    COLUMNS,
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

INTEGERS = ("user_no", "n", "liked", "disliked", "first_seen", "last_seen")


def prepare_rows(log: Path) -> pd.DataFrame:
    """Return the events with weight, polarity, decays, the item's attributes and what came before."""
    rows = pd.read_parquet(log / "events_sorted.parquet")
    items = pd.read_parquet(log / "items.parquet").set_index("item_no")
    items = items.astype({"item_id": "category", "brand": "category", "first_category": "category"})
    for name in items.columns:
        rows[name] = items[name].array[items.index.get_indexer(rows.item_no)]
    rows["event"] = rows.event.astype("category")
    event = rows.event.astype(object)
    rated = ((rows.value - 3) / 2).clip(-1, 1)
    rows["polarity"] = np.where(event == "rating", rated, event.map(SHOWN))
    rows["weight"] = event.map(WEIGHTS).fillna(OTHER_WEIGHT)
    age = (rows.ts - rows.ts.max()).astype(float)
    rows["recent_decay"], rows["lasting_decay"] = np.exp(age * RECENT_RATE), np.exp(age * LASTING_RATE)
    same_user = rows.user_no == rows.user_no.shift()
    rows["waited"] = rows.ts.diff().where(same_user)
    rows["left_category"] = rows.first_category.shift().where(same_user)
    rows["hour_no"] = rows.ts // HOUR_US
    return rows


def keyed_rows(signal: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series | str, pd.Series | float]:
    """Return the rows a signal sums, their keys and their weights."""
    paid, rated = rows[(rows.event == "purchase") & (rows.value > 0)], rows[rows.event == "rating"]
    starts = rows[rows.waited.isna() | (rows.waited > SESSION_GAP_US)]
    left, category = rows.left_category.cat.codes, rows.first_category.cat.codes
    moved = rows[(rows.waited <= SESSION_GAP_US) & (left != category)]
    edges = [-np.inf, *DWELL_EDGES_S, np.inf]
    made = {
        "activity": lambda: (rows, "all", rows.weight),
        "event": lambda: (rows, rows.event, 1.0),
        "item": lambda: (rows, rows.item_id, rows.weight),
        "category": lambda: (rows, rows.first_category, rows.weight),
        "brand": lambda: (rows, rows.brand, rows.weight),
        "price_band": lambda: (rows, rows.price_band, rows.weight),
        "spend": lambda: (paid, "all", paid.value),
        "rating": lambda: (rated, rated.value.round(4), 1.0),
        "dwell": lambda: (rows, pd.cut(rows.dwell_s, edges, labels=DWELL_BANDS, right=False), 1.0),
        "day": lambda: (rows, rows.hour_no // 24, 1.0),
        "hour": lambda: (rows, rows.hour_no % 24, 1.0),
        "weekday": lambda: (rows, (rows.hour_no // 24 + 3) % 7, 1.0),
        "session": lambda: (starts, "all", 1.0),
        "transition": lambda: (moved, _pairs(moved), 1.0),
    }
    return made[signal]()


def _pairs(moved: pd.DataFrame) -> pd.Series:
    """Return one code per pair of categories; `write_cells` turns it into text."""
    n_categories = len(moved.first_category.cat.categories)
    codes = moved.left_category.cat.codes.astype(int) * n_categories + moved.first_category.cat.codes
    return codes.rename("pair")


def sum_cells(signal: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a signal's cells, keys not yet text."""
    kept, key, weight = keyed_rows(signal, rows)
    recent, lasting = weight * kept.recent_decay, weight * kept.lasting_decay
    columns = {"user_no": kept.user_no, "key": key, "ts": kept.ts, "recent": recent, "lasting": lasting}
    sums = {"n": ("ts", "size"), "recent": ("recent", "sum"), "lasting": ("lasting", "sum")}
    if signal in POLAR:
        columns["liking"] = lasting * kept.polarity
        columns["opinion"] = lasting.where(kept.polarity.notna())
        columns["liked"], columns["disliked"] = kept.polarity > 0, kept.polarity < 0
        sums |= {name: (name, "sum") for name in ("liking", "opinion", "liked", "disliked")}
    sums |= {"first_seen": ("ts", "min"), "last_seen": ("ts", "max")}
    groups = pd.DataFrame(columns).groupby(["user_no", "key"], observed=True, sort=False)
    return groups.agg(**sums).reset_index()


def write_cells(signal: str, cells: pd.DataFrame, rows: pd.DataFrame, path: Path) -> None:
    """Write the cells with their keys as text."""
    if signal == "transition":
        names = rows.first_category.cat.categories.to_numpy(object)
        left, entered = np.divmod(cells.key.to_numpy(), len(names))
        cells["key"] = names[left] + "→" + names[entered]
    for name in ("liking", "opinion", "liked", "disliked"):
        if name not in cells:
            cells[name] = 0.0
    kinds = {"key": str} | {name: "int64" for name in INTEGERS}
    cells.astype(kinds)[list(COLUMNS)].to_parquet(path, index=False)


def sum_log(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the CPU seconds of each."""
    began = time.process_time()
    rows = prepare_rows(log)
    seconds = {"rows": time.process_time() - began}
    for signal in SIGNALS:
        began = time.process_time()
        write_cells(signal, sum_cells(signal, rows), rows, out / f"{signal}.parquet")
        seconds[signal] = time.process_time() - began
    return seconds


if __name__ == "__main__":
    main(sum_log)
