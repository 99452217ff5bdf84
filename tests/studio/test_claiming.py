"""What a model reads joins the log as if a build had found it; its persona lasts as its facts do."""

import json

import pytest

import limner
from limner.records import MODEL
from limner.studio.making import build
from limner.studio.texts.claiming import Found, Read, add_claims, keep_persona

SOURCE = f"{MODEL}tiny"
TEXTS = [
    {"user_id": "ann", "timestamp": "2026-01-05T10:00:00Z", "text": "Our boy loves it.", "text_id": "t1"},
    {
        "user_id": "ann",
        "timestamp": "2026-02-05T10:00:00Z",
        "text": "Fit for kitty to nap.",
        "text_id": "t2",
    },
    {"user_id": "bob", "timestamp": "2026-02-06T10:00:00Z", "text": "The screen is dim.", "text_id": "t3"},
]
SON = Found("demographic", "child", "son", 1.0, 0, 7)
CAT = Found("demographic", "pet", "cat", 1.0, 8, 13)


@pytest.fixture
def studio(tmp_path, shop):
    studio = build(**(shop | {"texts": TEXTS}), workspace=tmp_path / "ws", lang="en")
    yield studio
    studio.close()


@pytest.fixture
def claim(studio):
    """Let the model have read texts: claims by text id."""

    def put(user_id, found, source=SOURCE):
        person = studio.painter.find_person(user_id)
        refs = dict(studio.store.rows("SELECT text_id, ref FROM texts WHERE user_no = ?", person.user_no))
        read = [Read(refs[text_id], tuple(claims)) for text_id, claims in found.items()]
        return add_claims(studio.painter, person.user_no, source, read)

    return put


def told(studio, user_id="ann"):
    facts = studio.profile(user_id).facts
    return {fact.path: fact for fact in facts if fact.source.startswith(MODEL)}


def test_a_claim_is_a_fact_with_the_exact_words_and_everything_still_adds_up(studio, claim):
    others = studio.profile("bob")

    added = claim("ann", {"t1": [SON], "t2": [CAT]})

    assert added == 2
    facts = told(studio)
    assert list(facts) == ["demographic/pet=cat", "demographic/child=son"]
    assert facts["demographic/child=son"].source == SOURCE
    (cited,) = facts["demographic/child=son"].evidence
    assert (cited.id, cited.quote) == ("t1", "Our boy")
    assert dict(cited.details) == {"polarity": 1.0, "read_by": SOURCE}
    assert studio.verify().clean
    assert studio.profile("bob").to_dict() == others.to_dict()


def test_the_same_answer_twice_changes_nothing_and_a_new_one_replaces_the_old(studio, claim):
    claim("ann", {"t1": [SON], "t2": [CAT]})
    cells = studio.store.rows("SELECT * FROM cells ORDER BY 1, 2, 3")

    claim("ann", {"t1": [SON]})
    same = studio.store.rows("SELECT * FROM cells ORDER BY 1, 2, 3")
    claim("ann", {"t1": []})

    assert same == cells
    assert list(told(studio)) == ["demographic/pet=cat"]
    assert studio.verify().clean


def test_places_outside_the_text_and_texts_that_are_gone_give_nothing(studio, claim):
    beyond = Found("demographic", "child", "son", 1.0, 10, 99)

    assert claim("ann", {"t1": [beyond, Found("demographic", "child", "son", 1.0, 3, 3)]}) == 0
    assert add_claims(studio.painter, 0, SOURCE, [Read(17, (SON,))]) == 0
    assert told(studio) == {}


def test_claims_move_with_merged_users_and_come_over_with_an_absorbed_workspace(
    studio, claim, tmp_path, shop
):
    claim("ann", {"t1": [SON]})
    other = build(**(shop | {"texts": TEXTS}), workspace=tmp_path / "other", lang="en")
    list(other.absorb(studio.folder))
    studio.merge_users("ann", "bob")

    assert list(told(other)) == list(told(studio, "bob")) == ["demographic/child=son"]
    assert [other.verify().clean, studio.verify().clean] == [True, True]
    studio.unmerge_user("ann")
    assert (list(told(studio)), told(studio, "bob")) == (["demographic/child=son"], {})
    assert studio.verify().clean
    other.close()


def test_what_old_texts_claimed_stays_when_they_go(studio, claim):
    claim("ann", {"t1": [SON], "t2": [CAT]})

    studio.compact(keep_days=10.0)

    assert set(told(studio)) == {"demographic/child=son", "demographic/pet=cat"}
    assert dict(told(studio)["demographic/child=son"].evidence[0].details)["kept"] == "sums only"
    assert studio.verify().clean


