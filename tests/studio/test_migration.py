"""A workspace that an older Limner wrote is brought up to date when it is opened, or stays as it was."""

import json
import sqlite3

import pytest

import limner
from limner.collect.world import make_world
from limner.errors import WorkspaceError
from limner.settings import HorizonSettings, Settings
from limner.store import workspace
from limner.store.schema import VERSION, columns_of
from limner.store.sqlite import SqliteStore
from limner.studio.kept import migration
from limner.studio.making import build

LOG = ("users", "items", "events", "texts", "opinions", "words", "relations", "priors", "arrays")
FIRST_VERSION = {
    "meta": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "users": "user_no INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, attributes TEXT, circle TEXT",
    "items": (
        "item_no INTEGER PRIMARY KEY, item_id TEXT NOT NULL UNIQUE, title TEXT, description TEXT, "
        "categories TEXT, brand TEXT, price REAL, price_band INTEGER, attributes TEXT"
    ),
    "events": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, event_id TEXT, item_no INTEGER, event TEXT, "
        "value REAL, dwell_s REAL, session_id TEXT, context TEXT, derived INTEGER, "
        "PRIMARY KEY (user_no, ts, ref)"
    ),
    "texts": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_id TEXT, item_no INTEGER, kind TEXT, rating REAL, "
        "language TEXT, polarity REAL, text TEXT, PRIMARY KEY (user_no, ts, ref)"
    ),
    "opinions": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_ref INTEGER, aspect TEXT, polarity REAL, "
        "start INTEGER, stop INTEGER, PRIMARY KEY (user_no, ts, ref)"
    ),
    "words": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, word TEXT, tag TEXT, weight REAL, "
        "PRIMARY KEY (user_no, ts, ref, word)"
    ),
    "relations": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, other_id TEXT, kind TEXT, weight REAL, "
        "PRIMARY KEY (user_no, ts, ref)"
    ),
    "cells": (
        "user_no INTEGER, signal TEXT, key TEXT, n INTEGER, recent REAL, lasting REAL, liking REAL, "
        "opinion REAL, first_seen INTEGER, last_seen INTEGER, evidence BLOB, "
        "PRIMARY KEY (user_no, signal, key)"
    ),
    "priors": "signal TEXT, key TEXT, users INTEGER, share REAL, PRIMARY KEY (signal, key)",
    "arrays": "name TEXT, row INTEGER, data BLOB, PRIMARY KEY (name, row)",
}
"""The tables of version 1, as it wrote them."""
ROWID = ("meta", "users", "items")
UNKNOWN_TO_IT = ("landmarks", "timed_tables", "caps", "derived_events")


def turn_back(folder):
    """Write the workspace in a folder as version 1 would have, and return its store's path."""
    found = workspace.find_version(folder)
    old = folder / "portrait-1.sqlite"
    today = old.rename(folder.parent / f"{folder.name}-today.sqlite") if found[1] == old else found[1]
    connection = sqlite3.connect(old)
    connection.execute("ATTACH ? AS today", (str(today),))
    for name, columns in FIRST_VERSION.items():
        clustered = "" if name in ROWID else " WITHOUT ROWID"
        connection.execute(f"CREATE TABLE main.{name} ({columns}){clustered}")
        names = [row[1] for row in connection.execute(f"PRAGMA main.table_info({name})")]
        filled = ["x'00'" if name == "evidence" else name for name in names]
        connection.execute(f"INSERT INTO main.{name} SELECT {', '.join(filled)} FROM today.{name}")
    marks = connection.execute("SELECT value FROM today.meta WHERE name = 'landmarks'").fetchone()[0]
    connection.executemany("DELETE FROM main.meta WHERE name = ?", [(name,) for name in UNKNOWN_TO_IT])
    landmark = json.dumps(json.loads(marks)["recent_us"])
    connection.execute("INSERT INTO main.meta VALUES ('landmark_us', ?)", (landmark,))
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    point(folder, version=1)
    return old


