"""A user who was erased stays out: of builds, of new rows, of copies; until somebody lets them in."""

import re
from contextlib import closing

import pytest

import limner
from limner.errors import InputError, UnknownUserError
from limner.records import ERASED
from limner.studio.upkeep.moving import back_up, copy_workspace, restore

VIEW = {"item_id": "tea", "timestamp": "2026-03-20T12:00:00Z", "event": "view"}


def quiet(*said):
    pass


def texts_of(folder):
    return "".join(path.read_text("utf-8") for path in folder.glob("quarantine/**/*") if path.is_file())


def names_eve(text):
    return re.search(r"\beve\b", text) is not None


@pytest.fixture
def bereft(shop):
    """The shop without eve, who was erased."""
    shop.erase("eve")
    return shop


def test_a_build_from_the_same_rows_does_not_bring_an_erased_user_back(bereft, place, rows):
    with closing(limner.build(**rows, workspace=place, lang="en")) as built:
        intakes = built.built.collected.intakes
        rejected = {intake.table: intake.rejected.get(ERASED, 0) for intake in intakes}

        assert built.user_ids() == ["ann", "bob"]
        assert (rejected["events"], rejected["texts"]) == (2, 1)
        assert all(intake.read == intake.kept + sum(intake.rejected.values()) for intake in intakes)
        assert not names_eve(texts_of(place))
        assert ERASED in texts_of(place)
        assert built.verify().clean


def test_a_second_build_still_knows(bereft, place, rows):
    for _ in range(2):
        limner.build(**rows, workspace=place, lang="en").close()

    with closing(limner.open(place)) as built:
        assert built.user_ids() == ["ann", "bob"]


def test_rows_of_an_erased_user_are_refused_and_those_of_others_taken(bereft):
    submitted = bereft.submit("events", [{"user_id": "eve", **VIEW}, {"user_id": "bob", **VIEW}])
    report = bereft.ingest(
        texts=[{"user_id": "eve", "text": "I am back.", "timestamp": "2026-03-20T12:00:00Z"}],
        relations=[{"user_id": "bob", "other_id": "eve", "kind": "friend"}],
        users=[{"user_id": "eve", "gender": "F"}],
    )

    assert [(one.index, one.reason) for one in submitted.refused] == [(0, ERASED)]
    assert "limner erase USER --allow" in submitted.refused[0].hint
    assert submitted.accepted == 1
    assert report.rejected == {ERASED: 3}
    assert bereft.user_ids() == ["ann", "bob"]
    assert not names_eve(texts_of(bereft.folder))


def test_a_faulty_row_of_an_erased_user_is_kept_nowhere_either(bereft):
    report = bereft.ingest(events=[{"user_id": "eve", "timestamp": "never", "event": "view"}])

    assert report.rejected == {ERASED: 1}
    assert not names_eve(texts_of(bereft.folder))


def test_what_is_remembered_names_nobody(bereft, place):
    (entry,) = bereft.erasures()
    kept = str(bereft.store.rows("SELECT name, value FROM meta WHERE name LIKE 'eras%'"))
    register = (place / "erasures.jsonl").read_text("utf-8")

    assert len(entry.number) == 12
    assert entry.to_dict()["erased_at"].startswith("20")
    assert not names_eve(kept + register)


def test_ids_that_were_merged_into_an_erased_user_stay_out_too(shop):
    shop.merge_users("eve", "bob")
    shop.erase("bob")

    report = shop.ingest(events=[{"user_id": one, **VIEW} for one in ("ann", "bob", "eve")])

    assert report.rejected == {ERASED: 2}
    assert shop.user_ids() == ["ann"]


def test_who_may_come_back_comes_back(bereft):
    bereft.allow("eve")

    assert bereft.ingest(events=[{"user_id": "eve", **VIEW}]).accepted["events"] == 1
    assert bereft.user_ids() == ["ann", "bob", "eve"]
    assert bereft.erasures() == []
    with pytest.raises(InputError, match=r"nobody of the id 'eve' was erased.*limner erase --list"):
        bereft.allow("eve")


def test_a_copy_and_a_backup_know_who_was_erased(bereft, place, tmp_path):
    back_up(bereft.store, tmp_path / "monday", replace=False, watch=quiet)
    copy_workspace(place, tmp_path / "copy", replace=False, watch=quiet)
    restore(tmp_path / "monday", tmp_path / "restored", replace=False, watch=quiet)

    for name in ("copy", "restored"):
        with closing(limner.open(tmp_path / name)) as other:
            assert other.ingest(events=[{"user_id": "eve", **VIEW}]).rejected == {ERASED: 1}


def test_a_backup_of_before_does_not_bring_an_erased_user_back(shop, place, tmp_path):
    back_up(shop.store, tmp_path / "monday", replace=False, watch=quiet)
    shop.erase("eve")
    restore(tmp_path / "monday", place, replace=True, watch=quiet)

    with closing(limner.open(place)) as restored:
        assert restored.user_ids() == ["ann", "bob"]
        assert len(restored.erasures()) == 1
        assert restored.verify().clean


def test_a_user_who_is_erased_while_a_build_runs_is_not_in_it(shop, place, rows):
    erased = []

    def watch(stage):
        if stage.startswith("vector") and not erased:
            erased.append(shop.erase("eve"))

    with closing(limner.build(**rows, workspace=place, watch=watch)) as built:
        assert built.user_ids() == ["ann", "bob"]
        assert erased[0].removed["events"] == 3


def test_another_workspace_does_not_bring_an_erased_user_back(bereft, shop_in_file, tmp_path):
    shop_in_file.ingest(relations=[{"user_id": "ann", "other_id": "eve", "kind": "friend"}])
    rejected = [report.rejected for report in bereft.absorb(tmp_path / "file")]

    assert bereft.user_ids() == ["ann", "bob"]
    assert rejected[0][ERASED] == 6
    assert bereft.verify().clean


def test_nobody_is_erased_who_is_not_there(shop):
    with pytest.raises(UnknownUserError):
        shop.erase("nobody")

    assert shop.erasures() == []
