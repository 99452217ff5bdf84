"""What every store does, whichever database it stands in."""

import json
import subprocess
import sys
import time
from contextlib import closing

import numpy as np
import pytest

import limner
from limner.errors import InputError, WorkspaceError
from limner.store.places import find_home, settle
from limner.store.workspace import building, find_version, is_current, open_workspace, publish
from limner.studio.serving.serving import Serving
from limner.studio.upkeep.moving import back_up, copy_workspace, restore

NEW = [
    {
        "user_id": f"u{n % 7}",
        "item_id": ("tea", "pot", "mug")[n % 3],
        "timestamp": f"2026-03-1{n % 10}T0{n % 9}:0{n % 6}:00Z",
        "event": ("view", "purchase", "rating")[n % 3],
        "value": (None, 9.5, 3.5)[n % 3],
        "event_id": f"new-{n}",
    }
    for n in range(40)
]
LINES = """
import sys, limner
from pathlib import Path
studio = limner.open(sys.argv[1])
for n in range(10):
    studio.ingest(events=[{"user_id": "ann", "item_id": "tea", "event": "view", "event_id": f"{who}-{n}",
        "timestamp": f"2026-03-{10 + n:02}T12:00:00Z"} for who in ("both", sys.argv[2])])
"""


def quiet(*said):
    pass


def portraits(studio):
    return {user: studio.profile(user).to_dict() for user in studio.user_ids()}


@pytest.fixture
def store(place):
    with building(place) as store:
        yield store


def test_cells_are_read_by_signal_and_key(store):
    store.insert(
        "cells", [(1, "category", key, 2, 1.0, 2.0, 0.5, 1.0, 1, 0, 10, 20) for key in ("red", "blue")]
    )
    found = store.cells_of(1)["category"]
    assert (list(found), found["red"].n, found["red"].mean_liking) == (["blue", "red"], 2, 0.5)


def test_a_row_that_is_there_stays_or_is_replaced(store):
    store.insert("bots", [("a", 1)])
    store.insert("bots", [("a", 2), *((f"b{n}", n) for n in range(50))])
    store.insert("bots", [("b1", 7), *((f"b{n}", n * 10) for n in range(2, 40)), ("b2", 8)], replace=True)
    assert store.rows(
        "SELECT user_id, n_events FROM bots WHERE user_id IN ('a', 'b1', 'b2', 'b49') ORDER BY 1"
    ) == [
        ("a", 1),
        ("b1", 7),
        ("b2", 8),
        ("b49", 49),
    ]


def test_a_transaction_that_fails_leaves_nothing(store):
    with pytest.raises(KeyError), store.transaction():
        store.insert("bots", [("a", 1)])
        raise KeyError
    assert (store.rows("SELECT * FROM bots"), store.rollbacks) == ([], 1)


def test_texts_are_sorted_letter_by_letter_and_found_in_any_case(store):
    store.insert("bots", [(name, 1) for name in ("b", "B", "a", "é", "100%", "画")])
    assert [row[0] for row in store.rows("SELECT user_id FROM bots ORDER BY user_id")] == [
        *("100%", "B", "a", "b", "é", "画")
    ]
    assert store.rows("SELECT count(*) FROM bots WHERE user_id LIKE ?1 OR user_id = ?1", "b") == [(2,)]


def test_arrays_come_back(store):
    array = np.arange(120, dtype=np.float32).reshape(40, 3)
    store.put_array("a", array)
    assert (store.array("a") == array).all()


def test_what_another_connection_wrote_shows_in_the_version(store, place):
    publish(place, store)
    with closing(open_workspace(place)) as one, closing(one.beside()) as other:
        before = one.version()
        with other.transaction():
            other.set_meta(name="画像")
        assert (one.version() != before, one.meta()) == (True, {"name": "画像"})


def test_a_reading_is_of_one_moment(store, place):
    publish(place, store)
    with closing(open_workspace(place)) as one, closing(one.beside()) as other:
        with one.reading():
            one.meta()
            with other.transaction():
                other.set_meta(name="new")
            assert one.meta() == {}
        assert one.meta() == {"name": "new"}


def test_a_new_build_takes_over_and_the_old_store_knows_it(place):
    found = []
    for name in ("first", "second"):
        with building(place) as built:
            built.set_meta(name=name)
            publish(place, built)
        found.append(open_workspace(place))
    assert [is_current(store) for store in found] == [False, True]
    assert [store.meta()["name"] for store in found] == ["first", "second"]
    for store in found:
        store.close()


