"""Portraits, vectors, recommendations and people over HTTP: what the command line says, as JSON."""

import numpy as np
import pytest

from limner.studio.studio import Studio


@pytest.fixture(scope="module")
def studio(built):
    found = Studio(built, lang="en")
    yield found
    found.close()


def test_a_portrait_is_what_show_prints_with_its_pending_events(api, studio):
    shown = studio.profile("u0003").to_dict()

    found = api.get("/users/u0003").json()

    assert {name: value for name, value in found.items() if name != "pending_events"} == shown
    assert found["pending_events"] == 0


def test_a_portrait_of_the_past_says_how_many_events_came_later(api, studio):
    now = api.get("/users/u0003").json()

    past = api.get("/users/u0003", params={"as_of": "2026-03-01"}).json()

    assert past["as_of"].startswith("2026-03-01")
    assert past["coverage"]["events"] + past["pending_events"] == now["coverage"]["events"]
    assert past["pending_events"] > 0


def test_dimensions_and_fields_are_chosen(api):
    found = api.get(
        "/users/u0003", params={"dimension": "interest,behaviour", "fields": "key,strength"}
    ).json()

    assert list(found) == ["user_id", "as_of", "pending_events", "facts"]
    assert {tuple(fact) for fact in found["facts"]} == {("key", "strength")}


def test_a_portrait_is_told_in_the_language_asked_for(api):
    chinese = api.get("/users/u0003", params={"lang": "zh", "dimension": "behaviour"}).json()

    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese["facts"][0]["statement"])


def test_many_portraits_come_in_the_order_asked_for(api):
    found = api.get("/users", params={"ids": "u0005,nobody,u0003", "fields": "coverage"}).json()

    assert [one["user_id"] for one in found["users"]] == ["u0005", "u0003"]
    assert found["unknown"] == ["nobody"]


