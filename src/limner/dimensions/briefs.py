"""A few facts as lines that fit a budget of tokens, with the words of other people marked as theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from limner.dimensions.claims import NOT
from limner.phrases import say
from limner.records import Evidence, Fact, Language
from limner.text.quoting import defuse, quote
from limner.text.token_bounds import bound_tokens

_MOST_STATEMENT, _MOST_VALUE, _MOST_QUOTE, _MOST_ID = 300, 60, 80, 64
_SHOWN_IDS = 2
"""Evidence ids in a line; all of them stand in the facts beside the text."""
_CERTAIN = 0.995
"""Confidence that needs no mention."""
_OURS = {"behaviour": ("daypart", "dwell", "rating_style"), "sentiment": ("overall", "ratings")}
"""Keys whose values are Limner's own words."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact as it is told."""

    path: str
    statement: str
    evidence: tuple[str, ...]
    """Ids of the rows it cites."""
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: ``path``, ``statement``, ``evidence``, ``confidence``."""
        return {
            "path": self.path,
            "statement": self.statement,
            "evidence": list(self.evidence),
            "confidence": round(self.confidence, 4),
        }


def write_brief(
    facts: Iterable[Fact], user_id: str, *, most_tokens: int, lang: Language
) -> tuple[str, tuple[Told, ...]]:
    """Return a heading and a line for every fact that fits, in their order, and the facts that were told.

    A fact that does not fit is left out whole, and a shorter one behind it may still be told. Where none
    fits there is no text at all.
    """
    text = say("brief.heading", lang, user=quote(user_id, most=_MOST_ID))
    told: list[Told] = []
    for fact in facts:
        one = Told(fact.path, mark_words(fact), tuple(cited.id for cited in fact.evidence), fact.confidence)
        longer = f"{text}\n{_write_line(one, fact.evidence)}"
        if bound_tokens(longer) <= most_tokens:
            text = longer
            told.append(one)
    return (text, tuple(told)) if told else ("", ())


def mark_words(fact: Fact) -> str:
    """Return the statement of a fact on one line, with what others named in quotation marks."""
    statement = defuse(fact.statement, most=_MOST_STATEMENT)
    for name in _name_others(fact):
        plain = defuse(name, most=_MOST_STATEMENT)
        marked = quote(name, most=_MOST_VALUE)
        if plain and plain in statement and marked not in statement:
            quoted = f"'{plain}'"
            return statement.replace(quoted if quoted in statement else plain, marked, 1)
    return statement


def _name_others(fact: Fact) -> Iterable[str]:
    """Yield what stands for the value of a fact in its statement, where others chose the words."""
    if not isinstance(fact.value, str) or fact.key in _OURS.get(fact.dimension, ()):
        return
    value = fact.value.removeprefix(NOT)
    if (fact.dimension, fact.key) == ("interest", "item"):
        yield from (str(title) for cited in fact.evidence if (title := dict(cited.details).get("title")))
    yield value
    yield value.replace("_", " ")


def _write_line(told: Told, evidence: Iterable[Evidence]) -> str:
    """Return one line: the statement, how sure it is, the newest quotation, and ids to look up."""
    said = next((cited.quote for cited in evidence if cited.quote), "")
    quoted = f" – {quote(said, most=_MOST_QUOTE)}" if said else ""
    ids = ", ".join(defuse(one, most=_MOST_ID) for one in told.evidence[:_SHOWN_IDS])
    unsure = f" ({told.confidence:.0%})" if told.confidence < _CERTAIN else ""
    return f"- {told.statement}{unsure}{quoted} [{ids}]"
