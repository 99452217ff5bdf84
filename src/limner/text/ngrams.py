"""Runs of one to a few characters as a sparse matrix: what a linear head reads without an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from limner.text.normalisation import normalise

BUCKET_BITS = 18
LONGEST = 4
"""Characters of the longest run: in Chinese a word or two, in English the stem of one."""
FEWEST_TEXTS = 3
LONGEST_TEXT = 4000
"""Characters of a text that are read; a longer one says what it says at its beginning."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class RunWeights:
    """How rare each bucket of runs was in the texts of `fit`, of those that were in two of them or more."""

    buckets: NDArray[np.int32]
    """(n,): rising; the others are not read."""
    idf: NDArray[np.float32]
    """(n,)"""

    @classmethod
    def fit(cls, counts: Any) -> Self:
        """Return the weights of the rows of `count_runs`."""
        seen_in = np.bincount(counts.indices, minlength=1 << BUCKET_BITS)
        buckets = np.flatnonzero(seen_in >= FEWEST_TEXTS).astype(np.int32)
        idf = 1.0 + np.log((1.0 + counts.shape[0]) / (1.0 + seen_in[buckets]))
        return cls(buckets, idf.astype(np.float32))

    def weigh(self, counts: Any) -> Any:
        """Return TF-IDF rows of L2 norm 1, CSR float32 (texts, n); a text without a known run stays empty."""
        from scipy.sparse import diags_array

        weighed = (counts[:, self.buckets] @ diags_array(self.idf)).tocsr()
        norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        return (diags_array(1.0 / np.where(norms > 0, norms, 1.0).astype(np.float32)) @ weighed).tocsr()


def count_runs(texts: Sequence[str]) -> Any:
    """Return 1 + ln(count) of each hashed run: CSR float32 (len(texts), 2**BUCKET_BITS)."""
    from scipy.sparse import csr_matrix

    lines = [f" {normalise(text[:LONGEST_TEXT])} ".replace("\n", " ") for text in texts]
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    codes = np.frombuffer("".join(lines).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    rows, columns = [], []
    for length in range(1, LONGEST + 1):
        hashed = _hash_runs(codes, length)
        whole = owner[: len(hashed)] == owner[len(owner) - len(hashed) :]
        rows.append(owner[: len(hashed)][whole])
        columns.append(hashed[whole])
    row, column = np.concatenate(rows), np.concatenate(columns)
    counts = csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(len(lines), 1 << BUCKET_BITS))
    counts.data = 1.0 + np.log(counts.data)
    return counts


def _hash_runs(codes: NDArray[np.uint64], length: int) -> NDArray[np.int64]:
    """Return the bucket of the run that begins at each character."""
    places = max(0, len(codes) - length + 1)
    mixed = np.full(places, length, np.uint64)
    for offset in range(length):
        mixed = (mixed ^ codes[offset : offset + places]) * _SPREAD
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)
