import pytest

from limner.llm.answers import UNREADABLE, Item, load_object, read_answer

SCREEN = Item(1, "bad", "screen")
GOOD = [
    '{"items":["1 bad screen"]}',
    '```json\n{"items": ["1 bad screen"]}\n```',
    'Sure! Here you are: {"items":["1 bad screen"]} I hope it helps.',
    '<think>{"items":["9 x y"]}</think>{"items":["1 bad screen"]}',
    '{"items":["1 bad screen"',
    '{"items":["1 bad screen',
    '{"items":["1 bad screen",',
    '{"items":[{"n":1,"k":"bad","v":"screen"}]}',
    '{"items":[[1,"bad","screen"]]}',
    '["1 bad screen"]',
    '{"items":["1 screen: bad"]}',
    '{"1":"screen: bad"}',
    '{"1":"screen: bad","2":"in May: neutral","3":"his dog: 他人"}',
    '{"1":["screen","bad"]}',
    '{"1":{"words":"screen","kind":"bad"}}',
    '{"answer":["1 screen: bad"]}',
    '{"items":["1 screen：差"]}',
    '{"items":["1 screen bad", "2 in May: neutral", "3 his dog: other"]}',
    '{"items":[{"number":1,"words":"screen","kind":"bad"}]}',
    '{"items":["#1: BAD - screen","2 none"]}',
]
NONE = [
    "",
    "The screen is bad.",
    "null",
    "[[[[",
    '{"items":"1 bad screen"}',
    '{"other":3}',
    "[" * 9000,
    '"x"',
]


@pytest.mark.parametrize("text", GOOD, ids=ascii)
def test_an_answer_is_repaired_where_that_is_safe(text):
    assert read_answer(text).items == (SCREEN,)


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_an_answer_without_a_list_of_items_is_none(text):
    assert read_answer(text) is None


def test_no_items_is_an_answer():
    assert read_answer('{"items":[]}').items == ()
    assert read_answer("{}").items == ()
    assert read_answer('{"items":["1 none","2 none"]}').items == ()


def test_an_entry_that_is_no_item_is_kept_to_be_counted_and_nothing_but_such_is_no_answer():
    assert read_answer('{"items":["1 bad screen", "hello"]}').items == (SCREEN, Item(0, UNREADABLE, "hello"))
    assert read_answer('{"items":["hello", 3]}') is None


def test_the_first_object_that_closes_is_read():
    assert load_object('x {"a": "}\\"{"} {"b": 1}') == {"a": '}"{'}
