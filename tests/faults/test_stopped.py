"""A process that is asked to stop finishes the batch in hand; a line without end does no harm."""

import json
import signal
import subprocess
import sys
import time

import pytest

from limner.collect.world import make_world
from limner.studio.making import build

PATIENCE_S = 60.0


@pytest.fixture
def shop(tmp_path):
    """A small workspace, and the lines still to come."""
    world = make_world(users=200, seed=5)
    events = world.tables["events"]
    frames = {name: world.tables[name] for name in ("items", "users")}
    studio = build(events=events.slice(0, 300), **frames, workspace=tmp_path / "ws")
    yield studio, [json.dumps(row) for row in events.slice(300).to_pylist()]
    studio.close()


def start_reading(studio, source):
    command = [sys.executable, "-m", "limner.cli", "ingest", source, "-w", str(studio.folder), "--json"]
    pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    return subprocess.Popen(command, **pipes, encoding="utf-8")


def wait_for_events(studio, n_events):
    deadline = time.monotonic() + PATIENCE_S
    while studio.store.one("SELECT count(*) FROM events")[0] < n_events:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_pipe_is_read_as_it_flows_and_a_signal_ends_with_the_summary(shop, number):
    studio, lines = shop
    with start_reading(studio, "-") as process:
        process.stdin.write("\n".join(lines[:50]) + "\n")
        process.stdin.flush()
        wait_for_events(studio, 350)
        process.send_signal(number)
        printed, complaints = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0
    assert complaints == "-: stopped before its end; what was read is in\n"
    assert json.loads(printed)["accepted"]["events"] == 50
    assert studio.verify().clean


def test_a_signal_in_the_middle_of_a_file_leaves_whole_batches(shop, tmp_path):
    studio, lines = shop
    path = tmp_path / "late.jsonl"
    path.write_text("\n".join(lines * 4) + "\n", encoding="utf-8")
    with start_reading(studio, str(path)) as process:
        wait_for_events(studio, 301)
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0
    assert 0 < json.loads(printed)["lines"] < 4 * len(lines)
    assert studio.verify().clean


def test_ten_megabytes_without_an_end_of_line_are_one_rejected_line(shop, tmp_path):
    studio, lines = shop
    path = tmp_path / "late.jsonl"
    path.write_text("\n".join([lines[0], "x" * 10_000_000, lines[1]]), encoding="utf-8")
    with start_reading(studio, str(path)) as process:
        printed, complaints = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, complaints) == (0, "")
    assert json.loads(printed)["rejected"] == {"line longer than 1,000,000 characters": 1}
    assert json.loads(printed)["accepted"]["events"] == 2
    (page,) = studio.folder.glob("quarantine/ingest-*/events.csv")
    assert f'{path},2,"line longer' in page.read_text(encoding="utf-8")
