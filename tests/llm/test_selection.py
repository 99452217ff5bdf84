import pytest

from limner.llm.selection import LEAST_WORTH, choose_clauses, weigh_clause
from limner.llm.shown import show
from limner.llm.tokens import count_tokens


def weigh(text, **more):
    found = show(text)
    return weigh_clause(found.clauses[0], language=found.language, **more)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My cat sleeps on it", "pet"),
        ("I'm allergic to nickel", "allergy"),
        ("we live in a small flat", "home"),
        ("I will buy another one", "want"),
        ("I enjoy fishing", "like"),
        ("家里两只猫都在用", "pet"),
        ("对花生过敏", "allergy"),
        ("下次还会再来", "want"),
        ("我平时喜欢看悬疑小说", "like"),
        ("给宝宝买的", "child"),
    ],
    ids=ascii,
)
def test_what_tells_of_the_writer_is_asked_about(text, kind):
    found = weigh(text)

    assert kind in found.kinds
    assert found.worth >= LEAST_WORTH


@pytest.mark.parametrize(
    "text",
    ["It arrived on Tuesday", "昨天收到的", "a good gift for people with a cat", "适合有猫的人"],
    ids=ascii,
)
def test_what_tells_of_nobody_is_not(text):
    assert not {"pet", "child", "want"} & set(weigh(text).kinds)


@pytest.mark.parametrize("text", ["The screen is excellent", "屏幕非常清晰"], ids=ascii)
def test_an_opinion_that_the_rules_are_sure_of_is_not_asked_about(text):
    assert weigh(text).worth < LEAST_WORTH


def test_attitude_to_risk_is_asked_of_finance_alone():
    text = "I prefer low risk funds"

    assert "cautious" in weigh(text, finance=True).kinds
    assert "cautious" not in weigh(text).kinds


def test_few_clauses_of_a_text_are_chosen_the_best_and_in_order():
    text = "My cat sleeps on it. " * 3 + "The lid is so so. " * 40 + "I'm allergic to nickel."
    tokens = count_tokens(text)

    chosen = choose_clauses(show(text), tokens)

    assert len(chosen) <= tokens // 40
    assert {"pet", "allergy"} <= {kind for one in chosen for kind in one.kinds}
    assert [one.clause.start for one in chosen] == sorted(one.clause.start for one in chosen)
