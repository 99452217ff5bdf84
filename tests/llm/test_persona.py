"""A model may phrase what facts say, and add nothing to it."""

import pytest

from limner.errors import ChatTimeoutError
from limner.llm.budget import Budget
from limner.llm.novelties import find_novelties
from limner.llm.persona import MOST_FACTS, judge_sentence, read_sentences, write_persona
from limner.llm.report import make_report
from limner.records import Evidence, Fact
from limner.testing.replaying import ReplayingChat


def fact(statement, key="category", value="camping", dimension="interest", confidence=0.9):
    return Fact(dimension, key, value, statement, 0.5, confidence, (Evidence("e1"),))


EN = [
    fact("26 % of events are about camping, against 3 % for others"),
    fact("praises the battery (5 mentions)", "aspect", "battery", "sentiment"),
    fact("allergic to peanut (said so 1×)", "allergy", "peanut", "demographic"),
]
ZH = [
    fact("26% 的行为与露营有关，人均 3%", value="露营"),
    fact("称赞电池（提到 5 次）", "aspect", "电池", "sentiment"),
]


@pytest.fixture
def write(clock):
    def run(facts, answer, language="en", **more):
        chat = ReplayingChat({"": answer})
        return write_persona(
            facts, chat=chat, language=language, now=clock, pause=lambda s: None, **more
        ), chat

    return run


TRUE = [
    ("Camping takes 26 % of their events.", (1,), EN, "en"),
    ("They praise the battery and are into camping.", (1, 2), EN, "en"),
    ("They are allergic to peanut.", (3,), EN, "en"),
    ("这位用户喜欢露营，26% 的行为与之有关。", (1,), ZH, "zh"),
    ("用户称赞电池。", (2,), ZH, "zh"),
]


@pytest.mark.parametrize(("text", "numbers", "facts", "language"), TRUE, ids=[case[0] for case in TRUE])
def test_a_sentence_that_says_what_its_facts_say_is_kept(text, numbers, facts, language):
    assert judge_sentence(text, numbers, facts, language) == ""


FALSE = [
    ("Camping takes 62 % of their events.", (1,), EN, "en", "novelty"),
    ("They went camping in Norway.", (1,), EN, "en", "novelty"),
    ("Camping fans like them are rich.", (1,), EN, "en", "novelty"),
    ("They have three children and camp.", (1,), EN, "en", "novelty"),
    ("They are allergic to peanut.", (1,), EN, "en", "novelty"),
    ("They look for cheap camping.", (1,), EN, "en", "novelty"),
    ("A cheerful soul who dreams of faraway mountains.", (1,), EN, "en", "novelty"),
    ("Camping matters to them.", (), EN, "en", "no_facts"),
    ("Camping matters to them.", (1, 4), EN, "en", "no_such_fact"),
    ("Camping matters to them.", (0,), EN, "en", "no_such_fact"),
    ("喜欢露营。", (1,), EN, "en", "language"),
    ("Likes camping.", (1,), ZH, "zh", "language"),
    ("...", (1,), EN, "en", "empty"),
    ("用户是一位医生，喜欢露营。", (1,), ZH, "zh", "novelty"),
    ("用户喜欢露营，有两个孩子。", (1,), ZH, "zh", "novelty"),
    ("用户常去北京露营。", (1,), ZH, "zh", "novelty"),
    ("用户用 iPhone 记录露营。", (1,), ZH, "zh", "novelty"),
    ("用户喜欢露营，占 62%。", (1,), ZH, "zh", "novelty"),
    ("用户称赞电池。", (1,), ZH, "zh", "novelty"),
]


@pytest.mark.parametrize(
    ("text", "numbers", "facts", "language", "reason"), FALSE, ids=[f"{c[0]}{c[1]}" for c in FALSE]
)
def test_a_sentence_that_says_more_is_rejected(text, numbers, facts, language, reason):
    assert judge_sentence(text, numbers, facts, language) == reason


def test_the_persona_is_what_is_left_and_each_sentence_has_its_facts(write):
    answer = (
        '{"sentences":[{"text":"They are into camping.","facts":[1]},'
        '{"text":"They own a yacht in Monaco.","facts":[2]},'
        '{"text":"They praise the battery.","facts":[2,2]}]}'
    )

    written, chat = write(EN, answer)

    assert written.sentences == (
        ("They are into camping.", (EN[0],)),
        ("They praise the battery.", (EN[1],)),
    )
    assert written.rejected == (("They own a yacht in Monaco.", "novelty"),)
    assert chat.prompts[0].user.splitlines()[0] == f"1 {EN[0].path}: {EN[0].statement}"


@pytest.mark.parametrize("answer", ["", "They camp.", '{"persona":"They camp."}', "[1]"], ids=ascii)
def test_an_answer_that_cannot_be_read_leaves_the_composed_persona(write, answer):
    written, chat = write(EN, answer)

    assert (written.sentences, written.rejected, len(chat.prompts)) == ((), (("", "malformed"),), 2)


def test_a_model_that_does_not_answer_is_counted(write):
    written, _ = write(EN, ChatTimeoutError("t"), retries=1)

    assert (written.sentences, written.rejected, written.usage.failures) == (
        (),
        (("", "timeout"),),
        {"timeout": 2},
    )


def test_entries_of_any_form_are_read_without_a_mistake():
    text = (
        '{"sentences":[1, null, {"text":3,"facts":[1]}, {"text":"a","facts":"1"}, '
        '{"text":"a","facts":[true,2]}]}'
    )

    assert read_sentences(text) == [("", ()), ("", ()), ("", (1,)), ("a", ()), ("a", (2,))]


def test_personas_are_written_from_few_facts_and_never_from_a_persona_or_a_dispute(write):
    many = [fact(f"about thing {n}", value=f"v{n}", confidence=n / 40) for n in range(40)]
    persona = fact("a person", "summary", "x", "persona", 1.0)

    _, chat = write([persona, *many], '{"sentences":[]}')

    lines = chat.prompts[0].user.splitlines()
    assert len(lines) == MOST_FACTS
    assert "thing 39" in lines[-1]
    assert not [line for line in lines if "persona" in line]


def test_sentences_that_came_as_one_text_are_judged_apart():
    text = '{"sentences":[{"text":"They camp. They own 3.5 yachts! Why?","facts":[1]}]}'

    assert read_sentences(text) == [("They camp.", (1,)), ("They own 3.5 yachts!", (1,)), ("Why?", (1,))]


def test_without_facts_nobody_is_asked(write):
    written, chat = write([], "")

    assert (written.rejected, chat.prompts) == ((("", "no_facts"),), [])


def test_a_persona_is_booked_and_kept_within_what_its_user_may_cost(write, book):
    answer = '{"sentences":[]}'

    first, _ = write(EN, answer, book=book, user_id="ann")
    second, chat = write(EN, answer, book=book, user_id="ann")
    poor, _ = write(EN, answer, budget=Budget(max_tokens=10))

    assert make_report(book).tokens_by_fact == {"persona": first.usage.tokens}
    assert (second.rejected, chat.prompts) == ((("", "share"),), [])
    assert poor.rejected == (("", "max_tokens"),)


def test_a_share_may_be_written_as_a_percentage():
    assert find_novelties("Camping: 26 %.", "camping 0.26", "en") == []
    assert find_novelties("Camping: 27 %.", "camping 0.26", "en") == ["27"]
