"""What people say of their own life, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.life import KEYS, find_life_facts


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("我对花生过敏", "allergy", "花生"),
        ("本人海鲜过敏", "allergy", "海鲜"),
        ("I'm allergic to peanuts.", "allergy", "peanut"),
        ("I have a nut allergy", "allergy", "nut"),
        ("I am severely allergic to cats and dogs", "allergy", "cat"),
        ("我家宝宝三岁了，很喜欢", "child", "宝宝，3岁"),
        ("my 5-year-old daughter loves it", "child", "daughter, 5"),
        ("女儿今年5岁", "child", "女儿，5岁"),
        ("我儿子上二年级", "child", "儿子"),
        ("I have two kids", "child", "children"),
        ("As a mom of three, I love it", "child", "child"),
        ("宝宝8个月，用着很好", "child", "宝宝，8个月"),
        ("给儿子买的，他很喜欢", "child", "儿子"),
        ("我家猫很喜欢", "pet", "猫"),
        ("我养了一只金毛", "pet", "金毛"),
        ("My dog destroyed it in a day", "pet", "dog"),
        ("I have two cats", "pet", "cat"),
        ("家里有两只猫", "pet", "猫"),
        ("我用的是iPhone 12", "device", "iphone 12"),
        ("sounds great on my Strat", "device", "strat"),
        ("I own a MacBook Pro", "device", "macbook pro"),
        ("我的iPad用着很好", "device", "ipad"),
        ("works with my Samsung Galaxy S9", "device", "samsung galaxy s9"),
        ("I use an iPhone 12", "device", "iphone 12"),
        ("我现在用华为mate 40", "device", "华为mate 40"),
        ("我开的是特斯拉", "vehicle", "特斯拉"),
        ("fits my Honda Civic", "vehicle", "honda civic"),
        ("I drive a Toyota Corolla", "vehicle", "toyota corolla"),
        ("我家的车是SUV", "vehicle", "车"),
        ("放在我车里正好", "vehicle", "车"),
        ("我是租房的", "home", "租房"),
        ("我租的房子很小", "home", "租房"),
        ("I live in a small apartment", "home", "apartment"),
        ("we rent an apartment downtown", "home", "rents"),
        ("we own our house", "home", "house"),
        ("自己的房子", "home", "房子"),
        ("I own a house", "home", "house"),
        ("我吃素", "diet", "素食"),
        ("我是素食主义者", "diet", "素食"),
        ("I'm vegan", "diet", "vegan"),
        ("As a vegetarian I was happy", "diet", "vegetarian"),
        ("本人不吃辣", "diet", "不吃辣"),
        ("I don't eat meat", "diet", "no meat"),
        ("我是一名老师", "occupation", "老师"),
        ("我是护士，经常上夜班", "occupation", "护士"),
        ("I'm a nurse", "occupation", "nurse"),
        ("I work as a software engineer", "occupation", "software engineer"),
        ("I am a high school teacher", "occupation", "high school teacher"),
        ("本人是程序员", "occupation", "程序员"),
        ("想买一台笔记本", "intent", "笔记本"),
        ("我打算买个空气净化器", "intent", "空气净化器"),
        ("I'm looking for a new laptop", "intent", "laptop"),
        ("I want to buy a tent", "intent", "tent"),
        ("准备买一辆电动车", "intent", "电动车"),
        ("求推荐蓝牙耳机", "intent", "蓝牙耳机"),
        ("I'm in the market for a used car", "intent", "used car"),
    ],
    ids=str,
)
def test_what_the_writer_says_of_their_own_life_is_found(text, key, value):
    found = {(fact.key, fact.value): fact for fact in find_life_facts(text)}

    assert (key, value) in found
    fact = found[key, value]
    assert fact.dimension == ("interest" if key == "intent" else "demographic")
    assert fact.polarity == 1
    assert text[fact.start : fact.stop].strip() == text[fact.start : fact.stop] != ""


@pytest.mark.parametrize(
    "text",
    [
        "我对花生不过敏",
        "I'm not allergic to peanuts",
        "my brother is allergic to nuts",
        "我妈妈对海鲜过敏",
        "Is it safe for my dog?",
        "我妈妈的猫很可爱",
        "my brother's dog loves it",
        "my sister's kids",
        "他是老师",
        "she is a nurse",
        "I'm not a teacher",
        "如果我是老师的话",
        "If I had a dog",
        "I wish I had a cat",
        "朋友的孩子三岁了",
        "我姐的儿子很喜欢",
        "不想买了",
        "本来想买手机",
        "想买的朋友可以放心",
        "你想买就买",
        "I was looking for a strap",
        "if you are looking for a laptop",
        "exactly what I was looking for",
        "我不是学生",
        "不是素食者",
        "I'm not vegan",
        "my old phone died last year",
        "my last car",
        "my mother's house",
        "老师推荐的",
        "我是老师推荐来的",
        "本宝宝不开心",
        "宝贝很好",
        "手机不错",
        "适合孩子看",
        "有宝宝的家庭",
        "我用过的最好的手机",
        "I'm a huge fan",
        "I'm a guitar player",
        "I am a cat person who wants",
        "my dream guitar",
        "my friend has a dog",
        "my husband is a teacher",
        "我老公是医生",
        "我没有养狗",
        "I don't have a dog",
        "I do not own a car",
        "妹妹家的猫",
        "我爸爸的车",
        "领导想买",
        "难道我是老师吗",
        "你是学生？",
        "我想买吗",
        "我不租房",
        "我同事对芒果过敏",
        "过敏的人慎用",
        "有人对酒精过敏",
        "my dog-eared copy",
        "my cat5 cable",
        "hot dog",
        "我的老师",
        "我们老师是医生",
        "as good as my brothers guitar",
        "dogs love it",
        "kids love it",
        "I'm the teacher's pet",
        "我不吃这一套",
        "I don't eat here",
        "我家小区",
        "我家门口",
        "my house music",
        "I used to be a nurse",
        "I was a teacher",
        "以前我是老师",
        "我女儿的老师是护士",
    ],
)
def test_other_people_questions_wishes_and_denials_are_no_facts(text):
    assert find_life_facts(text) == []


def test_a_fact_cites_the_clause_that_says_it_and_no_more():
    text = "Great sound! I'm allergic to nickel, but these are fine."

    [fact] = find_life_facts(text)

    assert text[fact.start : fact.stop] == "I'm allergic to nickel"


def test_a_fact_is_told_once_and_as_exactly_as_it_is_said():
    facts = find_life_facts("我女儿很喜欢。我女儿今年5岁。我女儿说好吃。")

    assert [(fact.key, fact.value) for fact in facts] == [("child", "女儿，5岁")]


def test_hidden_characters_do_not_hide_a_fact():
    assert [fact.value for fact in find_life_facts("我对花\u200b生过敏")] == ["花生"]


def test_what_somebody_else_is_quoted_with_is_no_fact():
    assert find_life_facts('tuned by the "my dog has fleas" method') == []


@given(st.text(alphabet="我是老师家猫狗车对过敏想买ImyI'm a nurse dog allergic to I have ,.?!\n"))
def test_any_text_gives_facts_that_stand_in_it(text):
    for fact in find_life_facts(text):
        assert fact.key in KEYS
        assert fact.value == fact.value.strip() != ""
        assert 0 <= fact.start < fact.stop <= len(text)


def test_a_long_clause_without_marks_is_left_alone():
    assert find_life_facts("my dog or " * 100_000) == []
