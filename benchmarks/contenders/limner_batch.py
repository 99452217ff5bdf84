"""Limner itself: the one place where the benchmark calls the product."""

import time
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from meaning import Seconds, main

from limner.ledger.batch import Summer
from limner.ledger.rows import Reading
from limner.settings import Settings


def run_limner(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the CPU seconds of each; the first one pays for the rows."""
    files = {"events": "events_sorted", "items": "items", "categories": "categories"}
    tables = {name: pq.read_table(log / f"{file}.parquet") for name, file in files.items()}
    newest = pc.max(tables["events"]["ts"]).as_py()
    summer = Summer(Reading(Settings(), newest, (1.0, 5.0), ((0, 0),)))
    seconds: Seconds = {}
    began = time.process_time()
    for signal, cells in summer.sum_cells(tables):
        pq.write_table(cells, out / f"{signal.name}.parquet")
        seconds[signal.name] = time.process_time() - began
        began = time.process_time()
    return seconds


if __name__ == "__main__":
    main(run_limner)
