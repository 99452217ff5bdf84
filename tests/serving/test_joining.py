"""Rows of several requests go in by one transaction: each has its own answer, and fails alone."""

import pytest

from limner.errors import UnknownNameError, WorkspaceError
from limner.studio.kept.log import hear_texts
from limner.studio.making import build
from limner.studio.serving.joining import Joining
from limner.studio.serving.serving import Serving
from limner.studio.studio import Studio


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


@pytest.fixture
def joining(serving):
    joining = Joining(serving)
    yield joining
    joining.close()


def hand_in(joining, serving, many):
    """Hand in while somebody else writes; return what is to tell what came of each."""
    with serving.writer():
        return [joining.submit(*one) for one in many]


def test_requests_that_wait_share_a_transaction_and_each_has_its_answer(joining, serving, monkeypatch):
    sizes = []
    together = type(serving._studio).submit_together
    monkeypatch.setattr(
        type(serving._studio),
        "submit_together",
        lambda studio, some: sizes.append(len(some)) or together(studio, some),
    )
    many = [("events", [view(n)]) for n in range(100, 106)] + [("events", [view(0), {"user_id": "x"}])]

    outcomes = [one.result(30) for one in hand_in(joining, serving, many)]

    assert [one.accepted for one in outcomes] == [1] * 6 + [0]
    assert (outcomes[-1].duplicates, len(outcomes[-1].refused)) == (1, 1)
    assert sum(sizes) == 7
    assert len(sizes) <= 2  # what the writer had taken already, and all that came meanwhile
    with serving.reader() as studio:
        assert studio.store.one("SELECT count(*) FROM events") == (16,)


def test_one_that_cannot_be_taken_does_not_keep_the_others_out(joining, serving):
    many = [("events", [view(200)]), ("evnets", [view(201)]), ("events", [view(202)])]

    outcomes = hand_in(joining, serving, many)

    assert isinstance(outcomes[1].exception(30), UnknownNameError)
    assert [outcomes[0].result(30).accepted, outcomes[2].result(30).accepted] == [1, 1]


def test_where_the_store_cannot_be_written_nobody_is_told_their_rows_are_in(joining, serving, monkeypatch):
    def fail(*given, **named):
        raise WorkspaceError("the disk is full")

    monkeypatch.setattr("limner.studio.intake.ingestion.keep_touched", fail)

    outcomes = hand_in(joining, serving, [("events", [view(n)]) for n in (300, 301)])

    assert all(isinstance(one.exception(30), WorkspaceError) for one in outcomes)
    with serving.reader() as studio:
        assert studio.store.one("SELECT count(*) FROM events") == (10,)


def test_a_log_of_changes_is_folded_in_beside_who_writes(joining, serving, monkeypatch):
    monkeypatch.setattr("limner.studio.serving.folding._SOME", 1)
    monkeypatch.setattr("limner.studio.serving.folding._MUCH", 2)
    path = serving._studio.store.path
    before = path.stat().st_size

    for number in range(1000, 4000, 100):
        joining.submit("events", [view(n) for n in range(number, number + 100)]).result(30)
        serving._folding._over.wait(0.03)

    assert path.stat().st_size > before
    assert serving._studio.store.waiting() < 3_000_000


def test_who_takes_rows_back_in_time_has_not_handed_them_in(joining, serving):
    with serving.writer():
        first, second, third = (joining.submit("events", [view(n)]) for n in (400, 401, 402))
        while joining._waiting and joining._waiting[0].outcome is first:
            pass
        is_back = third.cancel()

    assert [first.result(30).accepted, second.result(30).accepted] == [1, 1]
    with serving.reader() as studio:
        (n,) = studio.store.one("SELECT count(*) FROM events")
    assert n == 12 + (not is_back)


def test_what_waits_is_written_before_the_end(serving):
    joining = Joining(serving)
    outcomes = hand_in(joining, serving, [("events", [view(n)]) for n in (500, 501, 502)])
    joining.close()
    assert [one.result(0).accepted for one in outcomes] == [1, 1, 1]


def test_texts_are_read_while_others_may_write(joining, serving, monkeypatch):
    other = Studio(serving.workspace)
    other.store.rows("PRAGMA busy_timeout = 200")
    numbers = iter(range(600, 700))

    def write_and_hear(*given, **named):
        other.ingest(events=[view(next(numbers))])
        return hear_texts(*given, **named)

    monkeypatch.setattr("limner.studio.intake.ingestion.hear_texts", write_and_hear)
    texts = [{"user_id": f"u{n}", "item_id": "i1", "text": "The camera is great."} for n in range(3)]

    outcomes = hand_in(joining, serving, [("texts", [one]) for one in texts])

    assert [one.result(30).accepted for one in outcomes] == [1, 1, 1]
    with serving.reader() as studio:
        assert studio.store.one("SELECT count(*) FROM events WHERE event_id LIKE 'e60_'") == (3,)
        assert studio.store.one("SELECT count(*) FROM texts WHERE polarity > 0") == (3,)
    other.close()
