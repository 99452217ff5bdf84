"""Weighing: the block the labels hang on counts, one of noise hardly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.dimensions.calibrated import cross_fit
from limner.dimensions.scoring import mean_auc
from limner.dimensions.weighing import weigh_blocks

BLOCKS = np.repeat([0, 1], [5, 40])


@pytest.fixture(scope="module")
def planted():
    """Rows of a block of five features that tell the label, and one of forty large ones that do not."""
    rng = np.random.default_rng(3)
    rows = np.hstack([rng.standard_normal((160, 5)), 4 * rng.standard_normal((160, 40))])
    labels = (rows[:, 0] + rows[:, 1] + 0.5 * rng.standard_normal(160) > 0).astype(np.int64)
    return rows, labels


def share_of_first(rows, scales):
    powers = (rows * scales).var(axis=0)
    return powers[:5].sum() / powers.sum()


def test_the_block_that_tells_counts_most(planted):
    rows, labels = planted

    scales = weigh_blocks(rows, BLOCKS, labels, 2, rng=np.random.default_rng(1))

    assert share_of_first(rows, np.ones(45)) < 0.02
    assert share_of_first(rows, scales) > 0.25


def test_weighed_blocks_tell_unseen_users_more(planted):
    rows, labels = planted

    plain = cross_fit(rows, labels, 2, rng=np.random.default_rng(1))
    weighed = cross_fit(rows, labels, 2, rng=np.random.default_rng(1), blocks=BLOCKS)

    assert mean_auc(weighed, labels) > mean_auc(plain, labels)


def test_labels_of_chance_stay_chance_however_blocks_are_weighed(planted):
    rows, _ = planted
    labels = np.random.default_rng(8).integers(0, 2, len(rows))

    chances = cross_fit(rows, labels, 2, rng=np.random.default_rng(1), blocks=BLOCKS)

    assert mean_auc(chances, labels) == pytest.approx(0.5, abs=0.12)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.01, 100.0))
def test_whatever_the_unit_of_a_block_rows_have_a_squared_length_of_one_on_average(unit):
    rng = np.random.default_rng(4)
    rows, labels = rng.standard_normal((60, 6)), np.arange(60) % 3
    blocks, units = np.repeat([0, 1], 3), np.repeat([unit, 1.0], 3)

    scales = weigh_blocks(rows * units, blocks, labels, 3, rng=np.random.default_rng(1))

    assert (rows * units * scales).var(axis=0).sum() == pytest.approx(1)


def test_where_labels_are_of_chance_a_block_counts_about_as_much_as_its_scale_says():
    rng = np.random.default_rng(4)
    rows, labels = rng.standard_normal((200, 10)) * np.repeat([3.0, 1.0], 5), np.arange(200) % 2

    scales = weigh_blocks(rows, np.repeat([0, 1], 5), labels, 2, rng=np.random.default_rng(1))

    assert share_of_first(rows, np.ones(10)) == pytest.approx(0.9, abs=0.02)
    assert share_of_first(rows, scales) == pytest.approx(0.9, abs=0.1)


def test_rows_that_are_all_alike_keep_their_scale():
    scales = weigh_blocks(
        np.ones((40, 3)), np.zeros(3, int), np.arange(40) % 2, 2, rng=np.random.default_rng(1)
    )

    assert scales.tolist() == [1.0, 1.0, 1.0]
