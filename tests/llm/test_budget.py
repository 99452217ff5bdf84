"""Nothing is spent that was not allowed: by run, by user, and in the order of what is to be learnt."""

import pytest

from limner.llm.budget import Budget, Purse
from limner.llm.calls import SMALL_TEXT
from limner.llm.chat import Reply
from limner.llm.plan import make_plan
from limner.llm.report import make_report
from limner.llm.tokens import count_tokens
from limner.settings import LlmSettings

CAT = "My cat number {n} sleeps on it."
REPLIES = {"cat": '{"items":["1 pet cat"]}'}


@pytest.fixture
def users(review):
    return [review(CAT.format(n=n), f"t{n}", f"u{n}", activity=float(n + 1)) for n in range(10)]


def test_limits_and_prices_come_from_the_settings():
    settings = LlmSettings(max_tokens=7, max_cost=1.5, price_prompt=2.0, price_answer=4.0)

    assert Budget.of(settings) == Budget(7, 1.5, 2.0, 4.0)
    assert Budget.of(settings).price(500_000, 250_000) == 2.0


@pytest.mark.parametrize("limit", [300, 600, 1500])
def test_a_run_stops_before_it_could_exceed_its_tokens(ask, users, limit):
    heard, asking, _ = ask(users, REPLIES, budget=Budget(max_tokens=limit))

    assert asking.stopped == "max_tokens"
    assert 0 < asking.usage.tokens <= limit
    assert asking.left_out == sum(not one.answered for one in heard.values()) > 0


def test_a_run_stops_before_it_could_exceed_its_cost(ask, users):
    budget = Budget(max_cost=0.001, price_prompt=1.0, price_answer=2.0)

    _, asking, _ = ask(users, REPLIES, budget=budget)

    assert asking.stopped == "max_cost"
    assert 0 < asking.usage.cost <= budget.max_cost


def test_calls_in_flight_count_as_spent(ask, users):
    _, asking, _ = ask(users, REPLIES, budget=Budget(max_tokens=700), parallel=8)

    assert 0 < asking.usage.tokens <= 700


def test_a_server_that_counts_more_than_was_estimated_is_believed():
    purse = Purse(Budget(max_tokens=1000))
    purse.pay(Reply("", 300, 10, 0, "m"), estimated=100)

    assert purse.hold(100, 10) == ""
    purse.release()
    assert purse.hold(230, 10) == "max_tokens"


def test_users_come_by_uncertainty_times_activity_times_new_text(ask, review):
    texts = [
        review("My cat sleeps on it.", "t1", "idle", activity=1.0),
        review("My dog sleeps on it.", "t2", "busy", activity=9.0),
        review("My pony sleeps on it. " * 3, "t3", "wordy", activity=2.0),
        review("My parrot sleeps on it.", "t4", "known", activity=90.0, uncertainty=0.01),
    ]

    _, _, chat = ask(texts, {"sleeps": '{"items":[]}'})

    order = [
        word for prompt in chat.prompts for word in ("cat", "dog", "pony", "parrot") if word in prompt.user
    ]
    assert order[:1] == ["dog"]
    assert order[-1] == "parrot"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_user_with_enough_text_never_costs_more_than_their_text(ask, review, book, language):
    en = "My cat likes lid {n}. It came on Monday in a plain box. The hinge number {n} is so so. "
    zh = "家里的猫喜欢{n}号。周一到的，用一个普通的盒子装着。盖子{n}一般般。"
    text = {"en": en, "zh": zh}[language]
    texts = [review(text.format(n=n) + text.format(n=n + 50), f"t{n}") for n in range(20)]
    raw = sum(count_tokens(one.text) for one in texts)
    answer = '{"items":[' + ",".join(f'"{n} good lid"' for n in range(1, 13)) + "]}"

    _, asking, _ = ask(texts, {"": answer})

    assert raw >= 500
    assert 0.3 * raw < asking.usage.tokens <= raw
    assert make_report(book).tokens_per_raw_token <= 1.0


def test_what_was_spent_on_a_user_before_counts(ask, review):
    texts = [
        review(f"My cat sleeps on the {word}.", f"t{word}") for word in ("lid", "box", "bed", "rug", "mat")
    ]
    spent = 0
    for text in texts * 3:
        _, asking, _ = ask([text], {"cat": "nothing to read"})
        spent += asking.usage.tokens

    assert spent <= SMALL_TEXT


def test_a_plan_says_what_a_run_then_does_and_writes_nothing(ask, users, book):
    budget = Budget(max_tokens=1500, price_prompt=1.0, price_answer=2.0)

    plan = make_plan(users, model="replay", book=book, budget=budget)
    before = make_report(book)
    _, asking, _ = ask(users, REPLIES, budget=budget)

    assert (before.calls, before.texts) == (0, 0)
    assert plan.stopped == "max_tokens"
    assert plan.users == plan.texts == plan.calls <= asking.usage.calls
    assert plan.prompt_tokens / plan.calls >= asking.usage.prompt_tokens / asking.usage.calls
    assert plan.cost == budget.price(plan.prompt_tokens, plan.answer_tokens) > 0
    assert [user.user_id for user in plan.order] == [f"u{n}" for n in range(9, 9 - plan.users, -1)]
    assert plan.left_out == 10 - plan.texts
    assert plan.to_dict()["order"][0]["user_id"] == "u9"


def test_a_plan_knows_what_was_answered(ask, users, book):
    ask(users[:4], REPLIES)

    plan = make_plan(users, model="replay", book=book, budget=Budget())

    assert (plan.cached, plan.texts) == (4, 6)


def test_a_plan_for_nobody_is_empty(book):
    plan = make_plan([], model="m", book=book, budget=Budget())

    assert (plan.users, plan.calls, plan.cost, plan.stopped) == (0, 0, 0.0, "")
