"""Starts the service: one process, or several over the same workspace."""

import gc
import ipaddress
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from limner.errors import SettingsError
from limner.server.app import create_app
from limner.server.connections import GuardedConnection
from limner.server.logs import start_logging
from limner.server.metrics import FOLDER
from limner.settings import ServeSettings
from limner.studio.rights.keys import read_keys
from limner.studio.serving.warming import keep_warm

_HANDED = "LIMNER_SERVE"
"""Environment variable by which a worker learns what it serves."""
_KEEP_ALIVE_S = 15
_SWITCH_S = 0.0005
"""How long a thread that paints or writes may hold up the one that answers."""
_WORKER_ANSWERS_S = 30
"""A worker that says nothing for so long is replaced; a long answer under load is no reason."""


def serve(workspace: Path, settings: ServeSettings, *, lang: str = "", warm: bool = False) -> None:
    """Serve a workspace until a signal ends it; requests in hand are answered first.

    ``warm``: a process beside paints what is not at rest, as long as the service runs.

    Raises:
        SettingsError: it would listen to others without a key.
        WorkspaceError: there is no workspace, or another version of Limner wrote it.
    """
    check_address(workspace, settings)
    start_logging()
    with _warming(workspace, settings, lang) if warm else nullcontext():
        _serve(workspace, settings, lang)


def _serve(workspace: Path, settings: ServeSettings, lang: str) -> None:
    if settings.workers == 1:
        app = make_app(workspace, settings, lang=lang)
        spare_pauses()
        uvicorn.run(app, **_options(settings))
        return
    create_app(workspace, settings=settings, lang=lang).state.desk.close()  # a mistake is told once, here
    with _handing_over(workspace, settings, lang):
        uvicorn.run(
            "limner.server.running:make_worker_app",
            factory=True,
            workers=settings.workers,
            **_options(settings),
        )


def make_app(workspace: Path, settings: ServeSettings, *, lang: str = "") -> FastAPI:
    """Return the application as it is served: open to this machine, or closed without keys."""
    GuardedConnection.timeout_s = settings.header_timeout_s
    sys.setswitchinterval(_SWITCH_S)
    public = not is_loopback(settings.host)
    return create_app(workspace, settings=settings, lang=lang, public=public, beside=settings.writer_process)


def make_worker_app() -> FastAPI:
    """Return the application of one worker of several."""
    start_logging()
    handed = json.loads(os.environ[_HANDED])
    given = handed["settings"]
    settings = ServeSettings(**given | {"cors": tuple(given["cors"])})
    app = make_app(Path(handed["workspace"]), settings, lang=handed["lang"])
    spare_pauses()
    return app


def spare_pauses() -> None:
    """Have the collector leave alone what lives as long as the process: looking it through takes 30 ms."""
    gc.collect()
    gc.freeze()


def check_address(workspace: Path, settings: ServeSettings) -> None:
    """Refuse to listen where others are before there is a key.

    Raises:
        SettingsError: there is none.
    """
    if not is_loopback(settings.host) and not read_keys(workspace):
        raise SettingsError(
            f"--host {settings.host} can be reached from elsewhere, and {workspace} has no key; "
            f"make one first: limner key create --scope read -w {workspace}"
        )


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address.

    >>> is_loopback("localhost"), is_loopback("127.0.0.9"), is_loopback("0.0.0.0"), is_loopback("::1")
    (True, True, False, True)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _options(settings: ServeSettings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "http": GuardedConnection,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "log_level": logging.WARNING,
        "proxy_headers": False,  # an address that a caller names itself would have a limit of its own
        "server_header": False,
        "timeout_keep_alive": _KEEP_ALIVE_S,
        "timeout_worker_healthcheck": _WORKER_ANSWERS_S,
        "timeout_graceful_shutdown": round(settings.shutdown_s),
    }


@contextmanager
def _warming(workspace: Path, settings: ServeSettings, lang: str) -> Iterator[None]:
    """Have portraits painted by a process of its own, which ends with this one."""
    beside = get_context("spawn").Process(
        target=keep_warm, args=(workspace, settings, lang), daemon=True, name="limner warm"
    )
    beside.start()
    try:
        yield
    finally:
        beside.terminate()
        beside.join()


@contextmanager
def _handing_over(workspace: Path, settings: ServeSettings, lang: str) -> Iterator[None]:
    """Tell the workers what they serve, and give them a folder for numbers that are summed."""
    handed = {"workspace": str(workspace.resolve()), "settings": asdict(settings), "lang": lang}
    with tempfile.TemporaryDirectory(prefix="limner-metrics-") as folder:
        os.environ |= {_HANDED: json.dumps(handed), FOLDER: folder}
        try:
            yield
        finally:
            for name in (_HANDED, FOLDER):
                os.environ.pop(name, None)
