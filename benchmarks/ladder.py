"""The ladders of data sets of your own: `python benchmarks/ladder.py OUT.json PROTOCOL:FOLDER…`.

A protocol is time, users, items or few: time with the newest five known events of each user. Prints tables
in Markdown, and writes the full reports to OUT.json. Seed 7 unless LIMNER_SEED says otherwise; items are
encoded by hashing unless LIMNER_ENCODER says otherwise.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from limner.evaluate.ground import Terms
from limner.studio.making import build_files
from limner.studio.trials.assessing import assess
from running import stamp, table

SEED = int(os.environ.get("LIMNER_SEED", "7"))
FEW = 5


def main() -> None:
    """Climb every ladder that is asked for."""
    out, *asked = sys.argv[1:]
    os.environ.setdefault("LIMNER_ENCODER", "hashing")
    found: dict[str, Any] = {}
    print(stamp(SEED) + "\n")
    with tempfile.TemporaryDirectory() as scratch:
        for one in asked:
            protocol, _, folder = one.partition(":")
            found[f"{protocol}:{Path(folder).name}"] = climb(protocol, Path(folder), Path(scratch))
            Path(out).write_text(json.dumps(found, indent=1))


def climb(protocol: str, folder: Path, scratch: Path) -> dict[str, Any]:
    """Return the report of one ladder, printed as it is found."""
    studio = build_files([folder], workspace=scratch / folder.name)
    few = protocol == "few"
    terms = Terms("time" if few else protocol, known=FEW if few else None, controls=not few, ablate=not few)
    started = time.process_time()
    report = assess(studio, terms=terms, seed=SEED).to_dict()
    studio.close()
    print(
        f"**{folder.name}**, {protocol}: {report['n_users']} users asked, {report['n_items']:,} items, ",
        end="",
    )
    print(f"{time.process_time() - started:.0f} CPU-s\n")
    header = ["model", "NDCG@10", "Recall@20", "NDCG@10 against the best baseline", "trials"]
    print(table(header, [list_cells(row) for row in report["models"]]) + "\n", flush=True)
    return report


def list_cells(row: dict[str, Any]) -> list[str]:
    """Return one line of a table."""
    cells = [row["name"]]
    cells += [
        f"{row[m]:.4f} [{row[f'{m}_low']:.4f}, {row[f'{m}_high']:.4f}]" for m in ("ndcg@10", "recall@20")
    ]
    gap = row.get("ndcg@10_against_best")
    cells.append(f"{gap['mean']:+.4f} [{gap['low']:+.4f}, {gap['high']:+.4f}]" if gap else "")
    return [*cells, str(row["trials"])]


if __name__ == "__main__":
    main()
