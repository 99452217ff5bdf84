"""A worker of the service dies under load: what was accepted is in the log, once; the rest can come again."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import limner
from limner.studio.making import build

N_SENDERS, N_EACH = 3, 40


def view(number):
    stamp = f"2026-03-01T{number // 60:02}:{number % 60:02}:00Z"
    event = {"event_id": f"e{number}", "user_id": f"u{number % 9}", "item_id": f"i{number % 7}"}
    return event | {"timestamp": stamp, "event": "view"}


def send(port, path, shape=None):
    body = None if shape is None else json.dumps(shape).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.loads(answer.read())


def find_workers(parent):
    """Return the processes that a process began, by what the system says of them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"spawn_main" in command:
            found.append(int(stat.parent.name))
    return sorted(found)


def wait_until_ready(port, process):
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            return send(port, "/readyz")
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the service did not answer; it ended with {process.poll()}")


@pytest.fixture
def service(tmp_path):
    build(events=[view(number) for number in range(20)], workspace=tmp_path / "ws").close()
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    command = [sys.executable, "-m", "limner.cli", "serve", "-w", str(tmp_path / "ws"), "--port", str(port)]
    settings = tmp_path / "limner.toml"
    settings.write_text("[serve]\nworkers = 2\nshutdown_s = 1.0\n", encoding="utf-8")
    process = subprocess.Popen([*command, "-c", str(settings)], stderr=subprocess.DEVNULL)
    wait_until_ready(port, process)
    yield tmp_path / "ws", port, process
    process.terminate()
    process.wait(60)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="finds the workers under /proc")
def test_a_worker_that_is_killed_under_load_loses_no_accepted_event(service):
    folder, port, process = service
    accepted, failed = [], []

    def write(sender):
        for place in range(N_EACH):
            number = 100 + sender * N_EACH + place
            try:
                accepted.append((number, send(port, "/events", view(number))["accepted"]))
            except (OSError, urllib.error.URLError):
                failed.append(number)

    senders = [threading.Thread(target=write, args=(one,)) for one in range(N_SENDERS)]
    for one in senders:
        one.start()
    while len(accepted) < N_EACH // 2:
        time.sleep(0.005)
    os.kill(find_workers(process.pid)[0], signal.SIGKILL)
    for one in senders:
        one.join()
    again = [send(port, "/events", view(number)) for number in failed]

    studio = limner.open(folder)
    held = [one for (one,) in studio.store.rows("SELECT event_id FROM events WHERE ts > ?", 0)]
    verification = studio.verify()
    studio.close()
    assert len(held) == len(set(held)) == 20 + N_SENDERS * N_EACH
    assert {f"e{number}" for number, _ in accepted} <= set(held)
    assert all(one["accepted"] + one["duplicates"] == 1 for one in again)
    assert verification.clean
