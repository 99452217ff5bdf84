"""Vectors of the owner's own words, by the real library."""

import random

import numpy as np
import pytest

from limner.text import wordvectors
from limner.text.wordvectors import train_vectors


def make_texts(n: int) -> list[list[str]]:
    """Return texts in which gauge and guage stand in the same places, and tea in others."""
    draw = random.Random(7)
    strings = [["string", "steel", draw.choice(["gauge", "guage"]), "guitar", "tone"] for _ in range(n)]
    drinks = [["green", "leaf", "tea", "cup", "water"] for _ in range(n)]
    return [draw.sample(text, 5) for pair in zip(strings, drinks, strict=True) for text in pair]


@pytest.fixture
def vectors(monkeypatch):
    monkeypatch.setattr(wordvectors, "FEWEST_WORDS", 1000)
    return train_vectors(make_texts(400))


def test_words_that_stand_in_the_same_places_are_near(vectors):
    assert vectors.cosine("gauge", "guage") > vectors.cosine("gauge", "tea")
    assert "guage" in dict(vectors.neighbours("gauge"))
    assert vectors.cosine("gauge", "nothing") is None


def test_the_same_texts_give_the_same_vectors(vectors):
    again = train_vectors(make_texts(400))

    assert again.words == vectors.words
    np.testing.assert_array_equal(again.vectors, vectors.vectors)


def test_too_few_words_give_none():
    assert train_vectors(make_texts(3)) is None
    assert train_vectors([]) is None


def test_a_single_word_has_no_neighbours(monkeypatch):
    monkeypatch.setattr(wordvectors, "FEWEST_WORDS", 10)

    assert train_vectors([["tea"] * 5] * 10).neighbours("tea") == ()


def test_only_so_much_is_learnt_from(monkeypatch):
    monkeypatch.setattr(wordvectors, "FEWEST_WORDS", 10)
    monkeypatch.setattr(wordvectors, "MOST_WORDS", 1000)

    assert train_vectors(make_texts(400)).words == train_vectors(make_texts(400)[:200]).words
