"""How much of a planted truth do the portraits find? Sample worlds of several seeds, all users."""

import tempfile
from pathlib import Path

from limner.collect.world import make_world, measure_recovery
from limner.studio.making import build
from running import stamp, table

SEEDS = (7, 11, 23)
USERS = 2000


def main() -> None:
    """Print one row per seed."""
    rows = []
    for seed in SEEDS:
        world = make_world(users=USERS, seed=seed)
        with tempfile.TemporaryDirectory() as scratch:
            studio = build(**world.tables, workspace=Path(scratch) / "ws", lang="en")
            found = measure_recovery(
                world.truth, {one: studio.profile(one).facts for one in world.truth.users}
            )
            studio.close()
        rows.append(
            [
                str(seed),
                f"{found.interest_precision:.3f} ({found.users})",
                f"{found.interest_recall:.3f}",
                f"{found.aspect_accuracy:.3f} ({found.aspects})",
                f"{found.aspect_recall:.3f}",
                f"{found.gender_auc:.3f} ({found.undeclared})",
            ]
        )
    print(stamp(SEEDS[0]), "\n")
    header = ["seed", "top-3 precision (users ≥ 20 events)", "top-3 recall", "aspect polarity (pairs)"]
    print(table([*header, "aspect recall", "gender AUC (undeclared)"], rows))


if __name__ == "__main__":
    main()
