"""What a million moments' features cost: Limner beside the query an expert writes by hand, in one run.

    python benchmarks/features.py [--events 20000000] [--labels 1000000] [--cache DIR]

Both read the same sorted log and write one row per label with n, recent and lasting of the same 66 keys in
six groups and of all activity; Limner's rows also hold the keys' strengths and the signals' totals.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import duckdb

from running import run, stamp, table
from shoplog import cached_log, write_labels

HERE = Path(__file__).parent
SEED = 7
SIGNALS = ("activity", "event", "category", "price_band", "dwell", "hour", "weekday")
FILES = {"events": "events_sorted", "items": "items", "categories": "categories"}


def derive(log: Path, labels: Path, out: Path) -> None:
    """Write the features of the labels by Limner."""
    from limner.ledger.rows import DWELL_BANDS, Reading
    from limner.ledger.signals import SIGNALS as DECLARED
    from limner.settings import Settings
    from limner.studio.features.columns import Columns
    from limner.studio.features.labels import Labels
    from limner.studio.features.table import features_from

    files = {name: str(log / f"{file}.parquet") for name, file in FILES.items()}
    given = duckdb.sql(f"SELECT user_no, ts FROM '{labels}' ORDER BY label_no").to_arrow_table()
    popular = duckdb.sql(
        f"SELECT category FROM '{files['events']}' JOIN '{files['categories']}' USING (item_no) "
        "GROUP BY category ORDER BY count(*) DESC, category LIMIT 20"
    ).fetchall()
    keys = {
        "event": ("view", "cart", "purchase", "like", "rating"),
        "category": tuple(str(name) for (name,) in popular),
        "price_band": tuple("12345"),
        "dwell": DWELL_BANDS,
        "hour": tuple(map(str, range(24))),
        "weekday": tuple(map(str, range(7))),
    }
    chosen = tuple(signal for signal in DECLARED if signal.name in SIGNALS)
    features_from(
        files,
        Labels(given, given["user_no"].to_numpy(), given["ts"].to_numpy()),
        Reading(Settings(), (1.0, 5.0), ((0, 0),)),
        Columns(keys, chosen),
        out=out,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "limner-benchmarks")
    parser.add_argument("--derive", nargs=3, type=Path, metavar=("LOG", "LABELS", "OUT"), help="only Limner")
    given = parser.parse_args()
    if given.derive:
        derive(*given.derive)
        return
    log = cached_log(given.cache, given.events, SEED)
    labels = write_labels(log, given.labels, SEED)
    with tempfile.TemporaryDirectory(dir=given.cache) as scratch:
        hand = Path(scratch) / "hand"
        hand.mkdir()
        theirs = run(sys.executable, str(HERE / "features_reference.py"), str(log), str(labels), str(hand))
        out = Path(scratch) / "ours.parquet"
        ours = run(sys.executable, __file__, "--derive", str(log), str(labels), str(out))
        width = len(duckdb.sql(f"DESCRIBE FROM '{out}'").fetchall())
    print(stamp(SEED), "\n")
    print(f"{given.events:,} events, {given.labels:,} labels; Limner writes {width} columns\n")
    rows = [
        [
            name,
            f"{one.cpu_s:.1f}",
            f"{one.wall_s:.1f}",
            f"{one.peak_mib:,.0f}",
            f"{one.cpu_s / theirs.cpu_s:.2f}",
        ]
        for name, one in (("DuckDB, by hand", theirs), ("limner features", ours))
    ]
    print(table(["contender", "CPU s", "wall s", "peak MiB", "CPU / by hand"], rows))
    print(json.dumps({"goal": "<= 1.5 x, <= 8192 MiB"}))


if __name__ == "__main__":
    main()
