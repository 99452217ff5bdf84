"""A shop small enough to build in a blink, and every profile of the sample world."""

import pytest

from limner.collect.world import World
from limner.records import Profile
from limner.studio.studio import Studio

EVENTS = [
    {"user_id": user, "item_id": item, "timestamp": f"2026-0{month}-0{day}T1{day}:00:00Z", "event": event}
    for user, item, month, day, event in (
        ("ann", "tea", 1, 1, "view"),
        ("ann", "tea", 1, 2, "purchase"),
        ("ann", "pot", 2, 3, "view"),
        ("bob", "pot", 1, 4, "view"),
        ("bob", "mug", 3, 5, "cart"),
        ("eve", "mug", 3, 6, "view"),
    )
]
ITEMS = [
    {"item_id": "tea", "title": "Green tea", "categories": ["Drinks"]},
    {"item_id": "pot", "title": "Iron pot", "categories": ["Kitchen"]},
    {"item_id": "mug", "title": "Blue mug", "categories": ["Kitchen"]},
]
TEXTS = [
    {
        "user_id": "ann",
        "timestamp": "2026-01-09T00:00:00Z",
        "text": "The quality is great.",
        "item_id": "tea",
    },
    {"user_id": "eve", "timestamp": "2026-03-09T00:00:00Z", "text": "质量很差，很失望。", "item_id": "mug"},
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: builds a world of its own; leave out with -m 'not slow'")


@pytest.fixture
def shop() -> dict[str, list[dict]]:
    return {"events": [dict(row) for row in EVENTS], "items": [dict(row) for row in ITEMS]}


@pytest.fixture
def texts() -> list[dict]:
    return [dict(row) for row in TEXTS]


@pytest.fixture(scope="session")
def profiles(world: World, studio: Studio) -> dict[str, Profile]:
    """Everyone's profile, in English."""
    return {user_id: studio.profile(user_id, lang="en") for user_id in world.truth.users}


@pytest.fixture(scope="session")
def chinese_profiles(world: World, studio: Studio) -> dict[str, Profile]:
    """The same in Chinese."""
    return {user_id: studio.profile(user_id, lang="zh") for user_id in world.truth.users}
