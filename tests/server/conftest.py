"""A small built world behind a real server on a loopback port: started once, copied where tests write."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from limner.collect.world import make_world
from limner.server.connections import GuardedConnection
from limner.server.running import make_app
from limner.settings import ServeSettings
from limner.studio.making import build
from limner.studio.rights.keys import create_key

QUICK = ServeSettings(body_timeout_s=0.5, header_timeout_s=0.5, max_body_bytes=200_000, writer_process=False)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The folder of a workspace that nobody writes to."""
    folder = tmp_path_factory.mktemp("served") / "ws"
    build(**make_world(users=40, seed=5).tables, workspace=folder, lang="en").close()
    return folder


@pytest.fixture
def folder(built, tmp_path) -> Path:
    """A copy that a test may write to."""
    return Path(shutil.copytree(built, tmp_path / "ws"))


@contextmanager
def running(folder: Path, settings: ServeSettings = QUICK) -> Iterator[httpx.Client]:
    """Yield a client of a server in a thread of this process."""
    config = uvicorn.Config(
        make_app(folder, settings, lang="en"),
        host="127.0.0.1",
        port=0,
        http=GuardedConnection,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    (host, port), *_ = (one.getsockname()[:2] for one in server.servers[0].sockets)
    try:
        with httpx.Client(base_url=f"http://{host}:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@pytest.fixture(scope="module")
def api(built, tmp_path_factory) -> Iterator[httpx.Client]:
    """A client of a server that the tests of a module share; they write to users of their own."""
    with running(Path(shutil.copytree(built, tmp_path_factory.mktemp("shared") / "ws"))) as client:
        yield client


@pytest.fixture
def fresh(folder) -> Iterator[httpx.Client]:
    """A client of a server over a copy of one test's own."""
    with running(folder) as client:
        yield client


@pytest.fixture
def keyed(folder) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """A client of a workspace with a key of each scope, and their texts."""
    keys = {scope: create_key(folder, scope=scope)[1] for scope in ("read", "write", "admin")}
    with running(folder) as client:
        yield client, keys


@pytest.fixture(scope="session")
def start():
    """The function that starts a server."""
    return running