def test_a_past_portrait_has_the_claims_of_its_texts_alone(studio, claim):
    claim("ann", {"t1": [SON], "t2": [CAT]})

    past = studio.profile("ann", as_of="2026-01-31")

    assert [fact.path for fact in past.facts if fact.source == SOURCE] == ["demographic/child=son"]


def test_json_names_sources_and_disputes(studio, claim):
    claim("ann", {"t1": [SON]})
    claim("ann", {"t2": [Found("demographic", "child", "son", -1.0, 0, 6)]}, source=f"{MODEL}other")

    facts = {fact.path: fact for fact in studio.profile("ann").facts}
    shape = json.loads(json.dumps(facts["demographic/child=son"].to_dict()))

    assert (shape["source"], shape["sources"], shape["dispute"]) == (SOURCE, [SOURCE], "open")
    assert [(turn["side"], turn["since"][:10]) for turn in shape["history"]] == [
        ("said", "2026-01-05"),
        ("denied", "2026-02-05"),
    ]
    assert {one["text_id"] for one in shape["evidence"]} == {"t1", "t2"}
    assert facts["demographic/child=not son"].source == f"{MODEL}other"


@pytest.fixture
def persona(studio, claim):
    """A persona of ann, by the model, that rests on her son."""
    claim("ann", {"t1": [SON]})
    facts = {fact.path: fact for fact in studio.profile("ann").facts}
    person = studio.painter.find_person("ann")
    said = [("Raises a son and shops for him.", [facts["demographic/child=son"]])]
    keep_persona(studio.painter, person.user_no, "en", SOURCE, said)
    return said[0][0]


def test_a_models_persona_is_shown_with_the_evidence_of_its_facts(studio, persona):
    (fact,) = studio.profile("ann").of("persona")

    assert (fact.statement, fact.source) == (persona, SOURCE)
    assert [cited.id for cited in fact.evidence] == ["t1"]
    assert studio.profile("ann", lang="zh").of("persona")[0].statement == persona
    assert studio.profile("ann", as_of="2026-01-31").of("persona")[0].source == "observed"


def test_it_is_shown_only_while_its_facts_hold(studio, claim, persona):
    claim("ann", {"t2": [Found("demographic", "child", "son", -1.0, 0, 6)]})

    (fact,) = studio.profile("ann").of("persona")

    assert fact.source == "observed"
    assert persona not in fact.statement


def test_it_cannot_be_read_back(studio, persona):
    report = studio.ingest(texts=[TEXTS[0] | {"text": persona, "text_id": "t9"}])

    assert report.rejected == {"limner's own words": 1}
    assert limner.open(studio.folder).profile("ann").of("persona")[0].statement == persona


@pytest.mark.parametrize(
    ("text", "path", "quote"),
    [
        ("味道不错，可惜我对花生过敏。", "demographic/allergy=花生", "可惜我对花生过敏"),
        ("I'm a nurse. Works well.", "demographic/occupation=nurse", "I'm a nurse"),
        ("<p>我家有一只猫</p>，很喜欢", "demographic/pet=猫", "我家有一只猫"),
    ],
)
def test_rules_find_facts_of_life_with_their_words_in_builds_and_in_new_rows(
    studio, tmp_path, shop, text, path, quote
):
    row = {"user_id": "eve", "timestamp": "2026-02-05T10:00:00Z", "text": text, "text_id": "t7"}
    built = build(**(shop | {"texts": [row]}), workspace=tmp_path / "built", lang="zh")
    studio.ingest(texts=[row])

    for one in (built, studio):
        facts = {fact.path: fact for fact in one.profile("eve").facts}
        assert [(cited.id, cited.quote) for cited in facts[path].evidence] == [("t7", quote)]
        assert (facts[path].source, facts[path].confidence) == ("observed", pytest.approx(0.9))
        assert one.verify().clean
    built.close()


def test_words_that_the_build_found_to_mean_the_same_are_one_fact(studio, claim):
    claim("ann", {"t1": [SON], "t2": [Found("demographic", "child", "boy", 1.0, 0, 7)]})
    studio.store.set_meta(aliases={"boy": "son"})
    studio.reopen()

    facts = told(studio)

    assert list(facts) == ["demographic/child=son"]
    assert facts["demographic/child=son"].statement == "has children: son (said so 2×)"
    assert {cited.id for cited in facts["demographic/child=son"].evidence} == {"t1", "t2"}
