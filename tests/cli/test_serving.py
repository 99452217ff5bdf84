"""`limner serve` and `limner key`: keys are made, listed and revoked, and mistakes are one line."""

import json
import shutil

import pytest


@pytest.fixture
def served(workspace, tmp_path):
    """A folder with the pointer of a workspace, where keys may be made."""
    folder = tmp_path / "ws"
    folder.mkdir()
    shutil.copy(workspace / "workspace.json", folder)
    return folder


def test_a_key_is_made_listed_and_revoked(limner, served):
    made = limner(
        "key", "create", "-w", served, "--scope", "write", "--name", "shop", "--expires", "90d", "--json"
    )
    key = json.loads(made.out)

    listed = json.loads(limner("key", "list", "-w", served, "--json").out)
    gone = limner("key", "revoke", "shop", "-w", served)

    assert key.pop("key").startswith(f"limner_{key['id']}_")
    assert listed == [key]
    assert (key["scope"], key["name"], key["expired"]) == ("write", "shop", False)
    assert gone.out == f"key {key['id']} (shop) opens nothing any more\n"
    assert limner("key", "list", "-w", served).out == "no keys: only programs of this machine are served\n"


def test_the_key_alone_is_printed_for_a_program_to_take(limner, served):
    made = limner("key", "create", "-w", served, "--scope", "read")

    assert made.out.startswith("limner_")
    assert made.out.count("\n") == 1
    assert "it is not shown again" in made.err


def test_mistakes_with_keys_are_one_line(refused, served, tmp_path):
    assert "did you mean: read" in refused("key", "create", "-w", served, "--scope", "raed")
    assert "is no span of time" in refused(
        "key", "create", "-w", served, "--scope", "read", "--expires", "soon"
    )
    assert "no key has the id or name 'x'" in refused("key", "revoke", "x", "-w", served)
    assert "limner build" in refused("key", "create", "-w", tmp_path / "nothing", "--scope", "read")


def test_nothing_is_served_to_others_without_a_key(refused, workspace):
    told = refused("serve", "-w", workspace, "--host", "0.0.0.0")

    assert f"limner key create --scope read -w {workspace}" in told


def test_mistakes_with_serving_are_one_line(refused, tmp_path, workspace):
    (tmp_path / "limner.toml").write_text('[serve]\ncors = ["shop.example"]\n')

    assert "is no origin" in refused("serve", "-w", workspace)
    (tmp_path / "limner.toml").write_text("[serve]\nport = 8765\n")
    assert "no workspace here" in refused("serve", "-w", tmp_path / "nothing")


def test_an_install_without_the_service_says_which_extra_brings_it(refused, workspace, monkeypatch):
    import limner.extras

    def miss(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(limner.extras, "import_module", miss)

    assert "pip install 'limner[serve]'" in refused("serve", "-w", workspace)
