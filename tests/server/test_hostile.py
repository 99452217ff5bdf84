"""What hostile, broken and impatient callers send: each is refused in the one shape, and harms nobody."""

import json
import logging
import socket
import time
from dataclasses import replace

import httpx
import pytest

from limner.settings import ServeSettings

SHAPE = ["code", "message", "hint"]
INJECTIONS = [
    "' OR '1'='1",
    "u0003'; DROP TABLE users; --",
    'u0003" UNION SELECT * FROM users --',
    "../../etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "u0003\x00",
    "u0003\r\nx-evil: 1",
    "用户" * 300,
]


def knock(client: httpx.Client) -> socket.socket:
    """Return a bare connection to a server."""
    return socket.create_connection((client.base_url.host, client.base_url.port), timeout=10)


def read_all(connection: socket.socket) -> bytes:
    """Return what comes until the other side ends the connection."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_id_is_an_id_whatever_it_says(api, text):
    before = api.get("/overview").json()["users"]
    quoted = httpx.QueryParams({"x": text})["x"]

    by_path = api.get(httpx.URL("/users/" + "".join(f"%{byte:02X}" for byte in text.encode())))
    by_query = api.get("/users", params={"ids": [quoted, "u0005"]})
    found = api.get("/search", params={"q": text[:100]})

    assert by_path.status_code in (404, 422)
    assert list(by_path.json()["error"]) == SHAPE
    assert [one["user_id"] for one in by_query.json()["users"]] == ["u0005"]
    assert found.json() == {"users": []}
    assert "x-evil" not in by_path.headers
    assert api.get("/overview").json()["users"] == before


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/users/u0003", {"dimension": "interest' OR 1=1"}),
        ("/users/u0003", {"as_of": "2026-01-01'; DROP TABLE events"}),
        ("/users/u0003", {"as_of": "9999999-01-01"}),
        ("/users/u0003", {"fields": "__class__"}),
        ("/users/u0003", {"lang": "../zh"}),
        ("/users/u0003/recommendations", {"model": "os.system"}),
        ("/users/u0003/recommendations", {"boost": "category=x:1e999"}),
        ("/users/u0003/recommendations", {"k": "1e9"}),
        ("/users/u0003/recommendations", {"price_min": "nan"}),
        ("/users/u0003/recommendations", {"category": "') OR 1=1 --"}),
        ("/users/u0003/similar", {"k": "-1"}),
        ("/compare", {"a": "u0003"}),
        ("/users", {"ids": ",".join(str(n) for n in range(501))}),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(api, path, params):
    refused = api.get(path, params=params)

    assert refused.status_code == 422
    assert list(refused.json()["error"]) == SHAPE


def test_what_is_not_there_is_told_in_the_one_shape(api):
    statuses = {
        ("GET", "/nothing"): 404,
        ("GET", "/users/nobody"): 404,
        ("GET", "/users/nobody/vector"): 404,
        ("GET", "/users/u0003/explanations/nothing"): 404,
        ("PUT", "/users/u0003"): 405,
        ("GET", "/events"): 405,
    }

    answers = {asked: api.request(*asked) for asked in statuses}

    assert {asked: answer.status_code for asked, answer in answers.items()} == statuses
    assert all(list(answer.json()["error"]) == SHAPE for answer in answers.values())
    assert "GET" in answers["PUT", "/users/u0003"].headers["allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_of_another_type_is_refused(api, kind):
    refused = api.post("/events", content=b'{"user_id": "u0003"}', headers={"content-type": kind})

    assert refused.status_code == 415
    assert refused.json()["error"]["hint"] == "send Content-Type: application/json"


def test_a_body_too_long_is_refused_whatever_it_says_of_its_length(api):
    def drip():
        for _ in range(30):
            yield b" " * 10_000

    told = api.post("/events", content=b" " * 300_000, headers={"content-type": "application/json"})
    chunked = api.post("/events", content=drip(), headers={"content-type": "application/json"})

    assert (told.status_code, chunked.status_code) == (413, 413)
    assert told.json()["error"]["code"] == chunked.json()["error"]["code"] == "too_large"


def test_a_deep_or_odd_body_is_refused_and_not_a_fault(api):
    headers = {"content-type": "application/json"}
    bodies = [
        b"[" * 50_000,
        b'{"a":' * 20_000,
        b'{"user_id": "\xff"}',
        b'{"user_id": 1e400, "item_id": "i1", "event": "click"}',
        json.dumps([{"user_id": {"a": [1]}, "item_id": ["i1"], "timestamp": {}}]).encode(),
        json.dumps([{"user_id": "u0003", "item_id": "i0001", "timestamp": 2**70}]).encode(),
        json.dumps([{"user_id": True, "__proto__": {"a": 1}, "": 3}]).encode(),
    ]

    statuses = [api.post("/events", content=body, headers=headers).status_code for body in bodies]

    assert set(statuses) <= {202, 400, 422}
    assert api.get("/readyz").status_code == 200


def test_an_address_or_headers_too_long_are_refused(api):
    long_query = api.get("/users/u0003", params={"as_of": "x" * 9_000})
    long_headers = api.get("/users/u0003", headers={"x-long": "x" * 40_000})

    assert (long_query.status_code, long_headers.status_code) == (414, 431)


def test_a_body_that_dawdles_is_refused_in_time(api):
    with knock(api) as connection:
        connection.sendall(
            b"POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"content-length: 1000\r\n\r\n{"
        )
        began = time.monotonic()
        answer = read_all(connection)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("head", [b"", b"GET /users/u0003 HTTP/1.1\r\nhost: loc"])
def test_a_connection_that_never_asks_is_closed(api, head):
    with knock(api) as connection:
        connection.sendall(head)
        began = time.monotonic()

        assert read_all(connection) == b""
        assert time.monotonic() - began < 5


def test_headers_without_end_are_not_read(api):
    line = b"x-long: " + b"y" * 1_000 + b"\r\n"
    with knock(api) as connection:
        connection.sendall(b"GET /users/u0003 HTTP/1.1\r\n")
        sent = sum(send(connection, line) for _ in range(5_000))

    assert sent < 5_000 * len(line)
    assert api.get("/healthz").status_code == 200


def send(connection: socket.socket, data: bytes) -> int:
    """Return how many bytes the other side still took."""
    try:
        connection.sendall(data)
    except OSError:
        return 0
    return len(data)


def test_what_is_no_http_is_refused(api):
    with knock(api) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n")

        assert read_all(connection).startswith(b"HTTP/1.1 400 ")


def test_who_asks_too_often_has_to_wait(folder, start):
    with start(folder, ServeSettings(requests_per_second=1, burst=3)) as client:
        answers = [client.get("/users/u0003", params={"fields": "coverage"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["error"]["code"] == "too_many_requests"


def test_pages_of_other_origins_read_nothing_unless_they_are_named(folder, start):
    shop = {"origin": "https://shop.example"}
    settings = ServeSettings(cors=("https://shop.example",))

    with start(folder) as client:
        closed = client.get("/users/u0003", headers=shop)
    with start(folder, settings) as client:
        named = client.get("/users/u0003", headers=shop)
        asked = client.options("/events", headers={**shop, "access-control-request-method": "POST"})
        other = client.get("/users/u0003", headers={"origin": "https://evil.example"})

    assert "access-control-allow-origin" not in closed.headers
    assert named.headers["access-control-allow-origin"] == "https://shop.example"
    assert asked.status_code == 200
    assert "access-control-allow-origin" not in other.headers


def test_the_log_names_nobody_and_quotes_nothing(folder, start, caplog):
    from limner.server.logs import Lines

    with caplog.at_level(logging.INFO, logger="limner.server"), start(folder) as client:
        client.get("/users/u0003", params={"as_of": "2026-03-01"})
        client.get("/search", params={"q": "secret words"})
        client.post("/texts", json={"user_id": "u0003", "text": "my own words"})
    lines = [
        json.loads(Lines().format(record)) for record in caplog.records if record.name == "limner.server"
    ]

    written = json.dumps(lines)
    asked = [line for line in lines if line["event"] == "request"]
    assert [line["route"] for line in asked] == ["/users/{user_id}", "/search", "/texts"]
    assert all(line["request_id"] and line["ms"] > 0 and line["status"] for line in asked)
    assert [word for word in ("u0003", "secret", "own words", "2026-03-01") if word in written] == []


def test_a_mistake_of_ours_is_told_without_its_words(folder, start, caplog, monkeypatch):
    from limner.server.desk import Desk
    from limner.server.logs import Lines

    def fail(self, user_id, wanted):
        raise RuntimeError(f"cannot paint {user_id}")

    for name in ("find_portrait", "profile_json"):  # before a route is looked for, and in one
        monkeypatch.setattr(Desk, name, fail)
    with start(folder) as client:
        answers = [client.get("/users/u0003"), client.get("/users/u0003", params={"fields": "facts"})]
    lines = [Lines().format(record) for record in caplog.records if record.levelname == "ERROR"]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert {answer.json()["error"]["code"] for answer in answers} == {"internal_error"}
    assert "cannot paint" not in "".join([*(answer.text for answer in answers), *lines])
    assert ["RuntimeError" in line and "test_hostile.py" in line for line in lines] == [True, True]


def test_settings_that_cannot_be_are_refused():
    from limner.errors import SettingsError

    with pytest.raises(SettingsError, match=r"serve\.port"):
        replace(ServeSettings(), port=70_000)
    with pytest.raises(SettingsError, match=r"serve\.workers"):
        replace(ServeSettings(), workers=0)
    with pytest.raises(SettingsError, match="is no origin"):
        replace(ServeSettings(), cors=("shop.example",))
