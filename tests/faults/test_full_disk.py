"""A disk that fills or may not be written: one line, exit code 2, and everything as it was."""

import re
import shutil

import pytest
from processes import N_BUILT, fill, make_shop, mounted, remount, run

from limner.studio.studio import Studio

DISK_MB = 56


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("full"))


@pytest.fixture
def disk(shop, tmp_path):
    """A small disk with the workspace on it."""
    with mounted(tmp_path / "disk", megabytes=DISK_MB) as folder:
        shutil.copytree(shop.workspace, folder / "ws")
        yield folder


def read_state(workspace):
    """Return everybody's portrait, what the log holds, and whether the sums are its."""
    studio = Studio(workspace, lang="en")
    profiles = {user_id: studio.profile(user_id).to_dict() for user_id in studio.user_ids()[:10]}
    counts = [studio.store.one(f"SELECT count(*) FROM {name}") for name in ("events", "texts", "cells")]
    clean = studio.verify().clean
    studio.close()
    return profiles, counts, clean


def is_one_line(ran):
    return ran.code == 2 and ran.out == "" and ran.err.startswith("limner: ") and ran.err.count("\n") == 1


@pytest.mark.parametrize("leave", [0, 64_000, 300_000], ids=["nothing", "64 kB", "300 kB"])
@pytest.mark.parametrize("command", ["build", "ingest", "compact"])
def test_a_full_disk_is_one_line_and_the_old_state_stays(shop, disk, command, leave):
    words = {
        "build": ("build", shop.tables),
        "ingest": ("ingest", shop.batch),
        "compact": ("compact", "--keep", "30d"),
    }
    before = read_state(disk / "ws")
    filler = fill(disk, leave=leave)

    ran = run(*words[command], "-w", disk / "ws")
    filler.unlink()

    assert is_one_line(ran), ran
    assert "free some room and run the command again (nothing was changed)" in ran.err
    assert read_state(disk / "ws") == before
    assert [path.name for path in (disk / "ws").glob("portrait-*.sqlite")] == ["portrait-1.sqlite"]


def test_a_disk_that_fills_on_the_way_keeps_whole_batches_and_says_how_many_lines_are_in(shop, disk):
    filler = fill(disk, leave=6_000_000)

    ran = run("ingest", shop.flood, "-w", disk / "ws")
    filler.unlink()

    _, (n_events, *_), clean = read_state(disk / "ws")
    n_lines = int(re.search(r"the first ([0-9,]+) lines are in; for the rest, ", ran.err)[1].replace(",", ""))
    assert is_one_line(ran)
    assert n_lines % 1000 == 0
    assert (n_events, clean) == ((N_BUILT + n_lines,), True)


def test_when_there_is_room_again_the_same_command_works(shop, disk):
    filler = fill(disk, leave=64_000)
    refused = [
        run("build", shop.tables, "-w", disk / "ws").code,
        run("ingest", shop.late, "-w", disk / "ws").code,
    ]
    filler.unlink()

    ran = [run("ingest", shop.late, "-w", disk / "ws"), run("compact", "--keep", "30d", "-w", disk / "ws")]

    assert refused == [2, 2]
    assert [(one.code, one.err) for one in ran] == [(0, "")] * 2
    assert read_state(disk / "ws")[2]


def test_a_disk_that_may_only_be_read_takes_no_rows_and_says_so(shop, disk):
    before = read_state(disk / "ws")
    remount(disk, "ro")

    ran = [
        run("ingest", shop.late, "-w", disk / "ws"),
        run("compact", "-w", disk / "ws"),
        run("build", shop.tables, "-w", disk / "ws"),
        run("merge", "u0002", "u0001", "-w", disk / "ws"),
    ]
    remount(disk, "rw")

    assert [is_one_line(one) for one in ran] == [True] * 4, ran
    assert ["permission" in one.err for one in ran] == [True] * 4, ran
    assert read_state(disk / "ws") == before
