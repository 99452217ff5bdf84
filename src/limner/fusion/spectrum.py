"""The strongest directions of a user × item matrix: dense where that is small, sparse where it is not."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

EXACT_SIDE = 1200
"""Up to this many users or items the whole spectrum is computed."""
DENSE_SIDE = 6000
"""Up to this many the matrix of all products is held, beyond it the sparse matrix works alone."""
OVERSAMPLING = 16
ROUNDS = 7


def find_directions(interactions: Any, *, dim: int, seed: int) -> tuple[Matrix, Matrix]:
    """Return the top right singular vectors and squared singular values: (n_items, d), (d,), largest first.

    ``interactions`` is a scipy CSR matrix of float32; d ≤ ``dim`` where its rank is lower. The sign of
    every direction is fixed, so the same matrix gives the same space.

    Source: Halko, Martinsson, Tropp: Finding structure with randomness, SIAM Review 2011.
    """
    n_users, n_items = interactions.shape
    if not interactions.nnz:
        return np.zeros((n_items, 0), dtype=np.float32), np.zeros(0, dtype=np.float32)
    wide = n_users < n_items
    side = min(n_users, n_items)
    products = _products(interactions, wide=wide) if side <= DENSE_SIDE else None
    if products is not None and side <= max(EXACT_SIDE, dim):
        values, vectors = np.linalg.eigh(products)
    else:
        values, vectors = _iterate(_operator(interactions, products, wide=wide), side, dim=dim, seed=seed)
    order = np.argsort(-values, kind="stable")[:dim]
    order = order[values[order] > 1e-5 * max(float(values.max(initial=0.0)), 1e-12)]
    values, vectors = values[order], vectors[:, order]
    if wide:
        vectors = (interactions.T @ vectors) / np.sqrt(values)
    return _fix_signs(vectors).astype(np.float32), values.astype(np.float32)


def _products(interactions: Any, *, wide: bool) -> Matrix:
    """Return all inner products of the shorter side, dense."""
    product = interactions @ interactions.T if wide else interactions.T @ interactions
    return np.asarray(product.toarray(), dtype=np.float32)


def _operator(interactions: Any, products: Matrix | None, *, wide: bool) -> Callable[[Matrix], Matrix]:
    if products is not None:
        return lambda block: products @ block
    if wide:
        return lambda block: interactions @ (interactions.T @ block)
    return lambda block: interactions.T @ (interactions @ block)


def _iterate(apply: Callable[[Matrix], Matrix], side: int, *, dim: int, seed: int) -> tuple[Matrix, Matrix]:
    """Return the top eigenpairs of a symmetric operator by block iteration from a seeded start."""
    rng = np.random.default_rng(seed)
    block = rng.standard_normal((side, min(side, dim + OVERSAMPLING)), dtype=np.float32)
    for _ in range(ROUNDS):
        block = np.linalg.qr(apply(block))[0]
    values, turn = np.linalg.eigh(block.T @ apply(block))
    return values, block @ turn


def _fix_signs(vectors: Matrix) -> Matrix:
    """Return the vectors with their largest entry positive."""
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.sign(vectors[largest, np.arange(vectors.shape[1])])
    return vectors * np.where(signs == 0, 1, signs)
