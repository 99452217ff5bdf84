"""The tables a ledger is summed from: clean rows with inside numbers for users and items.

`store` and `studio` fill them from `tables.Tables`; the expressions in `ledger.rows` read them.
``ref`` identifies a row of the user's log (the last 63 bits of a hash of its id). An event that is ``known``
(1) was summed before and is there for the ones after it: what a session or a path goes on from.
"""

PREFIX = "staged_"
"""Before the name of a table, so that it is no other table of the engine it stands in."""

STAGED: dict[str, dict[str, str]] = {
    "events": {
        "user_no": "int64",
        "item_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "event": "string",
        "value": "float64",
        "dwell_s": "float64",
        "known": "int64",
    },
    "items": {
        "item_no": "int64",
        "item_id": "string",
        "brand": "string",
        "price_band": "int64",
        "first_category": "string",
    },
    "categories": {"item_no": "int64", "category": "string"},
    "texts": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "kind": "string",
        "language": "string",
        "rating": "float64",
        "polarity": "float64",
    },
    "opinions": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "aspect": "string",
        "polarity": "float64",
    },
    "claims": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "source": "string",
        "dimension": "string",
        "key": "string",
        "value": "string",
        "polarity": "float64",
    },
    "words": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "word": "string",
        "tag": "string",
        "weight": "float64",
    },
    "topics": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "topic": "string",
        "weight": "float64",
    },
    "relations": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "other_id": "string",
        "weight": "float64",
    },
    "followers": {
        "user_no": "int64",
        "ts": "int64",
        "ref": "int64",
        "other_id": "string",
        "weight": "float64",
    },
}
