"""Groups of vectors: seeded k-means, and how well groups fall apart."""

import numpy as np
from numpy.typing import NDArray

from limner.fusion.space import Matrix

Labels = NDArray[np.int64]
_STARTS = 4
_STEPS = 50
_SAMPLE = 1500


def cluster(vectors: Matrix, k: int, *, seed: int) -> Labels:
    """Return a group for each row, int64 (n,), numbered by size, largest first.

    Rows are of length 1. The best of several starts, each spread out at random.

    Source: Arthur, Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    """
    rng = np.random.default_rng(seed)
    k = min(k, len(np.unique(vectors, axis=0)))
    tried = [_settle(vectors, _spread(vectors, k, rng)) for _ in range(_STARTS)]
    labels = min(tried, key=lambda one: one[0])[1]
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    rank = np.empty(k, dtype=np.int64)
    rank[order] = np.arange(k)
    return rank[labels]


def choose_k(vectors: Matrix, choices: range, *, seed: int) -> int:
    """Return the number of groups with the highest silhouette on a sample; 1 when nothing parts them."""
    rng = np.random.default_rng(seed)
    if len(vectors) > _SAMPLE:
        vectors = vectors[np.sort(rng.choice(len(vectors), _SAMPLE, replace=False))]
    n_distinct = len(np.unique(vectors, axis=0))
    fits = [k for k in choices if k < n_distinct]
    return max(fits, key=lambda k: silhouette(vectors, cluster(vectors, k, seed=seed)), default=1)


def silhouette(vectors: Matrix, labels: Labels) -> float:
    """Return the mean silhouette, −1..1, by squared distances; groups of one count as 0.

    Source: Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20, 1987.
    """
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    distances = np.maximum(2 - 2 * (vectors.astype(np.float64) @ vectors.T), 0)
    sums = distances @ np.eye(len(sizes))[labels]
    every = np.arange(len(labels))
    own = sums[every, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[every, labels] = np.inf
    nearest = means.min(axis=1)
    spread = np.maximum(np.maximum(own, nearest), 1e-12)
    return float(np.where(sizes[labels] > 1, (nearest - own) / spread, 0.0).mean())


def _spread(vectors: Matrix, k: int, rng: np.random.Generator) -> Matrix:
    """Return k rows far from each other, drawn by their squared distance to those drawn before."""
    chosen = [int(rng.integers(len(vectors)))]
    gaps = np.full(len(vectors), np.inf)
    for _ in range(k - 1):
        gaps = np.minimum(gaps, ((vectors - vectors[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(rng.choice(len(vectors), p=gaps / gaps.sum())))
    return vectors[chosen]


def _settle(vectors: Matrix, centres: Matrix) -> tuple[float, Labels]:
    """Return the summed squared distances and the group of each row once nothing moves."""
    labels = np.full(len(vectors), -1)
    gaps = np.zeros((len(vectors), len(centres)))
    for _ in range(_STEPS):
        gaps = 1 - 2 * (vectors @ centres.T) + (centres**2).sum(axis=1)
        nearest = gaps.argmin(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        members = np.eye(len(centres))[labels]
        sizes = members.sum(axis=0)[:, None]
        centres = np.where(sizes > 0, members.T @ vectors / np.maximum(sizes, 1), centres)
    return float(gaps.min(axis=1).sum()), labels.astype(np.int64)
