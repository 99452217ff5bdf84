"""The shapes that phrases of both languages share."""

from typing import NamedTuple


class Wording(NamedTuple):
    """How people of one language speak of one aspect; alternatives are separated by ``|``."""

    subjects: str
    """Nouns; in English a trailing ``*`` marks a plural."""
    good: str
    bad: str
    """Adjectives that bear an intensifier and a negation; may be empty."""
    praise: str
    blame: str
    """Whole clauses."""


class Grammar(NamedTuple):
    """How one language builds opinions; ``{s}`` subject, ``{i}`` intensifier, ``{g}`` good, ``{b}`` bad."""

    intensifiers: tuple[str, ...]
    plain: tuple[tuple[str, ...], tuple[str, ...]]
    negated: tuple[tuple[str, ...], tuple[str, ...]]
    stock: tuple[tuple[str, ...], tuple[str, ...]]
    """Frames that praise, then frames that blame."""
    contrast: tuple[tuple[str, ...], tuple[str, ...]]
    """``{a}`` and ``{b}`` are clauses: first good then bad, then the other way round."""
    overall: tuple[tuple[str, ...], ...]
    """Verdicts on the whole, no aspect named: after 1-2, 3, and 4-5 stars."""
    filler: tuple[str, ...]
    """Says something, judges nothing."""
    questions: tuple[str, ...]
    """Comments under an item: asks, judges nothing."""
    chats: tuple[str, ...]
    """To the shop's service: asks, judges nothing."""
    complaints: tuple[str, ...]
    """To the shop's service; ``{a}`` is a blaming clause."""


def alternatives(listed: str) -> tuple[str, ...]:
    """Return the parts of a ``|``-separated list; nothing for an empty one.

    >>> alternatives("a|b"), alternatives("")
    (('a', 'b'), ())
    """
    return tuple(listed.split("|")) if listed else ()
