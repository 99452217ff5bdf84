"""What fitting and recommending cost, beside iALS and EASE: `python benchmarks/speed.py [large|one]`.

A million pairs of 6,040 users and 3,706 items, asked for everyone. With ``large``: 10 million of 200,000
users and 100,000 items, asked for a thousand. With ``one``: single users of a workspace of 4,000 items, with
reasons. Histories are drawn with a seed, long-tailed, with 20 tastes. One thread; CPU seconds.
"""

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from limner.recommend.dataset import Dataset
from limner.recommend.ease import Ease
from limner.recommend.history import History
from limner.recommend.limner import Limner
from limner.recommend.ranking import recommend
from running import stamp, table

SEED, K, TASTES, CONTENT = 7, 10, 20, 128
MILLION = (6_040, 3_706, 1_000_209)
LARGE = (200_000, 100_000, 10_000_000)


def draw_history(n_users: int, n_items: int, n_pairs: int) -> History:
    """Return pairs of users and items, each once; half of a user's are of one taste."""
    rng = np.random.default_rng(SEED)
    activity = rng.lognormal(0, 0.9, n_users)
    fame = 1 / np.arange(1, n_items + 1) ** 0.6
    n_drawn = int(n_pairs * 1.6)
    users = rng.choice(n_users, n_drawn, p=activity / activity.sum())
    items = rng.choice(n_items, n_drawn, p=fame / fame.sum())
    own = rng.random(n_drawn) < 0.5
    items[own] += (users[own] - items[own]) % TASTES
    pairs = np.unique(users.astype(np.int64) * n_items + np.minimum(items, n_items - 1))
    pairs = np.sort(rng.permutation(pairs)[:n_pairs])
    users, items = np.divmod(pairs, n_items)
    indptr = np.searchsorted(users, np.arange(n_users + 1)).astype(np.int64)
    ones = np.ones(len(pairs))
    return History(n_items, indptr, items.astype(np.int32), ones, ones, ones, 0)


def time_cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what work gives and its CPU seconds."""
    began = time.process_time()
    return work(), time.process_time() - began


def fit_implicit(history: History, asked: History) -> float:
    """Return CPU seconds of iALS of the library, its own recommending for the asked users included."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=64, iterations=15, num_threads=1, random_state=SEED)

    def work() -> None:
        model.fit(history.matrix(), show_progress=False)
        model.recommend(np.arange(asked.n_users), asked.matrix(), N=K)

    return time_cpu(work)[1]


def fit_ours(model: Any, history: History, asked: History) -> float:
    """Return CPU seconds of one of our models."""
    content = np.random.default_rng(SEED).standard_normal((history.n_items, CONTENT)).astype(np.float32)
    interactions: Any = None
    dataset = Dataset(interactions, history, content)
    return time_cpu(lambda: recommend(model.fit(dataset), asked, k=K))[1]


def time_one_user() -> None:
    """Print what one list with reasons takes in a workspace, and one score taken apart."""
    from limner.studio.making import build

    rng = np.random.default_rng(SEED)
    n_items, fame = 4_000, 1 / np.arange(1, 4_001) ** 0.6
    items = [
        {"item_id": f"i{item}", "title": f"Item {item}", "categories": [f"c{item % TASTES}"]}
        for item in range(n_items)
    ]
    events = [
        {
            "user_id": f"u{user}",
            "item_id": f"i{item}",
            "timestamp": f"2026-01-{1 + item % 28:02}",
            "event": "view",
        }
        for user in range(300)
        for item in rng.choice(n_items, 100, p=fame / fame.sum())
    ]
    with tempfile.TemporaryDirectory() as scratch:
        studio = build(events=events, items=items, workspace=Path(scratch) / "ws")
        studio.recommend_one("u0", K)
        lists = [time_cpu(lambda user=user: studio.recommend_one(f"u{user}", K))[1] for user in range(300)]
        splits = [time_cpu(lambda user=user: studio.explain(f"u{user}", "i7"))[1] for user in range(100)]
        studio.close()
    print(stamp(SEED), "\n")
    rows = [
        [name, *(f"{1000 * value:.1f}" for value in np.quantile(taken, [0.5, 0.95]))]
        for name, taken in (("recommend 10, with reasons", lists), ("explain", splits))
    ]
    print(table(["one user, 4,000 items", "median, CPU ms", "p95, CPU ms"], rows))


def main() -> None:
    """Print the table."""
    if sys.argv[1:] == ["one"]:
        time_one_user()
        return
    large = sys.argv[1:] == ["large"]
    history = draw_history(*(LARGE if large else MILLION))
    asked = history.rows(0, 1000) if large else history
    print(stamp(SEED), "\n")
    print(f"{len(history.items):,} pairs, {history.n_users:,} users, {history.n_items:,} items, ", end="")
    print(f"{asked.n_users:,} asked for their best {K}\n")
    ours = fit_ours(Limner(), history, asked)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows = [["Limner", f"{ours:.1f}", f"{peak:.1f}"], ["iALS", f"{fit_implicit(history, asked):.1f}", ""]]
    if not large:
        rows.append(["EASE", f"{fit_ours(Ease(), history, asked):.1f}", ""])
    print(table(["model", "fit and recommend, CPU s", "peak so far, GiB"], rows))


if __name__ == "__main__":
    main()
