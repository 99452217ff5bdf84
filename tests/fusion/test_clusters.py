"""Groups of vectors: planted ones are found, and their number too."""

import numpy as np
import pytest

from limner.fusion.clusters import choose_k, cluster, silhouette
from limner.fusion.space import normalise


@pytest.fixture
def planted():
    """Ninety rows around three directions, and which one each is around."""
    rng = np.random.default_rng(3)
    truth = np.repeat([0, 1, 2], [40, 30, 20])
    return normalise((np.eye(8)[truth] + 0.1 * rng.standard_normal((90, 8))).astype(np.float32)), truth


def test_planted_groups_are_found_largest_first(planted):
    vectors, truth = planted

    assert cluster(vectors, 3, seed=1).tolist() == truth.tolist()


def test_the_number_of_planted_groups_is_found(planted):
    assert choose_k(planted[0], range(2, 7), seed=1) == 3


def test_true_groups_have_a_higher_silhouette_than_drawn_ones(planted):
    vectors, truth = planted

    assert silhouette(vectors, truth) > 0.8
    assert silhouette(vectors, np.random.default_rng(1).permutation(truth)) < 0.1


def test_equal_vectors_are_one_group():
    vectors = np.ones((5, 2), dtype=np.float32)

    assert cluster(vectors, 3, seed=1).tolist() == [0] * 5
    assert choose_k(vectors, range(2, 4), seed=1) == 1
