"""An item described after it was met is the item of a build that knew it all along."""

from limner.settings import RatingSettings, Settings
from limner.studio.making import build
from limner.testing.ledgers import find_differences, read_ledger

WHEN = 1_700_000_000_000_000
EVENTS = [
    {
        "user_id": f"u{n}",
        "item_id": f"i{n % 4}",
        "timestamp": WHEN + n,
        "event": "rating",
        "value": 1.0 + n % 5,
    }
    for n in range(24)
]
ITEMS = [
    {
        "item_id": f"i{n}",
        "title": f"Thing {n}",
        "categories": ["kitchen" if n % 2 else "garden"],
        "brand": "b",
    }
    for n in range(4)
]
STARS = Settings(ratings=RatingSettings(scale=(1.0, 5.0)))


def test_late_item_details_reach_the_ledger_the_statements_and_the_titles(tmp_path):
    whole = build(events=EVENTS, items=ITEMS, workspace=tmp_path / "whole", settings=STARS, lang="en")
    grown = build(events=EVENTS, items=ITEMS[:3], workspace=tmp_path / "grown", settings=STARS, lang="en")
    grown.ingest(items=ITEMS[3:])
    last = WHEN + 23
    differences = find_differences(read_ledger(whole.store, at_us=last), read_ledger(grown.store, at_us=last))
    assert differences == []
    assert grown.verify().clean
    assert "kitchen" in [fact.value for fact in grown.profile("u3").of("interest")]
    whole.close()
    grown.close()


def test_the_same_details_again_change_nothing(tmp_path):
    studio = build(events=EVENTS, items=ITEMS, workspace=tmp_path / "ws", settings=STARS, lang="en")
    before = read_ledger(studio.store, at_us=WHEN)
    studio.ingest(items=ITEMS)
    assert read_ledger(studio.store, at_us=WHEN) == before
    studio.close()
