"""What is one word to people although it has a mark or a digit in it: wi-fi, sm57, c++, r&b."""

import re
from collections.abc import Iterator
from itertools import pairwise

from limner.text.segmentation import Word

_PLUS = re.compile(r"\+\+(?!\w)|#(?!\w)")
"""Behind a single letter these belong to its name: c++, c#."""


def join_compounds(words: tuple[Word, ...], clause: str) -> Iterator[Word]:
    """Yield the words of a spaced clause, those written together as one.

    A letter and a digit without a space between them, and what a hyphen or an ampersand links, are one word.

    >>> from limner.text.segmentation import cut_words
    >>> clause = "my e-mail about the sm57 and c++"
    >>> [word.text for word in join_compounds(cut_words(clause, "en"), clause)]
    ['my', 'e-mail', 'about', 'the', 'sm57', 'and', 'c++']
    """
    run: list[Word] = []
    for word, follower in pairwise((*words, None)):
        if word is None:
            return
        run.append(word)
        if follower is None or not _belong(word, follower, clause):
            yield _join(run, clause)
            run = []


def _belong(word: Word, follower: Word, clause: str) -> bool:
    end = word.start + len(word.text)
    gap = clause[end : follower.start]
    if gap in ("-", "&"):
        return True
    return not gap and end == follower.start and word.text[-1].isdigit() != follower.text[0].isdigit()


def _join(run: list[Word], clause: str) -> Word:
    first, last = run[0], run[-1]
    end = last.start + len(last.text)
    if len(run) == 1:
        found = _PLUS.match(clause, end) if len(first.text) == 1 and first.text.isalpha() else None
        return Word(first.text + found[0], first.text + found[0], first.start) if found else first
    written = clause[first.start : end]
    return Word(written, written[: last.start - first.start] + last.lemma, first.start)
