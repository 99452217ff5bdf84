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
    ("text", "opinions"),
    [
        ("前台很冷漠", [("服务", -1, "前台很冷漠")]),
        ("利率太高", [("利率", -1, "利率太高")]),
        ("拖鞋不错哦", [("拖鞋", 1, "拖鞋不错哦")]),
        ("很漂亮的雕塑", [("外观", 1, "很漂亮的雕塑")]),
        ("非常棒的滑梯", [("滑梯", 1, "非常棒的滑梯")]),
        ("The cutter is nice", [("cutter", 1, "The cutter is nice")]),
        ("I love the pockets", [("pocket", 1, "I love the pockets")]),
        ("a terrible zipper", [("zipper", -1, "a terrible zipper")]),
        ("The latch on the door is horrible", [("latch", -1, "The latch on the door is horrible")]),
    ],
    ids=str,
)
def test_a_noun_that_no_list_knows_names_itself(text: str, opinions: list[tuple[str, int, str]]) -> None:
    assert _signs(text) == opinions


@pytest.mark.parametrize(
    "text",
    [
        "东西很好",
        "这款手机很不错",
        "This pedal is great",
        "It is a great product",
        "I love this thing",
        "满意",
    ],
    ids=str,
)
def test_the_thing_as_a_whole_is_no_aspect(text: str) -> None:
    assert find_opinions(text) == []


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("这个苹果很好吃", "味道"),
        ("The tuner is easy to use", "ease_of_use"),
        ("This stand is sturdy", "build"),
        ("It feels solid", "build"),
        ("It works great", "performance"),
        ("The microphone works well", "microphone"),
        ("照相效果不错", "拍照"),
    ],
    ids=str,
)
def test_an_opinion_word_may_imply_the_aspect(text: str, aspect: str) -> None:
    assert [found.aspect for found in find_opinions(text)] == [aspect]


@pytest.mark.parametrize(
    ("text", "opinions"),
    [
        ("不是不好，屏幕不是不好看", [("屏幕", 1)]),
        ("The sound is not bad at all", [("sound", 1)]),
        ("一点异味都没有", [("气味", 1)]),
        ("好看但是贵", [("外观", 1), ("价格", -1)]),
        ("以前服务很好现在服务很差", [("服务", -1)]),
        ("味道以前很好，现在很差", [("味道", -1)]),
        ("怎么这么贵？", [("价格", -1)]),
    ],
    ids=str,
)
def test_negation_contrast_and_turns_in_time_decide_the_sign(
    text: str, opinions: list[tuple[str, int]]
) -> None:
    assert [(aspect, sign) for aspect, sign, _ in _signs(text)] == opinions


@pytest.mark.parametrize(
    ("text", "opinions"),
    [
        ("屏幕很大，很清晰", [("屏幕", "屏幕很大"), ("屏幕", "很清晰")]),
        ("手机收到了，很快", [("物流", "很快")]),
        ("外卖很快", [("送餐", "外卖很快")]),
        ("这本书很好看，作者用心", [("内容", "这本书很好看"), ("作者", "作者用心")]),
        ("Sound: great", [("sound", "Sound: great")]),
        ("For the price, I am happy", [("price", "For the price, I am happy")]),
    ],
    ids=str,
)
def test_what_stands_around_a_clause_tells_its_aspect(text: str, opinions: list[tuple[str, str]]) -> None:
    assert [(found.aspect, found.quote) for found in find_opinions(text)] == opinions


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
        "I wanted a nice case",
        "if the screen is good",
        "需要屏幕好看的",
    ],
    ids=str,
)
def test_a_clause_without_an_opinion_gives_none(text: str) -> None:
    assert find_opinions(text) == []


def test_a_quotation_comes_from_the_text_as_it_was_written() -> None:
    text = "<p>Ｓｃｒｅｅｎ is GORGEOUS</p> &amp; price: 便宜"
    assert find_opinions(text)[0].quote == "Ｓｃｒｅｅｎ is GORGEOUS"


def test_aspects_in_a_list_share_the_opinion_wherever_it_stands() -> None:
    found = {(one.aspect, one.quote) for one in find_opinions("味道，分量都不错。They sound and feel great.")}
    assert found >= {("味道", "味道，分量都不错"), ("分量", "味道，分量都不错")}
    english = {one.aspect for one in find_opinions("They sound and feel great")}
    assert english == {"sound", "comfort"}


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
    "the ",
    "sound ",
    "is ",
    "and ",
    "for the price",
    "以前",
    "现在",
    "怎么",
    "的",
    "和",
    "很快",
    ": ",
    "\ud800",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_every_quotation_is_an_exact_substring(text: str) -> None:
    assert all(found.quote == text[found.start : found.end] != "" for found in find_opinions(text))


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_polarity_lies_in_range_and_is_never_zero(text: str) -> None:
    assert all(0 < abs(found.polarity) <= 1 for found in find_opinions(text))


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_aspect_is_named_twice_for_one_stretch(text: str) -> None:
    found = [(one.aspect, one.start, one.end) for one in find_opinions(text)]
    assert len(found) == len(set(found))
    assert all(aspect for aspect, _, _ in found)
