"""The form of a rule that reads a fact of life from a clause."""

import re
from collections.abc import Callable
from typing import NamedTuple

Reader = Callable[[re.Match[str]], str]
"""Returns what was found, short; empty where it is nothing that can be used."""


class Rule(NamedTuple):
    """A way to say something of one's own life."""

    key: str
    pattern: re.Pattern[str]
    value: Reader


class Rules(NamedTuple):
    """The rules of one language."""

    doubt: re.Pattern[str]
    """What makes a clause a wish, a condition, a question, or a memory: nothing is read from it."""
    rules: tuple[Rule, ...]


def named(found: re.Match[str]) -> str:
    """Return what a rule calls ``value``, on one line."""
    return " ".join(found["value"].split())
