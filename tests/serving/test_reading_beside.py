"""Many ask a workspace at once while rows come in: each answer is of one moment, and nothing is late."""

import json
import shutil
import threading

import numpy as np
import pytest

import limner
from limner.settings import ServeSettings
from limner.studio.making import build
from limner.studio.serving.gallery import read_body, write_portrait
from limner.studio.serving.serving import Serving
from limner.studio.serving.warming import warm

USERS = [f"u{number}" for number in range(12)]
N_WRITTEN = 30
LONG = ServeSettings(lag_s=1e6)


def view(user, number):
    stamp = f"2026-03-01T{number // 60:02}:{number % 60:02}:00Z"
    return {"user_id": user, "item_id": f"i{number % 7}", "timestamp": stamp, "event": "view"}


def draw_events():
    return [view(user, 7 * place + number) for place, user in enumerate(USERS) for number in range(4)]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serving") / "ws"
    items = [
        {"item_id": f"i{one}", "title": f"Thing {one}", "categories": [f"Kind {one % 3}"]} for one in range(7)
    ]
    build(events=draw_events(), items=items, workspace=folder, lang="en").close()
    return folder


@pytest.fixture
def serving(built, tmp_path):
    folder = shutil.copytree(built, tmp_path / "ws")
    opened = Serving(folder, LONG)
    yield opened
    opened.close()


def read_portrait(serving, user):
    kept = serving.gallery.find(user, "en")
    if kept is None:
        with serving.reader() as studio:
            kept = serving.gallery.paint(studio, user, "en")
    return kept


def count_events(serving, user):
    return json.loads(read_body(read_portrait(serving, user)))["coverage"]["events"]


def test_readers_see_what_was_accepted_and_never_less(serving):
    accepted, seen, over = [4], [], threading.Event()

    def read():
        while not over.is_set():
            least = accepted[-1]
            found = count_events(serving, "u0")
            seen.append((least, found, accepted[-1]))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    for number in range(N_WRITTEN):
        with serving.writer() as studio:
            studio.ingest(events=[view("u0", 200 + number)])
        accepted.append(5 + number)
    over.set()
    for one in readers:
        one.join()

    assert all(least <= found <= most + 1 for least, found, most in seen)
    assert count_events(serving, "u0") == 4 + N_WRITTEN
    assert len(seen) > N_WRITTEN // 3


def test_a_reader_waits_for_no_writer(serving):
    with serving.writer() as studio, studio.store.transaction():
        studio.store.set_meta(half_done=True)

        with serving.reader() as reader:
            painted = reader.profile("u1", lang="en")
        found = read_portrait(serving, "u1")

    assert read_body(found) == write_portrait(painted)


def test_a_build_that_takes_over_is_served_at_the_next_question(serving):
    before = count_events(serving, "u2")

    build(events=[*draw_events(), view("u2", 300)], workspace=serving.workspace, lang="en").close()

    assert (before, count_events(serving, "u2")) == (4, 5)
    with serving.reader() as reader:
        assert reader.profile("u2").coverage.events == 5


def test_what_was_warmed_is_found_and_only_what_changed_is_painted_again(serving):
    first = warm(serving.workspace, settings=LONG)
    with serving.writer() as studio:
        studio.ingest(events=[view("u3", 400)])

    hanging = {user for user in USERS if serving.gallery.find(user, "en") is not None}
    again = warm(serving.workspace, settings=LONG)

    assert (first.painted, again.painted, first.users) == (len(USERS), 1, len(USERS))
    assert hanging == set(USERS) - {"u3"}


def test_who_is_alike_follows_single_users_as_they_change(serving):
    with serving.reader() as studio:
        studio.similar("u0")
    with serving.writer() as studio:
        studio.ingest(events=[view("u5", 500), view("newcomer", 501)])

    with serving.reader() as studio:
        found = {one.user_id: one.similarity for one in studio.similar("u0", k=50)}

    fresh = limner.open(serving.workspace)
    wanted = {one.user_id: one.similarity for one in fresh.similar("u0", k=50)}
    fresh.close()
    assert found.keys() == wanted.keys() == {*USERS[1:], "newcomer"}
    np.testing.assert_allclose([found[one] for one in wanted], list(wanted.values()), atol=1e-5)


def test_an_erased_user_is_in_no_file_of_portraits(serving):
    warm(serving.workspace, settings=LONG)
    with serving.writer() as studio:
        studio.erase("u4")

    left = [path for path in serving.workspace.glob("*-rest*") if b"u4" in path.read_bytes()]

    assert serving.gallery.find("u4", "en") is None
    assert left == []
