"""A process that writes for a service answers as a studio does, and is begun anew where it was killed."""

import os
import signal
import subprocess
import sys
import time
from threading import Thread

import pytest

from limner.errors import UnknownNameError, WorkspaceError
from limner.studio.making import build
from limner.studio.serving.joining import Joining
from limner.studio.serving.scribe import Scribe
from limner.studio.serving.serving import Serving
from limner.studio.studio import Studio


def view(number):
    return {
        "event_id": f"e{number}",
        "user_id": f"u{number % 5}",
        "item_id": f"i{number % 3}",
        "event": "view",
        "timestamp": f"2026-03-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
    }


def make(folder):
    build(events=[view(number) for number in range(10)], workspace=folder).close()
    return folder


def read_ids(folder):
    studio = Studio(folder)
    ids = [one for (one,) in studio.store.rows("SELECT event_id FROM events")]
    assert studio.verify().clean
    studio.close()
    return ids


@pytest.fixture
def workspace(tmp_path):
    return make(tmp_path / "ws")


@pytest.fixture
def scribe(workspace):
    scribe = Scribe(workspace)
    yield scribe
    scribe.close()


def test_it_answers_as_a_studio_does(scribe, workspace, tmp_path):
    many = [
        ("events", [view(n) for n in range(5, 20)]),
        ("evnets", [view(21)]),
        ("events", [{"item_id": "i1"}, "no row", view(22)]),
        ("texts", [{"user_id": "u1", "item_id": "i1", "text": "The camera is great.", "text_id": "t1"}]),
    ]
    here = Studio(make(tmp_path / "other"))

    told, wanted = scribe.submit_together(many), here.submit_together(many)

    assert isinstance(told[1], UnknownNameError)
    assert str(told[1]) == str(wanted[1])
    assert [told[0], *told[2:]] == [wanted[0], *wanted[2:]]
    here.close()
    assert sorted(read_ids(workspace)) == sorted(read_ids(tmp_path / "other"))


def test_killed_before_it_is_asked_it_is_begun_anew(scribe, workspace):
    scribe._process.kill()
    scribe._process.wait()

    (told,) = scribe.submit_together([("events", [view(30)])])

    assert (told.accepted, told.duplicates) == (1, 0)
    assert "e30" in read_ids(workspace)


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.1, 0.3])
def test_killed_while_it_writes_every_row_is_in_once(scribe, workspace, delay_s):
    scribe.submit_together([("events", [view(99)])])  # it is open by then
    process = scribe._process

    def kill():
        time.sleep(delay_s)
        process.kill()

    killer = Thread(target=kill)
    killer.start()
    told = scribe.submit_together([("events", [view(n) for n in range(100, 500)])] * 3)
    killer.join()

    assert [one.accepted + one.duplicates for one in told] == [400] * 3
    ids = read_ids(workspace)
    assert len(ids) == len(set(ids)) == 411


def test_one_that_ends_over_the_same_rows_again_is_told_of(workspace, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    scribe = Scribe(workspace)
    with pytest.raises(WorkspaceError, match="may be sent again"):
        scribe.submit_together([("events", [view(1)])])
    scribe.close()


def test_signals_that_are_for_the_service_do_not_end_it(scribe):
    scribe.submit_together([("events", [view(40)])])
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(scribe._process.pid, number)
    pid = scribe._process.pid

    (told,) = scribe.submit_together([("events", [view(41)])])

    assert told.accepted == 1
    assert scribe._process.pid == pid


def test_it_ends_with_the_process_that_began_it(workspace):
    script = (
        "import sys, time; from pathlib import Path; from limner.studio.serving.scribe import Scribe\n"
        f"scribe = Scribe(Path({str(workspace)!r})); scribe.submit_together([('events', [{view(50)!r}])])\n"
        "print(scribe._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 30
    while _is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_alive(pid)


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_workspace_that_is_gone_is_told_of_and_found_again(scribe, workspace, tmp_path):
    scribe.close()
    workspace.rename(tmp_path / "away")
    with pytest.raises(WorkspaceError):
        scribe.submit_together([("events", [view(60)])])
    (tmp_path / "away").rename(workspace)
    assert scribe.submit_together([("events", [view(60)])])[0].accepted == 1


def test_where_a_build_takes_over_it_writes_to_the_new_store(workspace):
    serving = Serving(workspace, beside=True)
    joining = Joining(serving)
    assert joining.submit("events", [view(70)]).result(60).accepted == 1
    build(events=[view(number) for number in range(4)], workspace=workspace).close()

    assert joining.submit("events", [view(71)]).result(60).accepted == 1
    with serving.reader() as studio:
        held = {one for (one,) in studio.store.rows("SELECT event_id FROM events")}

    joining.close()
    serving.close()
    assert held == {"e0", "e1", "e2", "e3", "e71"}


def test_what_it_writes_is_seen_by_who_reads_and_by_who_writes_here(workspace):
    serving = Serving(workspace, beside=True)
    joining = Joining(serving)
    before = serving.gallery.find("u1", "en")
    with serving.reader() as reader:
        serving.gallery.paint(reader, "u1", "en")

    joining.submit("events", [view(81)]).result(60)

    assert before is None
    assert serving.gallery.find("u1", "en") is None
    with serving.writer() as studio:
        studio.erase("u1")
    (refused,) = joining.submit("events", [view(86)]).result(60).refused
    assert refused.reason == "erased"
    joining.close()
    serving.close()
