"""Rows of several requests go in by one transaction: each has its own answer, and fails alone."""

import threading

import pytest

from limner.errors import UnknownNameError, WorkspaceError
from limner.studio.joining import Joining
from limner.studio.making import build
from limner.studio.serving import Serving


def view(number):
    return {
        "event_id": f"e{number}",
        "user_id": f"u{number % 5}",
        "item_id": f"i{number % 3}",
        "event": "view",
        "timestamp": f"2026-03-01T00:{number // 60:02}:{number % 60:02}Z",
    }


@pytest.fixture
def serving(tmp_path):
    build(events=[view(number) for number in range(10)], workspace=tmp_path / "ws").close()
    serving = Serving(tmp_path / "ws")
    yield serving
    serving.close()


def hand_in(joining, many, hold):
    """Hand in from as many threads, all of which wait until the writer is free; return what came of each."""
    outcomes = [None] * len(many)

    def work(place):
        try:
            outcomes[place] = joining.submit(*many[place])
        except Exception as exc:
            outcomes[place] = exc

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(many))]
    with hold():
        for one in threads:
            one.start()
        while len(joining._waiting) < len(many):
            pass
    for one in threads:
        one.join()
    return outcomes


def test_requests_that_wait_share_a_transaction_and_each_is_answered_for_itself(serving, monkeypatch):
    sizes = []
    together = type(serving._studio).submit_together
    monkeypatch.setattr(
        type(serving._studio),
        "submit_together",
        lambda studio, some: sizes.append(len(some)) or together(studio, some),
    )
    many = [("events", [view(n)]) for n in range(100, 106)] + [("events", [view(0), {"user_id": "x"}])]

    outcomes = hand_in(Joining(serving), many, serving.writer)

    assert [one.accepted for one in outcomes] == [1] * 6 + [0]
    assert (outcomes[-1].duplicates, len(outcomes[-1].refused)) == (1, 1)
    assert sum(sizes) == 7
    assert max(sizes) == 7
    with serving.reader() as studio:
        assert studio.store.one("SELECT count(*) FROM events") == (16,)


def test_one_that_cannot_be_taken_does_not_keep_the_others_out(serving):
    many = [("events", [view(200)]), ("evnets", [view(201)]), ("events", [view(202)])]

    outcomes = hand_in(Joining(serving), many, serving.writer)

    assert isinstance(outcomes[1], UnknownNameError)
    assert [outcomes[0].accepted, outcomes[2].accepted] == [1, 1]


def test_where_the_store_cannot_be_written_nobody_is_told_their_rows_are_in(serving, monkeypatch):
    def fail(*given, **named):
        raise WorkspaceError("the disk is full")

    monkeypatch.setattr("limner.studio.ingestion.keep_touched", fail)

    outcomes = hand_in(Joining(serving), [("events", [view(n)]) for n in (300, 301)], serving.writer)

    assert all(isinstance(one, WorkspaceError) for one in outcomes)
    with serving.reader() as studio:
        assert studio.store.one("SELECT count(*) FROM events") == (10,)


def test_a_log_of_changes_is_folded_in_beside_who_writes(serving, monkeypatch):
    monkeypatch.setattr("limner.studio.folding._SOME", 1)
    monkeypatch.setattr("limner.studio.folding._MUCH", 2)
    joining, path = Joining(serving), serving._studio.store.path
    before = path.stat().st_size

    for number in range(1000, 4000, 100):
        joining.submit("events", [view(n) for n in range(number, number + 100)])
        serving._folding._over.wait(0.03)

    assert path.stat().st_size > before
    assert serving._studio.store.waiting() < 3_000_000
