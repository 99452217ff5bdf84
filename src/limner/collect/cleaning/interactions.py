"""Texts about an item that no event goes with are events too."""

from typing import TYPE_CHECKING

from limner.collect.cleaning.duplicates import EVENT_CONTENT, content_key
from limner.collect.cleaning.faults import materialise
from limner.records import UNTIMED

if TYPE_CHECKING:
    import duckdb

DERIVED = -1
"""Source number of the rows made here: they stand in no file."""
_EVENT_OF_KIND = (
    "CASE kind WHEN 'tag' THEN 'tag' WHEN 'query' THEN 'search' WHEN 'chat' THEN 'chat' ELSE 'review' END"
)


def derive_events(con: "duckdb.DuckDBPyConnection") -> int:
    """Add one event per user, item, time and kind of text without one, and return how many were added.

    An event goes with a text when user, item and time are the same, or when either of them keeps no time.
    Users in ``bots`` get none: their texts would bring back what was taken out.
    """
    about_items = (
        f"SELECT user_id, item_id, timestamp, {_EVENT_OF_KIND} AS event, max(rating) AS value, "
        "min(seq) AS text_seq, NULL::VARCHAR AS text, NULL::DOUBLE AS dwell_s, NULL::VARCHAR AS session_id "
        "FROM texts ANTI JOIN bots USING (user_id) WHERE item_id IS NOT NULL GROUP BY ALL"
    )
    if not materialise(con, "derived", about_items):
        return 0
    pairs = "e.user_id = derived.user_id AND e.item_id = derived.item_id"
    same_time = f"EXISTS (FROM events e WHERE {pairs} AND e.timestamp = derived.timestamp)"
    untimed_event = f"EXISTS (FROM events e WHERE {pairs} AND e.timestamp = {UNTIMED})"
    untimed_text = f"(derived.timestamp = {UNTIMED} AND EXISTS (FROM events e WHERE {pairs}))"
    for condition in (same_time, untimed_event, untimed_text):
        con.execute(f"DELETE FROM derived WHERE {condition}")
    con.execute(
        f"""INSERT INTO events BY NAME
        SELECT * EXCLUDE (text_seq), {content_key(EVENT_CONTENT)} AS key, {DERIVED} AS source_no,
               (SELECT coalesce(max(seq), -1) FROM events) + row_number() OVER (ORDER BY text_seq) AS seq
        FROM derived"""
    )
    count: int = con.execute("SELECT count(*) FROM derived").fetchall()[0][0]
    return count
