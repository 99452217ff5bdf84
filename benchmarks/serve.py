"""How quick is the service? `python benchmarks/serve.py [--users 100000] [--seconds 60] [--workspace DIR]`.

Builds a workspace of generated users (or reuses the one in DIR), paints every portrait, starts `limner serve`
as a process, and asks it from another one at fixed rates; a latency counts from when its request was due.
The reference is a constant JSON of the same size from the same framework, asked in the same run.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from crowd import N_ITEMS, SEED, build_crowd, name_item, name_user
from limner.studio.studio import Studio
from running import stamp, table

HERE = Path(__file__).parent
LIMNER = (sys.executable, "-m", "limner.cli")
RATES = (200, 500)
BATCH, EVENTS_A_BATCH, EVENTS_A_SECOND = 100, 100, 2_000
SEEN_TRIES = 100


class Measure(NamedTuple):
    """One line of the table."""

    name: str
    goal: str
    measured: str
    meets: bool | None = None


class Server:
    """A process that serves, and where."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        """Keep both."""
        self.process, self.port = process, port

    def get(self, path: str) -> Any:
        """Return the JSON of an address."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=120) as answer:
            return json.loads(answer.read())

    def post(self, path: str, shape: Any) -> Any:
        """Send JSON and return the answer's."""
        kind = {"content-type": "application/json"}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", json.dumps(shape).encode(), kind
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read())

    def memory_mib(self) -> tuple[float, float]:
        """Return what the process holds in memory, and what those hold that it began."""
        own = self.process.pid
        begun = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="utf-8").split()
        return read_memory(own), sum(read_memory(int(one)) for one in begun)


def read_memory(pid: int) -> float:
    """Return what a process holds in memory, MiB; pages that several share count for each."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def serving(*command: str, ready: str) -> Iterator[tuple[Server, float]]:
    """Yield a server and the seconds it took until it answered."""
    port = find_port()
    began = time.perf_counter()
    filled = [part.replace("PORT", str(port)) for part in command]
    process = subprocess.Popen(filled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server(process, port)
    try:
        while True:
            try:
                server.get(ready)
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"{' '.join(filled)} ended") from None
                time.sleep(0.01)
        yield server, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(60)


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def start_load(server: Server, requests: list[list[str]], rate: float, seconds: float, **more: Any) -> Any:
    """Return a load that runs in a process of its own."""
    plan = {"port": server.port, "rate": rate, "seconds": seconds, "requests": requests, **more}
    path = Path(tempfile.mkstemp(suffix=".json")[1])
    path.write_text(json.dumps(plan), encoding="utf-8")
    return subprocess.Popen([sys.executable, str(HERE / "load.py"), str(path)], stdout=subprocess.PIPE)


def end_load(process: Any) -> dict[str, Any]:
    """Return what became of a load's requests."""
    output, _ = process.communicate()
    found: dict[str, Any] = json.loads(output)
    good = {"200", "202"}
    if found["answers"].keys() - good or sum(found["answers"].values()) < found["sent"]:
        print(f"  not all were answered well: {found['answers']} of {found['sent']}", file=sys.stderr)
    return found


def load(
    server: Server, requests: list[list[str]], rate: float, seconds: float, **more: Any
) -> dict[str, Any]:
    """Return what became of a load, from start to end."""
    return end_load(start_load(server, requests, rate, seconds, **more))


def quantile(found: dict[str, Any], share: float) -> float:
    """Return a quantile of the latencies, ms."""
    return float(np.quantile(found["latencies"], share))


def draw_reads(n_users: int, n: int, path: str = "/users/{}") -> list[list[str]]:
    """Return reads of users drawn evenly."""
    users = np.random.default_rng(SEED).integers(0, n_users, n)
    return [["GET", path.format(name_user(one)), "", ""] for one in users.tolist()]


