"""Are gender and age told by behaviour? Limner beside TF-IDF of items and logistic regression, in one run.

    python benchmarks/attributes.py DATA/ml-100k [--seed 7]

Held-out users of five folds; the reference chooses its penalty by the same inner folds.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from running import LIMNER, run, stamp, table


def main(folder: Path, seed: int) -> None:
    """Print one Markdown table."""
    print(stamp(seed), "\n")
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        workspace = str(Path(scratch) / "ws")
        run(LIMNER, "build", str(folder), "-w", workspace)
        for attribute in ("gender", "age"):
            found = run(LIMNER, "infer", attribute, "-w", workspace, "--seed", str(seed), "--json").json()
            error = found["calibration_error"]
            rows.append([attribute, "Limner", _show(found["auc"]), _show(found["accuracy"]), f"{error:.3f}"])
            rows.append([attribute, "TF-IDF of items", *measure_reference(workspace, attribute, seed)])
    print(table(["attribute", "model", "AUC", "accuracy", "calibration error"], rows))


def measure_reference(workspace: str, attribute: str, seed: int) -> list[str]:
    """Return AUC, accuracy and calibration error of logistic regression on the TF-IDF of items."""
    import limner
    from limner.dimensions.calibrated import cross_fit, reduce_rows
    from limner.dimensions.inference import choose_classes, label_rows
    from limner.dimensions.scoring import accuracy, bound, calibration_error, mean_auc
    from limner.studio.kept.declared import read_declared

    store = limner.open(workspace).store
    declared = read_declared(store, (attribute,))[attribute]
    classes = choose_classes(attribute, declared)
    users, labels = label_rows(declared, classes)
    pairs = np.array(
        store.rows(
            "SELECT c.user_no, i.item_no FROM cells c JOIN items i ON i.item_id = c.key "
            "WHERE c.signal = 'item'"
        )
    )
    counts = np.zeros(pairs.max(axis=0) + 1)
    counts[pairs[:, 0], pairs[:, 1]] = 1
    rows: Any = counts[users] * (np.log((1 + len(users)) / (1 + counts[users].sum(axis=0))) + 1)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    reduced = reduce_rows(rows, np.random.default_rng(seed))[0]
    chances = cross_fit(reduced, labels, len(classes), rng=np.random.default_rng(seed))
    auc, right = (bound(measure, chances, labels, seed=seed)._asdict() for measure in (mean_auc, accuracy))
    return [_show(auc), _show(right), f"{calibration_error(chances, labels):.3f}"]


def _show(measured: dict[str, float]) -> str:
    return f"{measured['mean']:.3f} [{measured['low']:.3f}, {measured['high']:.3f}]"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    main(chosen.folder, chosen.seed)
