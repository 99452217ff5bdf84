"""A workspace in another place is the same workspace."""

import json
import shutil
import sqlite3

import pytest

import limner
from limner.errors import InputError, WorkspaceError
from limner.store.schema import VERSION
from limner.studio.upkeep.moving import back_up, copy_workspace, restore

EVENTS = [
    {"user_id": user, "item_id": item, "timestamp": f"2026-0{month}-05T10:00:00Z", "event": event}
    for user, item, month, event in (
        ("ann", "tea", 1, "view"),
        ("ann", "pot", 2, "view"),
        ("bob", "pot", 1, "purchase"),
        ("eve", "mug", 3, "view"),
    )
]
ITEMS = [
    {"item_id": "tea", "title": "Green tea", "categories": ["Drinks"]},
    {"item_id": "pot", "title": "Iron pot", "categories": ["Kitchen"]},
    {"item_id": "mug", "title": "Blue mug", "categories": ["Kitchen"]},
]
TEXTS = [
    {"user_id": "eve", "item_id": "mug", "timestamp": "2026-03-09T00:00:00Z", "text": "质量很差，很失望。"}
]
LATER = {"user_id": "ann", "item_id": "mug", "timestamp": "2026-03-10T00:00:00Z", "event": "purchase"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A workspace with a correction and a row that came later, to be copied."""
    folder = tmp_path_factory.mktemp("kept") / "ws"
    studio = limner.build(events=EVENTS, items=ITEMS, texts=TEXTS, workspace=folder, lang="en")
    studio.ingest(events=[LATER])
    studio.correct("ann", "interest/category=Drinks", forbid=True)
    studio.store.close()
    return folder


@pytest.fixture
def kept(built, tmp_path):
    return limner.open(shutil.copytree(built, tmp_path / "ws"), lang="en")


def ignore(_step):
    pass


def portraits(folder):
    studio = limner.open(folder, lang="en")
    return json.dumps([studio.profile(user).to_dict() for user in ("ann", "bob", "eve")]).encode()


def test_a_restored_backup_paints_the_same_bytes(kept, tmp_path):
    file = tmp_path / "shop.limner"
    saved = back_up(kept.store, file, replace=False, watch=ignore)

    came = restore(file, tmp_path / "again", replace=False, watch=ignore)

    assert saved.checksum == came.checksum
    assert portraits(tmp_path / "again") == portraits(kept.folder)
    assert [one.key for one in limner.open(tmp_path / "again").corrections()] == ["category"]
    assert limner.open(tmp_path / "again").verify().clean


def test_a_backup_is_of_the_moment_it_began_while_rows_come_in(kept, tmp_path, monkeypatch):
    monkeypatch.setattr("limner.studio.upkeep.moving._PAGES", 20)
    before, steps, other = portraits(kept.folder), [], limner.open(kept.folder)

    def ingest(step):
        steps.append(step)
        assert len(steps) < 60, "rows that come in make the backup begin anew"
        other.ingest(events=[LATER | {"timestamp": f"2026-03-11T00:00:{len(steps) % 60:02}Z"}])

    back_up(kept.store, tmp_path / "shop.limner", replace=False, watch=ingest)
    restore(tmp_path / "shop.limner", tmp_path / "again", replace=False, watch=ignore)

    assert len(steps) > 3
    assert portraits(tmp_path / "again") == before != portraits(kept.folder)
    assert limner.open(tmp_path / "again").verify().clean


def test_a_restored_workspace_takes_rows_in(kept, tmp_path):
    back_up(kept.store, tmp_path / "shop.limner", replace=False, watch=ignore)
    restore(tmp_path / "shop.limner", tmp_path / "again", replace=False, watch=ignore)
    for folder in (kept.folder, tmp_path / "again"):
        limner.open(folder).ingest(events=[LATER | {"user_id": "bob"}])

    assert portraits(tmp_path / "again") == portraits(kept.folder)


def test_restoring_over_a_workspace_takes_back_what_was_decided_since(kept, tmp_path):
    back_up(kept.store, tmp_path / "shop.limner", replace=False, watch=ignore)
    before = portraits(kept.folder)
    kept.correct("bob", "interest/category=Kitchen", forbid=True)

    restore(tmp_path / "shop.limner", kept.folder, replace=True, watch=ignore)

    assert portraits(kept.folder) == before
    assert [one.user_id for one in limner.open(kept.folder).corrections()] == ["ann"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(kept, tmp_path):
    file = tmp_path / "shop.limner"
    back_up(kept.store, file, replace=False, watch=ignore)
    with sqlite3.connect(file) as old:
        old.execute(f"PRAGMA user_version = {VERSION - 1}")

    restore(file, tmp_path / "again", replace=False, watch=ignore)

    assert json.loads((tmp_path / "again" / "workspace.json").read_text())["version"] == VERSION
    assert portraits(tmp_path / "again") == portraits(kept.folder)


def test_nothing_is_overwritten_unasked(kept, tmp_path):
    file = tmp_path / "shop.limner"
    back_up(kept.store, file, replace=False, watch=ignore)

    with pytest.raises(InputError, match="is there already; name another file, or add --replace"):
        back_up(kept.store, file, replace=False, watch=ignore)
    with pytest.raises(WorkspaceError, match="holds a workspace already; name another, or add --replace"):
        restore(file, kept.folder, replace=False, watch=ignore)
    with pytest.raises(WorkspaceError, match="holds a workspace already; name another, or add --replace"):
        copy_workspace(
            tmp_path / "ws", shutil.copytree(kept.folder, tmp_path / "too"), replace=False, watch=ignore
        )
    assert back_up(kept.store, file, replace=True, watch=ignore).tables["users"] == 3


def test_a_backup_does_not_lie_in_what_it_saves(kept):
    with pytest.raises(InputError, match="lies in the workspace it is to save; name a place outside"):
        back_up(kept.store, kept.folder / "portrait-9.sqlite", replace=False, watch=ignore)


def test_what_is_no_backup_says_so(kept, tmp_path):
    (tmp_path / "notes.txt").write_text("no database, however long it is " * 200)
    back_up(kept.store, tmp_path / "newer.limner", replace=False, watch=ignore)
    with sqlite3.connect(tmp_path / "newer.limner") as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    cases = {
        tmp_path / "missing": "is not there",
        tmp_path / "notes.txt": "is no backup; limner backup writes one",
        kept.store.path: "is no backup; limner backup writes one",
        tmp_path / "newer.limner": "upgrade limner",
    }
    for file, said in cases.items():
        with pytest.raises((InputError, WorkspaceError), match=said):
            restore(file, tmp_path / "again", replace=False, watch=ignore)
    assert not (tmp_path / "again").exists()


def test_a_damaged_backup_is_refused_and_the_workspace_stays(kept, tmp_path):
    file = tmp_path / "shop.limner"
    back_up(kept.store, file, replace=False, watch=ignore)
    before = portraits(kept.folder)
    torn = bytearray(file.read_bytes())
    torn[4096 : len(torn) // 2] = bytes(len(torn) // 2 - 4096)
    file.write_bytes(torn)

    with pytest.raises(InputError, match="damaged"):
        restore(file, kept.folder, replace=True, watch=ignore)
    assert portraits(kept.folder) == before


def test_a_copied_workspace_paints_the_same_bytes_and_is_verified(kept, tmp_path):
    copied = copy_workspace(kept.folder, tmp_path / "copy", replace=False, watch=ignore)

    assert portraits(tmp_path / "copy") == portraits(kept.folder)
    assert copied.tables["texts"] == copied.tables["corrections"] == 1
    assert limner.open(tmp_path / "copy").verify().clean


def test_a_copy_over_a_workspace_leaves_nothing_of_it(kept, tmp_path):
    other = limner.build(events=EVENTS, items=ITEMS, workspace=tmp_path / "other", lang="en")
    other.correct("bob", "interest/category=Kitchen", forbid=True)

    copy_workspace(kept.folder, tmp_path / "other", replace=True, watch=ignore)

    assert portraits(tmp_path / "other") == portraits(kept.folder)
    assert [one.user_id for one in limner.open(tmp_path / "other").corrections()] == ["ann"]


def test_a_workspace_is_not_copied_onto_itself(kept):
    with pytest.raises(WorkspaceError, match="would be copied onto itself"):
        copy_workspace(kept.folder, kept.folder / ".." / "ws", replace=True, watch=ignore)


def test_a_copy_that_fails_leaves_the_target_as_it_was(kept, tmp_path, monkeypatch):
    limner.build(events=EVENTS, items=ITEMS, workspace=tmp_path / "other", lang="en")
    before = portraits(tmp_path / "other")

    def fail(_step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_workspace(kept.folder, tmp_path / "other", replace=True, watch=fail)
    assert portraits(tmp_path / "other") == before
    assert len(list((tmp_path / "other").glob("portrait-*.sqlite"))) == 1
