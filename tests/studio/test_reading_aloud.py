"""What texts say, in order, whoever is asked about their tone."""

import numpy as np
import pytest

from limner.errors import LimnerError
from limner.settings import TextSettings
from limner.studio.texts.reading_aloud import Listener, mend_text, open_asked, read_aloud
from limner.text import score_sentiment
from limner.text.tone import ToneModel

TEXTS = ["屏幕有点暗", "", "Great sound", "x", "👍"]


class Narrow:
    """An encoder of two numbers that remembers what it was asked."""

    name = "narrow"
    dim = 2

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return np.array(
            [[1.0, 0.0] if "good" in text or "好" in text else [0.0, 1.0] for text in texts], np.float32
        )


def test_without_an_encoder_the_word_lists_decide():
    heard = list(read_aloud([TEXTS[:2], TEXTS[2:]], Listener()))

    assert [one.text for one in heard] == TEXTS
    assert [one.sentiment for one in heard] == pytest.approx([score_sentiment(text) for text in TEXTS])


def test_an_encoder_is_asked_about_texts_whose_words_say_little():
    encoder = Narrow()
    tone = ToneModel.untaught(encoder)
    encoder.asked.clear()

    list(read_aloud([["没想到能用这么久", ""]], Listener(tone=tone, encoder=encoder)))

    assert encoder.asked == ["没想到能用这么久"]


def test_surrogates_that_stand_alone_are_replaced_and_pairs_are_joined():
    assert mend_text("a\ud83d\ude00b\ud800") == "a😀b\ufffd"


def test_an_encoder_that_was_named_must_work():
    with pytest.raises(LimnerError, match="nowhere"):
        open_asked(TextSettings(encoder="onnx:nowhere"))


def test_hashing_asks_no_encoder():
    assert open_asked(TextSettings(encoder="hashing")) is None
