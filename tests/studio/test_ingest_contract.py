"""New rows are visible at once, repeats change nothing, a store that cannot be written stays whole."""

import numpy as np
import pytest

import limner
from limner.errors import InputError, WorkspaceError
from limner.store.sqlite import SqliteStore

NEW = {"user_id": "new", "item_id": "tea", "timestamp": "2026-03-10T00:00:00Z", "event": "purchase"}


@pytest.fixture
def studio_of_shop(shop, tmp_path):
    studio = limner.build(**shop, workspace=tmp_path / "ws", lang="en")
    yield studio
    studio.close()


def test_a_new_user_has_a_profile_a_vector_and_recommendations(studio_of_shop):
    report = studio_of_shop.ingest(events=[NEW])

    user_ids, vectors = studio_of_shop.vectors()
    assert (report.new_users, report.accepted["events"]) == (1, 1)
    assert studio_of_shop.profile("new").coverage.events == 1
    assert np.linalg.norm(vectors[user_ids.index("new")]) == pytest.approx(1.0, abs=1e-5)
    assert {row.item_id for row in studio_of_shop.recommend_one("new", 5)} == {"pot", "mug"}
    assert "new" in {alike.user_id for alike in studio_of_shop.similar("ann")}


def test_a_new_item_can_be_recommended_and_named(studio_of_shop):
    kettle = {"item_id": "kettle", "title": "Steel kettle", "categories": ["Kitchen"]}

    report = studio_of_shop.ingest(items=[kettle], events=[{**NEW, "item_id": "kettle"}])

    assert report.new_items == 1
    assert "kettle" in {row.item_id for row in studio_of_shop.recommend_one("ann", 10)}
    details = [dict(one.details) for fact in studio_of_shop.profile("new").facts for one in fact.evidence]
    assert {one["title"] for one in details} == {"Steel kettle"}
    assert "interest/category=Kitchen" in {fact.path for fact in studio_of_shop.profile("new").facts}


def test_new_events_move_the_profile_and_the_moment(studio_of_shop):
    before = studio_of_shop.profile("bob")

    studio_of_shop.ingest(events=[{**NEW, "user_id": "bob"}])

    after = studio_of_shop.profile("bob")
    assert (before.coverage.events, after.coverage.events) == (2, 3)
    assert after.as_of > before.as_of
    assert not np.allclose(after.vector.values, before.vector.values)
    assert "tea" not in {row.item_id for row in studio_of_shop.recommend_one("bob", 5)}


def test_new_texts_are_read_and_quoted(studio_of_shop):
    text = {"user_id": "bob", "text_id": "t9", "timestamp": "2026-03-10T00:00:00Z", "text": "Great quality!"}

    studio_of_shop.ingest(texts=[text])

    (aspect,) = (fact for fact in studio_of_shop.profile("bob").of("sentiment") if fact.key == "aspect")
    assert (aspect.value, aspect.evidence[0].id) == ("quality", "t9")
    assert aspect.evidence[0].quote in text["text"]


def test_new_attributes_are_declared_at_once(studio_of_shop):
    studio_of_shop.ingest(users=[{"user_id": "ann", "city": "Leeds"}])

    assert [fact.path for fact in studio_of_shop.profile("ann").of("demographic")] == [
        "demographic/city=Leeds"
    ]


def test_new_relations_are_known_at_once(studio_of_shop):
    studio_of_shop.ingest(relations=[{"user_id": "ann", "other_id": "bob", "kind": "friend"}])

    assert [f.path for f in studio_of_shop.profile("ann").of("social")] == ["social/friends=1"]
    assert [f.path for f in studio_of_shop.profile("bob").of("social")] == ["social/friends=1"]


def test_the_same_rows_again_change_nothing(studio_of_shop, texts):
    first = studio_of_shop.ingest(events=[NEW], texts=texts)
    before = [studio_of_shop.profile(user).to_dict() for user in studio_of_shop.user_ids()]

    second = studio_of_shop.ingest(events=[NEW], texts=texts)

    assert second.repeated["events"] == first.accepted["events"]
    assert (set(second.accepted.values()), second.new_users, second.new_items) == ({0}, 0, 0)
    assert [studio_of_shop.profile(user).to_dict() for user in studio_of_shop.user_ids()] == before


def test_what_was_built_from_is_not_counted_twice(studio_of_shop, shop):
    before = studio_of_shop.profile("ann").to_dict()

    report = studio_of_shop.ingest(events=shop["events"])

    assert (report.accepted["events"], report.repeated["events"]) == (0, 6)
    assert studio_of_shop.profile("ann").to_dict() == before


