import pytest

from limner.text import score_sentiment
from limner.text.lexicons import load_emoji
from limner.text.normalisation import normalise


@pytest.mark.parametrize("mark", ["👍", "👍🏿", "❤️", "❤️‍🔥", "🙌🏽", "[赞]", ":)", "😋😋😋"])
def test_glad_marks_praise(mark):
    assert score_sentiment(mark) > 0.2


@pytest.mark.parametrize("mark", ["👎", "👎🏻", "🤦‍♀️", "🤦🏽‍♂️", "😡", "😮‍💨", "[弱]", ":(", "💩"])
def test_sad_marks_blame(mark):
    assert score_sentiment(mark) < -0.1


def test_a_family_is_no_opinion():
    assert score_sentiment("👨‍👩‍👧") == 0


def test_every_mark_is_written_as_texts_are_read():
    assert [mark for mark in load_emoji() if normalise(mark) != mark] == []
    assert len([mark for mark in load_emoji() if ord(mark[0]) > 0x2600]) >= 150


def test_no_bracket_or_letter_is_a_mark():
    assert [mark for mark in load_emoji() if len(mark) == 1 and ord(mark) < 0x2000] == []
