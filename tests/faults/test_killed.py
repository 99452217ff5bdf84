"""A process that is killed at any moment leaves the old state or the new one, never half of one."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from limner.collect.world import make_world
from limner.studio.studio import Studio, build

KILLS = 8
SEED = 5


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace, and the rest of its events as lines to feed."""
    folder = tmp_path_factory.mktemp("killed")
    world = make_world(users=60, seed=SEED)
    events = world.tables["events"]
    frames = {name: world.tables[name] for name in ("items", "users")}
    build(events=events.slice(0, 600), **frames, workspace=folder / "ws").close()
    lines = [json.dumps(row) for row in events.slice(600).to_pylist()]
    (folder / "late.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    world.write(folder / "tables")
    return folder


def limner(*words: str, kill_after_s: float | None = None) -> int:
    """Run the command, or kill it after a while; return the exit code."""
    command = [sys.executable, "-m", "limner.cli", *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            process.kill()
        return process.wait()


def test_killing_ingest_again_and_again_loses_nothing_and_doubles_nothing(shop):
    moments = random.Random(SEED)
    for _ in range(KILLS):
        limner(
            "ingest", str(shop / "late.jsonl"), "-w", str(shop / "ws"), kill_after_s=moments.uniform(0.4, 2.0)
        )
        assert limner("verify", "-w", str(shop / "ws")) == 0
    assert limner("ingest", str(shop / "late.jsonl"), "-w", str(shop / "ws")) == 0
    studio = Studio(shop / "ws")
    stored = studio.store.one("SELECT count(*) FROM events")
    studio.close()
    n_lines = len((shop / "late.jsonl").read_text(encoding="utf-8").splitlines())
    assert stored == (600 + n_lines,)


def test_killing_build_leaves_the_old_portrait_and_the_next_build_works(shop):
    moments = random.Random(SEED + 1)
    workspace = str(shop / "built")
    assert limner("build", str(shop / "tables"), "-w", workspace) == 0
    for _ in range(KILLS):
        limner("build", str(shop / "tables"), "-w", workspace, kill_after_s=moments.uniform(0.4, 2.5))
        assert limner("show", "u0001", "-w", workspace, "--json") == 0
    assert limner("build", str(shop / "tables"), "-w", workspace) == 0
    assert limner("verify", "-w", workspace) == 0


def test_a_reader_is_not_disturbed_by_a_build_that_takes_over(shop):
    studio = Studio(shop / "ws")
    before = studio.profile("u0001").to_dict()
    assert limner("build", str(shop / "tables"), "-w", str(shop / "ws")) == 0
    assert studio.profile("u0001").to_dict() == before
    studio.close()