def measure_reads(server: Server, n_users: int, seconds: float) -> Iterator[Measure]:
    """Yield the lines of single portraits, beside the constant JSON."""
    reads = draw_reads(n_users, 50_000)
    size = load(server, reads, 50, 2)["bytes"]
    constant = (sys.executable, str(HERE / "constant.py"), "PORT", str(size))
    with serving(*constant, ready="/users/u") as (reference, _):
        for rate in RATES:
            found, plain = load(server, reads, rate, seconds), load(reference, reads, rate, seconds / 2)
            p99, bare = quantile(found, 0.99), quantile(plain, 0.99)
            told = f"p99 {p99:.1f} ms, p50 {quantile(found, 0.5):.1f}; constant JSON p99 {bare:.1f} ms"
            goal = "p99 ≤ 10 ms and ≤ 2.5 × the reference"
            meets = p99 <= 10 and p99 <= 2.5 * bare
            yield Measure(f"GET /users/{{id}}, {rate}/s ({size:,} bytes)", goal, told, meets)
        most = [load(one, reads, 0, min(seconds, 10), connections=32) for one in (server, reference)]
        own, bare = (sum(one["answers"].values()) / one["seconds"] for one in most)
        told = f"{own:,.0f}/s, constant JSON {bare:,.0f}/s: {own / bare:.2f} ×"
        yield Measure("throughput, one worker", "≥ 0.4 × the reference", told, own >= 0.4 * bare)


def measure_batches(server: Server, n_users: int, seconds: float) -> Iterator[Measure]:
    """Yield the lines of a hundred portraits and a hundred vectors at once, and of lists with reasons."""
    users = np.random.default_rng(SEED + 1).integers(0, n_users, (200, BATCH)).tolist()
    some = [[name_user(one) for one in row] for row in users]
    raw = "accept: application/octet-stream\r\n"
    plans = (
        ("100 portraits", 60.0, 5.0, [["GET", f"/users?ids={','.join(row)}", "", ""] for row in some]),
        ("100 vectors", 10.0, 20.0, [["POST", "/vectors", json.dumps({"ids": row}), raw] for row in some]),
        (
            "10 recommendations with reasons",
            40.0,
            10.0,
            draw_reads(n_users, 500, "/users/{}/recommendations"),
        ),
        ("10 users alike", 0.0, 2.0, draw_reads(n_users, 50, "/users/{}/similar")),
    )
    server.get(f"/users/{name_user(0)}/similar")  # the first reads everyone
    for name, goal, rate, requests in plans:
        found = load(server, requests, rate, seconds)
        p99 = quantile(found, 0.99)
        told = f"p99 {p99:.1f} ms, p50 {quantile(found, 0.5):.1f} at {rate:g}/s"
        yield Measure(name, f"p99 ≤ {goal:g} ms" if goal else "", told, p99 <= goal if goal else None)


def draw_batches(n_users: int, seconds: float) -> list[list[str]]:
    """Return posts of new events, each of its own id, at the times they are sent at."""
    rng = np.random.default_rng(time.time_ns())
    n = round(seconds * EVENTS_A_SECOND / EVENTS_A_BATCH)
    run, began = rng.integers(2**40), time.time_ns() // 1000
    posts = []
    for batch in range(n):
        users, items = rng.integers(0, n_users, EVENTS_A_BATCH), rng.integers(0, N_ITEMS, EVENTS_A_BATCH)
        rows = [
            {
                "event_id": f"n{run}-{batch}-{place}",
                "user_id": name_user(user),
                "item_id": name_item(item),
                "event": "view",
                "timestamp": began + batch * 50_000 + place,
            }
            for place, (user, item) in enumerate(zip(users.tolist(), items.tolist(), strict=True))
        ]
        posts.append(["POST", "/events", json.dumps(rows), ""])
    return posts


def measure_stream(server: Server, folder: Path, n_users: int, seconds: float) -> Iterator[Measure]:
    """Yield the lines of events that come in while portraits are read."""
    before = count_events(folder)
    posts = draw_batches(n_users, seconds)
    sent = len(posts) * EVENTS_A_BATCH
    reading = start_load(server, draw_reads(n_users, 20_000), 100, seconds)
    writing = load(server, posts, EVENTS_A_SECOND / EVENTS_A_BATCH, seconds, once=True, warm_up=0)
    reads = end_load(reading)
    kept = count_events(folder) - before
    late = max(0.0, writing["seconds"] - seconds)
    told = (
        f"{kept:,} of {sent:,} kept, the last {late:.1f} s late; "
        f"a batch p99 {quantile(writing, 0.99):.0f} ms; "
        f"100 reads/s meanwhile p99 {quantile(reads, 0.99):.1f} ms"
    )
    yield Measure(
        f"POST /events, {EVENTS_A_SECOND:,}/s by hundreds for {seconds:g} s",
        "sustained, none lost",
        told,
        kept == sent and late < 1,
    )


