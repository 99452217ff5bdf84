"""Facts from rules, models and events meet: they agree, dispute each other, and newer evidence settles it."""

from dataclasses import replace

import pytest
from pytest import approx

from limner.dimensions.portrait import draft_facts

RULE, MODEL = "rule", "model:tiny"
ALIASES = {"手机屏": "屏幕", "价格实惠": "很便宜"}


@pytest.fixture
def claim(cell):
    """Make the cell of a claim."""

    def make(said, n=1, *, source=RULE, side="+", days=(10.0, 10.0), lasting=None):
        liking = n * (-1.0 if side == "-" else 1.0)
        dimension, key, value = said.replace("=", "/").split("/")
        return cell(
            f"{source}|{dimension}|{key}|{side}|{value}",
            n,
            days=days,
            recent=0.0,
            lasting=float(n) if lasting is None else lasting,
            liking=liking,
            opinion=float(n),
        )

    return make


@pytest.fixture
def facts(sit):
    """Return the facts of some cells by path."""

    def make(lang="en", **cells):
        sitter = replace(sit(cells, lang=lang), canonical=lambda word: ALIASES.get(word, word))
        drafts = [draft for draft in draft_facts(sitter) if draft.dimension != "persona"]
        return {f"{draft.dimension}/{draft.key}={draft.value}": draft for draft in drafts}

    return make


def cited(draft):
    return [(cite.table, cite.cell.key) for cite in draft.cites]


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ("demographic/allergy=花生", "对花生过敏（自己写到过 2 次）", "allergic to 花生 (said so 2×)"),
        ("demographic/child=女儿", "有孩子：女儿（自己写到过 2 次）", "has children: 女儿 (said so 2×)"),
        ("interest/intent=买帐篷", "打算：买帐篷（自己写到过 2 次）", "means to: 买帐篷 (said so 2×)"),
        ("behaviour/risk=稳健", "风险偏好：稳健（自己写到过 2 次）", "attitude to risk: 稳健 (said so 2×)"),
        ("demographic/school=A", "school：A（自己写到过 2 次）", "school: A (said so 2×)"),
        ("interest/category=露营", "对露营感兴趣（自己写到过 2 次）", "interested in 露营 (said so 2×)"),
    ],
)
def test_what_somebody_says_of_themselves_is_a_fact_in_both_languages(facts, claim, said, zh, en):
    told = [facts(lang, claim=[claim(said, 2)])[said] for lang in ("zh", "en")]

    assert [draft.statement for draft in told] == [zh, en]
    assert told[0].source == "observed"
    assert (told[0].sources, told[0].dispute) == ((), "")


def test_what_a_model_alone_says_names_the_model_and_is_less_sure(facts, claim):
    path = "demographic/pet=cat"

    ruled = facts(claim=[claim(path)])[path]
    modelled = facts(claim=[claim(path, source=MODEL)])[path]

    assert (ruled.confidence, modelled.confidence) == (approx(0.90), approx(0.80))
    assert (ruled.source, modelled.source) == ("observed", MODEL)


def test_agreement_raises_confidence_and_both_are_named(facts, claim):
    path = "demographic/pet=cat"

    fact = facts(claim=[claim(path), claim(path, source=MODEL)])[path]

    assert fact.confidence == approx(1 - (0.02 + 0.98 * 0.1 * 0.2))
    assert (fact.source, fact.sources) == ("observed", ("observed", MODEL))
    assert "(said so 1×)" in fact.statement  # both read the same text


def test_a_model_that_names_a_thing_with_a_word_more_speaks_of_the_same(facts, claim):
    told = facts(
        claim=[
            claim("demographic/pet=cat"),
            claim("demographic/pet=cat box", source=MODEL),
            claim("demographic/pet=catfish", source=MODEL),
            claim("demographic/child=女儿, 3岁"),
            claim("demographic/child=女儿", source=MODEL),
        ]
    )

    assert {path: draft.sources or (draft.source,) for path, draft in told.items()} == {
        "demographic/pet=cat": ("observed", MODEL),
        "demographic/pet=catfish": (MODEL,),
        "demographic/child=女儿, 3岁": ("observed", MODEL),
    }


def test_more_texts_raise_confidence_up_to_the_errors_a_reader_keeps_making(facts, claim):
    path = "demographic/pet=cat"

    told = [facts(claim=[claim(path, n)])[path].confidence for n in (1, 2, 3, 50)]

    assert told == [approx(0.90), approx(0.93), approx(0.945), approx(0.96)]


def test_values_that_mean_the_same_are_one_fact(facts, claim, cell):
    path = "demographic/device=屏幕"

    told = facts(claim=[claim(path, 2), claim("demographic/device=手机屏")])
    words = facts(word=[cell("很便宜", 2), cell("价格实惠", 1)])

    assert list(told) == [path]
    assert told[path].statement.endswith("(said so 3×)")
    assert len(told[path].cites) == 2
    assert [draft.statement for draft in words.values()] == ["often writes or searches “很便宜” (3×)"]
    assert len(words["interest/keyword=很便宜"].cites) == 2


