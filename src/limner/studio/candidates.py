"""Whom a model is asked about, and in what order: uncertainty × activity × text it has not read."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from limner.store.sqlite import Store
from limner.studio.echoes import know_words

_PROSE = "t.kind NOT IN ('query', 'tag')"
_UNREAD = "NOT EXISTS (SELECT 1 FROM read_by r WHERE r.ref = t.ref AND r.source = ?)"
_RANKED = f"""
SELECT t.user_no, u.user_id, sum({_UNREAD}), sum(CASE WHEN {_UNREAD} THEN length(t.text) ELSE 0 END),
  count(*),
  (SELECT count(*) FROM opinions o WHERE o.user_no = t.user_no)
  + (SELECT count(*) FROM claims c WHERE c.user_no = t.user_no AND c.source = 'rule'),
  (SELECT coalesce(sum(n), 0) FROM cells WHERE cells.user_no = t.user_no AND signal = 'event')
FROM texts t JOIN users u USING (user_no) WHERE {_PROSE} GROUP BY t.user_no
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user with texts that a model has not read."""

    user_no: int
    user_id: str
    priority: float
    texts: int
    """Unread ones."""
    chars: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that a model has not read."""

    ref: int
    text_id: str
    text: str
    language: str
    ts: int


def rank_candidates(store: Store, source: str) -> list[Candidate]:
    """Return who has texts that a source has not read, the one worth most first."""
    found = []
    for user_no, user_id, unread, chars, texts, read, events in store.rows(_RANKED, source, source):
        if unread:
            priority = weigh_candidate(read / texts, events, chars)
            found.append(Candidate(user_no, user_id, priority, unread, chars))
    return sorted(found, key=lambda one: (-one.priority, one.user_id))


def weigh_candidate(read_per_text: float, events: int, chars: int) -> float:
    """Return what it is worth to ask about a user.

    Uncertain is of whom the rules found little in each text, active who does much; both and the new text
    count by their logarithms, so that nobody's flood of words keeps everyone else waiting.

    >>> weigh_candidate(0.0, 10, 400) > weigh_candidate(3.0, 10, 400) > weigh_candidate(3.0, 1, 400)
    True
    """
    return math.log2(2 + events) * math.log2(1 + chars) / (1 + read_per_text)


def list_unread(store: Store, user_no: int, source: str) -> Iterator[Unread]:
    """Yield a user's texts that a source has not read, newest first, none of them Limner's own words."""
    own = know_words(store)
    asked = (
        f"SELECT ref, text_id, text, language, ts FROM texts t WHERE user_no = ? AND {_PROSE} AND {_UNREAD} "
        "ORDER BY ts DESC, ref DESC"
    )
    for row in store.rows(asked, user_no, source):
        if row[2].strip() and not own.wrote(row[2]):
            yield Unread(*row)
