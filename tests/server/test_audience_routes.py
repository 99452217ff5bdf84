"""Contexts and audiences over HTTP: what is answered, and what no caller can break."""

import shutil

import pytest
from fastapi.testclient import TestClient

from limner.server.app import create_app
from limner.text.token_bounds import bound_tokens

SHAPE = ["code", "message", "hint"]


@pytest.fixture(scope="module")
def api(studio, tmp_path_factory):
    """A client of the application over a copy of the sample world."""
    folder = shutil.copytree(studio.folder, tmp_path_factory.mktemp("audiences") / "ws")
    app = create_app(folder, lang="en")
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def test_a_context_keeps_to_its_budget_and_cites(api):
    told = api.get("/users/u0007/context", params={"query": "price", "max_tokens": 200})

    assert told.status_code == 200
    assert list(told.json()) == ["user_id", "query", "text", "tokens", "max_tokens", "facts", "as_of"]
    assert bound_tokens(told.json()["text"]) == told.json()["tokens"] <= 200
    assert all(fact["evidence"] for fact in told.json()["facts"])


def test_a_context_that_the_caller_has_is_not_sent_again(api):
    tag = api.get("/users/u0007/context").headers["etag"]

    assert api.get("/users/u0007/context", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/users/nobody/context", {}, 404),
        ("/users/u0007/context", {"max_tokens": 0}, 422),
        ("/users/u0007/context", {"max_tokens": "many"}, 422),
        ("/users/u0007/context", {"query": "x" * 2_001}, 422),
        ("/users/u0007/context", {"lang": "fr"}, 422),
        ("/audiences/a000000000000/size", {}, 404),
        ("/audiences/%27%20OR%201=1/users", {}, 404),
        ("/audiences/a000000000000/users", {"limit": 0}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused_in_the_one_shape(api, path, params, status):
    refused = api.get(path, params=params)

    assert refused.status_code == status
    assert list(refused.json()["error"]) == SHAPE


def test_an_audience_is_counted_before_it_is_listed_and_pages_are_whole(api, studio):
    expression = "demographic/age>=30 and behaviour/price_band<=3"
    expected = studio.audience(expression)

    made = api.post("/audiences", json={"expression": expression, "name": "thrifty"})
    size = api.get(f"/audiences/{made.json()['id']}/size").json()
    first = api.get(f"/audiences/{size['id']}/users", params={"limit": 10}).json()
    rest = api.get(f"/audiences/{size['id']}/users", params={"limit": 1_000, "after": first["next"]}).json()

    assert made.status_code == 201
    assert (made.json()["size"], made.json()["name"]) == (expected.size, "thrifty")
    assert size["size"] == expected.size
    assert [*first["users"], *rest["users"]] == list(expected.user_ids)
    assert rest["next"] is None
    assert made.json()["id"] in [one["id"] for one in api.get("/audiences").json()["audiences"]]


def test_an_audience_follows_a_correction_and_can_be_dropped(api):
    expression = "interest/category=零食"
    kept = api.post("/audiences", json={"expression": expression}).json()
    users = api.get(f"/audiences/{kept['id']}/users").json()["users"]

    api.post(f"/users/{users[0]}/corrections", json={"fact": expression, "forbid": True})

    assert api.get(f"/audiences/{kept['id']}/size").json()["size"] == kept["size"] - 1
    assert api.delete(f"/audiences/{kept['id']}").status_code == 200
    assert api.get(f"/audiences/{kept['id']}/size").status_code == 404


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "' OR 1=1 --",
        "interest/category=x'; DROP TABLE users; --",
        "interest/category='%' or interest/category='_'",
        "interest/category=${jndi:ldap://x}",
        "interest/category={{7*7}}",
        "interest/category=\u0000",
        "interest/category='😀\u202e'",
        "(" * 1_000 + "demographic/age" + ")" * 1_000,
        "not " * 400 + "demographic/age",
        " and ".join(["demographic/age"] * 100),
        "demographic/age in (" + ",".join("1" * 900) + ")" + "x" * 400,
        "x" * 100_000,
        "demographic/age>1e309",
        "demographic/__class__=x",
        "__import__('os')/system=x",
    ],
    ids=range(16),
)
def test_an_expression_that_cannot_be_is_refused_with_the_place(api, expression):
    refused = api.post("/audiences", json={"expression": expression})

    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "invalid_expression"
    assert refused.json()["error"]["message"].startswith("character ")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expression": 7},
        {"expression": ["demographic/age"]},
        {"expression": "demographic/age", "sql": "x"},
        [],
    ],
    ids=["empty", "number", "list", "unknown-key", "no-object"],
)
def test_a_body_of_another_form_is_refused(api, body):
    assert api.post("/audiences", json=body).status_code == 422


def test_every_answer_is_documented(api):
    paths = api.get("/openapi.json").json()["paths"]

    for path, method, status in (
        ("/users/{user_id}/context", "get", "200"),
        ("/audiences", "post", "201"),
        ("/audiences/{audience_id}/size", "get", "200"),
        ("/audiences/{audience_id}/users", "get", "200"),
    ):
        responses = paths[path][method]["responses"]
        assert responses[status]["content"]["application/json"]["example"]
        assert "422" in responses
