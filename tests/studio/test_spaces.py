"""The space of a living workspace: items that join it are found, with a place or without one."""

import numpy as np
import pytest

import limner
from limner.studio.kept.spaces import LiveSpace, count_items, load_space


@pytest.fixture
def studio_of_shop(shop, tmp_path):
    studio = limner.build(**shop, workspace=tmp_path / "ws", lang="en")
    yield studio
    studio.close()


def view(item_id):
    return {"user_id": "new", "item_id": item_id, "timestamp": "2026-03-10T00:00:00Z", "event": "view"}


def test_an_item_without_words_stands_nowhere_and_has_the_lowest_base(studio_of_shop):
    studio_of_shop.ingest(events=[view("mystery")])

    space = load_space(studio_of_shop.store)

    assert space.n_items == 4
    assert not space.item_out[3].any()
    assert space.base[3] == space.base[:3].min()


def test_a_held_space_takes_in_the_items_that_join(studio_of_shop):
    held = LiveSpace()
    before = held.read(studio_of_shop.store, None)
    for number in range(3):
        kettle = {"item_id": f"kettle{number}", "title": "Iron kettle", "categories": ["Kitchen"]}
        studio_of_shop.ingest(items=[kettle], events=[view(kettle["item_id"])])

    after = held.read(studio_of_shop.store, None)

    whole = load_space(studio_of_shop.store)
    assert (before.n_items, after.n_items) == (3, count_items(studio_of_shop.store))
    np.testing.assert_array_equal(after.item_out, whole.item_out)
    np.testing.assert_array_equal(after.semantic_in, whole.semantic_in)
    np.testing.assert_array_equal(after.base, whole.base)
    assert after.item_out[3:].any(axis=1).all()