def point(folder, *, version):
    pointer = {"version": version, "generation": 1, "store": "portrait-1.sqlite"}
    (folder / "workspace.json").write_text(json.dumps(pointer), encoding="utf-8")


def read_profiles(studio):
    return {user_id: studio.profile(user_id).to_dict() for user_id in studio.user_ids()}


@pytest.fixture
def old(tmp_path):
    """A workspace of version 1, and what everybody's portrait said when it was of today."""
    tables = make_world(users=25, seed=5).tables
    studio = build(**tables, workspace=tmp_path / "ws", lang="en")
    profiles = read_profiles(studio)
    studio.close()
    return turn_back(tmp_path / "ws"), profiles


def test_an_old_workspace_opens_with_the_same_portraits(old):
    path, profiles = old

    studio = limner.open(path.parent, lang="en")

    assert read_profiles(studio) == profiles
    assert studio.verify().clean
    studio.close()


def test_it_is_migrated_once_and_only_the_new_store_is_left(old, monkeypatch):
    path, _ = old
    limner.open(path.parent).close()
    monkeypatch.setattr(migration, "migrate", lambda folder: pytest.fail("migrated again"))

    studio = limner.open(path.parent)
    pointer = json.loads((path.parent / "workspace.json").read_text(encoding="utf-8"))

    assert pointer == {"version": VERSION, "generation": 2, "store": "portrait-2.sqlite"}
    assert [one.name for one in path.parent.glob("portrait-*.sqlite")] == ["portrait-2.sqlite"]
    assert studio.store.path.name == "portrait-2.sqlite"
    studio.close()


def test_the_evidence_of_old_cells_is_left_behind_and_the_log_is_cited(old):
    path, _ = old

    studio = limner.open(path.parent, lang="en")
    names = [row[1] for row in studio.store.rows("PRAGMA table_info(cells)")]

    assert names == columns_of("cells")
    assert all(fact.evidence for user_id in studio.user_ids() for fact in studio.profile(user_id).facts)
    studio.close()


def test_a_migrated_workspace_takes_new_rows_merges_and_compacts(old):
    path, _ = old
    studio = limner.open(path.parent, lang="en")
    user, other = studio.user_ids()[:2]
    late = {"user_id": user, "item_id": "i0001", "timestamp": "2026-07-01T08:00:00Z", "event": "view"}

    report = studio.ingest(events=[late, late | {"timestamp": None}])
    studio.merge_users(other, user)
    compacted = studio.compact(keep_days=60.0)

    assert (report.accepted["events"], report.rejected) == (1, {"no timestamp": 1})
    assert compacted.retired_events > 0
    assert studio.verify().clean
    studio.close()


def test_landmarks_far_from_the_newest_row_come_over(tmp_path, shop):
    given = Settings(horizons=HorizonSettings(recent_days=0.5, lasting_days=3.0))
    late = {"user_id": "ann", "item_id": "mug", "timestamp": "2026-04-01T08:00:00Z", "event": "view"}
    studio = build(**shop, workspace=tmp_path / "ws", settings=given, lang="en")
    studio.ingest(events=[late])
    profiles = read_profiles(studio)
    studio.close()
    path = turn_back(tmp_path / "ws")

    studio = limner.open(path.parent, lang="en")

    assert read_profiles(studio) == profiles
    assert studio.verify().clean
    studio.close()


def test_two_processes_that_open_it_at_once_migrate_it_once(old):
    path, profiles = old
    migration.migrate(path.parent)

    migration.migrate(path.parent)  # the slower one finds it done

    assert [one.name for one in path.parent.glob("portrait-*.sqlite")] == ["portrait-2.sqlite"]
    studio = limner.open(path.parent, lang="en")
    assert read_profiles(studio) == profiles
    studio.close()


