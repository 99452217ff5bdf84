import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.encoders.traits import TraitEncoder, Traits, read_amount

ITEMS = [
    Traits({"category": ("comedy", "drama") if n % 2 else ("comedy",)}, {"year": 1980.0 + n})
    for n in range(20)
]
ENCODER = TraitEncoder.fit(ITEMS)


def test_each_block_has_length_one_and_the_last_column_says_that_something_is_known():
    rows = ENCODER.encode(ITEMS)
    assert rows.shape == (20, ENCODER.dim)
    np.testing.assert_allclose((rows**2).sum(axis=1), 3, rtol=1e-5)
    assert rows[:, -1].tolist() == [1] * 20


def test_an_item_of_which_nothing_is_known_has_a_row_of_zeros():
    assert not ENCODER.encode([Traits({}, {}), Traits({"category": ("western",)}, {})]).any()


def test_near_quantities_are_nearer_than_far_ones():
    one, near, far = ENCODER.encode([Traits({}, {"year": year}) for year in (1985.0, 1985.5, 1996.0)])
    assert one @ near > one @ far


def test_beyond_what_was_seen_a_quantity_is_that_of_the_edge():
    low, edge = ENCODER.encode([Traits({}, {"year": year}) for year in (1200.0, 1980.0)])
    np.testing.assert_array_equal(low, edge)


def test_a_kind_of_one_item_alone_has_no_column_and_a_number_with_few_values_none_either():
    encoder = TraitEncoder.fit(
        [Traits({"brand": ("A",)}, {"disc": 1.0}), Traits({"brand": ("B",)}, {"disc": 2.0})]
    )
    assert encoder.dim == 1


def test_arrays_give_the_same_encoder_back():
    again = TraitEncoder.from_arrays(ENCODER.to_arrays())
    np.testing.assert_array_equal(again.encode(ITEMS), ENCODER.encode(ITEMS))


@given(st.floats())
def test_whatever_the_quantity_rows_are_finite(value):
    assert np.isfinite(ENCODER.encode([Traits({}, {"year": value})])).all()


@pytest.mark.parametrize(
    ("value", "amount"),
    [("1995", 1995.0), (3, 3.0), ("blue", None), ("nan", None), (True, None), (["x"], None)],
)
def test_numbers_are_amounts_and_nothing_else_is(value, amount):
    assert read_amount(value) == amount
