"""Whether what a portrait says fulfils a rule: facts in, yes or no out."""

import operator
from collections.abc import Callable, Iterator, Sequence

from limner.dimensions.audience.meaning import AllOf, AnyOf, Condition, Not, Rule, read_number
from limner.dimensions.sitter import Draft
from limner.records import Fact

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Stated = Fact | Draft
"""A fact, or one whose evidence is not fetched yet."""


def match_rule(rule: Rule, facts: Sequence[Stated]) -> bool:
    """Return whether the facts of a portrait fulfil a rule."""
    if isinstance(rule, Condition):
        return match_condition(rule, facts)
    if isinstance(rule, Not):
        return not match_rule(rule.part, facts)
    if isinstance(rule, AllOf):
        return all(match_rule(part, facts) for part in rule.parts)
    return any(match_rule(part, facts) for part in rule.parts)


def match_condition(condition: Condition, facts: Sequence[Stated]) -> bool:
    """Return whether a fact fulfils a condition; what newer evidence overtook says nothing."""
    of_key = [
        fact
        for fact in facts
        if (fact.dimension, fact.key) == (condition.dimension, condition.key) and fact.dispute != "superseded"
    ]
    if condition.differs:
        return bool(of_key) and not any(_is_one(condition, fact) for fact in of_key)
    return any(_is_one(condition, fact) and _is_within(condition, fact) for fact in of_key)


def concerns(condition: Condition, fact: Stated) -> bool:
    """Return whether a fact can decide a condition: it is of its key, and one of the values it names."""
    if (fact.dimension, fact.key) != (condition.dimension, condition.key):
        return False
    return condition.differs or _is_one(condition, fact)


def list_conditions(rule: Rule) -> Iterator[Condition]:
    """Yield the conditions of a rule from left to right."""
    if isinstance(rule, Condition):
        yield rule
    elif isinstance(rule, Not):
        yield from list_conditions(rule.part)
    elif isinstance(rule, AllOf | AnyOf):
        for part in rule.parts:
            yield from list_conditions(part)


def _is_one(condition: Condition, fact: Stated) -> bool:
    """Return whether a fact says one of the values that are asked for; any, where none is."""
    if not condition.names and not condition.numbers:
        return True
    if str(fact.value) in condition.names:
        return True
    number = _number(fact)
    return number is not None and number in condition.numbers


def _is_within(condition: Condition, fact: Stated) -> bool:
    """Return whether what is measured of a fact keeps its bound."""
    if not condition.sign:
        return True
    measured = _measure(condition, fact)
    return measured is not None and _SIGNS[condition.sign](measured, condition.bound)


def _measure(condition: Condition, fact: Stated) -> float | None:
    if condition.measure == "liking":
        return fact.liking
    if condition.measure == "strength":
        return min(1.0, max(0.0, fact.strength))
    if condition.measure == "confidence":
        return min(1.0, max(0.0, fact.confidence))
    return _number(fact)


def _number(fact: Stated) -> float | None:
    return (
        read_number(fact.value)
        if fact.dimension == "demographic" or not isinstance(fact.value, str)
        else None
    )
