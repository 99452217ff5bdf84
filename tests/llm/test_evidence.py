"""What a model says is a claim only where the clause bears it out, whatever the model says."""

import pytest

from limner.llm.answers import UNREADABLE, Item
from limner.llm.evidence import REASONS, Judge
from limner.llm.kinds import FINANCE_KINDS
from limner.llm.selection import Chosen
from limner.llm.shown import show
from limner.llm.taxonomy import NEW, NONE_GIVEN, SEVERAL, Taxonomy


@pytest.fixture
def judge(review):
    """Judge items on a text whose clauses may have any kind."""

    def run(text, *items, tone=None, categories=(), kinds=FINANCE_KINDS):
        found = show(text)
        chosen = tuple(Chosen(clause, tuple(kinds), 1.0) for clause in found.clauses)
        more = {} if tone is None else {"tone": lambda clause, language: tone}
        judge = Judge(review(text), found.language, "m", Taxonomy.of(categories), **more)
        claims, rejected = judge.decide([Item(*item) for item in items], chosen)
        return claims, [one.reason for one in rejected]

    return run


def told(claims):
    return [(one.dimension, one.key, one.value) for one in claims]


LIFE = [
    ("My two cats sleep on it", "pet", "our cats", "cats"),
    ("I'm allergic to nickel", "allergy", "nickel", "nickel"),
    ("my daughter plays it", "child", "daughter", "daughter"),
    ("I run it from my MacBook Pro", "device", "MacBook Pro", "macbook pro"),
    ("we live in a small apartment", "home", "apartment", "apartment"),
    ("fits in my truck", "vehicle", "truck", "truck"),
    ("I have been vegan for years", "diet", "vegan", "vegan"),
    ("I work as a nurse", "occupation", "nurse", "nurse"),
    ("家里两只猫都爱睡", "pet", "猫", "猫"),
    ("我对花生过敏", "allergy", "花生", "花生"),
    ("给宝宝买的", "child", "宝宝", "宝宝"),
    ("宝宝今年两岁", "child", "宝宝", "宝宝"),
    ("配我的小米手机", "device", "小米手机", "小米手机"),
    ("我们家住六楼", "home", "六楼", "六楼"),
    ("我在减肥", "diet", "减肥", "减肥"),
    ("我是做会计的", "occupation", "会计", "会计"),
]


@pytest.mark.parametrize(("text", "kind", "value", "expected"), LIFE, ids=[case[0] for case in LIFE])
def test_a_fact_about_the_writer_is_believed_in_the_words_of_the_clause(judge, text, kind, value, expected):
    (claim,), rejected = judge(text, (1, kind, value))

    assert (claim.dimension, claim.key, claim.value, claim.polarity) == ("demographic", kind, expected, 1.0)
    assert text[claim.start : claim.stop] == text
    assert claim.source == "model:m"
    assert rejected == []


NOT_OWN = [
    ("My brother's phone is a Galaxy", "device", "Galaxy"),
    ("I bought this phone for my mom", "device", "phone"),
    ("my son is allergic to nuts", "allergy", "nuts"),
    ("my friend has a dog", "pet", "dog"),
    ("his wife drives my truck", "vehicle", "truck"),
    ("great whenever you have a cat", "pet", "cat"),
    ("perfect for people with a dog", "pet", "dog"),
    ("works with iphone", "device", "iphone"),
    ("买给妈妈的手机", "device", "手机"),
    ("我朋友家的狗很喜欢", "pet", "狗"),
    ("适合有孩子的家庭", "child", "孩子"),
    ("如果我有猫就好了", "pet", "猫"),
    ("我弟弟的电脑", "device", "电脑"),
    ("作者写了一个孩子的故事", "child", "孩子"),
]


@pytest.mark.parametrize(("text", "kind", "value"), NOT_OWN, ids=[case[0] for case in NOT_OWN])
def test_what_is_somebody_elses_or_supposed_is_not_the_writers(judge, text, kind, value):
    assert judge(text, (1, kind, value)) == ((), ["not_own"])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("I bought this pedal for the stage", "device", "pedal"),
        ("I like that the speaker is loud", "device", "speaker"),
        ("我买的这款手机", "device", "手机"),
    ],
)
def test_the_thing_reviewed_is_no_fact_about_its_reviewer(judge, text, kind, value):
    assert judge(text, (1, kind, value)) == ((), ["not_own"])


def test_a_denial_of_something_else_is_no_denial_of_the_thing(judge):
    assert judge("I do not gig with my amp", (1, "device", "amp")) == ((), ["unsupported"])
    assert [one.polarity for one in judge("my amp does not hum", (1, "device", "amp"))[0]] == [1.0]


NAMES = [
    ("I've only had to replace it once", "I've"),
    ("About 2 weeks later I had a new cable", "2 weeks later"),
    ("these made me change for good", "made change"),
    ("很难写出这样的来", "写出这样"),
    ("爱有自己的个性", "自己"),
]


@pytest.mark.parametrize(("text", "value"), NAMES, ids=[case[0] for case in NAMES])
def test_what_is_no_name_is_no_aspect(judge, text, value):
    assert judge(text, (1, "bad", value), tone=-0.3)[0] == ()


def test_an_aspect_that_no_list_knows_is_the_noun_that_was_copied(judge):
    assert told(judge("the hinge wobbles a bit", (1, "bad", "the hinge wobbles"), tone=-0.3)[0]) in (
        [("sentiment", "aspect", "hinge wobbles")],
        [("sentiment", "aspect", "hinge")],
        [("sentiment", "aspect", "build")],
    )
    assert told(judge("比一般的单声道优美", (1, "good", "比一般的单声道优美"), tone=0.3)[0]) == [
        ("sentiment", "aspect", "单声道")
    ]


