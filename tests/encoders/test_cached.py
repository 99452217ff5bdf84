import sqlite3
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.encoders import cached
from limner.encoders.cached import CachedEncoder


class Letters:
    """Counts how often the letters a to p stand in a text; remembers what it was asked."""

    dim = 16

    def __init__(self, name: str = "letters", fails_at: int = 10**9) -> None:
        self.name = name
        self.asked: list[str] = []
        self._fails_at = fails_at

    def encode(self, texts):
        if len(self.asked) >= self._fails_at:
            raise KeyboardInterrupt
        self.asked += texts
        counts = np.array([[text.count(chr(97 + n)) for n in range(16)] for text in texts], np.float32)
        return counts / np.maximum(np.linalg.norm(counts.reshape(-1, 16), axis=1, keepdims=True), 1e-9)


def test_no_text_is_encoded_twice(tmp_path: Path):
    first, second = Letters(), Letters()
    CachedEncoder(first, tmp_path).encode(["abc", "bcd", "abc"])

    CachedEncoder(second, tmp_path).encode(["abc", "cde"])

    assert sorted(first.asked) == ["abc", "bcd"]
    assert second.asked == ["cde"]


def test_a_text_has_one_vector_whether_it_is_new_or_known(tmp_path: Path):
    texts = ["abcabd", "aaab", "ppon", ""]
    new = CachedEncoder(Letters(), tmp_path).encode(texts)

    known = CachedEncoder(Letters(), tmp_path).encode(texts)

    np.testing.assert_array_equal(new, known)
    np.testing.assert_allclose(new, Letters().encode(texts), atol=5e-4)
    np.testing.assert_allclose(np.linalg.norm(new, axis=1), [1, 1, 1, 0], atol=1e-6)


def test_another_encoder_has_vectors_of_its_own(tmp_path: Path):
    CachedEncoder(Letters("one"), tmp_path).encode(["abc"])
    other = Letters("other")

    CachedEncoder(other, tmp_path).encode(["abc"])

    assert other.asked == ["abc"]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cached, "CHUNK_TEXTS", 10)
    texts = ["a" * n + "b" for n in range(35)]
    broken, second = Letters(fails_at=20), Letters()
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(broken, tmp_path).encode(texts)

    vectors = CachedEncoder(second, tmp_path).encode(texts)

    assert len(second.asked) == 15
    np.testing.assert_allclose(vectors, Letters().encode(texts), atol=5e-4)


def test_progress_counts_every_text(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cached, "CHUNK_TEXTS", 2)
    told = []
    encoder = CachedEncoder(Letters(), tmp_path, progress=lambda *counts: told.append(counts))
    encoder.encode(["a"])

    encoder.encode(["a", "b", "b", "c", "d"])

    assert told == [(1, 1), (1, 5), (4, 5), (5, 5)]


def test_what_came_first_goes_when_the_file_is_full(tmp_path: Path):
    encoder = CachedEncoder(Letters(), tmp_path, most_bytes=40_000)
    for start in range(0, 1_000, 100):
        encoder.encode([f"{'a' * n}b" for n in range(start, start + 100)])

    with sqlite3.connect(tmp_path / cached.FILE_NAME) as connection:
        first, n_kept = connection.execute("SELECT min(number), count(*) FROM vectors").fetchone()
    connection.close()
    assert first > 1
    assert 100 <= n_kept < 1_000


def test_a_file_that_is_no_cache_is_begun_anew(tmp_path: Path):
    (tmp_path / cached.FILE_NAME).write_bytes(b"something else entirely " * 100)
    again = Letters()

    CachedEncoder(Letters(), tmp_path).encode(["abc"])
    CachedEncoder(again, tmp_path).encode(["abc"])

    assert again.asked == []


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    encoder = CachedEncoder(Letters(), tmp_path / "file" / "cache")

    assert encoder.encode(["abc"]).any()
    assert str(tmp_path / "file") in encoder.trouble


def test_threads_share_a_cache(tmp_path: Path):
    encoders = [CachedEncoder(Letters(), tmp_path) for _ in range(4)]
    texts = ["ab" * n for n in range(200)]
    threads = [Thread(target=encoder.encode, args=(texts,)) for encoder in encoders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [encoder.trouble for encoder in encoders] == ["", "", "", ""]


@given(texts=st.lists(st.text(st.characters(exclude_categories=()), max_size=5)))
def test_rows_stand_where_their_texts_do(tmp_path_factory, texts: list[str]):
    vectors = CachedEncoder(Letters(), tmp_path_factory.getbasetemp() / "any").encode(texts)

    assert vectors.shape == (len(texts), 16)
    np.testing.assert_allclose(vectors, Letters().encode(texts).reshape(-1, 16), atol=5e-4)
