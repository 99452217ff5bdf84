"""The keywords of an item are those of the texts about it."""

import pytest

from limner.errors import UnknownNameError
from limner.studio.kept.item_words import find_item_keywords
from limner.studio.making import build

TEXTS = [
    {"user_id": user, "item_id": item, "text": text, "timestamp": f"2026-01-0{day}T00:00:00Z"}
    for day, (user, item, text) in enumerate(
        [
            ("ann", "mug", "a blue handle and a handle"),
            ("bob", "mug", "the handle is blue"),
            ("bob", "pot", "the lid of the pot"),
        ],
        1,
    )
]


@pytest.fixture
def studio(tmp_path):
    return build(texts=TEXTS, items=[{"item_id": "cup"}], workspace=tmp_path / "ws")


def test_the_word_that_most_texts_of_an_item_say_comes_first(studio):
    found = find_item_keywords(studio.store, "mug")

    assert [(word, n) for word, _, n in found][:2] == [("handle", 2), ("blue", 2)]
    assert found[0][1] >= found[1][1]


def test_an_item_that_nobody_wrote_about_has_none(studio):
    assert find_item_keywords(studio.store, "cup") == []


def test_only_so_many_are_given(studio):
    assert len(find_item_keywords(studio.store, "mug", 1)) == 1


def test_an_unknown_item_is_named_with_near_ones(studio):
    with pytest.raises(UnknownNameError, match=r"no item 'mugs' in .* \(did you mean: mug"):
        find_item_keywords(studio.store, "mugs")
