"""Clauses: the stretches of a text that carry one thought each."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from limner.text.normalisation import normalise

_CONNECTIVES = "|".join(
    [
        r"但是|(?<![不非])但(?![丁愿凡])|不过(?![如关瘾是去来敏期得分])|然而|可是|只不过|只可惜|美中不足的?是?|虽然|虽说|尽管",
        r"\b(?:but|however|although|though|except|whereas|nevertheless|nonetheless|while|yet)\b",
        r"\b(?:and|so|because)(?=\s+(?:the|it|its|it's|i|i'm|my|they|their|this|that|we|our|he|she|there|you)\b)",
    ]
)
# A dot or comma between digits (3.50, 1,000) parts nothing; a space before Chinese does, as people use it so.
_BREAK = re.compile(
    rf"(?P<mark>(?:[,，.。!！?？;；…~～\n\r\t|()\[\]【】()《》<>{{}}\u2028](?<![0-9][.,](?=[0-9])))+"
    rf"|:(?=\s)|\s[-–—]+\s|--+|——+|-(?=\s)|['\"](?:(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]['\"])))"
    rf"|(?P<link>{_CONNECTIVES})| +(?=[\u4e00-\u9fff]|(?:if|unless)\b)"
    r"|(?=现在|如今)(?<=[\u4e00-\u9fff])(?<![到是我])"
)


class Span(NamedTuple):
    """One clause of a text: ``text[start:end]``, what led into it and what closed it."""

    start: int
    end: int
    link: str = ""
    """The connective before it (``但是``, ``although``), normalised; empty when there is none."""
    mark: str = ""
    """The punctuation after it, normalised; empty at the end of a text and before a connective."""


def split_clauses(text: str) -> list[Span]:
    """Return the clauses of a text in order: not empty, not overlapping, without white space at the ends.

    >>> text = "好看，但是贵！"
    >>> [(text[s.start : s.end], s.link, s.mark) for s in split_clauses(text)]
    [('好看', '', ','), ('贵', '但是', '!')]
    """
    return list(iterate_clauses(normalise(text)))


def iterate_clauses(normal: str) -> Iterator[Span]:
    """Yield the clauses of a text that `normalise` has made regular."""
    position, link = 0, ""
    for found in _BREAK.finditer(normal):
        clause = _trim(normal, position, found.start(), link, found["mark"] or "")
        if clause:
            yield clause
            link = ""
        link = found["link"] or link
        position = found.end()
    clause = _trim(normal, position, len(normal), link, "")
    if clause:
        yield clause


def _trim(normal: str, start: int, end: int, link: str, mark: str) -> Span | None:
    """Return the span without white space at its ends, or None when nothing is left."""
    piece = normal[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(body), link, mark)