def test_a_body_that_is_known_is_not_sent_again(api):
    first = api.get("/users/u0003")

    again = api.get("/users/u0003", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_long_bodies_are_compressed_for_those_who_read_that(api):
    plain = api.get("/users/u0003", headers={"accept-encoding": "identity"})
    packed = api.get("/users/u0003", headers={"accept-encoding": "gzip"})

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.json() == plain.json()


def test_a_vector_comes_as_numbers_and_as_bytes(api, studio):
    ids, vectors = studio.vectors()
    own = vectors[ids.index("u0003")]

    told = api.get("/users/u0003/vector").json()
    raw = api.get("/users/u0003/vector", headers={"accept": "application/octet-stream"})

    assert told["dim"] == len(told["values"])
    assert np.allclose(told["values"], own, atol=1e-6)
    assert np.allclose(np.frombuffer(raw.content, "<f4"), own, atol=1e-6)


def test_many_vectors_come_as_numbers_and_as_bytes(api):
    asked = {"ids": ["u0003", "nobody", "u0005"]}

    told = api.post("/vectors", json=asked).json()
    raw = api.post("/vectors", json=asked, headers={"accept": "application/octet-stream"})
    rows = np.frombuffer(raw.content, "<f4").reshape(3, told["dim"])

    assert [one["user_id"] for one in told["vectors"]] == ["u0003", "u0005"]
    assert told["unknown"] == ["nobody"]
    assert np.array_equal(rows[0], np.array(told["vectors"][0]["values"], "<f4"))
    assert not rows[1].any()
    assert raw.headers["x-limner-unknown"] == "1"


def test_many_vectors_are_those_of_now_whether_they_hang_or_are_drawn(fresh, folder):
    ids = [f"u{number:04}" for number in range(1, 30)]
    for one in ids[::2]:
        fresh.get(f"/users/{one}")
    rows = [{"user_id": one, "item_id": "i0003", "event": "purchase"} for one in ids[::3]]
    stamped = [{**row, "timestamp": "2026-06-30T12:00:00Z"} for row in rows]
    assert fresh.post("/events", json=stamped).json()["accepted"] == len(rows)
    liked = next(one for one in fresh.get(f"/users/{ids[1]}").json()["facts"] if one["key"] == "category")
    asked = {"fact": f"interest/category={liked['value']}", "forbid": True}
    fresh.post(f"/users/{ids[1]}/corrections", json=asked).raise_for_status()

    told = fresh.post("/vectors", json={"ids": ids}).json()["vectors"]

    studio = Studio(folder)
    for user_id, shape in zip(ids, told, strict=True):
        own = studio.vector(user_id)[1]
        np.testing.assert_allclose(shape["values"], own.values, atol=1e-6)
        assert (shape["alpha"], shape["beta"]) == pytest.approx((own.alpha, own.beta), abs=1e-4)
    studio.close()


def test_recommendations_obey_wishes(api, studio):
    plain = api.get("/users/u0003/recommendations", params={"k": 5}).json()
    category = studio.store.one("SELECT category FROM item_categories ORDER BY category")[0]
    filtered = api.get("/users/u0003/recommendations", params={"k": 5, "category": category}).json()

    assert [one["item_id"] for one in plain["items"]] == [
        one.item_id for one in studio.recommend_one("u0003", 5, lang="en")
    ]
    members = studio.store.rows(
        "SELECT i.item_id FROM items i JOIN item_categories c USING (item_no) WHERE c.category = ?", category
    )
    assert {one["item_id"] for one in filtered["items"]} <= {row[0] for row in members}


def test_an_explanation_sums_to_the_score(api):
    best = api.get("/users/u0003/recommendations", params={"k": 1}).json()["items"][0]

    told = api.get(f"/users/u0003/explanations/{best['item_id']}").json()

    assert told["sum_of_parts"] == pytest.approx(told["score"], abs=1e-6)
    assert told["score"] == pytest.approx(best["score"], abs=1e-5)


def test_similar_users_and_lookalikes_are_found(api):
    near = api.get("/users/u0003/similar", params={"k": 3}).json()
    like = api.post("/lookalikes", json={"ids": ["u0003", "u0005", "nobody"], "k": 3}).json()

    assert len(near["users"]) == 3
    assert (like["seeds"], like["unknown"], len(like["users"])) == (2, ["nobody"], 3)


def test_users_are_found_by_a_part_of_their_id_and_by_what_they_declared(api):
    by_id = api.get("/search", params={"q": "u000", "limit": 3}).json()["users"]
    city = next(one["attributes"]["city"] for one in by_id if "city" in one["attributes"])
    by_city = api.get("/search", params={"q": city}).json()["users"]

    assert [one["user_id"] for one in by_id] == ["u0001", "u0002", "u0003"]
    assert all(one["attributes"]["city"] == city for one in by_city)


def test_letters_that_mean_something_to_a_search_are_taken_as_they_are(api):
    assert api.get("/search", params={"q": "%"}).json() == {"users": []}
    assert api.get("/search", params={"q": "_0"}).json() == {"users": []}


def test_everyone_is_seen_at_a_glance(api, studio):
    told = api.get("/overview").json()
    groups = api.get("/segments").json()["segments"]

    assert told["users"] == len(studio.user_ids()) == sum(one["size"] for one in groups)
    assert told["newest"] == api.get("/users/u0003").json()["as_of"]


def test_two_users_are_compared(api):
    told = api.get("/compare", params={"a": "u0003", "b": "u0005"}).json()

    assert told["users"] == ["u0003", "u0005"]
    assert -1 <= told["similarity"] <= 1
    assert all(len(one["of"]) == 2 for one in told["shared"])


def test_health_is_told(api):
    assert api.get("/healthz").json() == {"status": "alive"}
    assert api.get("/readyz").json()["status"] == "ready"


def test_numbers_are_counted_by_route_and_never_by_user(api):
    api.get("/users/u0007")

    told = api.get("/metrics").text

    assert 'limner_requests_total{method="GET",route="/users/{user_id}",status="200"}' in told
    assert "limner_request_seconds_bucket" in told
    assert "u0007" not in told


def test_every_answer_has_an_id_and_keeps_that_of_the_caller(api):
    named = api.get("/users/nobody", headers={"x-request-id": "call-17"})
    own = api.get("/healthz", headers={"x-request-id": "no id, at all"})

    assert named.headers["x-request-id"] == "call-17"
    assert len(own.headers["x-request-id"]) == 16
