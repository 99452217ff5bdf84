"""Keys: what each scope may, and that a forged, expired, revoked or foreign one opens nothing."""

import json
import stat
from dataclasses import replace

import pytest

from limner.errors import SettingsError, UnknownNameError, WorkspaceError
from limner.server.running import check_address
from limner.settings import ServeSettings
from limner.studio.rights.keys import FILE, Keyring, create_key, read_keys, revoke_key

EVENT = {"user_id": "u0003", "item_id": "i0001", "event": "click", "timestamp": "2026-06-30T10:00:00Z"}
EVERYONE = ServeSettings(host="0.0.0.0")


def show(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_each_scope_may_what_those_before_it_may(keyed):
    client, keys = keyed
    client.headers["x-request-id"] = "scopes"

    def ask(scope):
        headers = show(keys[scope])
        return (
            client.get("/users/u0003", headers=headers).status_code,
            client.post("/events", json=EVENT, headers=headers).status_code,
            client.get("/users/u0004/export", headers=headers).status_code,
        )

    assert {scope: ask(scope) for scope in keys} == {
        "read": (200, 403, 403),
        "write": (200, 202, 403),
        "admin": (200, 202, 200),
    }
    assert client.post("/vectors", json={"ids": ["u0003"]}, headers=show(keys["read"])).status_code == 200
    assert client.delete("/users/u0003", headers=show(keys["write"])).status_code == 403


def test_without_a_key_only_health_and_the_description_are_open(keyed):
    client, _ = keyed

    statuses = {
        path: client.get(path).status_code for path in ("/users/u0003", "/metrics", "/healthz", "/readyz")
    }
    refused = client.get("/users/u0003")

    assert statuses == {"/users/u0003": 401, "/metrics": 401, "/healthz": 200, "/readyz": 200}
    assert client.get("/openapi.json").status_code == 200
    assert refused.json()["error"]["code"] == "missing_key"
    assert refused.headers["www-authenticate"] == "Bearer"


def test_forged_keys_open_nothing(keyed):
    client, keys = keyed
    real = keys["admin"]
    forged = [
        real[:-1],
        real + "A",
        real.replace("limner_", "limner__"),
        real.upper(),
        real.split("_")[1],
        "limner_" + "0" * 12 + "_" + "A" * 43,
        "' OR 1=1 --",
    ]

    answers = [client.get("/users/u0003", headers=show(key)) for key in forged]
    basic = client.get("/users/u0003", headers={"authorization": f"Basic {real}"})

    assert {answer.status_code for answer in [*answers, basic]} == {401}
    assert {answer.json()["error"]["code"] for answer in answers} == {"unknown_key"}


def test_who_shows_wrong_keys_over_and_over_has_to_wait(keyed):
    client, keys = keyed

    answers = [client.get("/users/u0003", headers=show("limner_x_y")) for _ in range(25)]
    last = client.get("/users/u0003", headers=show(keys["read"]))

    assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 5
    assert (last.status_code, int(last.headers["retry-after"]) > 0) == (429, True)


def test_an_expired_key_opens_nothing(folder, start):
    _, short = create_key(folder, scope="admin", expires_days=1e-9)

    with start(folder) as client:
        refused = client.get("/users/u0003", headers=show(short))

    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "expired_key")


def test_a_revoked_key_ends_while_the_service_runs(keyed, folder):
    client, keys = keyed
    before = client.get("/users/u0003", headers=show(keys["read"])).status_code

    revoke_key(folder, keys["read"].split("_")[1])

    assert (before, client.get("/users/u0003", headers=show(keys["read"])).status_code) == (200, 401)
    assert client.get("/users/u0003", headers=show(keys["write"])).status_code == 200


def test_a_key_of_another_workspace_opens_nothing(keyed, tmp_path):
    client, _ = keyed
    (tmp_path / "other").mkdir()
    _, foreign = create_key(tmp_path / "other", scope="admin")

    assert client.get("/users/u0003", headers=show(foreign)).status_code == 401


def test_nothing_listens_to_others_without_a_key(built, folder):
    create_key(folder, scope="read")

    with pytest.raises(SettingsError, match=r"limner key create --scope read"):
        check_address(built, EVERYONE)
    check_address(folder, EVERYONE)
    check_address(built, replace(EVERYONE, host="127.0.0.1"))


def test_a_public_service_stays_closed_when_its_last_key_goes(folder, start):
    key, text = create_key(folder, scope="read")

    with start(folder, EVERYONE) as client:
        open_to_key = client.get("/users/u0003", headers=show(text)).status_code
        revoke_key(folder, key.id)
        closed = client.get("/users/u0003").status_code

    assert (open_to_key, closed) == (200, 401)


def test_without_keys_a_page_of_another_host_reads_nothing(api):
    refused = api.get("/users/u0003", headers={"host": "evil.example"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "foreign_host")


def test_only_hashes_are_kept_and_for_the_owner_alone(folder):
    key, text = create_key(folder, scope="write", name="shop", expires_days=90)

    kept = (folder / FILE).read_text()

    assert text not in kept
    assert text.rpartition("_")[2] not in kept
    assert key.sha256 in kept
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert Keyring(folder).find(text) == key
    assert "sha256" not in key.to_dict()


def test_builds_keep_the_keys(folder):
    from limner.collect.world import make_world
    from limner.studio.making import build

    key, _ = create_key(folder, scope="read")

    build(**make_world(users=12, seed=9).tables, workspace=folder).close()

    assert read_keys(folder) == [key]


def test_mistakes_with_keys_name_the_remedy(folder, tmp_path):
    create_key(folder, scope="read", name="shop")

    with pytest.raises(UnknownNameError, match=r"did you mean: write"):
        create_key(folder, scope="wriet")
    with pytest.raises(UnknownNameError, match=r"no key has the id or name 'shops'"):
        revoke_key(folder, "shops")
    with pytest.raises(WorkspaceError, match=r"limner build"):
        create_key(tmp_path / "nowhere", scope="read")


def test_a_file_of_keys_that_cannot_be_read_lets_nobody_in(folder, start):
    _, text = create_key(folder, scope="read")
    (folder / FILE).write_text(json.dumps({"keys": [{"id": 5}]}))

    with start(folder) as client:
        refused = client.get("/users/u0003", headers=show(text))

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "workspace_unavailable")
    assert str(folder) not in refused.text
