"""Runs one command and says what it took: the shared part of the benchmarks."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

LIMNER = str(Path(sys.executable).with_name("limner"))


class Run(NamedTuple):
    """One finished command."""

    output: str
    wall_s: float
    cpu_s: float
    peak_mib: float

    def json(self) -> Any:
        """Return what it printed as JSON."""
        return json.loads(self.output)


def run(*command: str) -> Run:
    """Run a command to its end.

    Raises:
        SystemExit: it failed; its own words are passed on.
    """
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        output, errors = _drain(process)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors}")
    return Run(output, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _drain(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Read both pipes to their end without reaping the process, whose usage is asked for afterwards."""
    from threading import Thread

    errors: list[str] = []
    assert process.stdout is not None and process.stderr is not None
    stderr = process.stderr
    reader = Thread(target=lambda: errors.append(stderr.read()))
    reader.start()
    output = process.stdout.read()
    reader.join()
    return output, "".join(errors)


def stamp(seed: int) -> str:
    """Return the line that says what was measured: commit, seed, cores."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"commit {commit or 'unknown'}, seed {seed}, {os.cpu_count()} cores, Python {sys.version.split()[0]}"
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
