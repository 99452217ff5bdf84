import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text import score_sentiment

PRAISE = [
    "不是不好",
    "很好吃",
    "味道一点都不差",
    "没有让人失望",
    "送得很快",
    "好好好!!!",
    "虽然有点贵但是很好用",
    "👍👍",
    "很不錯，價錢實惠",
    "not bad at all",
    "I love it",
    "soooo good",
    "You can't go wrong with these",
    "no problems so far, works great",
    "Expensive, but it sounds amazing",
    "never disappoints",
    "great :)",
]
BLAME = [
    "没有想象中那么好",
    "不太好",
    "屏幕有点暗",
    "太贵了",
    "一点都不好吃",
    "味道不怎么样",
    "差评",
    "等了两个小时还没送到",
    "以后再也不会买了",
    "😡",
    "I don't think it's worth it",
    "arrived late",
    "It stopped working after a week",
    "not very good",
    "hardly usable, a waste of money",
    "The sound is good, but it broke and the seller never replied",
]
NOTHING = ["", "12:30", "我昨天买了一本书", "I have two guitars", "味道怎么样？"]


@pytest.mark.parametrize("text", PRAISE, ids=str)
def test_praise_is_above_zero(text: str) -> None:
    assert score_sentiment(text) > 0.05


@pytest.mark.parametrize("text", BLAME, ids=str)
def test_blame_is_below_zero(text: str) -> None:
    assert score_sentiment(text) < -0.05


@pytest.mark.parametrize("text", NOTHING, ids=str)
def test_a_text_without_an_opinion_scores_zero(text: str) -> None:
    assert score_sentiment(text) == 0


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("有点贵", "太差了"),
        ("不错", "非常不错"),
        ("好吃", "好吃!"),
        ("有点难吃", "难吃"),
        ("good", "extremely good"),
        ("a bit slow", "slow"),
        ("如果更好看就好了", "更好看"),
        ("Is it good?", "It is good"),
    ],
    ids=str,
)
def test_intensity_follows_the_words_around(weaker: str, stronger: str) -> None:
    assert abs(score_sentiment(weaker)) < abs(score_sentiment(stronger))


def test_what_follows_a_turn_weighs_more_than_what_it_turns_from() -> None:
    assert score_sentiment("质量不错，但是服务差") < score_sentiment("服务差，但是质量不错")
    assert score_sentiment("good sound but poor build") < score_sentiment("poor build but good sound")


def test_a_given_language_is_believed() -> None:
    assert score_sentiment("好", "en") == 0 < score_sentiment("好", "zh")


@given(st.text())
def test_any_text_has_a_score_in_range(text: str) -> None:
    assert -1 <= score_sentiment(text) <= 1