def test_who_says_otherwise_opens_a_dispute_and_both_sides_are_kept(facts, claim):
    path = "demographic/allergy=nuts"
    cells = [claim(path, days=(30.0, 30.0), lasting=0.9), claim(path, side="-", days=(9.0, 9.0))]

    told = facts(claim=cells)

    assert [draft.dispute for draft in told.values()] == ["open", "open"]
    assert set(told) == {"demographic/allergy=not nuts", path}
    assert told[path].statement == "allergic to nuts (said so 1×); disputed"
    assert told[path].confidence == approx(0.9 * 0.9 / 1.9)
    assert [cite.cell.key for cite in told[path].against] == [cells[1].key]


def test_newer_evidence_settles_a_dispute_and_the_older_side_stays_as_superseded(facts, claim):
    path = "demographic/allergy=nuts"
    cells = [claim(path, days=(90.0, 90.0)), claim(path, 2, side="-", days=(20.0, 9.0))]

    told = facts(claim=cells)

    assert told["demographic/allergy=not nuts"].dispute == "settled"
    assert told[path].dispute == "superseded"
    assert told["demographic/allergy=not nuts"].statement == (
        "not so: allergic to nuts (denied 2×); once said otherwise"
    )
    assert told[path].statement == "allergic to nuts (said so 1×); said otherwise since"
    assert told["demographic/allergy=not nuts"].confidence > 0.5 > told[path].confidence


def test_a_single_newer_text_does_not_overthrow_what_was_said_often(facts, claim):
    path = "demographic/allergy=nuts"

    told = facts(claim=[claim(path, 5, days=(90.0, 60.0)), claim(path, side="-", days=(9.0, 9.0))])

    assert {draft.dispute for draft in told.values()} == {"open"}
    assert told[path].confidence > told["demographic/allergy=not nuts"].confidence


def test_readers_that_differ_about_one_text_dispute_each_other(facts, claim):
    path = "demographic/child=son"

    told = facts(claim=[claim(path), claim(path, source=MODEL, side="-")])

    assert {draft.dispute for draft in told.values()} == {"open"}


def test_attitudes_to_risk_rule_each_other_out_and_pets_do_not(facts, claim):
    told = facts(
        claim=[
            claim("behaviour/risk=bold", days=(90.0, 90.0)),
            claim("behaviour/risk=cautious", 3, days=(20.0, 9.0)),
            claim("demographic/pet=cat"),
            claim("demographic/pet=dog", days=(5.0, 5.0)),
        ]
    )

    assert {path: draft.dispute for path, draft in told.items()} == {
        "behaviour/risk=cautious": "settled",
        "behaviour/risk=bold": "superseded",
        "demographic/pet=cat": "",
        "demographic/pet=dog": "",
    }


def test_a_claim_about_what_is_declared_joins_it(facts, sit, claim):
    sitter = sit({"claim": [claim("demographic/occupation=nurse")]}, attributes={"occupation": "nurse"})

    (fact,) = [draft for draft in draft_facts(sitter) if draft.key == "occupation"]

    assert (fact.source, fact.sources) == ("declared", ("declared", "observed"))
    assert fact.confidence == 1.0


def test_aspects_of_a_model_go_by_the_names_of_the_rules(facts, claim, cell):
    aspect = cell("屏幕", 2, liking=-2.0, opinion=2.0)

    told = facts(
        "zh",
        aspect=[aspect],
        claim=[
            claim("sentiment/aspect=手机屏", source=MODEL, side="-"),
            claim("sentiment/aspect=电池续航力", source=MODEL),
        ],
    )

    alone = facts("zh", aspect=[aspect])["sentiment/aspect=屏幕"]
    both = told["sentiment/aspect=屏幕"]
    assert both.confidence > alone.confidence
    assert (both.source, both.sources) == ("observed", ("observed", MODEL))
    assert both.statement == alone.statement
    assert told["sentiment/aspect=电池续航力"].source == MODEL
    assert cited(told["sentiment/aspect=电池续航力"])[0][0] == "claims"


def test_a_model_that_reads_an_aspect_the_other_way_disputes_it(facts, claim, cell):
    told = facts(
        aspect=[cell("screen", 2, liking=-2.0, opinion=2.0, days=(9.0, 9.0))],
        claim=[claim("sentiment/aspect=screen", source=MODEL, days=(9.0, 9.0))],
    )["sentiment/aspect=screen"]

    assert told.dispute == "open"
    assert told.statement == "complains about the screen (2×); disputed"
    assert [cite.table for cite in told.against] == ["claims"]


def test_topics_are_facts_with_the_texts_that_are_about_them(facts, cell, sit):
    told = facts(topic=[cell("camping", 6), cell("手机屏", 1), cell("屏幕", 2)])

    assert {path: draft.strength for path, draft in told.items()} == {
        "interest/topic=camping": approx(6 / 9),
        "interest/topic=屏幕": approx(3 / 9),
    }
    assert told["interest/topic=camping"].statement == (
        "67% of what they write is about camping, against 0% for others"
    )
    assert {cite.table for draft in told.values() for cite in draft.cites} == {"texts"}


def test_the_persona_tells_what_is_undisputed(sit, claim):
    sitter = sit(
        {
            "claim": [
                claim("demographic/pet=cat"),
                claim("demographic/allergy=nuts"),
                claim("demographic/allergy=nuts", side="-"),
            ]
        }
    )

    persona = draft_facts(sitter)[-1]

    assert persona.statement.startswith("Says of themselves: keeps a pet: cat. ")