def test_what_was_ingested_is_there_after_opening_again(studio_of_shop):
    studio_of_shop.ingest(events=[NEW])
    expected = studio_of_shop.profile("new").to_dict()

    opened = limner.open(studio_of_shop.folder, lang="en")

    assert opened.profile("new").to_dict() == expected
    opened.close()


def test_rows_that_cannot_be_used_go_to_the_quarantine(studio_of_shop):
    report = studio_of_shop.ingest(events=[NEW, {**NEW, "timestamp": "1970-01-02T00:00:00Z"}])

    (folder,) = (studio_of_shop.folder / "quarantine").glob("ingest-*")
    assert (report.accepted["events"], sum(report.rejected.values())) == (1, 1)
    assert "frame events,2," in (folder / "events.csv").read_text(encoding="utf-8")


def test_a_misspelt_table_is_refused(studio_of_shop):
    with pytest.raises(InputError, match=r"no table 'evnts' \(did you mean: events"):
        studio_of_shop.ingest(evnts=[NEW])


def test_a_locked_workspace_says_to_wait_and_stays_as_it_was(studio_of_shop, monkeypatch):
    before = studio_of_shop.profile("ann").to_dict()
    studio_of_shop.store.rows("PRAGMA busy_timeout = 0")
    other = SqliteStore.open(studio_of_shop.store.path)
    other.connection.execute("BEGIN IMMEDIATE")

    with pytest.raises(WorkspaceError, match="another process is writing to this workspace; wait for it"):
        studio_of_shop.ingest(events=[NEW])

    other.close()
    assert studio_of_shop.profile("ann").to_dict() == before
    assert studio_of_shop.ingest(events=[NEW]).accepted["events"] == 1


def test_a_full_disk_leaves_the_profile_as_it_was(studio_of_shop):
    before = studio_of_shop.profile("ann").to_dict()
    (pages,) = studio_of_shop.store.one("PRAGMA page_count")
    studio_of_shop.store.rows(f"PRAGMA max_page_count = {pages}")
    flood = [{**NEW, "user_id": f"n{number}", "item_id": f"x{number}"} for number in range(300)]

    with pytest.raises(WorkspaceError, match=r"the disk is full; free some room .* \(nothing was changed\)"):
        studio_of_shop.ingest(events=flood)

    assert studio_of_shop.user_ids() == ["ann", "bob", "eve"]
    assert studio_of_shop.profile("ann").to_dict() == before


def test_a_read_only_store_says_to_check_the_permissions(studio_of_shop):
    studio_of_shop.store.rows("PRAGMA query_only = ON")

    with pytest.raises(WorkspaceError, match="check the permissions or pass another -w WORKSPACE"):
        studio_of_shop.ingest(events=[NEW])


def test_users_summed_anew_read_new_events_in_local_time(tmp_path):
    summer, winter = 1_720_000_000_000_000, 1_735_000_000_000_000  # Berlin is two hours ahead, then one
    rows = [
        {"user_id": "ann", "item_id": f"i{n}", "timestamp": stamp, "event": "view"}
        for n, stamp in enumerate((summer, winter))
    ]
    late = {"user_id": "ann", "item_id": "i9", "timestamp": summer + 60_000_000, "event": "view"}
    studio = limner.build(
        events=rows,
        items=[{"item_id": f"i{n}", "title": "Tea", "categories": ["tea"]} for n in range(2)],
        workspace=tmp_path / "ws",
        settings=limner.Settings(timezone="Europe/Berlin"),
    )
    studio.ingest(events=[late], items=[{"item_id": "i9", "title": "Cup", "categories": ["cups"]}])
    assert studio.verify().clean
    next_summer = {**late, "timestamp": winter + 182 * 86_400_000_000}
    studio.ingest(events=[next_summer], items=[{"item_id": "i9", "title": "Mug"}])
    assert studio.verify().clean
    studio.close()


def test_new_amounts_are_cut_to_the_cap_of_the_build_however_many_come(tmp_path):
    def buy(number, amount):
        at = 1_720_000_000_000_000 + number * 60_000_000
        return {"user_id": "ann", "item_id": "tea", "timestamp": at, "event": "purchase", "value": amount}

    built = [buy(number, number + 1) for number in range(1_000)]
    studio = limner.build(events=built, workspace=tmp_path / "ws")
    assert studio.caps == {"purchase": 999.0}
    studio.ingest(events=[buy(number, number) for number in range(2_000, 3_000)])
    assert studio.store.one("SELECT count(*), max(value) FROM events") == (2_000, 999.0)
    studio.close()
