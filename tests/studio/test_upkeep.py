"""Upkeep: old rows go and what they taught stays; two ids become one person; workspaces become one."""

from dataclasses import replace

import pytest

import limner
from limner.collect.world import make_world
from limner.errors import InputError, UnknownUserError, WorkspaceError
from limner.settings import HorizonSettings, RetentionSettings, Settings, load_settings
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger

KEPT_DAYS = 30.0
SHORT = Settings(horizons=HorizonSettings(recent_days=1.0, lasting_days=2.0))


@pytest.fixture(scope="module")
def world():
    return make_world(users=40, seed=5)


@pytest.fixture(scope="module")
def before(world, tmp_path_factory):
    """What everybody's portrait says of a workspace that is then compacted, and the studio of it."""
    studio = build(**world.tables, workspace=tmp_path_factory.mktemp("compacted") / "ws", lang="en")
    facts = {user_id: read_facts(studio, user_id) for user_id in studio.user_ids()}
    yield studio, facts
    studio.close()


@pytest.fixture(scope="module")
def compacted(before):
    """The same studio, compacted, and the report of it."""
    studio, _ = before
    return studio, studio.compact(keep_days=KEPT_DAYS)


@pytest.fixture
def make(tmp_path, shop):
    """Build in a folder of this name; all are closed afterwards."""
    opened = []

    def make(name, **frames):
        studio = build(**(shop | frames), workspace=tmp_path / name, lang="en")
        opened.append(studio)
        return studio

    yield make
    for studio in opened:
        studio.close()


def read_facts(studio, user_id):
    """Return what a portrait says, without what only rows can tell: citations and turns."""
    return [replace(fact, evidence=fact.evidence[:1], history=()) for fact in studio.profile(user_id).facts]


def say(facts):
    """Return what facts say and how surely, to nine digits."""
    return [
        (
            fact.path,
            fact.statement,
            round(fact.strength, 9),
            fact.liking and round(fact.liking, 9),
            fact.trend,
        )
        for fact in facts
    ]


def read(studio):
    return read_ledger(studio.store, at_us=studio.painter.as_of)


def test_what_old_rows_taught_stays_when_they_go(before, compacted):
    _, facts = before
    studio, report = compacted

    told = {user_id: say(read_facts(studio, user_id)) for user_id in facts}

    assert report.retired_events > 500
    assert told == {user_id: say(found) for user_id, found in facts.items()}


def test_rows_that_are_gone_are_cited_as_retired(compacted):
    studio, report = compacted
    cited = [
        one for user in studio.user_ids() for fact in studio.profile(user).facts for one in fact.evidence
    ]

    retired = [one for one in cited if one.id.startswith("retired:")]

    assert retired
    assert {one.id.split(":")[1] for one in retired} <= set(studio.user_ids())
    assert all(limner.records.iso(one.timestamp) < report.retired_before for one in retired)
    assert all(dict(one.details)["kept"] == "sums only" for one in retired)
    assert all(dict(one.details)["rows"] >= 1 for one in retired)


def test_every_fact_still_cites_something(compacted):
    studio, _ = compacted

    assert all(fact.evidence for user_id in studio.user_ids() for fact in studio.profile(user_id).facts)


def test_a_moment_before_what_is_kept_is_refused(compacted):
    studio, report = compacted

    with pytest.raises(InputError, match="are no longer kept; ask for a later moment") as refused:
        studio.profile("u0001", as_of="2026-01-31")

    assert f"rows before {report.retired_before}" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_moment_within_what_is_kept_is_told(compacted):
    studio, report = compacted

    past = studio.profile("u0001", as_of=report.retired_before)

    assert limner.records.iso(past.as_of) == report.retired_before
    assert all(fact.evidence for fact in past.facts)


def test_verify_says_what_it_did_not_sum(compacted):
    studio, report = compacted

    verified = studio.verify()

    assert verified.clean
    assert verified.to_dict()["retired_before"] == report.retired_before
    assert verified.to_dict()["retired_rows"] == report.retired_events


def test_repeats_of_rows_that_are_gone_are_refused_and_counted(compacted, world):
    studio, report = compacted
    before = read(studio)
    gone = [row for row in world.tables["events"].to_pylist() if row["text"] is None][:50]

    ingested = studio.ingest(events=gone)

    assert ingested.accepted["events"] == 0
    assert ingested.rejected == {f"older than what is kept: before {report.retired_before}": 50}
    assert read(studio) == before


def test_compacting_again_changes_nothing(compacted):
    studio, report = compacted
    before = read(studio)

    again = studio.compact(keep_days=KEPT_DAYS)

    assert (again.retired_events, again.retired_texts) == (0, 0)
    assert again.retired_before == report.retired_before
    assert again.bytes_after == report.bytes_after
    assert read(studio) == before


def test_keeping_longer_than_before_brings_nothing_back(compacted):
    studio, report = compacted

    assert studio.compact(keep_days=400.0).retired_before == report.retired_before


def test_the_file_gets_smaller(compacted):
    studio, report = compacted

    assert report.bytes_after < report.bytes_before
    assert studio.store.path.stat().st_size <= report.bytes_after


