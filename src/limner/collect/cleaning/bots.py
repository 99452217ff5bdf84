"""Users that act faster than people do."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import quote
from limner.collect.cleaning.faults import materialise, reject
from limner.collect.cleaning.times import MINUTE_US
from limner.records import UNTIMED

if TYPE_CHECKING:
    import duckdb


def reject_bots(con: "duckdb.DuckDBPyConnection", *, limit: int, daily_sources: Collection[int]) -> None:
    """Take out every event of a user with more than `limit` of them within any 60 s, listed in ``bots``.

    Rows without time, or from sources that keep only days, say nothing about minutes and do not count.
    """
    if _find_bots(con, limit, daily_sources):
        reason = f"bot-like user: {{}} events in one minute (limit {limit})"
        fields = f"seq, {quote(reason)} AS reason, CAST(n_events AS VARCHAR) AS shown"
        reject(con, "events", f"SELECT {fields} FROM events JOIN bots USING (user_id)")


def _find_bots(con: "duckdb.DuckDBPyConnection", limit: int, daily_sources: Collection[int]) -> int:
    """Make ``bots``: user_id and the most events within any 60 s; return their number."""
    daily = ", ".join(map(str, [-1, *daily_sources]))
    clocked = (
        f"SELECT user_id, timestamp AS t FROM events "
        f"WHERE timestamp <> {UNTIMED} AND source_no NOT IN ({daily})"
    )
    # Any 60 s lie within two calendar minutes, so one of them holds more than half: a cheap first sieve.
    crowded = f"GROUP BY user_id, t // {MINUTE_US} HAVING count(*) > {limit // 2}"
    materialise(con, "busy", f"SELECT DISTINCT user_id FROM (SELECT user_id FROM ({clocked}) {crowded})")
    window = f"PARTITION BY user_id ORDER BY t RANGE BETWEEN {MINUTE_US - 1} PRECEDING AND CURRENT ROW"
    counted = f"SELECT user_id, count(*) OVER ({window}) AS n FROM ({clocked}) SEMI JOIN busy USING (user_id)"
    return materialise(
        con,
        "bots",
        f"SELECT user_id, max(n) AS n_events FROM ({counted}) GROUP BY user_id HAVING max(n) > {limit}",
    )
