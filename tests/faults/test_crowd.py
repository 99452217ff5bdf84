"""Many processes at one workspace: no row is lost, no reader sees half a change, and nobody is locked out."""

import json
import os
import random
import subprocess
import sys
import time

import pytest
from processes import N_BUILT, make_shop, run

from limner.studio.studio import Studio

LENGTH_S = float(os.environ.get("LIMNER_CROWD_S", "20"))
WRITERS, READERS = 2, 4
SEED = 7

WRITE = """
import json, sys, time
from limner.studio.studio import Studio
folder, name, until, *users = sys.argv[1:]
studio, wrote, n = Studio(folder), [], 0
while time.time() < float(until):
    rows = [
        {"user_id": users[(n + k) % len(users)], "item_id": f"i{(n + k) % 90:04}", "event": "view",
         "timestamp": 1_790_000_000 + 61 * (n + k), "event_id": f"{name}-{n + k}"}
        for k in range(1 + n % 9)
    ]
    n += len(rows)
    report = studio.ingest(events=rows)
    assert report.accepted["events"] == len(rows), report
    wrote += [row["event_id"] for row in rows]
    if n % 7 == 0:
        assert studio.ingest(events=rows[:1]).repeated["events"] == 1
print(json.dumps(wrote))
"""
READ = """
import json, random, sys, time
from limner.studio.studio import Studio
folder, seed, until, *users = sys.argv[1:]
studio, dice, newest, seen = Studio(folder, lang="en"), random.Random(int(seed)), 0, {}
torn, n = [], 0
while time.time() < float(until):
    user = dice.choice(users)
    profile = studio.profile(user)
    with studio.store.reading():
        studio.painter.refresh()
        as_of = studio.painter.as_of
        person = studio.painter.find_person(user)
        cells = studio.store.cells_of(person.user_no)
        logged = studio.store.one("SELECT count(*) FROM events WHERE user_no = ?", person.user_no)[0]
    summed = {name: sum(c.n for c in cells.get(name, {}).values()) for name in ("event", "hour", "day")}
    checks = {
        "sums of one moment differ": len({logged, *summed.values()}) > 1,
        "time went back": (profile.as_of or 0) < newest or as_of < (profile.as_of or 0),
        "events went": profile.coverage.events < seen.get(user, 0) or logged < profile.coverage.events,
        "a fact without evidence": any(not fact.evidence for fact in profile.facts),
        "a fact of tomorrow": any((fact.last_seen or 0) > profile.as_of for fact in profile.facts),
    }
    torn += [f"{user}: {what}" for what, found in checks.items() if found]
    newest, seen[user], n = profile.as_of or 0, logged, n + 1
print(json.dumps({"read": n, "torn": torn[:20]}))
"""


def start(script, *words):
    command = [sys.executable, "-c", script, *(str(word) for word in words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **pipes, encoding="utf-8")


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path, users=40)


def test_two_writers_and_four_readers_at_once_lose_nothing_and_see_nothing_torn(shop):
    until = time.time() + LENGTH_S
    users = [f"u{n:04}" for n in range(1, 13)]
    writers = [start(WRITE, shop.workspace, f"w{n}", until, *users) for n in range(WRITERS)]
    readers = [start(READ, shop.workspace, SEED + n, until, *users) for n in range(READERS)]

    ended = [(process, *process.communicate(timeout=LENGTH_S + 120)) for process in (*writers, *readers)]

    assert [(process.returncode, complaints) for process, _, complaints in ended] == [(0, "")] * 6
    wrote = [event_id for _, out, _ in ended[:WRITERS] for event_id in json.loads(out)]
    told = [json.loads(out) for _, out, _ in ended[WRITERS:]]
    studio = Studio(shop.workspace)
    logged = [row[0] for row in studio.store.rows("SELECT event_id FROM events WHERE event_id LIKE 'w_-%'")]
    assert [one["torn"] for one in told] == [[]] * READERS
    assert all(one["read"] > LENGTH_S / 4 for one in told)
    assert len(wrote) > LENGTH_S
    assert sorted(logged) == sorted(wrote)
    assert studio.store.one("SELECT count(*) FROM events") == (N_BUILT + len(wrote),)
    assert studio.verify().clean
    studio.close()


def test_rows_that_come_after_a_build_took_over_are_in_the_new_store(shop):
    studio, moments = Studio(shop.workspace), random.Random(SEED)
    rows = [json.loads(line) | {"event_id": f"late-{n}"} for n, line in enumerate(shop.lines[:300])]
    rows = [row | {"text": None, "user_id": f"new{row['user_id']}"} for row in rows]
    command = [sys.executable, "-m", "limner.cli", "build", str(shop.tables), "-w", str(shop.workspace)]
    before = after = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as building:
        while building.poll() is None and before < 100:
            studio.ingest(events=[rows[before]])
            before += 1
            time.sleep(moments.uniform(0.0, 0.1))
        complaints = building.communicate()[1]
    for row in rows[200:]:
        after += studio.ingest(events=[row]).accepted["events"]

    current = Studio(shop.workspace)
    held = current.store.rows("SELECT event_id FROM events WHERE event_id LIKE 'late-%'")
    assert (building.returncode, complaints, after) == (0, b"", 100)
    assert studio.store.path == current.store.path
    assert studio.store.path.name == "portrait-2.sqlite"
    assert {f"late-{n}" for n in range(200, 300)} <= {row[0] for row in held}
    assert current.verify().clean
    assert run("verify", "-w", shop.workspace).code == 0
    current.close()
    studio.close()