def test_without_a_limit_every_row_stays(make):
    studio = make("ws")
    before = read(studio)

    report = studio.compact()

    assert (report.retired_events, report.retired_before) == (0, None)
    assert find_differences(before, read(studio)) == []
    assert studio.profile("ann", as_of="2026-01-01").coverage.events == 1


def test_the_age_kept_is_a_setting(tmp_path):
    (tmp_path / "limner.toml").write_text("[retention]\nevents = '400d'\n", encoding="utf-8")

    given = load_settings(tmp_path / "limner.toml")

    assert given.retention.keep_days == 400.0
    assert RetentionSettings().keep_days is None


def test_landmarks_move_by_whole_half_lives_and_no_value_that_is_read_changes(shop, tmp_path):
    studio = build(**shop, workspace=tmp_path / "ws", settings=SHORT, lang="en")
    late = {"user_id": "bob", "item_id": "tea", "timestamp": "2026-03-20T03:00:00Z", "event": "view"}
    studio.ingest(events=[late])
    before, landmarks = read(studio), studio.painter.landmarks
    likings = {user_id: say(read_facts(studio, user_id)) for user_id in studio.user_ids()}

    studio.compact()

    moved = studio.painter.landmarks
    steps = (moved.recent_us - landmarks.recent_us) / 86_400_000_000
    assert steps > 5
    assert steps == int(steps)
    assert (moved.lasting_us - landmarks.lasting_us) % (2 * 86_400_000_000) == 0
    assert find_differences(before, read(studio), tolerance=1e-12) == []
    assert {user_id: say(read_facts(studio, user_id)) for user_id in studio.user_ids()} == likings
    assert studio.verify().clean
    studio.close()


def test_a_disk_without_room_for_a_second_copy_is_refused_before_anything_goes(make, monkeypatch):
    studio = make("ws")
    before = read(studio)
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 4096}))

    with pytest.raises(WorkspaceError, match=r"free some room .*\(nothing was changed\)"):
        studio.compact(keep_days=1.0)

    assert read(studio) == before
    assert studio.profile("ann", as_of="2026-01-01").coverage.events == 1


def test_two_ids_become_one_person_everywhere(make):
    studio = make("ws", users=[{"user_id": "eve", "city": "Leeds"}, {"user_id": "bob", "age": 30}])

    studio.merge_users("eve", "bob")

    assert studio.profile("eve").to_dict() == studio.profile("bob").to_dict()
    assert studio.profile("eve").user_id == "bob"
    assert studio.profile("bob").coverage.events == 3
    assert {f.path for f in studio.profile("bob").of("demographic")} == {
        "demographic/age=30",
        "demographic/city=Leeds",
    }
    assert studio.recommend_one("eve", 5) == studio.recommend_one("bob", 5)
    assert studio.recommend(["eve"]).column("user_id").to_pylist()[0] == "bob"
    assert studio.similar("eve") == studio.similar("bob")
    assert "eve" not in {alike.user_id for alike in studio.similar("ann")}
    assert studio.user_ids() == studio.vectors()[0] == ["ann", "bob"]
    assert len(studio.vectors()[1]) == len(studio.gates()[0]) == 2
    assert studio.verify().clean


def test_rows_that_come_later_under_the_old_id_are_the_persons(make):
    studio = make("ws")
    studio.merge_users("eve", "bob")

    report = studio.ingest(
        events=[{"user_id": "eve", "item_id": "tea", "timestamp": "2026-03-10T00:00:00Z", "event": "view"}]
    )

    assert (report.accepted["events"], report.new_users) == (1, 0)
    assert studio.profile("bob").coverage.events == 4
    studio.unmerge_user("eve")
    assert (studio.profile("bob").coverage.events, studio.profile("eve").coverage.events) == (2, 2)
    assert studio.verify().clean


def test_undoing_a_merge_gives_back_rows_attributes_and_relations(make):
    friends = [
        {"user_id": "eve", "other_id": "ann", "kind": "friend"},
        {"user_id": "bob", "other_id": "ann", "kind": "friend"},
        {"user_id": "eve", "other_id": "bob", "kind": "follows"},
    ]
    users = [{"user_id": "eve", "city": "Leeds"}, {"user_id": "bob", "city": "York"}]
    studio = make("ws", users=users, relations=friends)
    before = {user_id: studio.profile(user_id).to_dict() for user_id in ("ann", "bob", "eve")}

    studio.merge_users("eve", "bob")
    merged = [fact.path for fact in studio.profile("bob").facts]
    known_id = studio.unmerge_user("eve")

    assert known_id == "bob"
    assert "demographic/city=York" in merged
    assert "social/friends=1" in merged
    assert {user_id: studio.profile(user_id).to_dict() for user_id in ("ann", "bob", "eve")} == before
    assert studio.verify().clean


def test_what_is_declared_while_two_are_one_stays_with_who_is_known(make):
    studio = make("ws", users=[{"user_id": "eve", "city": "Leeds"}])
    studio.merge_users("eve", "bob")

    studio.ingest(users=[{"user_id": "bob", "age": 30}])
    studio.unmerge_user("eve")

    assert [fact.path for fact in studio.profile("bob").of("demographic")] == ["demographic/age=30"]
    assert [fact.path for fact in studio.profile("eve").of("demographic")] == ["demographic/city=Leeds"]