def turn_back_by_one(folder):
    """Write the workspace in a folder as version 2 would have: without claims and topics."""
    _, path = workspace.find_version(folder)
    connection = sqlite3.connect(path)
    for table in ("claims", "topics"):
        connection.execute(f"DROP TABLE {table}")
    for table in ("cells", "retired"):
        connection.execute(f"DELETE FROM {table} WHERE signal IN ('claim', 'topic')")
    connection.commit()
    connection.close()
    point(folder, version=2)


def test_a_workspace_of_version_2_keeps_merged_users_retired_sums_and_positions(tmp_path):
    studio = build(**make_world(users=25, seed=5).tables, workspace=tmp_path / "ws", lang="en")
    known, user = studio.user_ids()[:2]
    studio.merge_users(user, known)
    studio.compact(keep_days=60.0)
    studio.store.insert("offsets", [("stream", "17")])
    gone = "SELECT u.user_id FROM retired r JOIN users u USING (user_no) WHERE r.signal = 'claim'"
    untold = {user_id for (user_id,) in studio.store.rows(gone)}  # what texts said that went before
    profiles, retired = read_profiles(studio), studio.verify().retired_rows
    studio.close()
    turn_back_by_one(tmp_path / "ws")

    studio = limner.open(tmp_path / "ws", lang="en")

    found = read_profiles(studio)
    assert len(untold) < len(profiles) / 2
    assert {user: found[user] for user in found.keys() - untold} == {
        user: profiles[user] for user in profiles.keys() - untold
    }
    assert studio.offsets() == {"stream": "17"}
    assert studio.verify().retired_rows == retired > 0
    assert studio.verify().clean
    assert studio.unmerge_user(user) == known
    studio.close()


def fill_disk(monkeypatch):
    create = SqliteStore.create

    def small(path):
        store = create(path)
        (pages,) = store.one("PRAGMA page_count")
        store.rows(f"PRAGMA max_page_count = {pages + 40}")
        return store

    monkeypatch.setattr(SqliteStore, "create", small)


def break_off(monkeypatch):
    def fail(store):
        raise WorkspaceError("the disk is full or worse")

    monkeypatch.setattr(migration, "_sum_all", fail)


def break_at_the_end(monkeypatch):
    def fail(folder, store):
        raise WorkspaceError("the disk is full at the end")

    monkeypatch.setattr(workspace, "publish", fail)


@pytest.mark.parametrize("harm", [fill_disk, break_off, break_at_the_end])
def test_a_migration_that_fails_leaves_the_old_store_as_it_was_and_the_next_one_works(old, monkeypatch, harm):
    path, profiles = old
    pointer, held = (path.parent / "workspace.json").read_bytes(), path.read_bytes()

    with monkeypatch.context() as harmed:
        harm(harmed)
        with pytest.raises(WorkspaceError, match="the disk is full"):
            limner.open(path.parent)

    assert (path.parent / "workspace.json").read_bytes() == pointer
    assert path.read_bytes() == held
    assert [one.name for one in path.parent.glob("portrait-*.sqlite")] == ["portrait-1.sqlite"]
    studio = limner.open(path.parent, lang="en")
    assert read_profiles(studio) == profiles
    studio.close()


def test_an_old_store_that_lost_a_table_says_to_build_again(old):
    path, _ = old
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE words")
    connection.close()

    with pytest.raises(WorkspaceError, match=r"has no table 'words'; build it again with: limner build"):
        limner.open(path.parent)

    assert path.is_file()


@pytest.mark.parametrize(
    ("version", "remedy"),
    [(0, "build it again with: limner build"), (VERSION + 1, "upgrade limner"), ("2", "build it again")],
)
def test_versions_that_cannot_be_read_say_what_to_do_and_nothing_is_written(old, version, remedy):
    path, _ = old
    point(path.parent, version=version)

    with pytest.raises(WorkspaceError, match=f"this limner reads version {VERSION}; {remedy}"):
        limner.open(path.parent)

    assert [one.name for one in path.parent.glob("portrait-*.sqlite")] == ["portrait-1.sqlite"]
