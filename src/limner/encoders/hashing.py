"""An encoder that needs no download: hashed words → TF-IDF → the main directions of the texts at hand."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from limner.errors import SettingsError
from limner.text.languages import detect_normalised
from limner.text.lexicons import load_lexicon
from limner.text.normalisation import normalise
from limner.text.segmentation import cut_words

BUCKETS = 1 << 16
OVERSAMPLING = 16
POWER_STEPS = 4
FAINTEST = 1e-6
"""Norm under which a vector is rounding and taken for zero."""


@dataclass(frozen=True, slots=True, eq=False)
class HashingEncoder:
    """Hashing TF-IDF projected by a truncated randomised SVD; made by `fit` or `from_arrays`.

    Source of the projection: Halko, Martinsson, Tropp: *Finding structure with randomness*
    (SIAM Review, 2011).
    """

    buckets: NDArray[np.int32]
    """(n,): the buckets that the texts of `fit` use, rising; the others are not read."""
    idf: NDArray[np.float32]
    """(n,)"""
    projection: NDArray[np.float32]
    """(n, dim): zero columns where the texts have fewer directions than `dim`."""

    @classmethod
    def fit(cls, texts: Sequence[str], *, dim: int, seed: int) -> Self:
        """Return an encoder for texts like these: the same one for the same texts, `dim` and `seed`.

        Raises:
            SettingsError: `dim` is not a positive number.
        """
        if dim < 1:
            raise SettingsError(f"HashingEncoder: dim must be 1 or more, got {dim}")
        counts = count_buckets(texts)
        seen_in = np.bincount(counts.indices, minlength=BUCKETS)
        buckets = np.flatnonzero(seen_in).astype(np.int32)
        idf = (1.0 + np.log((1.0 + len(texts)) / (1.0 + seen_in[buckets]))).astype(np.float32)
        projection = np.zeros((len(buckets), dim), np.float32)
        if len(buckets):
            weighted = _weigh(counts[:, buckets], idf)
            directions = _find_directions(weighted, dim, np.random.default_rng(seed))
            projection[:, : directions.shape[1]] = directions
        return cls(buckets, idf, projection)

    @property
    def name(self) -> str:
        """``hashing-`` and a checksum of what was fitted."""
        return f"hashing-{zlib.crc32(self.projection.tobytes()):08x}"

    @property
    def dim(self) -> int:
        """Numbers per vector."""
        return int(self.projection.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros where no word was seen in `fit`."""
        weighted = _weigh(count_buckets(texts)[:, self.buckets], self.idf)
        vectors = np.asarray(weighted @ self.projection, np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        small = norms < FAINTEST
        return np.where(small, np.float32(0), vectors / np.where(small, np.float32(1), norms))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `from_arrays` takes, fit for `numpy.savez`."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the encoder that `to_arrays` was called on."""
        return cls(**{part.name: arrays[part.name] for part in fields(cls)})


def list_features(text: str) -> list[str]:
    """Return what is hashed: the words that are no stop words, and in Chinese the pairs of characters too.

    Pairs of characters make related words meet: 科幻 and 科幻片.
    """
    normal = normalise(text)
    language = detect_normalised(normal)
    stop_words = load_lexicon(language).stop_words
    words = [word.lemma for word in cut_words(normal, language) if word.lemma not in stop_words]
    if language != "zh":
        return words
    return words + [
        f"{word[n]}{word[n + 1]}" for word in words if len(word) > 2 for n in range(len(word) - 1)
    ]


def count_buckets(texts: Sequence[str]) -> Any:
    """Return 1 + ln(count) of each feature by bucket: a sparse CSR matrix (len(texts), BUCKETS)."""
    from scipy.sparse import csr_matrix

    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for text in texts:
        counts = Counter(_hash_all(list_features(text)))
        columns += sorted(counts)
        values += [1.0 + np.log(counts[column]) for column in sorted(counts)]
        ends.append(len(columns))
    return csr_matrix((np.array(values, np.float32), columns, ends), shape=(len(texts), BUCKETS))


def _hash_all(features: Iterable[str]) -> Iterable[int]:
    """Yield a bucket for each feature: the same on every machine, unlike `hash`."""
    return (zlib.crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS for feature in features)


def _weigh(counts: Any, idf: NDArray[np.float32]) -> Any:
    """Return TF-IDF with rows of L2 norm 1 (an empty row stays empty)."""
    from scipy.sparse import diags_array

    weighted = counts @ diags_array(idf)
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return (diags_array(1.0 / np.where(norms > 0, norms, 1.0)) @ weighted).tocsr()


def _find_directions(matrix: Any, dim: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return up to `dim` right singular vectors of a sparse matrix as columns, the largest first."""
    rank = min(dim, *matrix.shape)
    probes = min(rank + OVERSAMPLING, *matrix.shape)
    basis = np.linalg.qr(matrix @ rng.standard_normal((matrix.shape[1], probes)))[0]
    for _ in range(POWER_STEPS):
        basis = np.linalg.qr(matrix @ (matrix.T @ basis))[0]
    right = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)[2]
    return _fix_signs(right[:rank].T).astype(np.float32)


def _fix_signs(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the directions with their largest entry positive: a singular vector has no sign of its own."""
    strongest = np.abs(directions).argmax(axis=0)
    return directions * np.sign(directions[strongest, range(directions.shape[1])])