def test_the_past_of_one_person_holds_the_rows_of_both(make):
    studio = make("ws")

    studio.merge_users("ann", "bob")

    assert studio.profile("bob", as_of="2026-01-31").coverage.events == 3


@pytest.mark.parametrize(
    ("user", "known", "failure", "said"),
    [
        ("bob", "bob", InputError, "'bob' and 'bob' are one user already; nothing to merge"),
        ("eve", "bob", InputError, "'eve' and 'bob' are one user already"),
        ("bob", "eve", InputError, "'bob' and 'bob' are one user already"),
        ("bob", "ann", InputError, "user 'bob' holds 'eve': undo that first with: limner unmerge eve"),
        ("nobody", "ann", UnknownUserError, "no user 'nobody'"),
        ("ann", "nobody", UnknownUserError, "no user 'nobody'"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_and_changes_nothing(make, user, known, failure, said):
    studio = make("ws")
    studio.merge_users("eve", "bob")
    before = read(studio)

    with pytest.raises(failure, match=said):
        studio.merge_users(user, known)

    assert read(studio) == before


@pytest.mark.parametrize("user", ["ann", "nobody"])
def test_only_who_was_merged_can_be_told_apart(make, user):
    with pytest.raises(InputError, match=f"user '{user}' was not merged into another; nothing to undo"):
        make("ws").unmerge_user(user)


def test_what_retired_rows_taught_goes_with_a_merge_and_comes_back(make):
    studio = make("ws")
    studio.compact(keep_days=20.0)
    before = read(studio)

    studio.merge_users("ann", "bob")
    merged = studio.profile("bob").coverage.events
    verified = studio.verify()
    studio.unmerge_user("ann")

    assert merged == 5
    assert [verified.clean, studio.verify().clean] == [True, True]
    assert find_differences(before, read(studio)) == []


def test_upkeep_of_a_workspace_that_was_built_anew_reaches_the_new_store(make):
    studio = make("ws")
    make("other", events=[{"user_id": "zoe", "item_id": "cup", "timestamp": "2026-03-01", "event": "view"}])
    make("ws")

    studio.merge_users("eve", "bob")
    merged = limner.open(studio.folder).profile("eve").user_id
    make("ws")
    report = studio.compact(keep_days=20.0)
    retired = limner.open(studio.folder).verify().retired_rows
    make("ws")
    absorbed = sum(part.accepted["events"] for part in studio.absorb(studio.folder.parent / "other"))

    assert merged == "bob"
    assert retired == report.retired_events > 0
    assert absorbed == 1
    assert "zoe" in limner.open(studio.folder).user_ids()


def test_a_workspace_takes_in_another_once(make, shop, texts):
    cup = {"item_id": "cup", "title": "Cup", "categories": ["Kitchen"]}
    late = {"user_id": "zoe", "item_id": "cup", "timestamp": "2026-03-08T00:00:00Z", "event": "view"}
    frames = {"items": [*shop["items"], cup], "texts": texts, "users": [{"user_id": "ann", "city": "Leeds"}]}
    whole = make("whole", events=[*shop["events"], late], **frames)
    studio = make("ws")
    make("other", events=[*shop["events"][2:], late], **frames)

    first, again = (list(studio.absorb(studio.folder.parent / "other")) for _ in range(2))

    ledgers = [{key: cell for key, cell in read(one).items() if key[1] != "word"} for one in (whole, studio)]
    assert [sum(part.accepted["events"] for part in parts) for parts in (first, again)] == [3, 0]
    assert find_differences(*ledgers) == []
    assert [f.path for f in studio.profile("ann").of("demographic")] == ["demographic/city=Leeds"]
    assert studio.verify().clean


def test_ids_of_a_workspace_of_texts_make_texts_of_whole_numbers(make, shop):
    numbered = [{**row, "user_id": n, "item_id": 7} for n, row in enumerate(shop["events"])]
    studio = make("ws", events=numbered, items=None)
    make("other")

    list(studio.absorb(studio.folder.parent / "other"))

    assert studio.user_ids() == ["0", "1", "2", "3", "4", "5", "ann", "bob", "eve"]


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda other: other.compact(keep_days=20.0), "rows of it are no longer kept"),
        (lambda other: other.merge_users("eve", "bob"), "undo that first with: limner unmerge"),
    ],
    ids=["compacted", "merged"],
)
def test_a_workspace_that_cannot_be_taken_in_whole_is_refused(make, prepare, said):
    studio, other = make("ws"), make("other")
    prepare(other)
    before = read(studio)

    with pytest.raises(InputError, match=said):
        list(studio.absorb(other.folder))

    assert read(studio) == before


def test_a_workspace_that_is_not_there_cannot_be_taken_in(make, tmp_path):
    with pytest.raises(WorkspaceError, match="no workspace here"):
        list(make("ws").absorb(tmp_path / "nowhere"))
