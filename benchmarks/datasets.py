"""How does Limner fare on real tables? Build and evaluate each folder given; print two Markdown tables.

python benchmarks/datasets.py DATA/ml-100k DATA/lastfm_2k …
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from running import LIMNER, run, stamp, table

SEED = 7


def main(folders: list[Path]) -> None:
    """Print what building and evaluating each folder gave."""
    if not folders:
        raise SystemExit(__doc__)
    print(stamp(SEED), "\n")
    builds, ladders = [], []
    for folder in folders:
        with tempfile.TemporaryDirectory() as scratch:
            workspace = str(Path(scratch) / "ws")
            built = run(LIMNER, "build", str(folder), "-w", workspace, "--json")
            builds.append(describe_build(folder.name, built.json(), built))
            judged = run(LIMNER, "evaluate", "-w", workspace, "--seed", str(SEED), "--json")
            ladders.append(describe_ladder(folder.name, judged.json(), judged.wall_s))
    header = [
        "data",
        "rows in",
        "quarantined",
        "users",
        "items",
        "sums",
        "build s",
        "CPU s",
        "peak MiB",
        "stages",
    ]
    print(table(header, builds), "\n")
    print("\n\n".join(ladders))


def describe_build(name: str, report: dict[str, Any], took: Any) -> list[str]:
    """Return the row of one build."""
    reasons: dict[str, int] = {}
    for source in report["sources"]:
        for reason, n in source["rejected"].items():
            reasons[reason] = reasons.get(reason, 0) + n
    counts = report["counts"]
    return [
        name,
        f"{sum(source['read'] for source in report['sources']):,}",
        ", ".join(f"{n:,} {reason}" for reason, n in reasons.items()) or "0",
        f"{counts['users']:,}",
        f"{counts['items']:,}",
        f"{counts['cells']:,}",
        f"{took.wall_s:.1f}",
        f"{took.cpu_s:.1f}",
        f"{took.peak_mib:.0f}",
        " ".join(f"{stage} {seconds:.1f}" for stage, seconds in report["seconds"].items()),
    ]


def describe_ladder(name: str, report: dict[str, Any], wall_s: float) -> str:
    """Return the ladder of one data set."""
    title = (
        f"**{name}**: protocol {report['protocol']}, {report['n_users']:,} users asked, "
        f"{report['n_items']:,} items ranked, {wall_s:.0f} s"
    )
    rows = [
        [
            model["name"],
            interval(model, "ndcg@10"),
            interval(model, "recall@20"),
            difference(model.get("ndcg@10_against_ease")),
        ]
        for model in report["models"]
    ]
    parts = [title, *report["notes"]]
    if rows:
        parts.append(table(["model", "NDCG@10", "Recall@20", "NDCG@10 against EASE"], rows))
    return "\n\n".join(parts)


def interval(model: dict[str, Any], metric: str) -> str:
    """Return a mean with its 95 % interval."""
    return f"{model[metric]:.4f} [{model[metric + '_low']:.4f}, {model[metric + '_high']:.4f}]"


def difference(measured: dict[str, float] | None) -> str:
    """Return a paired difference with its 95 % interval."""
    if measured is None:
        return ""
    return f"{measured['mean']:+.4f} [{measured['low']:+.4f}, {measured['high']:+.4f}]"


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
