"""Followers and servers that are killed: nothing is lost, nothing is doubled, and nobody shouts."""

import json
import random
import signal
import subprocess
import sys
import time

KILLS = 6
SEED = 11
PATIENCE_S = 60.0


def start_following(server, shop, *options):
    command = [sys.executable, "-m", "limner.cli", "ingest", "--follow", server.url, "--json", *options]
    return subprocess.Popen(
        [*command, "-w", str(shop.studio.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def wait_until(met):
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_killing_the_follower_again_and_again_loses_nothing_and_doubles_nothing(redis_server, shop):
    moments, rows = random.Random(SEED), shop.coming[:600]
    for part in range(KILLS):
        redis_server.add(rows[100 * part : 100 * (part + 1)])
        with start_following(redis_server, shop) as process:
            wait_until(lambda: len(redis_server.client.client_list()) > 1)
            time.sleep(moments.uniform(0.0, 0.8))  # the first batch is read, summed or stored by then
            process.kill()
        assert shop.studio.verify().clean
    with start_following(redis_server, shop, "--until-idle", "0.5") as process:
        printed, complaints = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, complaints) == (0, "")
    assert sum(json.loads(printed)["repeated"].values()) == 0
    assert shop.n_events == len(rows)
    assert shop.studio.verify().clean


def test_a_server_that_dies_and_comes_back_is_followed_on_and_sigterm_commits(redis_server, shop):
    redis_server.add(shop.coming[:40])
    with start_following(redis_server, shop) as process:
        wait_until(lambda: shop.n_events == 40)
        redis_server.kill()
        lost = process.stderr.readline()
        redis_server.start()
        redis_server.add(shop.coming[40:70])
        wait_until(lambda: shop.n_events == 70)
        process.send_signal(signal.SIGTERM)
        printed, rest = process.communicate(timeout=PATIENCE_S)

    assert lost.startswith(f"limner: lost the broker redis://localhost:{redis_server.port}/0 (")
    assert lost.endswith("); trying again\n")
    assert rest.startswith("limner: back after ")
    assert rest.count("\n") == 1
    assert process.returncode == 0
    assert json.loads(printed)["accepted"]["events"] == 70
    assert shop.studio.verify().clean
