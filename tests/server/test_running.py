"""`limner serve` as a process: what is in hand when it is stopped is answered, and nothing is lost."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

EVENT = {"user_id": "u0003", "item_id": "i0001", "event": "click", "timestamp": "2026-06-30T10:00:00Z"}


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder, *more):
    """Yield a client and the process of `limner serve`, once it is ready."""
    port = find_port()
    command = [sys.executable, "-m", "limner.cli", "serve", "-w", str(folder), "--port", str(port), *more]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_until_ready(client, process)
            yield client, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def wait_until_ready(client, process) -> None:
    for _ in range(600):
        assert process.poll() is None, process.stderr.read()
        try:
            client.get("/readyz")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("never ready")


def post_rows(client, process, *, stop_after: int) -> int:
    """Send 60 batches of ten events, stop the service meanwhile, and return how many were accepted."""
    accepted: list[int] = []

    def send(number):
        rows = [{**EVENT, "event_id": f"load-{number}-{place}"} for place in range(10)]
        try:
            accepted.append(client.post("/events", json=rows).json()["accepted"])
        except httpx.TransportError:
            return

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, number) for number in range(60)]
        while len(accepted) < stop_after:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        for one in sent:
            one.result()
    process.wait(timeout=60)
    return sum(accepted)


def count_held(folder) -> int:
    store = sqlite3.connect(next(folder.glob("portrait-*.sqlite")))
    (held,) = store.execute("SELECT count(*) FROM events WHERE event_id LIKE 'load-%'").fetchone()
    store.close()
    return int(held)


def test_stopped_under_load_it_loses_no_accepted_row(folder):
    with serving(folder) as (client, process):
        accepted = post_rows(client, process, stop_after=10)

    assert 100 <= accepted <= count_held(folder)


def test_workers_serve_one_workspace_sum_their_numbers_and_lose_no_accepted_row(folder):
    with serving(folder, "--workers", "2") as (client, process):
        client.post("/events", json={**EVENT, "event_id": "one"})
        seen = set()
        for _ in range(12):  # a connection each, so that both workers are asked
            with httpx.Client(base_url=client.base_url, timeout=30) as other:
                seen.add(other.get("/users/u0003", params={"fields": "coverage"}).text)
        numbers = client.get("/metrics").text
        accepted = post_rows(client, process, stop_after=10)

    assert len(seen) == 1
    assert 'limner_requests_total{method="GET",route="/users/{user_id}",status="200"} 12.0' in numbers
    assert 'limner_rows_total{outcome="accepted",table="events"} 1.0' in numbers
    assert 100 <= accepted <= count_held(folder)