def measure_seen(server: Server, n_users: int) -> Iterator[Measure]:
    """Yield the line of how soon an event is in the portrait, other reads going on."""
    users = np.random.default_rng(SEED + 2).integers(0, n_users, SEEN_TRIES).tolist()
    beside = start_load(server, draw_reads(n_users, 20_000), 100, 0.12 * SEEN_TRIES)
    taken = []
    for one in users:
        user = name_user(one)
        held = server.get(f"/users/{user}")["coverage"]["events"]
        row = {"user_id": user, "item_id": name_item(one % N_ITEMS), "event": "view"}
        row |= {"event_id": f"seen{time.time_ns()}", "timestamp": time.time_ns() // 1000}
        began = time.perf_counter()
        server.post("/events", [row])
        while server.get(f"/users/{user}")["coverage"]["events"] == held:
            pass
        taken.append((time.perf_counter() - began) * 1e3)
        time.sleep(0.05)
    end_load(beside)
    p95 = float(np.quantile(taken, 0.95))
    told = f"p95 {p95:.1f} ms, p50 {np.median(taken):.1f}"
    yield Measure("POST /events → seen by GET", "p95 ≤ 50 ms", told, p95 <= 50)


def count_events(folder: Path) -> int:
    """Return the events of the log."""
    studio = Studio(folder)
    (n,) = studio.store.one("SELECT count(*) FROM events") or (0,)
    studio.close()
    return int(n)


def prepare(folder: Path, n_users: int) -> Iterator[Measure]:
    """Build, bring the log up to now, and paint everyone; yield what that took."""
    began = time.perf_counter()
    build_crowd(folder, n_users)
    yield Measure(f"build of {n_users:,} users", "", f"{time.perf_counter() - began:.0f} s")
    studio = Studio(folder)
    now = {"user_id": name_user(0), "item_id": name_item(0), "event": "view"}
    studio.ingest(events=[now | {"timestamp": time.time_ns() // 1000, "event_id": f"now{time.time_ns()}"}])
    studio.close()
    command = (*LIMNER, "warm", "-w", str(folder), "--jobs", "2", "--json")
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    each = 2e3 * told["seconds"] / max(told["painted"], 1)
    yield Measure(
        "limner warm --jobs 2",
        "",
        f"{told['painted']:,} painted in {told['seconds']:.0f} s, {each:.1f} ms each",
    )


def tell_memory(server: Server) -> tuple[str, bool]:
    """Return what a server and its writer hold, in words, and whether it is little enough."""
    own, begun = server.memory_mib()
    return f"{own:.0f} MiB, and {begun:.0f} of the process that writes", own + begun <= 1024


def measure(folder: Path, n_users: int, seconds: float) -> Iterator[Measure]:
    """Yield all lines."""
    yield from prepare(folder, n_users)
    command = (*LIMNER, "serve", "-w", str(folder), "--port", "PORT")
    with serving(*command, ready="/readyz") as (server, taken):
        told, meets = tell_memory(server)
        yield Measure("start-up to ready", "≤ 3 s, ≤ 1 GiB", f"{taken:.1f} s, {told}", meets and taken <= 3)
        yield from measure_reads(server, n_users, seconds)
        yield from measure_batches(server, n_users, min(seconds, 15))
        yield from measure_seen(server, n_users)
        yield from measure_stream(server, folder, n_users, seconds)
        yield Measure("memory after all that", "≤ 1 GiB", *tell_memory(server))
    verified = subprocess.run((*LIMNER, "verify", "-w", str(folder)), capture_output=True, check=False)
    told = verified.stdout.decode().strip().splitlines()[-1:] or ["nothing said"]
    yield Measure("limner verify", "whole", told[0], verified.returncode == 0)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = []
        for one in measure(given.workspace or Path(scratch) / "ws", given.users, given.seconds):
            found.append(one)
            print(f"  {one.name}: {one.measured}", file=sys.stderr, flush=True)
    if given.json:
        print(json.dumps([one._asdict() for one in found], ensure_ascii=False, indent=1))
        return
    print(f"{stamp(SEED)}; {given.users:,} users, {given.seconds:g} s a rate\n")
    met = {True: "yes", False: "no", None: ""}
    print(table(["measure", "goal", "measured", "met"], [[*one[:3], met[one.meets]] for one in found]))


if __name__ == "__main__":
    main()
