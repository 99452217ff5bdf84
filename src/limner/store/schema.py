"""The tables of a workspace, version by version."""

VERSION = 5

_CELLS = (
    "user_no INTEGER, signal TEXT, key TEXT, n INTEGER, recent REAL, lasting REAL, liking REAL, "
    "opinion REAL, liked INTEGER, disliked INTEGER, first_seen INTEGER, last_seen INTEGER, "
    "PRIMARY KEY (user_no, signal, key)"
)
TABLES: dict[str, str] = {
    "meta": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "users": "user_no INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, attributes TEXT, circle TEXT",
    "items": (
        "item_no INTEGER PRIMARY KEY, item_id TEXT NOT NULL UNIQUE, title TEXT, description TEXT, "
        "categories TEXT, brand TEXT, price REAL, price_band INTEGER, attributes TEXT, first_category TEXT"
    ),
    "item_categories": "item_no INTEGER, category TEXT, PRIMARY KEY (item_no, category)",
    "events": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, event_id TEXT, item_no INTEGER, event TEXT, "
        "value REAL, dwell_s REAL, session_id TEXT, context TEXT, derived INTEGER, origin_no INTEGER, "
        "PRIMARY KEY (user_no, ts, ref)"
    ),
    "texts": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_id TEXT, item_no INTEGER, kind TEXT, rating REAL, "
        "language TEXT, polarity REAL, text TEXT, origin_no INTEGER, PRIMARY KEY (user_no, ts, ref)"
    ),
    "opinions": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_ref INTEGER, aspect TEXT, polarity REAL, "
        "start INTEGER, stop INTEGER, PRIMARY KEY (user_no, ts, ref)"
    ),
    "claims": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_ref INTEGER, dimension TEXT, key TEXT, value TEXT, "
        "polarity REAL, start INTEGER, stop INTEGER, source TEXT, PRIMARY KEY (user_no, ts, ref)"
    ),
    "words": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, word TEXT, tag TEXT, weight REAL, "
        "PRIMARY KEY (user_no, ts, ref, word)"
    ),
    "topics": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, topic TEXT, weight REAL, "
        "PRIMARY KEY (user_no, ts, ref, topic)"
    ),
    "relations": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, other_id TEXT, kind TEXT, weight REAL, "
        "origin_no INTEGER, origin_other TEXT, PRIMARY KEY (user_no, ts, ref)"
    ),
    "personas": "user_no INTEGER, lang TEXT, source TEXT, sentences TEXT, PRIMARY KEY (user_no, lang)",
    "read_by": "ref INTEGER, source TEXT, PRIMARY KEY (ref, source)",
    "own_sentences": "hash INTEGER PRIMARY KEY",
    "cells": _CELLS,
    "retired": _CELLS,
    "priors": "signal TEXT, key TEXT, users INTEGER, share REAL, PRIMARY KEY (signal, key)",
    "arrays": "name TEXT, row INTEGER, data BLOB, PRIMARY KEY (name, row)",
    "plans": "fingerprint TEXT PRIMARY KEY, plan TEXT NOT NULL",
    "offsets": "source TEXT PRIMARY KEY, position TEXT NOT NULL",
    "merged": "user_no INTEGER PRIMARY KEY, known_no INTEGER NOT NULL, known_attributes TEXT",
    "corrections": (
        "user_id TEXT, dimension TEXT, key TEXT, value TEXT, verb TEXT, liking REAL, made_us INTEGER, "
        "made_by TEXT, note TEXT, PRIMARY KEY (user_id, dimension, key, value)"
    ),
    "changes": "user_no INTEGER PRIMARY KEY, number INTEGER NOT NULL",
    "bots": "user_id TEXT PRIMARY KEY, n_events INTEGER NOT NULL",
}
"""``cells`` is the ledger; ``retired`` what rows that are no longer kept added to it. A row of the log that
was another user's before a merge has that user in ``origin_no``. ``personas`` are those a model wrote: a JSON
list of sentences, each with the paths of the facts it rests on; ``own_sentences`` has the hashes of all that
was ever written so. ``read_by`` says which models have read a text. ``changes`` says when a user last
changed: see `store.changes`."""
_CLUSTERED = (
    *("events", "texts", "opinions", "claims", "words", "topics", "relations"),
    *("cells", "retired", "priors", "arrays", "item_categories", "read_by", "personas", "corrections"),
)
INDEXES = (
    "CREATE INDEX IF NOT EXISTS relations_other ON relations (other_id)",
    "CREATE INDEX IF NOT EXISTS events_ref ON events (user_no, ref)",
    "CREATE INDEX IF NOT EXISTS texts_ref ON texts (user_no, ref)",
    "CREATE INDEX IF NOT EXISTS relations_ref ON relations (user_no, ref)",
    "CREATE INDEX IF NOT EXISTS changes_number ON changes (number)",
    "CREATE INDEX IF NOT EXISTS claims_text ON claims (user_no, text_ref)",
)
VIEWS = (
    "CREATE VIEW followers AS SELECT me.user_no AS user_no, r.ts AS ts, r.ref AS ref, "
    "other.user_id AS other_id, r.weight AS weight FROM users me JOIN relations r ON r.other_id = me.user_id "
    "JOIN users other ON other.user_no = r.user_no WHERE r.kind <> 'friend' "
    "AND r.user_no NOT IN (SELECT user_no FROM merged)",
    "CREATE VIEW log_events AS "
    "SELECT user_no, item_no, ts, ref, event, value, dwell_s, 0 AS known FROM events",
    "CREATE VIEW retired_now AS SELECT coalesce(m.known_no, r.user_no) AS user_no, r.signal AS signal, "
    "r.key AS key, CAST(sum(r.n) AS INTEGER) AS n, sum(r.recent) AS recent, sum(r.lasting) AS lasting, "
    "sum(r.liking) AS liking, "
    "sum(r.opinion) AS opinion, CAST(sum(r.liked) AS INTEGER) AS liked, "
    "CAST(sum(r.disliked) AS INTEGER) AS disliked, "
    "min(r.first_seen) AS first_seen, max(r.last_seen) AS last_seen FROM retired r "
    "LEFT JOIN merged m ON m.user_no = r.user_no GROUP BY 1, 2, 3",
    "CREATE VIEW staged_items AS SELECT item_no, item_id, brand, price_band, first_category FROM items",
    "CREATE VIEW staged_categories AS SELECT item_no, category FROM item_categories",
)
"""``followers``: one-sided relations seen from the other end; ``retired_now``: the retired sums of who users
are now; the others are for the ledger's SQL."""


def create_statements() -> list[str]:
    """Return the statements that make an empty store."""
    return [*map(create_table, TABLES), *VIEWS]


def create_table(name: str) -> str:
    """Return the statement that makes one table."""
    return f"CREATE TABLE {name} ({TABLES[name]}){' WITHOUT ROWID' if name in _CLUSTERED else ''}"


def columns_of(table: str) -> list[str]:
    """Return the column names of a table, in order.

    >>> columns_of("priors")
    ['signal', 'key', 'users', 'share']
    """
    parts = TABLES[table].split(", PRIMARY KEY (")[0].split(", ")
    return [part.split()[0] for part in parts]
