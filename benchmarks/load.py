"""Load from a process of its own: requests at fixed times, whether those before were answered or not.

    python benchmarks/load.py PLAN.json

A latency counts from the moment a request was due: a server that stalls is not spared what it kept waiting.
The plan is JSON: ``port``, ``rate`` a second (0: as fast as ``connections`` can ask one after another),
``seconds``, ``requests`` (a list of [method, path, body, headers], taken in turn, each of them once where
``once`` says so). What comes out is JSON: latencies in milliseconds, answers by status.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

import uvloop

WARM_UP_S = 1.0
_AFTER_S = 20.0


class Caller(asyncio.Protocol):
    """One connection that is kept open; one request at a time."""

    def __init__(self, load: "Load") -> None:
        """Work for a load."""
        self.load = load
        self.buffer = b""
        self.due = 0.0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Be ready."""
        self.transport = transport
        self.load.free(self)

    def ask(self, request: bytes, due: float) -> None:
        """Send a request."""
        self.due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take in an answer; when it is whole, be free again."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        if len(self.buffer) < end + 4 + length:
            return
        self.buffer = b""
        self.load.note(int(head[9:12]), self.due, length)
        self.load.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ask by this connection no more; a server ends those that were idle for long."""
        self.load.lose(self)


class Load:
    """Sends the requests of a plan and keeps what became of them."""

    def __init__(self, plan: dict[str, Any]) -> None:
        """Pack the requests once."""
        self.plan = plan
        self.requests = [pack(*request) for request in plan["requests"]]
        self.idle: deque[Caller] = deque()
        self.waiting: deque[tuple[bytes, float]] = deque()
        self.latencies: list[float] = []
        self.answers: Counter[int] = Counter()
        self.sent = self.lost = self.length = 0
        self.began = self.until = 0.0

    def free(self, caller: Caller) -> None:
        """Give a connection the next request that waits; a closed loop always has one."""
        if self.waiting:
            caller.ask(*self.waiting.popleft())
        elif not self.plan["rate"] and self.began and time.perf_counter() < self.until:
            caller.ask(self.next(), time.perf_counter())
        else:
            self.idle.append(caller)

    def next(self) -> bytes:
        """Return the next request of the plan."""
        self.sent += 1
        return self.requests[(self.sent - 1) % len(self.requests)]

    def note(self, status: int, due: float, length: int) -> None:
        """Keep a latency; the first second warms up."""
        self.answers[status] += 1
        self.length = length
        if due - self.began >= self.plan.get("warm_up", WARM_UP_S):
            self.latencies.append((time.perf_counter() - due) * 1e3)

    def lose(self, caller: Caller) -> None:
        """Count a connection that ended."""
        self.lost += 1
        if caller in self.idle:
            self.idle.remove(caller)

    async def run(self) -> dict[str, Any]:
        """Send everything when it is due, wait for the answers, and return what became of them."""
        loop = asyncio.get_running_loop()
        for _ in range(self.plan.get("connections", 64)):
            await loop.create_connection(lambda: Caller(self), "127.0.0.1", self.plan["port"])
        await asyncio.sleep(0.05)
        self.began = time.perf_counter()
        self.until = self.began + self.plan["seconds"]
        await (self._send_at_times() if self.plan["rate"] else self._send_in_turn())
        taken = time.perf_counter() - self.began
        return {
            "latencies": [round(one, 3) for one in self.latencies],
            "answers": dict(self.answers),
            "sent": self.sent,
            "lost": self.lost,
            "seconds": taken,
            "bytes": self.length,
        }

    async def _send_at_times(self) -> None:
        total = round(self.plan["rate"] * self.plan["seconds"])
        if self.plan.get("once"):
            total = min(total, len(self.requests))
        for number in range(total):
            due = self.began + number / self.plan["rate"]
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            request = self.next()
            if self.idle:
                self.idle.pop().ask(request, due)  # the one used last: a server ends idle ones
            else:
                self.waiting.append((request, due))
        await self._settle()

    async def _send_in_turn(self) -> None:
        for caller in [self.idle.popleft() for _ in range(len(self.idle))]:
            self.free(caller)
        await asyncio.sleep(self.plan["seconds"])
        await self._settle()

    async def _settle(self) -> None:
        until = time.perf_counter() + _AFTER_S
        while sum(self.answers.values()) < self.sent and time.perf_counter() < until:
            await asyncio.sleep(0.002)


def pack(method: str, path: str, body: str = "", headers: str = "") -> bytes:
    """Return a request as it goes over the wire."""
    packed = body.encode()
    kind = f"content-type: application/json\r\ncontent-length: {len(packed)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n{kind}{headers}\r\n".encode() + packed


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(uvloop.run(Load(given).run())))
