"""Which facts a question touches, in what order they are told, and how they are written."""

import pytest

from limner.dimensions.briefs import mark_words, write_brief
from limner.dimensions.relevance import choose_facts, read_question
from limner.phrases import say
from limner.records import Evidence, Fact


def make(path, statement="", strength=0.5, confidence=0.9, liking=None, quote=None, title=None, dispute=""):
    kind, _, value = path.partition("=")
    dimension, _, key = kind.partition("/")
    details = (("title", title),) if title else ()
    evidence = (Evidence("e1", "event", None, quote, details),)
    told = statement or f"{value} it is"
    return Fact(dimension, key, value, told, strength, confidence, evidence, liking=liking, dispute=dispute)


FACTS = [
    make("demographic/age=34", strength=1.0, confidence=1.0),
    make("interest/category=露营", strength=0.4, title="双人帐篷"),
    make("interest/category=Coffee", strength=0.3),
    make("interest/price_band=2", strength=0.4),
    make("sentiment/aspect=物流", strength=0.2, liking=-0.8, quote="快递慢死了"),
    make("sentiment/aspect=quality", strength=0.6, liking=0.9, quote="solid quality"),
    make("behaviour/daypart=evening", strength=0.6),
    make("persona/summary=portrait", strength=1.0, confidence=1.0),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("What about delivery?", "sentiment/aspect=物流"),
        ("快递", "sentiment/aspect=物流"),
        ("质量怎么样", "sentiment/aspect=quality"),
        ("any complaints?", "sentiment/aspect=物流"),
        ("推荐一个帐篷", "interest/category=露营"),
        ("预算多少", "interest/price_band=2"),
        ("how old is she", "demographic/age=34"),
        ("几点推送", "behaviour/daypart=evening"),
        ("coffee?", "interest/category=Coffee"),
    ],
)
def test_the_fact_that_answers_is_told_first(query, first):
    assert choose_facts(FACTS, read_question(query))[0].path == first


def test_without_a_question_dimensions_take_turns_and_the_persona_is_left_out():
    told = [fact.dimension for fact in choose_facts(FACTS, read_question(""))]

    assert len(told) == len(FACTS) - 1
    assert len(set(told[:4])) >= 3
    assert "persona" not in told


def test_a_question_that_touches_nothing_gets_three_general_facts():
    assert len(choose_facts(FACTS, read_question("xyzzy plugh"))) == 3


def test_of_two_alike_the_stronger_and_surer_is_told_first():
    weak, sure = make("interest/brand=A", confidence=0.5), make("interest/brand=B", confidence=0.9)

    assert choose_facts([weak, sure], read_question("which brand"))[0] is sure


def test_a_disputed_fact_says_so():
    said = "allergic to nuts (said so 1×)" + say("dispute.open", "en")
    fact = make("demographic/allergy=nuts", said, dispute="open")

    text, _ = write_brief([fact], "ann", most_tokens=300, lang="en")

    assert text.endswith('- allergic to "nuts" (said so 1×); disputed (90%) [e1]')


def test_a_longer_fact_that_does_not_fit_lets_a_shorter_one_be_told():
    facts = [make("interest/brand=A", "A " * 140), make("interest/brand=B", "B it is")]

    _, told = write_brief(facts, "ann", most_tokens=90, lang="en")

    assert [one.path for one in told] == ["interest/brand=B"]


@pytest.mark.parametrize(
    ("path", "statement", "marked"),
    [
        ("interest/category=Tea", "Tea makes up 5% of it", '"Tea" makes up 5% of it'),
        ("interest/keyword=battery", "often writes “battery” (3×)", 'often writes "battery" (3×)'),
        ("demographic/allergy=not nuts", "not so: allergic to nuts", 'not so: allergic to "nuts"'),
        ("sentiment/aspect=ease_of_use", "praises the ease of use (2×)", 'praises the "ease of use" (2×)'),
        ("behaviour/daypart=evening", "most active in the evening: 60%", "most active in the evening: 60%"),
        ("interest/tag=a\nb", "tags things “a\nb” (1×)", 'tags things "a b" (1×)'),
    ],
    ids=["category", "keyword", "denied", "aspect", "ours", "two-lines"],
)
def test_what_others_named_is_in_quotation_marks(path, statement, marked):
    assert mark_words(make(path, statement)) == marked
