"""What is usual: the mean share of each key over the users, so that a share can be called high or low."""

from limner.ledger.signals import Signal

OF_ACTIVITY = ("category", "brand")
"""Signals whose shares are read against the whole activity, since an item may have several keys."""
_NO_PRIOR = (
    "activity",
    "item",
    "day",
    "spend",
    "session",
    "relation",
    "follower",
    "word",
    "tag",
    "writing",
    "claim",
)

PRIOR_SQL = """
WITH totals AS (SELECT user_no, sum(lasting) AS total FROM {totals} GROUP BY user_no HAVING sum(lasting) > 0),
users AS (SELECT count(DISTINCT user_no) AS n FROM cells WHERE user_no IN (SELECT user_no FROM totals))
SELECT key, count(*) AS users, sum(least(1.0, lasting / total)) / (SELECT n FROM users) AS share
FROM cells JOIN totals USING (user_no) GROUP BY key
"""
RATING_SQL = """
WITH means AS (SELECT user_no, sum(n * CAST(key AS DOUBLE)) / sum(n) AS mean FROM cells GROUP BY user_no)
SELECT 'all' AS key, count(*) AS users, avg(mean) AS share FROM means HAVING count(*) > 0
"""


def prior_queries(signal: Signal) -> dict[str, str]:
    """Return the DuckDB queries, by name of the prior, over ``cells`` of one signal and ``activity``'s.

    Each yields key, users (who have it), share (mean over the users who have the signal at all).
    """
    if signal.name in _NO_PRIOR:
        return {}
    totals = "activity" if signal.name in OF_ACTIVITY else "cells"
    queries = {signal.name: PRIOR_SQL.format(totals=totals)}
    return queries | ({"rating_mean": RATING_SQL} if signal.name == "rating" else {})