def test_what_is_denied_is_a_claim_of_the_contrary(judge):
    assert [one.polarity for one in judge("I don't have a dog", (1, "pet", "dog"))[0]] == [-1.0]
    assert [one.polarity for one in judge("我没有孩子", (1, "child", "孩子"))[0]] == [-1.0]


def test_a_product_that_makes_nobody_allergic_says_nothing_of_the_writer(judge):
    assert judge("我用了没有过敏", (1, "allergy", "过敏")) == ((), ["unsupported"])
    assert judge("no allergic reaction on my skin", (1, "allergy", "skin")) == ((), ["unsupported"])


FALSE = [
    ("The screen is dim", "occupation", "millionaire", "unsupported"),
    ("The screen is dim", "pet", "dog", "unsupported"),
    ("My cat likes it", "pet", "parrot", "ungrounded"),
    ("My cat likes it", "good", "battery", "ungrounded"),
    ("My cat likes it", "wealth", "rich", "kind"),
    ("it is very good", "good", "very good", "no_aspect"),
    ("The parcel came on Monday", "good", "parcel", "no_opinion"),
    ("包裹周一到", "good", "包裹", "no_opinion"),
    ("I won't buy another pen", "want", "pen", "no_intent"),
    ("The pen is blue", "want", "pen", "no_intent"),
    ("我不喜欢看电影", "like", "电影", "contradicts"),
    ("my brother loves fishing", "like", "fishing", "not_own"),
]


@pytest.mark.parametrize(("text", "kind", "value", "reason"), FALSE, ids=[f"{c[0]}-{c[1]}" for c in FALSE])
def test_what_the_clause_does_not_say_is_rejected_with_a_reason(judge, text, kind, value, reason):
    assert judge(text, (1, kind, value)) == ((), [reason])
    assert reason in REASONS


@pytest.mark.parametrize("number", [0, 2, -1, 999_999])
def test_a_number_of_no_clause_is_rejected(judge, number):
    assert judge("The screen is dim", (number, "bad", "screen")) == ((), ["no_clause"])


def test_an_entry_that_was_no_item_is_counted(judge):
    assert judge("The screen is dim", (0, UNREADABLE, "???")) == ((), ["unreadable"])


def test_a_kind_that_was_not_asked_of_the_clause_is_rejected(judge):
    assert judge("My cat likes it", (1, "pet", "cat"), kinds=("good", "bad")) == ((), ["unsupported"])


def test_the_same_twice_counts_once(judge):
    claims, rejected = judge("屏幕有点暗", (1, "bad", "屏幕"), (1, "bad", "屏幕"))

    assert (told(claims), rejected) == ([("sentiment", "aspect", "屏幕")], ["repeated"])


@pytest.mark.parametrize(("tone", "believed"), [(-0.9, 0), (-0.4, 1), (0.0, 1), (0.6, 1)])
def test_an_opinion_must_not_contradict_a_tone_that_is_sure(judge, tone, believed):
    claims, rejected = judge("the gadget is quite something", (1, "good", "gadget"), tone=tone)

    assert len(claims) == believed
    assert rejected == ["contradicts"] * (1 - believed)
    assert all(one.polarity > 0 for one in claims)


def test_polarity_follows_the_tone_where_both_agree(judge):
    ((claim,), _) = judge("the gadget is quite something", (1, "good", "gadget"), tone=0.8)

    assert (claim.value, claim.polarity) == ("gadget", 0.8)


def test_an_aspect_is_named_without_the_words_that_judge_it(judge):
    claims, _ = judge("the screen is dim", (1, "bad", "screen is dim"))

    assert told(claims) == [("sentiment", "aspect", "screen")]


def test_an_interest_is_one_of_the_owners_categories_or_new_with_a_reason(judge):
    owned = ("Camping & Hiking", "Books", "Board games", "Video games", "摄影")

    def place(text, value, categories=owned):
        ((claim,), _) = judge(text, (1, "like", value), categories=categories)
        return claim.value, claim.reason

    assert place("I love camping", "camping") == ("Camping & Hiking", "")
    assert place("we enjoy books", "book") == ("Books", "")
    assert place("我平时喜欢摄影", "摄影") == ("摄影", "")
    assert place("I enjoy fishing", "fishing") == ("fishing", NEW)
    assert place("I enjoy games", "games") == ("games", SEVERAL)
    assert place("I enjoy fishing", "fishing", ()) == ("fishing", NONE_GIVEN)


def test_a_plan_has_no_polarity(judge):
    ((claim,), _) = judge("I will buy another strap", (1, "want", "another strap"))

    assert (claim.dimension, claim.key, claim.value, claim.polarity) == (
        "interest",
        "intent",
        "strap",
        None,
    )


def test_an_attitude_to_risk_is_the_one_the_clause_speaks_of(judge):
    assert told(judge("我只买稳健的基金", (1, "cautious", "基金"))[0]) == [("behaviour", "risk", "cautious")]
    assert judge("我只买稳健的基金", (1, "bold", "基金"))[1] == ["contradicts"]
    assert judge("我只买基金", (1, "bold", "基金"))[1] == ["unsupported"]
    assert judge("my boss likes leverage", (1, "bold", "leverage"))[1] == ["not_own"]


def test_no_kind_can_claim_means_or_price_sensitivity():
    assert not {"price", "income", "rich", "wealth"} & set(FINANCE_KINDS)
