"""What does a whole ledger cost? The 14 signals of a shop's log by Limner, and by other means.

`python benchmarks/ledger.py --sizes 5 20 50 --cache FOLDER` prints a table per size, in million events;
`--check` compares the cells of all contenders instead. Every contender is a file in ``contenders/``, runs
in a process of its own, reads the log sorted by user, and writes the same Parquet tables. The sort is the
log's own cost and printed apart.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb

from contenders.meaning import SIGNALS
from running import Run, run, stamp, table
from shoplog import SEED, cached_log

HERE = Path(__file__).parent
CONTENDERS = {
    "limner": ("Limner", "limner_batch"),
    "sql": ("DuckDB, hand-written SQL", "duckdb_sql"),
    "ranges": ("DuckDB, ranges of users", "duckdb_ranges"),
    "polars": ("polars", "polars_lazy"),
    "pandas": ("pandas", "pandas_frames"),
    "spark": ("PySpark, local[2]", "spark_sql"),
    "floor": ("one scan (floor)", "floor"),
}
HEAVY = ("pandas", "spark")
LARGE = 10.0
"""Millions of events from which on one run must do."""
WHOLE = ("n", "liked", "disliked", "first_seen", "last_seen")
REAL = ("recent", "lasting", "liking", "opinion")


class Measured(NamedTuple):
    """The median run of a contender."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    steps: dict[str, float]
    """CPU seconds by signal, as the contender says."""


def compete(name: str, log: Path, out: Path) -> Run:
    """Run one contender; its tables are in `out` afterwards."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return run(sys.executable, str(HERE / "contenders" / f"{CONTENDERS[name][1]}.py"), str(log), str(out))


def measure(name: str, log: Path, repeat: int) -> Measured:
    """Return the median of some runs, by CPU seconds."""
    with tempfile.TemporaryDirectory(dir=log.parent) as scratch:
        runs = [compete(name, log, Path(scratch) / "out") for _ in range(repeat)]
    middle = sorted(runs, key=lambda one: one.cpu_s)[len(runs) // 2]
    steps = json.loads(middle.output.splitlines()[-1])
    return Measured(middle.cpu_s, statistics.median(one.wall_s for one in runs), middle.peak_mib, steps)


def read_cells(out: Path, signal: str) -> str:
    """Return the SQL for a contender's table: one file, one per range, or a folder of parts."""
    folders = [folder for folder in (out / f"{signal}.parquet", out / signal) if folder.is_dir()]
    pattern = folders[0] / "*.parquet" if folders else out / f"{signal}.*parquet"
    return f"read_parquet('{pattern}')"


def compare(signal: str, ours: Path, theirs: Path) -> tuple[int, int]:
    """Return how many cells there are, and in how many the two differ; only columns both have count."""
    left, right = read_cells(ours, signal), read_cells(theirs, signal)
    shared = set(duckdb.sql(f"FROM {left}").columns) & set(duckdb.sql(f"FROM {right}").columns)
    same = [f"a.{name} = b.{name}" for name in WHOLE if name in shared]
    same += [
        f"abs(a.{name} - b.{name}) <= 1e-9 * greatest(abs(a.{name}), abs(b.{name})) + 1e-12 * a.lasting"
        for name in REAL
    ]
    found = duckdb.execute(f"""
        SELECT count(*), count(*) FILTER (coalesce({" AND ".join(same)}, false) IS FALSE)
        FROM {left} AS a FULL JOIN {right} AS b USING (user_no, key)
    """).fetchone()
    assert found is not None
    return found


def check(log: Path, names: list[str]) -> None:
    """Print how many cells the contenders agree on.

    Raises:
        SystemExit: two of them differ.
    """
    first, *others = sorted(names, key=lambda name: name != "sql")
    rows, wrong = [], []
    with tempfile.TemporaryDirectory(dir=log.parent) as scratch:
        outs = {name: Path(scratch) / name for name in names}
        for name, out in outs.items():
            compete(name, log, out)
        for signal in SIGNALS:
            found = {name: compare(signal, outs[first], outs[name]) for name in others}
            rows.append([signal, *(f"{cells:,} cells, {bad:,} differ" for cells, bad in found.values())])
            wrong += [f"{signal} of {name}" for name, (_, bad) in found.items() if bad]
    print(table(["signal", *(f"{first} and {name}" for name in others)], rows))
    if wrong:
        raise SystemExit(f"not the same as {first}: {', '.join(wrong)}")


def report(log: Path, measured: dict[str, Measured]) -> None:
    """Print what each contender took, and where its time went."""
    said = json.loads((log / "log.json").read_text())
    print(f"\n## {said['n_events']:,} events, {said['n_users']:,} users, {said['n_items']:,} items\n")
    print(f"The sort of the log, done once: {said['sort_cpu_s']} CPU-s, {said['sort_peak_mib']:,} MiB.\n")
    base = measured["sql"].cpu_s if "sql" in measured else None
    rows = [
        [
            CONTENDERS[name][0],
            f"{one.cpu_s:.1f}",
            f"{one.wall_s:.1f}",
            f"{one.peak_mib:,.0f}",
            f"{one.cpu_s / base:.2f}" if base else "",
        ]
        for name, one in measured.items()
    ]
    print(table(["contender", "CPU s", "wall s", "peak MiB", "CPU / hand-written SQL"], rows), "\n")
    report_steps(measured)


def report_steps(measured: dict[str, Measured]) -> None:
    """Print CPU seconds by signal; for Limner also in scans of the log."""
    stepped = {name: one for name, one in measured.items() if name not in ("floor", "spark")}
    floor = measured["floor"].steps["scan"] if "floor" in measured else None
    header = ["CPU s by signal", *(CONTENDERS[name][0] for name in stepped)]
    rows = [
        [step, *(f"{one.steps[step]:.2f}" if step in one.steps else "" for one in stepped.values())]
        for step in ("rows", *SIGNALS)
    ]
    if floor and "limner" in stepped:
        header.append("Limner / floor")
        spent = stepped["limner"].steps
        rows = [[*row, f"{spent[row[0]] / floor:.1f}" if row[0] in spent else ""] for row in rows]
    print(table(header, rows))


def main() -> None:
    """Measure, or check, the contenders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="+", default=[5], help="in million events")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "limner-benchmarks")
    parser.add_argument("--contenders", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--repeat", type=int, default=3, help=f"runs below {LARGE:.0f} million events")
    parser.add_argument("--heavy-up-to", type=float, default=5, help="largest size for pandas and PySpark")
    parser.add_argument("--check", action="store_true", help="compare the cells of all contenders")
    given = parser.parse_args()
    print(stamp(SEED))
    for size in given.sizes:
        log = cached_log(given.cache, int(size * 1_000_000))
        names = [name for name in given.contenders if name not in HEAVY or size <= given.heavy_up_to]
        if given.check:
            check(log, [name for name in names if name != "floor"])
        else:
            repeat = given.repeat if size < LARGE else 1
            report(log, {name: measure(name, log, repeat) for name in names})


if __name__ == "__main__":
    main()
