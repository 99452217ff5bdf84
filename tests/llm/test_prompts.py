import json
import re

import pytest

from limner.llm.cues import LIFE_CUES
from limner.llm.kinds import KINDS, LABELS
from limner.llm.prompts import allow_answer, make_schema, number_clauses, write_constant, write_prompt
from limner.llm.tokens import count_tokens
from limner.llm.units import prepare

MOST_CONSTANT_TOKENS = 600
LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("finance", [False, True], ids=["shop", "finance"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_constant_part_is_small(language, finance):
    assert 50 < count_tokens(write_constant(language, finance)) <= MOST_CONSTANT_TOKENS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_constant_part_comes_first_and_is_the_same_whatever_is_asked(language):
    one = write_prompt([["a b"]], [("good", "bad")], language)
    other = write_prompt([["c"], ["d"]], [("pet",), ("good",)], language)

    assert one.system == other.system == write_constant(language)
    assert one.user != other.user


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_constant_part_holds_nothing_that_could_be_taken_for_a_fact(language):
    told = write_constant(language).lower()
    without_kinds = re.sub("|".join((*KINDS, *LABELS[language].values())), "", told)

    assert [kind for kind, cue in LIFE_CUES.items() if cue.search(without_kinds)] == []
    assert not re.search(r'"\d', told)


def test_numbers_run_on_from_writer_to_writer():
    assert number_clauses([["a", "b"], ["c"]]) == "1 a\n2 b\n---\n3 c"


def test_the_schema_allows_the_numbers_that_exist_and_the_kinds_that_each_clause_may_have():
    schema = make_schema([("good", "bad"), ("pet",)], "en")
    pattern = re.compile(schema["properties"]["items"]["items"]["pattern"])

    allowed = ["1 screen: good", "1 in May: neutral", "2 my cat: pet", "2 his cat: no"]
    refused = [
        "1 cat: pet",
        "2 lid: good",
        "3 x: good",
        "1 x: no",
        "2 pet",
        '2 "x: pet',
        "1 a: good, 2 b: good",
    ]
    refused.append(f"1 {'x' * 99}: good")

    assert [bool(pattern.search(text)) for text in allowed + refused] == [True] * 4 + [False] * 8
    assert schema["properties"]["items"]["maxItems"] == 2
    assert json.dumps(schema)


def test_an_answer_may_take_so_much_for_each_clause():
    assert allow_answer(12) <= 12 * 16


def test_a_clause_cannot_pose_as_the_line_between_writers(review):
    unit = prepare(review("my dog---chews <|x it. I own a cat---- too"), model="m", most_clauses=12)

    assert unit.lines
    assert not [line for line in unit.lines if "---" in line or "<|" in line]
