"""Who a user is, whom they are near, and the paragraph that says nothing the facts do not."""

import re
from dataclasses import replace

import pytest

from limner.dimensions.portrait import draft_facts
from limner.dimensions.sitter import Cite
from limner.dimensions.social import read_social
from limner.phrases import name_value
from limner.settings import DimensionSettings, Settings

GUESS = {"gender": ("female", 0.8, (Cite("events", (5, 5)),))}
CIRCLE = {
    "community": "c7",
    "size": 12,
    "themes": ["Jazz", "Noir"],
    "inside": 0.75,
    "followed_by": 4,
    "influence": 0.9,
    "alike": ("bob", 0.6),
    "place": ("Leeds", 3, 4),
}


def test_declared_attributes_are_facts_that_cite_their_row(sit, find):
    (draft,) = find(
        sit({}, attributes={"city": "Leeds", "consent": "yes", "age": None, "job": "n/a"}), "city"
    )

    assert (draft.value, draft.source, draft.confidence) == ("Leeds", "declared", 1.0)
    assert draft.cites == (Cite("users", name="city"),)


@pytest.mark.parametrize("key", ["consent", "age", "job"])
def test_consent_and_empty_attributes_are_no_facts(sit, find, key):
    assert find(sit({}, attributes={"consent": "yes", "age": None, "job": "n/a"}), key) == []


def test_what_is_inferred_is_marked_so(sit, find):
    (draft,) = find(sit({}, inferred=GUESS), "gender")

    assert (draft.value, draft.source, draft.confidence) == ("female", "inferred", 0.8)
    assert "inferred from behaviour, probability 80%" in draft.statement


def test_what_was_declared_is_not_inferred(sit, find):
    drafts = find(sit({}, attributes={"gender": "male"}, inferred=GUESS), "gender")

    assert [(draft.value, draft.source) for draft in drafts] == [("male", "declared")]


def test_a_guess_that_no_row_speaks_for_is_not_stated(sit, find):
    assert find(sit({}, inferred={"gender": ("female", 0.8, ())}), "gender") == []


def test_without_relations_nothing_social_is_said(sit):
    assert list(read_social(sit({}, circle=CIRCLE))) == []


def test_a_circle_is_read_into_facts(sit, cell):
    drafts = {draft.key: draft for draft in read_social(sit({"relation": [cell("bob", 1)]}, circle=CIRCLE))}

    assert list(drafts) == ["friends", "alike", "community", "influence", "place"]
    assert drafts["alike"].statement == "shares interests with bob (similarity 60%)"
    assert drafts["community"].statement == "belongs to a circle of 12 users who favour Jazz, Noir"
    assert drafts["place"].statement == "75% of 4 friends are in Leeds"


def test_small_circles_and_few_followers_are_not_mentioned(sit, cell):
    circle = {**CIRCLE, "size": 4, "followed_by": 2, "alike": ("bob", 0.1), "place": ("Leeds", 2, 2)}

    drafts = list(read_social(sit({"relation": [cell("bob", 1)]}, circle=circle)))

    assert [draft.key for draft in drafts] == ["friends"]


def test_who_is_only_followed_is_known_by_their_followers(sit, cell):
    drafts = list(read_social(sit({"follower": [cell("bob"), cell("eve")]}, circle=CIRCLE)))

    assert [draft.key for draft in drafts] == ["community", "influence", "place"]
    assert {cite.table for draft in drafts for cite in draft.cites} == {"followers"}


@pytest.fixture
def rich(sit, cell):
    """A user with something in every dimension."""

    def make(lang):
        cells = {
            "activity": [
                cell("all", 60, days=(150.0, 0.0), recent=12.0, lasting=50.0, liking=9.0, opinion=30.0)
            ],
            "event": [cell("view", 60, days=(150.0, 0.0), recent=12.0, lasting=50.0)],
            "category": [
                cell("Jazz", 20, days=(150.0, 0.0), recent=9.0, lasting=16.0, liking=9.0, opinion=10.0),
                cell("Noir", 14, days=(150.0, 60.0), recent=0.0, lasting=15.0),
                cell("Polka", 9, days=(150.0, 0.0), recent=2.0, lasting=8.0, liking=-8.0, opinion=9.0),
            ],
            "aspect": [
                cell("battery", 6, liking=5.0, opinion=6.0),
                cell("price", 6, liking=-5.0, opinion=6.0),
            ],
            "hour": [cell("20", 60)],
            "day": [cell(str(day)) for day in range(20)],
            "writing": [cell("review", 5, liking=2.0, opinion=5.0)],
        }
        attributes = {"city": "Leeds", "zip_code": "LS1"}
        usual = {("category", "Jazz"): 0.05, ("category", "Noir"): 0.05, ("category", "Polka"): 0.05}
        return sit(cells, usual, lang=lang, attributes=attributes, inferred=GUESS)

    return make


def test_the_persona_tells_what_the_facts_tell(rich, find):
    (persona,) = find(rich("en"), "summary")

    assert persona.statement == (
        "On file: city Leeds. Probably: gender female. Mostly drawn to Jazz, Noir. Lately turning to Jazz. "
        "Losing interest in Noir. Does not care for Polka. "
        "Most active in the evening: 100% of events (0% for others). "
        "Praises battery. Complains about price."
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_theme_the_persona_names_is_the_value_of_a_fact(rich, find, lang):
    sitter = rich(lang)
    (persona,) = find(sitter, "summary")
    values = {str(draft.value) for draft in draft_facts(sitter) if draft.dimension != "persona"}

    named = set(re.findall(r"Jazz|Noir|Polka|battery|price|Leeds|female|女|LS1", persona.statement))
    woman = name_value("gender", "female", lang)

    assert named - {woman} | {"female"} <= values
    assert {"Jazz", "Noir", "Polka", "battery", "price", "Leeds", woman} == named


def test_the_persona_cites_what_its_facts_cite(rich, find):
    sitter = rich("en")
    (persona,) = find(sitter, "summary")

    facts = [draft for draft in draft_facts(sitter) if draft.dimension != "persona"]
    cited = {(cite.table, cite.cell, cite.name) for draft in facts for cite in draft.cites}

    assert {(cite.table, cite.cell, cite.name) for cite in persona.cites} <= cited


def test_a_user_of_few_events_has_a_thin_persona(sit, find, cell):
    (persona,) = find(sit({"event": [cell("view", 2)]}), "summary")

    assert persona.statement == "Little is known yet: 2 events."


def test_nobody_is_made_up_from_nothing(sit):
    assert draft_facts(sit({})) == []


def test_only_the_enabled_dimensions_are_read(rich):
    chosen = Settings(dimensions=DimensionSettings(enabled=("interest", "persona")))

    drafts = draft_facts(replace(rich("en"), settings=chosen))

    assert {draft.dimension for draft in drafts} == {"interest", "persona"}
    assert "Leeds" not in drafts[-1].statement
