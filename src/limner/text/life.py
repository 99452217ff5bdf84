"""What people say of their own life in passing: allergies, children, pets, what they own and want to buy.

Read by rule, a clause at a time, in Chinese and English. Only what the writer says of themselves counts: not
what they ask, wish, suppose or deny, and nothing about other people. Precision comes first: what is said in a
way that no rule knows is not found.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from limner.text.clauses import Span, iterate_clauses
from limner.text.languages import TextLanguage, detect_normalised
from limner.text.life_en import ENGLISH
from limner.text.life_rules import Rules
from limner.text.life_zh import CHINESE
from limner.text.normalisation import FILLER, normalise

KEYS = ("allergy", "child", "pet", "device", "vehicle", "home", "diet", "occupation", "intent")
_RULES: dict[TextLanguage, Rules] = {"zh": CHINESE, "en": ENGLISH}
_MOST_CLAUSE = 300
"""A longer clause has lost its marks: who is meant is not clear in it."""
_DIMENSIONS = {"intent": "interest"}


@dataclass(frozen=True, slots=True)
class LifeFact:
    """One thing the writer says of their own life; ``text[start:stop]`` is the clause that says it."""

    dimension: str
    """demographic, or interest for an intent."""
    key: str
    """One of `KEYS`."""
    value: str
    """Short, lower case, in the language of the text."""
    polarity: float
    """1: the writer says that it is so. What is denied is no fact."""
    start: int
    stop: int


def find_life_facts(text: str, language: TextLanguage | None = None) -> list[LifeFact]:
    """Return what a text says of its writer's life, in order, each once.

    >>> [(fact.key, fact.value) for fact in find_life_facts("我对花生过敏，我家猫很喜欢")]
    [('allergy', '花生'), ('pet', '猫')]
    >>> [(fact.key, fact.value) for fact in find_life_facts("My brother's dog likes it. I'm a nurse.")]
    [('occupation', 'nurse')]
    """
    normal = normalise(text)
    found: dict[tuple[str, str], LifeFact] = {}
    rules = _RULES.get(language or detect_normalised(normal))
    for span in iterate_clauses(normal) if rules else ():
        for key, value in _read(normal[span.start : span.end], span, rules):
            dimension = _DIMENSIONS.get(key, "demographic")
            fact = LifeFact(dimension, key, value, 1.0, span.start, span.end)
            found.setdefault((key, value), fact)
    return [fact for fact in found.values() if not _is_said_better(fact, found)]


def _read(clause: str, span: Span, rules: Rules | None) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of one clause."""
    if rules is None or "?" in span.mark or len(clause) > _MOST_CLAUSE:
        return
    clause = clause.replace(FILLER, "")
    if rules.doubt.search(clause):
        return
    for rule in rules.rules:
        for found in rule.pattern.finditer(clause):
            value = rule.value(found)
            if value and not _is_quoted(clause, found.start()):
                yield rule.key, value


def _is_said_better(fact: LifeFact, found: dict[tuple[str, str], LifeFact]) -> bool:
    """Return whether a text also says of what age the child is."""
    aged = (f"{fact.value}，", f"{fact.value}, ")
    return fact.key == "child" and any(key == "child" and value.startswith(aged) for key, value in found)


def _is_quoted(clause: str, place: int) -> bool:
    """Return whether somebody else's words stand at a place."""
    return clause.count('"', 0, place) % 2 == 1
