"""Rows come in over HTTP: each is accepted, a duplicate, or refused with its reason, and seen at once."""

import json

import pytest

from limner.studio.studio import Studio

EVENT = {"user_id": "u0003", "item_id": "i0001", "event": "click", "timestamp": "2026-06-30T10:00:00Z"}


def test_an_event_is_seen_at_once_and_counts_once(api):
    before = api.get("/users/u0003").json()["coverage"]["events"]

    first = api.post("/events", json={**EVENT, "event_id": "once"})
    again = api.post("/events", json={**EVENT, "event_id": "once"})

    assert (first.status_code, first.json()["accepted"]) == (202, 1)
    assert (again.json()["accepted"], again.json()["duplicates"]) == (0, 1)
    assert api.get("/users/u0003").json()["coverage"]["events"] == before + 1


def test_of_many_rows_each_has_its_answer(api):
    rows = [
        {**EVENT, "event_id": "many-1"},
        {**EVENT, "event_id": "many-1"},
        {**EVENT, "timestamp": "yesterday"},
        "a word",
        {**EVENT, "user_id": None},
        {**EVENT, "user_id": "newcomer", "event_id": "many-2"},
    ]

    told = api.post("/events", json=rows).json()

    assert (told["accepted"], told["duplicates"], told["new_users"]) == (2, 1, 1)
    assert [(one["index"], one["reason"]) for one in told["refused"]] == [
        (2, "timestamp not understood"),
        (3, "is not a JSON object"),
        (4, "no user_id"),
    ]
    assert all(one["hint"] for one in told["refused"])
    assert api.get("/users/newcomer").status_code == 200


def test_rows_come_as_a_list_an_object_of_one_and_lines(api):
    rows = [{**EVENT, "event_id": f"form-{n}"} for n in range(3)]
    lines = "\n".join(json.dumps(row) for row in rows)

    assert api.post("/events", json={"events": rows}).json()["accepted"] == 3
    told = api.post("/events", content=lines, headers={"content-type": "application/x-ndjson"}).json()
    assert told["duplicates"] == 3


def test_a_user_too_quick_to_be_a_person_is_refused(api):
    rows = [
        {**EVENT, "user_id": "robot", "event_id": f"r{n}", "timestamp": 1_782_813_661 + n / 10}
        for n in range(400)
    ]

    told = api.post("/events", json=rows).json()

    assert told["accepted"] == 0
    assert told["refused"][0]["reason"].startswith("bot-like user")


def test_a_text_is_read_before_the_answer_comes(api):
    told = api.post(
        "/texts",
        json=[
            {
                "user_id": "teller",
                "text": "The delivery was far too slow.",
                "timestamp": "2026-06-30T10:00:00Z",
            },
            {"user_id": "teller", "text": " "},
        ],
    ).json()

    portrait = api.get("/users/teller").json()

    assert (told["accepted"], [one["reason"] for one in told["refused"]]) == (1, ["empty text"])
    assert portrait["coverage"]["texts"] == 1


def test_what_was_accepted_survives_and_the_sums_hold(folder, start):
    with start(folder) as client:
        for batch in range(3):
            client.post("/events", json=[{**EVENT, "event_id": f"kept-{batch}-{n}"} for n in range(50)])
    studio = Studio(folder)

    held = studio.store.one("SELECT count(*) FROM events WHERE event_id LIKE 'kept-%'")
    found = studio.verify()
    studio.close()

    assert held == (150,)
    assert found.clean


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 422),
        ("5", 422),
        ("null", 422),
        ("{", 400),
        ("", 400),
        ("\ud800".encode("utf-8", "surrogatepass"), 400),
    ],
)
def test_a_body_without_rows_is_refused(api, body, status):
    answer = api.post("/events", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.json()["error"]["hint"]


def test_a_build_that_takes_over_is_served_at_once(folder, start):
    from limner.collect.world import make_world
    from limner.studio.making import build

    with start(folder) as client:
        assert client.get("/users/u0040").status_code == 200
        build(**make_world(users=12, seed=9).tables, workspace=folder).close()

        assert client.get("/users/u0040").status_code == 404
        assert client.get("/users/u0007").status_code == 200
