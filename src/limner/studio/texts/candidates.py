"""The texts a model may be asked about, with what makes their writers worth asking about first."""

import math
from collections.abc import Iterator

from limner.llm.claims import Reviewed
from limner.store.store import Store
from limner.studio.kept.echoes import know_words

_MOST_CATEGORIES = 300
_PROSE = "t.kind NOT IN ('query', 'tag')"
_UNREAD = "NOT EXISTS (SELECT 1 FROM read_by r WHERE r.ref = t.ref AND r.source = ?)"
_WEIGHED = f"""
SELECT count(*),
  (SELECT count(*) FROM opinions o WHERE o.user_no = t.user_no)
  + (SELECT count(*) FROM claims c WHERE c.user_no = t.user_no AND c.source = 'rule'),
  (SELECT coalesce(sum(n), 0) FROM cells WHERE cells.user_no = t.user_no AND signal = 'event')
FROM texts t WHERE t.user_no = ? AND {_PROSE}
"""


def list_reviewed(store: Store, source: str) -> Iterator[Reviewed]:
    """Yield the texts that a source (``model:NAME``) has not read, by user, the newest first.

    Queries and tags are no texts to be read so, and Limner's own words are nobody's.
    """
    own = know_words(store)
    unread = (
        "SELECT t.user_no, u.user_id, t.text_id, t.ts, t.text, t.language FROM texts t JOIN users u "
        f"USING (user_no) WHERE {_PROSE} AND {_UNREAD} ORDER BY t.user_no, t.ts DESC, t.ref DESC"
    )
    weighed: tuple[int, float, float] = (-1, 0.0, 0.0)
    for user_no, user_id, text_id, ts, text, language in store.rows(unread, source):
        if weighed[0] != user_no:
            weighed = (user_no, *_weigh(store, user_no))
        if text.strip() and not own.wrote(text):
            yield Reviewed(user_id, text_id, ts, text, language, weighed[1], weighed[2])


def list_taxonomy(store: Store) -> list[str]:
    """Return the owner's categories, those of most items first."""
    rows = store.rows(
        "SELECT category FROM item_categories GROUP BY category ORDER BY count(*) DESC, category LIMIT ?",
        _MOST_CATEGORIES,
    )
    return [category for (category,) in rows]


def rate_uncertainty(texts: int, read: int) -> float:
    """Return how little the rules found in a user's texts: 1 where nothing, less with every find.

    >>> rate_uncertainty(4, 0), rate_uncertainty(4, 12)
    (1.0, 0.25)
    """
    return 1.0 / (1.0 + read / max(texts, 1))


def _weigh(store: Store, user_no: int) -> tuple[float, float]:
    """Return how active a user is, and how uncertain the rules leave one about them."""
    texts, read, events = store.one(_WEIGHED, user_no) or (0, 0, 0)
    return math.log2(2 + events), rate_uncertainty(texts, read)
