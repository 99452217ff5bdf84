"""The tables of a workspace, version by version."""

VERSION = 1

TABLES: dict[str, str] = {
    "meta": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "users": "user_no INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, attributes TEXT, circle TEXT",
    "items": (
        "item_no INTEGER PRIMARY KEY, item_id TEXT NOT NULL UNIQUE, title TEXT, description TEXT, "
        "categories TEXT, brand TEXT, price REAL, price_band INTEGER, attributes TEXT"
    ),
    "events": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, event_id TEXT, item_no INTEGER, event TEXT, "
        "value REAL, dwell_s REAL, session_id TEXT, context TEXT, derived INTEGER, "
        "PRIMARY KEY (user_no, ts, ref)"
    ),
    "texts": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_id TEXT, item_no INTEGER, kind TEXT, rating REAL, "
        "language TEXT, polarity REAL, text TEXT, PRIMARY KEY (user_no, ts, ref)"
    ),
    "opinions": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, text_ref INTEGER, aspect TEXT, polarity REAL, "
        "start INTEGER, stop INTEGER, PRIMARY KEY (user_no, ts, ref)"
    ),
    "words": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, word TEXT, tag TEXT, weight REAL, "
        "PRIMARY KEY (user_no, ts, ref, word)"
    ),
    "relations": (
        "user_no INTEGER, ts INTEGER, ref INTEGER, other_id TEXT, kind TEXT, weight REAL, "
        "PRIMARY KEY (user_no, ts, ref)"
    ),
    "cells": (
        "user_no INTEGER, signal TEXT, key TEXT, n INTEGER, recent REAL, lasting REAL, liking REAL, "
        "opinion REAL, first_seen INTEGER, last_seen INTEGER, evidence BLOB, "
        "PRIMARY KEY (user_no, signal, key)"
    ),
    "priors": "signal TEXT, key TEXT, users INTEGER, share REAL, PRIMARY KEY (signal, key)",
    "arrays": "name TEXT, row INTEGER, data BLOB, PRIMARY KEY (name, row)",
}
_CLUSTERED = ("events", "texts", "opinions", "words", "relations", "cells", "priors", "arrays")
INDEXES = ("CREATE INDEX IF NOT EXISTS relations_other ON relations (other_id)",)


def create_statements() -> list[str]:
    """Return the statements that make an empty store."""
    return [
        f"CREATE TABLE {name} ({columns}){' WITHOUT ROWID' if name in _CLUSTERED else ''}"
        for name, columns in TABLES.items()
    ]


def columns_of(table: str) -> list[str]:
    """Return the column names of a table, in order.

    >>> columns_of("priors")
    ['signal', 'key', 'users', 'share']
    """
    parts = TABLES[table].split(", PRIMARY KEY (")[0].split(", ")
    return [part.split()[0] for part in parts]
