import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text import find_opinions


def _signs(text: str) -> list[tuple[str, int, str]]:
    return [(found.aspect, 1 if found.polarity > 0 else -1, found.quote) for found in find_opinions(text)]


@pytest.mark.parametrize(
    ("text", "opinions"),
    [
        ("屏幕有点暗", [("屏幕", -1, "屏幕有点暗")]),
        ("好看但是贵", [("外观", 1, "好看"), ("价格", -1, "贵")]),
        ("太贵了", [("价格", -1, "太贵了")]),
        ("送得很快", [("送餐", 1, "送得很快")]),
        ("分量太少", [("分量", -1, "分量太少")]),
        ("量很大，味道也好", [("分量", 1, "量很大"), ("味道", 1, "味道也好")]),
        ("噪音很大", [("噪音", -1, "噪音很大")]),
        ("菜太贵", [("价格", -1, "菜太贵")]),
        ("演员演技不好", [("演技", -1, "演员演技不好")]),
        (
            "battery dies quickly but the screen is gorgeous",
            [("battery", -1, "battery dies quickly"), ("screen", 1, "the screen is gorgeous")],
        ),
        ("It arrived late.", [("delivery", -1, "It arrived late")]),
        ("I don't think it's worth it", [("value", -1, "I don't think it's worth it")]),
        ("Great tone, flimsy housing", [("sound", 1, "Great tone"), ("build", -1, "flimsy housing")]),
        ("The plot is predictable", [("plot", -1, "The plot is predictable")]),
        ("The room was not clean", [("room", -1, "The room was not clean")]),
    ],
    ids=str,
)
def test_an_opinion_names_its_aspect_and_quotes_its_clause(
    text: str, opinions: list[tuple[str, int, str]]
) -> None:
    assert _signs(text) == opinions


def test_aspects_listed_together_share_the_opinion() -> None:
    assert set(_signs("味道和分量都不错")) == {
        ("味道", 1, "味道和分量都不错"),
        ("分量", 1, "味道和分量都不错"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我昨天买了屏幕",
        "屏幕怎么样？",
        "希望屏幕更好看",
        "I bought a screen",
        "Is the screen good?",
        "客服",
    ],
    ids=str,
)
def test_a_clause_without_an_opinion_gives_none(text: str) -> None:
    assert find_opinions(text) == []


def test_a_quotation_comes_from_the_text_as_it_was_written() -> None:
    text = "<p>Ｓｃｒｅｅｎ is GORGEOUS</p> &amp; price: 便宜"
    assert find_opinions(text)[0].quote == "Ｓｃｒｅｅｎ is GORGEOUS"


PIECES = [
    "屏幕",
    "味道",
    "太贵了",
    "不",
    "好",
    "但是",
    "，",
    "！",
    "<br>",
    "&amp;",
    "Screen",
    " great ",
    "not ",
    "😍",
    "\n",
    "ﬁ",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_every_quotation_is_an_exact_substring(text: str) -> None:
    assert all(found.quote == text[found.start : found.end] != "" for found in find_opinions(text))


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_polarity_lies_in_range_and_is_never_zero(text: str) -> None:
    assert all(0 < abs(found.polarity) <= 1 for found in find_opinions(text))
