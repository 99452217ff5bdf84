"""Who a user is: what they declared, and, marked as such, what their behaviour suggests."""

from collections.abc import Iterator
from typing import Any

from limner.dimensions.sitter import Cite, Draft, Sitter
from limner.phrases import name_attribute, name_value, say

_NEVER_SHOWN = ("consent",)
_EMPTY = ("", "none", "nan", "null", "unknown", "n/a")


def read_demographics(sitter: Sitter) -> Iterator[Draft]:
    """Yield declared attributes, then inferred ones the user did not declare."""
    for column, value in sitter.attributes.items():
        if column not in _NEVER_SHOWN and is_given(value):
            yield _declared(sitter, column, value)
    for column, (value, probability, cites) in sitter.inferred.items():
        if not is_given(sitter.attributes.get(column)) and cites:
            yield _inferred(sitter, column, (value, probability), cites)


def is_given(value: Any) -> bool:
    """Return whether an attribute says anything.

    >>> is_given("Unknown"), is_given(0), is_given("上海")
    (False, True, True)
    """
    return value is not None and str(value).strip().lower() not in _EMPTY


def _declared(sitter: Sitter, column: str, value: Any) -> Draft:
    name = name_attribute(column, sitter.lang)
    return Draft(
        "demographic",
        column,
        value if isinstance(value, int | float) else str(value),
        say("demographic.declared", sitter.lang, name=name, value=name_value(column, value, sitter.lang)),
        1.0,
        1.0,
        (Cite("users", name=column),),
        source="declared",
    )


def _inferred(sitter: Sitter, column: str, said: tuple[str, float], cites: tuple[Cite, ...]) -> Draft:
    value, probability = said
    shown = name_value(column, value, sitter.lang)
    name = name_attribute(column, sitter.lang)
    return Draft(
        "demographic",
        column,
        value,
        say("demographic.inferred", sitter.lang, name=name, value=shown, probability=probability),
        probability,
        probability,
        cites,
        source="inferred",
    )
