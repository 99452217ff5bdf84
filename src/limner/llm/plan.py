"""What asking would take: users, calls, tokens and money, before anything is spent."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from limner.llm.book import Book
from limner.llm.budget import Budget, Purse
from limner.llm.calls import SMALL_TEXT, Call, Sizes, make_calls, order_users, weigh_user
from limner.llm.claims import Reviewed
from limner.llm.units import Unit, prepare


@dataclass(frozen=True, slots=True)
class PlannedUser:
    """One user's part in a plan."""

    user_id: str
    priority: float
    """Uncertainty × activity × tokens of new text."""
    texts: int
    clauses: int
    tokens: int
    """Of their clauses and the longest answers to them; the constant part of prompts is not in it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do under a budget; tokens are estimates, answers at their longest."""

    users: int
    texts: int
    calls: int
    prompt_tokens: int
    answer_tokens: int
    cost: float
    order: tuple[PlannedUser, ...]
    """Users in the order in which they are asked about."""
    cached: int
    """Texts that need no call: asked about before, or with nothing to ask about."""
    withheld: int
    """Clauses that are not sent because they, or one before them, give the model orders."""
    left_out: int
    """Texts that the budget, or what their user may cost, leaves out."""
    stopped: str
    """The limit that ends the run early: max_tokens or max_cost; empty when none does."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def make_plan(
    reviewed: Iterable[Reviewed],
    *,
    model: str,
    book: Book,
    budget: Budget,
    context_tokens: int = 4096,
    finance: bool = False,
) -> Plan:
    """Return what `ask_about` would do with the same texts; nothing is asked and nothing is written."""
    sizes = Sizes.of(context_tokens)
    units = [prepare(one, model=model, most_clauses=sizes.clauses, finance=finance) for one in reviewed]
    new = [unit for unit in units if unit.chosen and book.find_answer(unit.evidence) is None]
    by_user, allowed = order_users(new), _allow(units, book, budget.share)
    chosen, stopped = _choose(list(make_calls(by_user, allowed, sizes, finance=finance)), budget)
    prompt_tokens = sum(call.prompt_tokens for call in chosen)
    answer_tokens = sum(call.answer_tokens for call in chosen)
    asked = [unit for call in chosen for unit in call.units]
    owned = order_users(asked)
    order = tuple(_plan_user(by_user[user_id], owned[user_id]) for user_id in by_user if user_id in owned)
    return Plan(
        users=len(order),
        texts=len(asked),
        calls=len(chosen),
        prompt_tokens=prompt_tokens,
        answer_tokens=answer_tokens,
        cost=budget.price(prompt_tokens, answer_tokens),
        order=order,
        cached=len(units) - len(new),
        withheld=sum(len(unit.withheld) for unit in units),
        left_out=len(new) - len(asked),
        stopped=stopped,
    )


def _allow(units: Sequence[Unit], book: Book, share: float) -> dict[str, float]:
    """Return what each user may still cost, with the texts that the book has not met yet."""
    raw: dict[str, dict[str, int]] = {}
    for unit in units:
        raw.setdefault(unit.reviewed.user_id, {})[unit.reviewed.text_id] = unit.raw_tokens
    return {user_id: book.allowed(user_id, share, SMALL_TEXT, texts) for user_id, texts in raw.items()}


def _choose(calls: Sequence[Call], budget: Budget) -> tuple[list[Call], str]:
    """Return the calls that a budget allows, and the limit that ends them."""
    purse, chosen = Purse(budget), list[Call]()
    for call in calls:
        stopped = purse.hold(call.prompt_tokens, call.answer_tokens)
        if stopped:
            return chosen, stopped
        chosen.append(call)
    return chosen, ""


def _plan_user(new: Sequence[Unit], asked: Sequence[Unit]) -> PlannedUser:
    tokens = sum(unit.prompt_tokens + unit.answer_tokens for unit in asked)
    n_clauses = sum(len(unit.chosen) for unit in asked)
    return PlannedUser(asked[0].reviewed.user_id, weigh_user(new), len(asked), n_clauses, tokens)
