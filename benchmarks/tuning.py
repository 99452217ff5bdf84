"""What is tuning worth on a test nobody tuned on? Each folder: so many trials, then the test questions, once.

python benchmarks/tuning.py 40 DATA/ml-100k DATA/ml-latest-small …
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

import limner
from limner.evaluate.bootstrap import Interval, bound_mean
from limner.evaluate.exam import Exam
from limner.evaluate.knobs import turn_knobs
from limner.studio.trials.tuning import Effort, _read_log, tune
from running import stamp, table

SEED = 7
MINUTES = 60.0


def main(trials: int, folders: list[Path]) -> None:
    """Print what the winner gains over the defaults on validation and on the test."""
    print(stamp(SEED), f"{trials} trials\n")
    header = [
        "data",
        "protocol",
        "users",
        "before",
        "after",
        "gain on validation",
        "test users",
        "gain on the test",
    ]
    print(table(header, [measure(folder, trials) for folder in folders]))


def measure(folder: Path, trials: int) -> list[str]:
    """Return the row of one folder."""
    with tempfile.TemporaryDirectory() as scratch:
        studio = limner.build_files([folder], workspace=scratch)
        tuned = tune(studio, Effort(MINUTES, trials))
        exam, _ = _read_log(studio, studio.settings, "auto")
    asked = Exam(exam.events, replace(exam.splits, validation=exam.splits.tests), exam.content, exam.item_ids)
    before = asked.answer(studio.settings)
    after = asked.answer(turn_knobs(studio.settings, tuned.after))
    gain = bound_mean(after - before, seed=SEED)
    return [
        folder.name,
        tuned.protocol,
        f"{tuned.n_users:,}",
        f"{tuned.value_before.mean:.4f}",
        f"{tuned.value_after.mean:.4f}",
        show(tuned.gain),
        f"{len(np.asarray(before)):,}",
        f"{before.mean():.4f} → {after.mean():.4f}, {show(gain)}",
    ]


def show(measured: Interval) -> str:
    """Return a difference with its interval."""
    return f"{measured.mean:+.4f} [{measured.low:+.4f}, {measured.high:+.4f}]"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(int(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
