"""Logs drawn by Hypothesis: small, odd, and of the kind that breaks sums. Needs the library hypothesis."""

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from limner.ledger.decay import DAY_US

START_US = 1_700_000_000_000_000
ITEMS = pa.table(
    {
        "item_id": [f"i{n}" for n in range(6)],
        "categories": [["red"], ["red", "blue"], ["blue"], ["绿"], [], ["绿", "red"]],
        "brand": ["a", "a", "b", None, "b", "c"],
        "price": [1.0, 2.0, 3.0, 4.0, None, 6.0],
    }
)
_EVENTS = pa.schema(
    [
        ("user_id", pa.string()),
        ("item_id", pa.string()),
        ("timestamp", pa.int64()),
        ("event", pa.string()),
        ("value", pa.float64()),
        ("dwell_s", pa.float64()),
        ("event_id", pa.string()),
    ]
)
_OPINIONS = (
    *("不喜欢这个质量。", "喜欢这个质量！", "质量很差"),
    *("Great quality.", "The quality is bad.", "It came today."),
    *("我对花生过敏，质量很差", "I have a daughter. Great quality."),
)


def moments(span_days: int = 130) -> Any:
    """Return instants over a span: minutes apart or months, and many of them equal."""
    minutes = st.integers(0, 90).map(lambda n: n * 60_000_000)
    days = st.integers(0, span_days).map(lambda n: n * DAY_US)
    return st.builds(lambda day, minute: START_US + day + minute, days, minutes)


def events(span_days: int = 130, users: tuple[str, ...] = ("u1", "u2", "u3")) -> Any:
    """Return lists of events of a few users and items, each with an id of its own."""
    fields = {
        "user_id": st.sampled_from(users),
        "item_id": st.sampled_from(ITEMS["item_id"].to_pylist()),
        "timestamp": moments(span_days),
        "event": st.sampled_from(["view", "rating", "purchase", "return", "wave"]),
        "value": st.sampled_from([1.0, 3.0, 5.0]),
        "dwell_s": st.sampled_from([None, 1.0, 70.0]),
    }
    rows = st.lists(st.fixed_dictionaries(fields), min_size=2, max_size=40)
    return rows.map(lambda found: [row | {"event_id": f"e{n}"} for n, row in enumerate(found)])


def texts(users: tuple[str, ...] = ("u1", "u2", "u3")) -> Any:
    """Return lists of texts that praise, blame, tell of a life, or do nothing of it, in two languages."""
    fields = {
        "user_id": st.sampled_from(users),
        "item_id": st.sampled_from([None, *ITEMS["item_id"].to_pylist()]),
        "timestamp": moments(),
        "text": st.sampled_from(_OPINIONS),
    }
    rows = st.lists(st.fixed_dictionaries(fields), max_size=8)
    return rows.map(lambda found: [row | {"text_id": f"t{n}"} for n, row in enumerate(found)])


def relations(users: tuple[str, ...] = ("u1", "u2", "u3")) -> Any:
    """Return lists of friendships and follows."""
    pairs = st.tuples(st.sampled_from(users), st.sampled_from(users), st.sampled_from(["friend", "follows"]))
    distinct = pairs.filter(lambda pair: pair[0] != pair[1])
    return st.lists(distinct.map(_name), max_size=4)


def _name(pair: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("user_id", "other_id", "kind"), pair, strict=True))


def event_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return events as a table that has all its columns even when there are no rows."""
    return pa.Table.from_pylist(rows, schema=_EVENTS)
