"""Vectors of the words of the owner's own texts: words that stand in the same places lie near each other.

Source: Mikolov, Chen, Corrado, Dean: *Efficient estimation of word representations in vector space* (2013),
skip-grams, by gensim (extra ``text``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from limner.extras import need

FEWEST_WORDS = 200_000
"""Words of a corpus below which vectors are noise: none are made."""
MOST_WORDS = 1_000_000
"""Words that are learnt from, the first ones: more hardly change which words are alike."""
FEWEST_TIMES = 4
"""Times a word must occur to get a vector."""
DIM = 64
NEIGHBOURS = 10
_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Words and their vectors, float32 (n_words, dim), rows L2-normalised."""

    words: tuple[str, ...]
    vectors: NDArray[np.float32]
    near: dict[str, tuple[tuple[str, float], ...]]
    """For each word the words nearest to it with their cosines, nearest first."""

    def neighbours(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the nearest words with their cosines that count this word among theirs, too."""
        return tuple(
            (other, cosine)
            for other, cosine in self.near.get(word, ())
            if any(back == word for back, _ in self.near.get(other, ()))
        )

    def cosine(self, one: str, other: str) -> float | None:
        """Return the cosine of two words; None where one of them has no vector."""
        if one not in self.near or other not in self.near:
            return None
        return float(self.vectors[self.words.index(one)] @ self.vectors[self.words.index(other)])


def can_train() -> bool:
    """Return whether the library that trains is installed."""
    return find_spec("gensim") is not None


def train_vectors(texts: Iterable[Sequence[str]], *, seed: int = 7) -> WordVectors | None:
    """Return the vectors of the words of texts; None of fewer than `FEWEST_WORDS` words.

    One thread and a fixed seed: the same texts give the same vectors.

    Raises:
        MissingExtraError: gensim is not installed.
    """
    chosen: list[list[str]] = []
    n_words = 0
    for words in texts:
        if n_words >= MOST_WORDS:
            break
        chosen.append(list(words))
        n_words += len(words)
    if n_words < FEWEST_WORDS:
        return None
    model = need("gensim.models", "text").Word2Vec(
        chosen, vector_size=DIM, window=5, min_count=FEWEST_TIMES, sg=1, epochs=5, seed=seed, workers=1
    )
    words = tuple(model.wv.index_to_key)
    vectors = np.asarray(model.wv.vectors, np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return WordVectors(words, vectors, _find_near(words, vectors))


def _find_near(
    words: tuple[str, ...], vectors: NDArray[np.float32]
) -> dict[str, tuple[tuple[str, float], ...]]:
    near: dict[str, tuple[tuple[str, float], ...]] = {}
    n_near = min(NEIGHBOURS, len(words) - 1)
    for start in range(0, len(words), _CHUNK):
        cosines = vectors[start : start + _CHUNK] @ vectors.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1.0
        nearest = np.argpartition(-cosines, n_near, axis=1)[:, :n_near]
        for row, places in enumerate(nearest.tolist()):
            found = sorted((-float(cosines[row, place]), words[place]) for place in places)
            near[words[start + row]] = tuple((word, -cosine) for cosine, word in found)
    return near