def test_a_build_that_dies_leaves_the_old_portrait_and_two_at_once_are_refused(place):
    with building(place) as built:
        publish(place, built)
    with (
        pytest.raises(WorkspaceError, match="another build is running here"),
        building(place),
        building(place),
    ):
        pass
    assert find_version(place)[1].name.removesuffix(".sqlite")[-1] == "1"


def test_portraits_lists_and_vectors_are_those_of_a_file(shop, shop_in_file):
    assert portraits(shop) == portraits(shop_in_file)
    lists = [
        [(row.item_id, row.score) for row in one.recommend_one("ann", 3)] for one in (shop, shop_in_file)
    ]
    assert lists[0] == lists[1]
    assert (shop.vectors()[1] == shop_in_file.vectors()[1]).all()


def test_rows_that_come_in_change_both_alike_and_verify(shop, shop_in_file):
    for studio in (shop, shop_in_file):
        report = studio.ingest(events=NEW)
        again = studio.ingest(events=NEW)
        assert (report.accepted["events"], again.repeated["events"]) == (40, 40)
        studio.ingest(
            texts=[{"user_id": "u1", "text": "The mug is awful.", "timestamp": "2026-03-11T00:00:00Z"}]
        )
        assert studio.verify().clean
    assert portraits(shop) == portraits(shop_in_file)
    assert shop.profile("ann", as_of="2026-02-01").to_dict() == (
        shop_in_file.profile("ann", as_of="2026-02-01").to_dict()
    )


def test_sums_stay_numbers_whatever_the_age_of_a_row(shop):
    old = {"user_id": "ann", "item_id": "tea", "event": "view", "timestamp": "1991-01-01T00:00:00Z"}
    shop.ingest(events=[old])
    shop.ingest(events=[{**old, "timestamp": "2026-06-01T00:00:00Z"}])
    assert shop.compact().retired_events == 0
    assert shop.verify().clean


def test_corrections_merges_erasure_and_compaction_leave_a_clean_ledger(shop):
    shop.ingest(events=NEW)
    fact = next(one.path for one in shop.profile("ann").facts if one.dimension == "interest")
    shop.correct("ann", fact, forbid=True)
    assert fact not in {one.path for one in shop.profile("ann").facts}
    shop.merge_users("u1", "ann")
    assert shop.verify().clean
    assert shop.unmerge_user("u1") == "ann"
    shop.erase("u2")
    assert "u2" not in shop.user_ids()
    assert shop.compact(keep_days=10).retired_events > 0
    assert shop.verify().clean


def test_two_processes_that_write_lose_nothing_and_double_nothing(shop, place):
    begun = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", LINES, str(place), who])
        for who in ("one", "two")
    ]
    assert [process.wait(timeout=120) for process in begun] == [0, 0]
    shop.painter.refresh(own=True)
    names = shop.store.rows("SELECT event_id FROM events WHERE event_id LIKE '%-%' AND length(event_id) < 9")
    assert len(names) == len(set(names)) == 30
    assert shop.verify().clean


def test_a_copy_is_the_same_there_and_back(shop, place, tmp_path):
    moved = copy_workspace(place, tmp_path / "copy", replace=False, watch=quiet)
    assert moved.tables["events"] == shop.store.one("SELECT count(*) FROM events")[0]
    with closing(limner.open(tmp_path / "copy", lang="en")) as copy:
        assert portraits(copy) == portraits(shop)
    with pytest.raises(WorkspaceError, match="holds a workspace already; name another, or add --replace"):
        copy_workspace(tmp_path / "copy", place, replace=False, watch=quiet)
    assert copy_workspace(tmp_path / "copy", place, replace=True, watch=quiet) == moved


def test_a_backup_while_rows_come_in_is_restored_byte_by_byte(shop, place, tmp_path):
    before = json.dumps(portraits(shop), ensure_ascii=False).encode()
    with closing(open_workspace(place)) as store:
        back_up(store, tmp_path / "monday", replace=False, watch=quiet)
    shop.ingest(events=NEW)
    with pytest.raises(InputError, match="is there already"):
        back_up(shop.store, tmp_path / "monday", replace=False, watch=quiet)
    restore(tmp_path / "monday", place, replace=True, watch=quiet)
    with closing(limner.open(place, lang="en")) as restored:
        assert json.dumps(portraits(restored), ensure_ascii=False).encode() == before
        assert restored.verify().clean


