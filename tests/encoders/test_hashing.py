import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.encoders import Encoder
from limner.encoders.hashing import HashingEncoder
from limner.errors import SettingsError

TEXTS = [
    "wireless noise cancelling headphones",
    "bluetooth headphones with deep bass",
    "hardcover science fiction novel",
    "a novel about space and science",
    "降噪耳机 蓝牙",
    "蓝牙耳机 低音",
    "科幻小说",
    "科幻片 太空",
]
ENCODER = HashingEncoder.fit(TEXTS, dim=6, seed=3)


def test_rows_are_unit_vectors_of_the_asked_size() -> None:
    encoder: Encoder = ENCODER
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim) == (8, 6)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_texts_that_share_words_are_nearer() -> None:
    vectors = ENCODER.encode(TEXTS)
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2] and near[4, 5] > near[4, 6] and near[6, 7] > near[6, 4]


def test_the_seed_fixes_the_encoder() -> None:
    again = HashingEncoder.fit(TEXTS, dim=6, seed=3)
    np.testing.assert_array_equal(again.encode(TEXTS), ENCODER.encode(TEXTS))
    assert again.name == ENCODER.name


def test_an_encoder_survives_the_store() -> None:
    again = HashingEncoder.from_arrays(ENCODER.to_arrays())
    np.testing.assert_array_equal(again.encode(TEXTS), ENCODER.encode(TEXTS))
    assert again.name == ENCODER.name


@pytest.mark.parametrize("text", ["", "   ", "the of and", "zzz qqq"], ids=repr)
def test_a_text_that_says_nothing_known_is_zero(text: str) -> None:
    assert not ENCODER.encode([text]).any()


def test_no_texts_give_no_rows() -> None:
    assert ENCODER.encode([]).shape == (0, 6)


@pytest.mark.parametrize("texts", [[], [""], ["alone"]], ids=repr)
def test_few_texts_leave_the_further_numbers_zero(texts: list[str]) -> None:
    encoder = HashingEncoder.fit(texts, dim=5, seed=0)
    assert encoder.encode(["alone"]).shape == (1, 5)
    assert np.count_nonzero(encoder.encode(["alone"])) == sum(map(bool, texts))


def test_a_size_below_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="dim must be 1 or more, got 0"):
        HashingEncoder.fit(TEXTS, dim=0, seed=0)


@settings(max_examples=25)
@given(st.lists(st.text(), max_size=8), st.integers(1, 9), st.integers(0, 99))
def test_any_texts_give_finite_rows_of_norm_one_or_zero(texts: list[str], dim: int, seed: int) -> None:
    norms = np.linalg.norm(HashingEncoder.fit(texts, dim=dim, seed=seed).encode(texts), axis=1)
    assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))
