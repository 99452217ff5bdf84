"""Audiences hold exactly those whom painting everyone finds, at every moment."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import limner
from limner.dimensions.audience.matching import match_rule
from limner.dimensions.audience.meaning import resolve
from limner.dimensions.audience.parsing import parse_expression
from limner.errors import ExpressionError, InputError, UnknownAudienceError
from limner.studio.making import build
from limner.studio.people.vocabulary import StoreVocabulary


@pytest.fixture
def own(studio, tmp_path):
    """A copy of the sample world that may be written to."""
    shutil.copytree(studio.folder, tmp_path / "own")
    opened = limner.open(tmp_path / "own", lang="en")
    yield opened
    opened.close()


def paint_everyone(studio, profiles, expression):
    rule = resolve(parse_expression(expression), StoreVocabulary(studio.painter))
    return sorted(user_id for user_id, profile in profiles.items() if match_rule(rule, profile.facts))


WRITTEN = [
    "interest/category=零食",
    "interest/category=零食 and behaviour/price_band<=2 and not sentiment/物流<0",
    "sentiment/物流<0 or sentiment/delivery<0",
    "sentiment/aspect<0 and demographic/gender=female",
    "not demographic/age",
    "demographic/gender != female",
    "demographic/age>=30 and behaviour/daypart=evening",
    "behaviour/recency_days<20 and behaviour/frequency>1",
    "behaviour/monetary>100 or behaviour/sessions>=9 or behaviour/weekend_share>0.5",
    "behaviour/peak_hour in (20, 21, 22) and not behaviour/event",
    "social/friends>5 or social/influence>=0.9",
    "strength(interest/category)>0.4 and confidence(interest/brand)>=0.95",
    "liking(interest/item)>0.9",
    "sentiment/overall=positive and sentiment/ratings>0.2",
    "behaviour/dwell or behaviour/path or behaviour/rating_style=strict",
    "interest/keyword or interest/tag or interest/topic",
    "social/place or social/community or social/alike",
]


@pytest.mark.parametrize("expression", WRITTEN)
def test_an_audience_is_what_painting_everyone_finds(studio, profiles, expression):
    assert list(studio.audience(expression).user_ids) == paint_everyone(studio, profiles, expression)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_so_is_any_mixture_of_facts_that_somebody_has(studio, profiles, data):
    facts = sorted({fact for one in profiles.values() for fact in _address(one)})
    chosen = data.draw(st.lists(st.sampled_from(facts), min_size=1, max_size=3))
    joined = data.draw(st.sampled_from([" and ", " or ", " and not ", " or not "])).join(chosen)

    assert list(studio.audience(joined).user_ids) == paint_everyone(studio, profiles, joined)


def _address(profile):
    return [
        f"{fact.dimension}/{fact.key}={fact.value!r}" if isinstance(fact.value, str) else
        f"{fact.dimension}/{fact.key}={fact.value}"
        for fact in profile.facts
        if fact.dimension != "persona" and "'" not in str(fact.value)
    ]  # fmt: skip


def test_nobody_is_lost_to_the_sets_of_cells(studio):
    everyone = set(studio.user_ids())
    inside = set(studio.audience("interest/category=零食").user_ids)
    outside = set(studio.audience("not interest/category=零食").user_ids)

    assert inside | outside == everyone
    assert not inside & outside
    assert inside


def test_a_correction_changes_it_at_once(own):
    expression = "interest/category=零食"
    first = own.audience(expression).user_ids

    own.correct(first[0], expression, forbid=True)
    own.correct("u0001", expression, pin=True)
    second = own.audience(expression).user_ids

    assert set(second) == set(first) - {first[0]} | {"u0001"}


def test_new_rows_change_it_at_once(own):
    expression = "interest/category=零食"
    bought = own.store.rows("SELECT item_id FROM items WHERE first_category = '零食' LIMIT 5")
    rows = [
        {
            "user_id": "newcomer",
            "item_id": item_id,
            "event": "purchase",
            "timestamp": f"2026-06-2{day}T10:00:00Z",
        }
        for day, (item_id,) in enumerate(bought)
    ]
    before = own.audience(expression).user_ids

    own.ingest(events=rows)

    assert set(own.audience(expression).user_ids) == {*before, "newcomer"}


def test_who_was_erased_or_merged_into_another_is_in_none(own):
    expression = "interest/category=零食"
    erased, merged, known = own.audience(expression).user_ids[:3]

    own.erase(erased)
    own.merge_users(merged, known)
    found = own.audience(expression).user_ids

    assert known in found
    assert not {erased, merged} & set(found)
    assert not {erased, merged} & set(own.audience("not interest/category=零食").user_ids)


def test_one_that_is_kept_outlives_a_build(tmp_path):
    events = [
        {"user_id": user, "item_id": "tea", "timestamp": f"2026-01-0{day}T10:00:00Z", "event": "purchase"}
        for user in ("ann", "bob")
        for day in (1, 2, 3)
    ]
    items = [{"item_id": "tea", "title": "Tea", "categories": ["Drinks"]}]
    first = build(events=events, items=items, workspace=tmp_path / "ws", lang="en")

    kept = first.keep_audience("interest/category=Drinks", name="tea drinkers")
    again = build(events=events[:3], items=items, workspace=tmp_path / "ws", lang="en")
    found = again.kept_audience(kept.id)

    assert (found.name, found.user_ids) == ("tea drinkers", ("ann",))
    assert [one.id for one in again.audiences()] == [kept.id]


def test_the_same_expression_is_kept_once_and_can_be_dropped(own):
    kept = own.keep_audience("demographic/age")
    named = own.keep_audience(" demographic/age ", name="with an age")

    assert named.id == kept.id
    assert [one.name for one in own.audiences()] == ["with an age"]
    assert own.drop_audience(kept.id).expression == "demographic/age"
    with pytest.raises(UnknownAudienceError, match="no audience"):
        own.kept_audience(kept.id)


def test_keeping_one_changes_no_portrait(own):
    before = own.store.rows("SELECT * FROM changes")

    own.keep_audience("demographic/age")

    assert own.store.rows("SELECT * FROM changes") == before


def test_users_come_in_pages_without_gap_or_repeat(studio):
    found = studio.audience("demographic/age")

    pages, after = [], ""
    while after is not None:
        page = found.page(40, after)
        pages += page["users"]
        after = page["next"]

    assert pages == list(found.user_ids)
    with pytest.raises(InputError, match="limit must be 1 to 1,000"):
        found.page(0)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("demographic/gender=FEMALE", "demographic/gender=female"),
        ("sentiment/快递<0", "sentiment/物流<0"),
        ("sentiment/Shipping<0", "sentiment/delivery<0"),
    ],
)
def test_a_name_may_be_written_otherwise(studio, written, meant):
    assert studio.audience(written).user_ids == studio.audience(meant).user_ids


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("demographic/gender=femal", "did you mean: female"),
        ("interest/category=零实", "did you mean: 零食"),
        ("demographic/gendr=female", "did you mean: gender"),
        ("interest/category='x'' OR 1=1 --'", "character"),
        ('interest/category="\' OR 1=1; DROP TABLE users; --"', "nobody's interest/category is"),
        ("interest/category='%'", "nobody's interest/category is '%'"),
    ],
)
def test_what_is_not_known_is_suggested_or_refused_and_nothing_happens(studio, expression, said):
    with pytest.raises(ExpressionError, match="character") as caught:
        studio.audience(expression)

    assert said in str(caught.value)
    assert studio.store.one("SELECT count(*) FROM users") > (0,)


def test_numbers_that_a_source_wrote_as_text_are_numbers(tmp_path):
    users = [{"user_id": "ann", "age": "39"}, {"user_id": "bob", "age": "9"}]
    events = [
        {"user_id": user, "item_id": "tea", "timestamp": "2026-01-01T10:00:00Z", "event": "view"}
        for user in ("ann", "bob")
    ]
    studio = build(events=events, users=users, workspace=tmp_path / "ws", lang="en")

    assert studio.audience("demographic/age > 9").user_ids == ("ann",)
    assert studio.audience("demographic/age = 9").user_ids == ("bob",)