def test_what_is_no_backup_is_refused(tmp_path):
    (tmp_path / "notes").write_text("nothing", encoding="utf-8")
    with pytest.raises(InputError, match="is no backup; limner backup writes one"):
        restore(tmp_path / "notes", tmp_path / "ws", replace=False, watch=quiet)


def test_a_file_is_copied_into_a_database_by_its_url(shop_in_file, database, tmp_path):
    moved = copy_workspace(tmp_path / "file", database, replace=False, watch=quiet)
    settle(tmp_path / "ws", database)
    with closing(limner.open(tmp_path / "ws", lang="en")) as copied:
        assert portraits(copied) == portraits(shop_in_file)
        assert sum(moved.tables.values()) == moved.rows


def test_a_transaction_inside_another_fails_alone(store):
    store.seal()
    with store.transaction():
        store.insert("bots", [("a", 1)])
        with pytest.raises(KeyError), store.transaction():
            store.insert("bots", [("b", 1)])
            raise KeyError
        with store.transaction():
            store.insert("bots", [("c", 1)])
    assert store.rows("SELECT user_id FROM bots ORDER BY user_id") == [("a",), ("c",)]


def test_an_outer_transaction_that_fails_takes_the_inner_ones_with_it(store):
    store.seal()
    with pytest.raises(KeyError), store.transaction():
        with store.transaction():
            store.insert("bots", [("a", 1)])
        raise KeyError
    assert store.rows("SELECT * FROM bots") == []


def test_a_database_is_built_and_opened_by_its_url(database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(limner.build(events=NEW, workspace=database, lang="en")) as built:
        users = built.user_ids()
    with closing(limner.open(database, lang="en")) as opened:
        assert opened.user_ids() == users
        assert opened.store.dialect == "postgres"
    assert (tmp_path / ".limner" / "store.json").is_file()


def test_a_build_that_takes_over_is_served_soon(shop, place):
    serving = Serving(place, lang="en")
    shop.ingest(events=NEW)
    with serving.reader() as reader:
        assert reader.user_ids() == shop.user_ids()
    limner.build(events=NEW, workspace=place, lang="en").close()
    time.sleep(0.15)
    with serving.reader() as reader:
        assert reader.user_ids() == [f"u{n}" for n in range(7)]
    serving.close()


def test_a_workspace_of_an_older_version_is_migrated_where_it_stands(shop):
    wanted, folder, name = portraits(shop), shop.folder, shop.store.path.name
    shop.store.rows("DROP TABLE corrections")  # version 4 brought it
    shop.close()
    home = find_home(folder)
    home.point({**home.read_pointer(), "version": 3})
    with closing(limner.open(folder, lang="en")) as migrated:
        assert portraits(migrated) == wanted
        assert (migrated.verify().clean, migrated.store.path.name != name) == (True, True)


def test_a_workspace_of_a_version_to_come_is_refused(shop):
    home = find_home(shop.folder)
    home.point({**home.read_pointer(), "version": 99})
    with pytest.raises(WorkspaceError, match=r"version 99.*upgrade limner"):
        limner.open(shop.folder)


def test_rows_are_written_by_a_process_of_their_own_while_others_read(shop):
    before = {row["event_id"] for row in NEW}
    serving = Serving(shop.folder, beside=True)
    told = serving.submit_together([("events", NEW[:25]), ("events", NEW[20:])])
    with serving.reader() as reader:
        held = {one for (one,) in reader.store.rows("SELECT event_id FROM events")}
        verified = reader.verify()
    serving.close()
    assert [(one.accepted, one.duplicates) for one in told] == [(25, 0), (15, 5)]
    assert before <= held
    assert verified.clean


def test_many_vectors_drawn_together_are_those_drawn_one_by_one(shop):
    shop.ingest(events=NEW)
    shop.correct("eve", "interest/category=Kitchen", set={"liking": -1.0})
    shop.merge_users("bob", "ann")
    ids = ["ann", "nobody", "bob", "eve", "u3", "ann"]

    found = shop.vectors_of(ids)

    assert found[1] is None
    for user_id, vector in zip(ids, found, strict=True):
        if vector is not None:
            own = shop.vector(user_id)[1]
            np.testing.assert_allclose(vector.values, own.values, atol=1e-6)
            assert (vector.space, vector.alpha, vector.beta) == (own.space, own.alpha, own.beta)
