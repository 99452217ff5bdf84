"""How long does a million ratings take? Writes `ml-1m` files and times what a user waits for."""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from running import LIMNER, run, stamp, table

USERS, ITEMS, RATINGS, SEED = 6040, 3706, 1_000_209, 7
GENRES = ("Action", "Comedy", "Drama", "Horror", "Romance", "Sci-Fi", "Thriller", "War", "Western", "Musical")
ASKED = 200
DRAWN = 5 * RATINGS
"""Draws with repeats, so that RATINGS pairs are left."""


def write_ratings(folder: Path) -> None:
    """Write ratings.dat, users.dat and movies.dat with Zipf items and log-normal activity."""
    rng = np.random.default_rng(SEED)
    activity = rng.lognormal(0, 0.9, USERS)
    users = rng.choice(USERS, DRAWN, p=activity / activity.sum())
    fame = 1 / np.arange(1, ITEMS + 1) ** 0.6
    taste = rng.integers(0, len(GENRES), USERS)
    genre = rng.integers(0, len(GENRES), ITEMS)
    items = rng.choice(ITEMS, len(users), p=fame / fame.sum())
    liked = (genre[items] == taste[users]) | (rng.random(len(users)) < 0.4)
    _, first = np.unique(users * ITEMS + items, return_index=True)
    kept = np.intersect1d(first, np.flatnonzero(liked))[:RATINGS]
    users, items = users[kept], items[kept]
    ratings = np.clip(np.round(3.3 + (genre[items] == taste[users]) + rng.normal(0, 0.8, len(users))), 1, 5)
    stamps = 956_700_000 + np.sort(rng.integers(0, 80_000_000, len(users)))
    rows = zip(users + 1, items + 1, ratings.astype(int), stamps, strict=True)
    (folder / "ratings.dat").write_text("".join(f"{u}::{i}::{r}::{t}\n" for u, i, r, t in rows), "latin-1")
    movies = (f"{i + 1}::Film {i + 1} (1999)::{GENRES[g]}\n" for i, g in enumerate(genre))
    (folder / "movies.dat").write_text("".join(movies), "latin-1")
    people = (f"{u + 1}::{'FM'[u % 2]}::{(1, 18, 25, 35)[u % 4]}::{u % 20}::00000\n" for u in range(USERS))
    (folder / "users.dat").write_text("".join(people), "latin-1")


def main() -> None:
    """Print what a user waits for."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, workspace = Path(scratch) / "ml-1m", Path(scratch) / "ws"
        folder.mkdir()
        write_ratings(folder)
        built = run(LIMNER, "build", str(folder), "-w", str(workspace), "--json")
        shown = [run(LIMNER, "show", "1", "-w", str(workspace), "--json").wall_s for _ in range(5)]
        recommended, painted = time_reads(workspace)
        imported = [run(LIMNER.replace("limner", "python"), "-c", "import limner").wall_s for _ in range(5)]
    counts = built.json()["counts"]
    print(stamp(SEED), "\n")
    rows = [
        ["ratings", f"{counts['events']:,} ({counts['cells']:,} sums)", ""],
        ["build", f"{built.wall_s:.1f} s, {built.cpu_s:.1f} CPU-s", "60 s"],
        ["peak memory", f"{built.peak_mib:.0f} MiB", "2,048 MiB"],
        ["stages", " ".join(f"{k} {v:.1f}" for k, v in built.json()["seconds"].items()), ""],
        ["`limner show`, start-up included, median of 5", f"{statistics.median(shown):.2f} s", "1 s"],
        [
            "`python -c 'import limner'`, interpreter included",
            f"{statistics.median(imported):.2f} s",
            "0.4 s",
        ],
        [f"recommend one user with reasons, {ASKED} users, median / p95", quantiles(recommended), "50 ms"],
        [f"profile of one user, {ASKED} users, median / p95", quantiles(painted), ""],
    ]
    print(table(["what", "measured", "goal"], rows))


def time_reads(workspace: Path) -> tuple[list[float], list[float]]:
    """Return seconds of a recommendation and of a profile, for users spread over all."""
    import limner

    studio = limner.open(workspace)
    users = studio.user_ids()
    studio.recommend_one(users[0])  # loads the space, once a process
    recommended, painted = [], []
    for user in users[:: len(users) // ASKED][:ASKED]:
        began = time.perf_counter()
        studio.recommend_one(user)
        middle = time.perf_counter()
        studio.profile(user)
        recommended.append(middle - began)
        painted.append(time.perf_counter() - middle)
    return recommended, painted


def quantiles(seconds: list[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    return f"{statistics.median(seconds) * 1e3:.1f} / {np.quantile(seconds, 0.95) * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
