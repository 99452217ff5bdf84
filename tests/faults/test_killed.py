"""A process that is killed at any moment leaves the old state or the new one, never half of one."""

import json
import os
import random
import time

import pytest
from processes import N_BUILT, make_shop, run, start

from limner.studio.studio import Studio

KILLS = int(os.environ.get("LIMNER_KILLS", "8"))
N_LINES = 1_100
MOST_S = 60.0
SEED = 5


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("killed"), users=40)


def kill_at(process, begun, delay_s):
    """Kill a process some time after its work has begun; return whether it was still at it."""
    deadline = time.monotonic() + MOST_S
    while not begun() and process.poll() is None:
        assert time.monotonic() < deadline, "it never began"
        time.sleep(0.002)
    time.sleep(delay_s)
    running = process.poll() is None
    process.kill()
    process.communicate()
    return running


def read_state(workspace):
    """Return the ids of all events, once per row, and whether the sums are theirs."""
    studio = Studio(workspace)
    ids = [event_id for (event_id,) in studio.store.rows("SELECT event_id FROM events ORDER BY event_id")]
    clean = studio.verify().clean
    studio.close()
    return ids, clean


def test_ingest_killed_again_and_again_loses_nothing_and_doubles_nothing(shop):
    moments = random.Random(SEED)
    part, log = shop.folder / "part.jsonl", shop.workspace / "portrait-1.sqlite-wal"
    before, _ = read_state(shop.workspace)
    at_work, sizes = [], {len(before)}
    for kill in range(KILLS):
        first = kill * (len(shop.lines) - N_LINES) // (KILLS - 1)
        part.write_text("\n".join(shop.lines[first : first + N_LINES]) + "\n", encoding="utf-8")
        with start("ingest", part, "-w", shop.workspace) as process:
            begun = (log.exists, lambda: log.exists() and log.stat().st_size > 0)[kill % 2]
            at_work.append(kill_at(process, begun, moments.uniform(0.0, 0.8)))
        ids, clean = read_state(shop.workspace)
        assert clean
        assert len(ids) == len(set(ids))
        assert set(before) <= set(ids)
        before = ids
        sizes.add(len(ids))

    ended = run("ingest", shop.late, "-w", shop.workspace)
    ids, clean = read_state(shop.workspace)

    assert sum(at_work) >= KILLS // 2
    assert len(sizes) > 2, "no kill came after a batch"
    assert (ended.code, ended.err, clean) == (0, "", True)
    assert len(ids) == len(set(ids))
    assert {json.loads(line)["event_id"] for line in shop.lines} <= set(ids)
    assert len(ids) == N_BUILT + len(shop.lines)


def test_build_killed_again_and_again_leaves_the_old_portraits_and_the_next_one_works(shop):
    moments = random.Random(SEED + 1)
    workspace = shop.folder / "built"
    assert run("build", shop.tables, "-w", workspace).code == 0
    expected, lock = read_state(workspace), workspace / "build.lock"
    at_work = []
    for _ in range(KILLS):
        lock.unlink()
        with start("build", shop.tables, "-w", workspace) as process:
            at_work.append(kill_at(process, lock.exists, moments.uniform(0.0, 1.5)))
        assert read_state(workspace) == expected

    ended = run("build", shop.tables, "-w", workspace)

    assert sum(at_work) >= KILLS // 2
    assert (ended.code, ended.err) == (0, "")
    assert read_state(workspace) == expected
    assert len({path.name.partition(".")[0] for path in workspace.glob("portrait-*")}) == 1


def test_a_reader_is_not_disturbed_by_a_build_that_takes_over(shop):
    studio = Studio(shop.workspace)
    before = studio.profile("u0001").to_dict()
    assert run("build", shop.tables, "-w", shop.workspace).code == 0
    assert studio.profile("u0001").to_dict() == before
    studio.close()
