import numpy as np

from limner.encoders.centred import CentredEncoder

RNG = np.random.default_rng(0)
COMMON = np.full(12, 3.0)


class Leaning:
    """Every text has a vector of its own, and all lean one way, as those of e5 do."""

    name = "leaning"
    dim = 12

    def encode(self, texts):
        rows = [
            np.random.default_rng(len(text)).standard_normal(12) + COMMON if text else np.zeros(12)
            for text in texts
        ]
        vectors = np.array(rows, np.float32).reshape(-1, 12)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


TEXTS = ["x" * n for n in range(60)]
LEANING = Leaning()


def mean_cosine(vectors) -> float:
    return float((vectors @ vectors.T)[np.triu_indices(len(vectors), 1)].mean())


def test_texts_picked_at_random_are_not_alike_any_more():
    centred = CentredEncoder.fit(LEANING, LEANING.encode(TEXTS), dim=12)

    assert mean_cosine(LEANING.encode(TEXTS[1:])) > 0.8
    assert abs(mean_cosine(centred.encode(TEXTS[1:]))) < 0.05


def test_a_text_that_says_nothing_stays_zero():
    centred = CentredEncoder.fit(LEANING, LEANING.encode(TEXTS), dim=4)

    norms = np.linalg.norm(centred.encode(["", "xx"]), axis=1)

    np.testing.assert_allclose(norms, [0, 1], atol=1e-6)


def test_fewer_directions_than_asked_for_leave_zeros():
    centred = CentredEncoder.fit(LEANING, LEANING.encode(["x", "xx", "xxx"]), dim=8)

    vectors = centred.encode(TEXTS)

    assert vectors.shape == (60, centred.dim) == (60, 8)
    assert not vectors[:, 2:].any()
    assert vectors[:, :2].any()


def test_no_texts_at_all_can_be_fitted():
    centred = CentredEncoder.fit(LEANING, LEANING.encode(["", ""]), dim=4)

    assert not centred.encode(["x"]).any()


def test_an_encoder_survives_the_store():
    centred = CentredEncoder.fit(LEANING, LEANING.encode(TEXTS), dim=5)

    again = CentredEncoder.from_arrays(LEANING, centred.to_arrays())

    np.testing.assert_array_equal(again.encode(TEXTS), centred.encode(TEXTS))
    assert again.name == centred.name == "leaning"
