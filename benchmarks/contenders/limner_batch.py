"""Limner itself: the one place where the benchmark calls the product."""

import tempfile
from collections import Counter
from pathlib import Path

import duckdb
from meaning import Seconds, main

from limner.engines.ranges import Staged, sum_files
from limner.ledger.batch import Summer
from limner.ledger.decay import Landmarks
from limner.ledger.rows import Reading
from limner.settings import Settings

FILES = {"events": "events_sorted", "items": "items", "categories": "categories"}


def run_limner(log: Path, out: Path) -> Seconds:
    """Write every signal's cells and return the CPU seconds of each; ``rows`` are the derived columns."""
    files = {name: log / f"{file}.parquet" for name, file in FILES.items()}
    (newest,) = duckdb.sql(f"SELECT max(ts) FROM '{files['events']}'").fetchall()[0]
    summer = Summer(Reading(Settings(), (1.0, 5.0), ((0, 0),)))
    seconds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        staged = Staged(files, Landmarks.at(newest), Path(scratch))
        sum_files(summer, staged, out, note=lambda step, spent: seconds.update({step: spent}))
    return dict(seconds)


if __name__ == "__main__":
    main(run_limner)
