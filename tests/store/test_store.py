"""The store keeps what it is given, or keeps what it had."""

import json
import sqlite3

import numpy as np
import pytest

from limner.errors import WorkspaceError
from limner.store.schema import VERSION
from limner.store.sqlite import SqliteStore, explained
from limner.store.workspace import building, is_current, open_workspace, publish


@pytest.fixture
def store(tmp_path):
    store = SqliteStore.create(tmp_path / "portrait-1.sqlite")
    yield store
    store.close()


def cell(key, n):
    return (1, "category", key, n, 1.0, 2.0, 0.5, 1.0, 1, 0, 10, 20)


def test_cells_are_read_by_signal_and_key(store):
    store.insert("cells", [cell("red", 2), cell("blue", 1)])
    found = store.cells_of(1)["category"]
    assert (list(found), found["red"].n, found["red"].mean_liking) == (["blue", "red"], 2, 0.5)
    assert (found["red"].signal, found["red"].first_seen, found["red"].last_seen) == ("category", 10, 20)


def test_a_transaction_that_fails_leaves_nothing(store):
    with pytest.raises(KeyError), store.transaction():
        store.insert("cells", [cell("red", 1)])
        raise KeyError
    assert store.cells_of(1) == {}


def test_arrays_come_back(store):
    array = np.arange(12, dtype=np.float32).reshape(4, 3)
    store.put_array("a", array)
    assert (store.array("a") == array).all()
    assert store.array_header("a") == ("float32", [4, 3])


def test_an_unknown_array_is_a_key_error(store):
    with pytest.raises(KeyError):
        store.array("nothing")


def test_meta_keeps_what_json_can_hold(store):
    store.set_meta(scale=[1, 5], name="画像")
    assert store.meta() == {"scale": [1, 5], "name": "画像"}


def test_a_new_build_takes_over_and_the_old_one_goes(tmp_path):
    for name in ("first", "second"):
        with building(tmp_path) as built:
            built.set_meta(name=name)
            publish(tmp_path, built)
    found = open_workspace(tmp_path)
    assert found.meta() == {"name": "second"}
    assert [path.name for path in tmp_path.glob("portrait-*.sqlite")] == ["portrait-2.sqlite"]
    found.close()


def test_a_build_that_dies_leaves_the_old_portrait(tmp_path):
    with building(tmp_path) as built:
        built.set_meta(name="first")
        publish(tmp_path, built)
    with pytest.raises(KeyError), building(tmp_path) as built:
        built.set_meta(name="second")
        raise KeyError  # never published
    found = open_workspace(tmp_path)
    assert found.meta() == {"name": "first"}
    found.close()


def test_two_builds_at_once_are_refused(tmp_path):
    with (
        building(tmp_path),
        pytest.raises(WorkspaceError, match="another build is running here; wait for it"),
        building(tmp_path),
    ):
        pass


def test_a_store_knows_when_a_build_took_over(tmp_path):
    found = []
    for _ in range(2):
        with building(tmp_path) as built:
            publish(tmp_path, built)
        found.append(open_workspace(tmp_path))
    assert [is_current(store) for store in found] == [False, True]
    for store in found:
        store.close()


def test_no_workspace_says_how_to_make_one(tmp_path):
    with pytest.raises(WorkspaceError, match=r"no workspace here; make one with: limner build"):
        open_workspace(tmp_path)


@pytest.mark.parametrize(
    ("version", "remedy"), [(VERSION + 1, "upgrade limner"), (0, "build it again")], ids=["newer", "older"]
)
def test_a_workspace_of_another_version_says_what_to_do(tmp_path, version, remedy):
    pointer = {"version": version, "generation": 1, "store": "portrait-1.sqlite"}
    (tmp_path / "workspace.json").write_text(json.dumps(pointer), encoding="utf-8")
    with pytest.raises(WorkspaceError, match=rf"workspace version {version}.*{remedy}"):
        open_workspace(tmp_path)


def test_a_damaged_pointer_says_so(tmp_path):
    (tmp_path / "workspace.json").write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        open_workspace(tmp_path)


def test_a_file_that_is_no_store_says_so(tmp_path):
    path = tmp_path / "portrait-1.sqlite"
    path.write_bytes(b"not a database, whatever it is called" * 100)
    with pytest.raises(WorkspaceError, match="damaged or not a Limner store"):
        SqliteStore.open(path).meta()


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "the disk is full"),
        (OSError(28, "No space left on device"), "the disk is full"),
        (PermissionError(13, "Permission denied"), "check the permissions"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "check the permissions"),
        (sqlite3.OperationalError("database is locked"), "another process is writing"),
    ],
    ids=["sqlite-full", "disk-full", "permission", "readonly", "locked"],
)
def test_what_the_system_says_becomes_a_remedy(tmp_path, failure, said):
    with pytest.raises(WorkspaceError, match=said), explained(tmp_path):
        raise failure


def test_a_full_disk_keeps_the_old_state(tmp_path):
    with building(tmp_path) as built:
        built.set_meta(name="first")
        publish(tmp_path, built)
    store = open_workspace(tmp_path)
    pages = store.one("PRAGMA page_count")[0]
    store.rows(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(WorkspaceError, match="disk is full"), store.transaction():
        store.put_array("big", np.zeros((400, 400), dtype=np.float32))
    assert store.meta() == {"name": "first"}
    assert store.rows("SELECT count(*) FROM arrays") == [(0,)]
    store.close()
