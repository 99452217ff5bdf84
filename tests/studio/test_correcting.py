"""A correction acts at once on facts, vector and ranking, outlives every store, and can be taken back."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import limner
from limner.errors import InputError, UnknownNameError, UnknownUserError
from limner.store.schema import VERSION

USER = "u0007"


@pytest.fixture(scope="module")
def shopfront(studio, tmp_path_factory):
    """The sample world once more: each test takes back what it corrected."""
    folder = tmp_path_factory.mktemp("corrected") / "ws"
    shutil.copytree(studio.folder, folder)
    copied = limner.open(folder, lang="en")
    yield copied
    copied.close()


@pytest.fixture
def open_shop(shopfront):
    yield shopfront
    for made in shopfront.corrections():
        shopfront.undo_correction(made.user_id, made.path)


@pytest.fixture
def small(shop, texts, tmp_path):
    studio = limner.build(**shop, texts=texts, workspace=tmp_path / "ws", lang="en")
    yield studio
    studio.close()


def list_paths(studio, user=USER, **options):
    return [fact.path for fact in studio.profile(user, **options).facts]


def list_shelves(studio):
    rows = studio.store.rows(
        "SELECT i.item_id, c.category FROM items i JOIN item_categories c USING (item_no)"
    )
    shelves = {}
    for item, category in rows:
        shelves.setdefault(item, set()).add(category)
    return shelves


def find_theme(studio, user=USER):
    return next(fact for fact in studio.profile(user).facts if fact.key == "category")


def take_picture(studio, user=USER):
    profile = studio.profile(user)
    told = json.dumps(profile.to_dict(), ensure_ascii=False)
    return told, profile.vector.values.tobytes(), [row.to_dict() for row in studio.recommend_one(user, 50)]


def test_what_is_forbidden_is_neither_stated_nor_recommended(open_shop):
    theme = find_theme(open_shop)
    shelves = list_shelves(open_shop)
    before = [row.item_id for row in open_shop.recommend_one(USER, 20)]

    open_shop.correct(USER, theme.path, forbid=True)
    profile = open_shop.profile(USER)
    after = [row.item_id for row in open_shop.recommend_one(USER, 300)]

    assert any(theme.value in shelves[item] for item in before)
    assert not any(theme.value in shelves[item] for item in after)
    assert theme.path not in list_paths(open_shop)
    assert theme.value not in profile.of("persona")[0].statement
    assert not any(
        theme.value in reason for row in open_shop.recommend_one(USER, 50) for reason in row.reasons
    )


def test_it_is_forbidden_at_all_times_and_in_both_languages(open_shop):
    theme = find_theme(open_shop)

    open_shop.correct(USER, theme.path, forbid=True)

    assert theme.path not in list_paths(open_shop, as_of="2026-05-01")
    assert theme.path not in list_paths(open_shop, lang="zh")


def test_what_is_forbidden_leaves_the_vector(open_shop):
    theme = find_theme(open_shop)
    before = open_shop.profile(USER).vector.values

    open_shop.correct(USER, theme.path, forbid=True)
    after = open_shop.profile(USER).vector.values
    user_ids, vectors = open_shop.vectors()

    assert not np.allclose(before, after, atol=1e-3)
    np.testing.assert_allclose(vectors[user_ids.index(USER)], after, atol=1e-5)


def test_the_first_portraits_have_the_vector_of_later_ones(open_shop):
    open_shop.correct(USER, find_theme(open_shop).path, set={"liking": -1})
    fresh = limner.open(open_shop.folder)

    quick = fresh.profile(USER).vector.values
    fresh.vectors()
    whole = fresh.profile(USER).vector.values
    fresh.close()

    np.testing.assert_allclose(quick, whole, atol=1e-6)


def test_a_list_that_corrections_empty_says_so(small):
    user = small.store.one("SELECT user_id FROM users")[0]
    for (item,) in list(small.store.rows("SELECT item_id FROM items")):
        small.correct(user, f"interest/item={item}", forbid=True)

    found = small.recommend_one(user, 5)

    assert not found
    assert found.note == "corrections of this user forbid every item that is left"


def test_nothing_is_recommended_because_of_what_was_corrected_to_disliked(open_shop):
    theme, shelves = find_theme(open_shop), list_shelves(open_shop)
    titles = dict(open_shop.store.rows("SELECT title, item_id FROM items"))

    open_shop.correct(USER, theme.path, set={"liking": -1})

    reasons = [reason for row in open_shop.recommend_one(USER, 50) for reason in row.reasons]
    named = [titles[one.removeprefix("because of ")] for one in reasons if one.startswith("because of ")]
    assert named
    assert not [one for one in named if theme.value in shelves[one]]


@pytest.mark.parametrize(
    ("how", "rises"),
    [({"set": {"liking": -1}}, False), ({"pin": True}, True), ({"set": {"liking": 0.8}}, True)],
    ids=["disliked", "pinned", "liked"],
)
def test_a_liking_moves_the_items_of_its_category(open_shop, how, rises):
    theme = "Camping" if rises else find_theme(open_shop).value
    shelves = list_shelves(open_shop)

    def rank_mean():
        rows = open_shop.recommend_one(USER, 1200, reasons=False)
        return float(np.mean([row.rank for row in rows if theme in shelves[row.item_id]]))

    before = rank_mean()
    open_shop.correct(USER, f"interest/category={theme}", **how)

    assert (rank_mean() < before) is rises


def test_a_pinned_fact_that_nothing_states_is_shown_and_cites_the_correction(open_shop):
    made = open_shop.correct(USER, "interest/category=Camping", pin=True, note="asked", by="support")
    fact = next(fact for fact in open_shop.profile(USER).facts if fact.path == made.path)

    assert (fact.source, fact.confidence) == ("corrected", 1.0)
    assert fact.statement == "interested in Camping (kept by correction)"
    assert [cited.id for cited in fact.evidence] == [made.id]
    assert fact.evidence[0].to_dict() | {"timestamp": None} == {
        "event_id": made.id, "timestamp": None, "event": "pin", "by": "support", "note": "asked",
    }  # fmt: skip


def test_a_set_liking_overrides_the_one_that_was_read(open_shop):
    theme = find_theme(open_shop)

    made = open_shop.correct(USER, theme.path, set={"liking": -1})
    fact = next(fact for fact in open_shop.profile(USER, lang="en").facts if fact.path == theme.path)

    assert fact.liking == -1
    assert "; corrected to disliked (-1.00)" in fact.statement
    assert "; liked" not in fact.statement
    assert fact.evidence[0].id == made.id
    assert len(fact.evidence) > 1
    assert f"Does not care for {theme.value}" in open_shop.profile(USER, lang="en").of("persona")[0].statement


def test_an_attribute_that_is_set_rules_out_every_other_value(open_shop):
    open_shop.correct(USER, "demographic/gender", set={"value": "F"})
    open_shop.correct(USER, "demographic/gender=M", pin=True)

    found = [fact.path for fact in open_shop.profile(USER).facts if fact.key == "gender"]

    assert found == ["demographic/gender=M"]
    assert "gender M" in open_shop.profile(USER, lang="en").of("persona")[0].statement


def test_a_forbidden_behaviour_is_not_stated_with_another_value(open_shop):
    path = next(path for path in list_paths(open_shop) if path.startswith("behaviour/frequency"))

    open_shop.correct(USER, path, forbid=True)

    assert not any(one.startswith("behaviour/frequency") for one in list_paths(open_shop))


@settings(max_examples=15)
@given(
    st.integers(0, 299),
    st.sampled_from(["i0001", "i0300", "i0777"]),
    st.dictionaries(
        st.sampled_from(["Camping", "Handbags", "Coffee", "女装", "彩妆"]),
        st.sampled_from([{"forbid": True}, *({"set": {"liking": one}} for one in (-1.0, -0.3, 0.0, 0.7))]),
        min_size=1,
        max_size=3,
    ),
)
def test_parts_and_corrections_sum_to_the_score(shopfront, user, item, decided):
    user_id = shopfront.user_ids()[user]
    made = [shopfront.correct(user_id, f"interest/category={name}", **how) for name, how in decided.items()]

    found = shopfront.explain(user_id, item)
    for one in made:
        shopfront.undo_correction(user_id, one.path)
    corrected = [part.key for part in found.parts if part.kind == "correction"]

    assert found.sum_of_parts == pytest.approx(found.score, abs=1e-6)
    assert sorted(corrected) == sorted(one.path for one in made)


def test_the_corrected_rank_is_that_of_the_recommendation(open_shop):
    open_shop.correct(USER, "interest/category=Camping", pin=True)
    open_shop.correct(USER, find_theme(open_shop, "u0003").path, set={"liking": -0.5})

    for row in open_shop.recommend_one(USER, 10, reasons=False):
        found = open_shop.explain(USER, row.item_id)
        assert (found.rank_unseen, found.score) == (row.rank, pytest.approx(row.score, abs=1e-5))


def test_what_is_forbidden_is_explained_as_such(open_shop):
    item = open_shop.recommend_one(USER, 1)[0].item_id
    theme = sorted(list_shelves(open_shop)[item])[0]

    open_shop.correct(USER, f"interest/category={theme}", forbid=True)
    found = open_shop.explain(USER, item, lang="en")

    assert (found.forbidden, found.rank_unseen) == (True, None)
    assert [one.text for one in found.counterfactuals] == [
        f"without the correction of interest/category={theme} this item would be 1st"
    ]


def test_undoing_gives_the_same_portrait_vector_and_ranking_to_the_bit(open_shop):
    before = take_picture(open_shop)

    open_shop.correct(USER, find_theme(open_shop).path, forbid=True)
    open_shop.correct(USER, "interest/category=Camping", pin=True)
    during = take_picture(open_shop)
    for made in open_shop.corrections(USER):
        open_shop.undo_correction(USER, made.path)

    assert during[1] != before[1]
    assert take_picture(open_shop) == before
    assert open_shop.corrections() == []


def test_others_stay_as_they_were(open_shop):
    before = take_picture(open_shop, "u0003")

    open_shop.correct(USER, find_theme(open_shop).path, forbid=True)

    assert take_picture(open_shop, "u0003") == before


def test_corrections_outlive_a_build_an_ingest_and_a_compaction(small, shop, texts, tmp_path):
    made = small.correct("ann", "interest/category=Kitchen", forbid=True)
    small.ingest(events=[{"user_id": "ann", "item_id": "mug", "timestamp": "2026-03-07", "event": "view"}])
    after_ingest = list_paths(small, "ann")
    small.compact()
    again = limner.build(**shop, texts=texts, workspace=tmp_path / "ws", lang="en")

    assert again.corrections("ann") == [made]
    assert not {"interest/category=Kitchen"} & {*after_ingest, *list_paths(again, "ann")}
    assert {row.item_id for row in again.recommend_one("ann", 9)} == set()
    assert again.verify().clean
    again.close()


def test_corrections_follow_a_merge_and_come_back_from_it(small):
    made = small.correct("bob", "interest/category=Kitchen", forbid=True)
    small.merge_users("bob", "ann")
    merged = small.corrections("ann")
    forbidden = {row.item_id for row in small.recommend_one("ann", 9, exclude_seen=False)}
    small.unmerge_user("bob")

    assert merged == [made]
    assert forbidden == {"tea"}
    assert (small.corrections("ann"), small.corrections("bob")) == ([], [made])


def test_corrections_of_an_absorbed_workspace_come_in_and_ours_stay(small, shop, tmp_path):
    other = limner.build(**shop, workspace=tmp_path / "other", lang="en")
    ours = small.correct("ann", "interest/category=Kitchen", set={"liking": 0.5})
    other.correct("ann", "interest/category=Kitchen", forbid=True)
    theirs = other.correct("bob", "interest/category=Drinks", pin=True)
    other.close()

    list(small.absorb(tmp_path / "other"))

    assert small.corrections() == [ours, theirs]


def test_a_workspace_of_version_three_is_migrated(small, tmp_path):
    before = take_picture(small, "ann")
    small.store.rows("DROP TABLE corrections")
    small.close()
    pointer = json.loads((tmp_path / "ws" / "workspace.json").read_text(encoding="utf-8"))
    (tmp_path / "ws" / "workspace.json").write_text(json.dumps({**pointer, "version": 3}), encoding="utf-8")

    studio = limner.open(tmp_path / "ws", lang="en")
    pointer = json.loads((tmp_path / "ws" / "workspace.json").read_text(encoding="utf-8"))

    assert pointer["version"] == VERSION
    assert take_picture(studio, "ann") == before
    assert studio.correct("ann", "interest/category=Kitchen", pin=True) in studio.corrections("ann")
    studio.close()


@pytest.mark.parametrize(
    ("fact", "how", "error", "said"),
    [
        (
            "interest/category=Kitchn",
            {"pin": True},
            UnknownNameError,
            r"has no fact .*did you mean: interest/cat",
        ),
        ("intrest/category=Kitchen", {"pin": True}, UnknownNameError, "no dimension 'intrest' .*interest"),
        ("Kitchen", {"pin": True}, InputError, "write it as DIMENSION/KIND=VALUE"),
        ("persona/summary=x", {"pin": True}, InputError, "composed of the other facts"),
        ("interest/category=Kitchen", {}, InputError, "say one of forbid, pin, or set"),
        ("interest/category=Kitchen", {"pin": True, "forbid": True}, InputError, "say one of"),
        ("interest/category=Kitchen", {"set": {"liking": 2}}, InputError, r"lies in -1..1, got 2"),
        ("interest/category=Kitchen", {"set": {"liking": "nan"}}, InputError, r"lies in -1..1, got 'nan'"),
        ("interest/category=Kitchen", {"set": {"likin": 1}}, InputError, "did you mean: liking"),
        ("demographic/gender=F", {"set": {"liking": 1}}, InputError, "of interest and sentiment only"),
    ],
    ids=["fact", "dimension", "address", "persona", "nothing", "both", "high", "nan", "name", "attribute"],
)
def test_what_cannot_be_is_refused(small, fact, how, error, said):
    with pytest.raises(error, match=said):
        small.correct("ann", fact, **how)
    assert small.corrections() == []


def test_an_unknown_user_or_an_undo_of_nothing_is_refused(small):
    small.correct("ann", "interest/category=Kitchen", pin=True)

    with pytest.raises(UnknownUserError, match="no user 'anne'"):
        small.correct("anne", "interest/category=Kitchen", pin=True)
    with pytest.raises(
        InputError, match=r"nothing was corrected of .*did you mean: interest/category=Kitchen"
    ):
        small.undo_correction("ann", "interest/category=Kitchens")
