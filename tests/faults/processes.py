"""The command line as processes of their own, small disks, and a shop with the rows still to come."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from limner.collect.world import make_world
from limner.streams.lines import BATCH_LINES
from limner.studio.making import build

N_BUILT = 600
SEED = 5


class Shop(NamedTuple):
    """A workspace ``ws``, its rows as files in ``tables``, and the rows to come in ``late.jsonl``."""

    folder: Path
    lines: list[str]

    @property
    def workspace(self) -> Path:
        return self.folder / "ws"

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    @property
    def late(self) -> Path:
        return self.folder / "late.jsonl"

    @property
    def batch(self) -> Path:
        """As many rows to come as go in at once."""
        return self.folder / "batch.jsonl"

    @property
    def flood(self) -> Path:
        """Many more rows than the workspace holds."""
        return self.folder / "flood.jsonl"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def make_shop(folder: Path, *, users: int = 60) -> Shop:
    """Write a shop into a folder."""
    world = make_world(users=users, seed=SEED)
    events = world.tables["events"]
    frames = {name: world.tables[name] for name in ("items", "users")}
    shop = Shop(folder, [json.dumps(row) for row in events.slice(N_BUILT).to_pylist()])
    build(events=events.slice(0, N_BUILT), **frames, workspace=shop.workspace, lang="en").close()
    shop.late.write_text("\n".join(shop.lines) + "\n", encoding="utf-8")
    shop.batch.write_text("\n".join(shop.lines[:BATCH_LINES]) + "\n", encoding="utf-8")
    with shop.flood.open("w", encoding="utf-8") as file:
        for n in range(60_000):
            when = f"2026-06-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:00Z"
            row = {"user_id": f"new{n}", "item_id": f"i{n % 900:04}", "timestamp": when, "event": "view"}
            file.write(json.dumps(row) + "\n")
    world.write(shop.tables)
    return shop


def start(*words: object) -> subprocess.Popen[str]:
    """Start a command; what it says is read when it has ended."""
    command = [sys.executable, "-m", "limner.cli", *(str(word) for word in words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **pipes, encoding="utf-8")


def run(*words: object) -> Ran:
    """Run a command to its end."""
    with start(*words) as process:
        out, err = process.communicate()
        return Ran(process.returncode, out, err)


@contextmanager
def mounted(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Mount a small disk in memory; skip where that is not permitted."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    asked = subprocess.run(["mount", *options], capture_output=True, encoding="utf-8", check=False)
    if asked.returncode:
        pytest.skip(f"no small disk can be mounted here: {asked.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def remount(folder: Path, how: str) -> None:
    """Make a mounted disk read-only (``ro``) or writable (``rw``)."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def fill(folder: Path, *, leave: int) -> Path:
    """Fill the disk of a folder but for so many bytes; return the file that does it."""
    stat = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(b"x" * max(0, stat.f_bavail * stat.f_bsize - leave))
    return filler
