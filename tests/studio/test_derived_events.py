"""A text about an item is an event too, once: whichever of text and event comes first."""

import pytest

from limner.settings import RatingSettings, Settings
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger

WHEN = 1_700_000_000_000_000
EVENT = {"user_id": "ann", "item_id": "tent", "timestamp": WHEN, "event": "rating", "value": 4.0}
TEXT = {
    "user_id": "ann",
    "item_id": "tent",
    "timestamp": WHEN,
    "text": "The fabric is sturdy.",
    "rating": 4.0,
}
OTHER = {"user_id": "bo", "item_id": "lamp", "timestamp": WHEN, "event": "rating", "value": 2.0}
STARS = Settings(ratings=RatingSettings(scale=(1.0, 5.0)))


@pytest.mark.parametrize(
    ("first", "second"),
    [({"events": [EVENT]}, {"texts": [TEXT]}), ({"texts": [TEXT]}, {"events": [EVENT]})],
    ids=["event first", "text first"],
)
def test_a_stream_of_text_and_event_gives_the_ledger_of_one_build(tmp_path, first, second):
    whole = build(events=[OTHER, EVENT], texts=[TEXT], workspace=tmp_path / "whole", settings=STARS)
    base = {"events": [OTHER, *first.get("events", [])], "texts": first.get("texts")}
    grown = build(**base, workspace=tmp_path / "grown", settings=STARS)
    grown.ingest(**second)
    differences = find_differences(read_ledger(whole.store, at_us=WHEN), read_ledger(grown.store, at_us=WHEN))
    assert [line for line in differences if "'word'" not in line] == []
    assert grown.verify().clean
    whole.close()
    grown.close()
