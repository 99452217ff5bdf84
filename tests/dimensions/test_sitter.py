"""Shares and what can be said of them: probabilities that behave as probabilities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.dimensions.sitter import Shares, judge_share, normal_cdf

shares = st.floats(0.0, 1.0)
totals = st.integers(1, 10_000)


@given(st.integers(0, 10_000), totals, shares, shares)
def test_a_judgement_is_a_probability(hits, total, threshold, usual):
    assert 0 <= judge_share(hits, total, threshold, usual=usual) <= 1


@given(st.integers(0, 200), st.integers(0, 200), st.integers(200, 400), st.floats(0.0, 1.0), shares)
def test_more_hits_never_make_a_share_less_likely_to_pass(one, other, total, threshold, usual):
    few, many = sorted((one, other))
    sure = [judge_share(hits, total, threshold, usual=usual) for hits in (few, many)]

    assert sure[0] <= sure[1] + 1e-9


@given(totals, shares, shares, st.data())
def test_a_higher_threshold_is_never_more_likely_passed(total, one, other, data):
    hits = data.draw(st.integers(0, total))
    low, high = sorted((one, other))

    assert judge_share(hits, total, high, usual=0.2) <= judge_share(hits, total, low, usual=0.2)


def test_without_events_a_share_is_what_is_usual():
    assert judge_share(0, 0, 0.2, usual=0.2) == pytest.approx(0.5)


@given(st.floats(-8, 8))
def test_the_normal_distribution_is_symmetric(z):
    assert normal_cdf(z) + normal_cdf(-z) == pytest.approx(1.0)


def test_shares_of_nothing_are_nothing(sit, cell):
    of_nothing = Shares.of(sit({}), None)

    assert of_nothing.strength(cell("Jazz", 3)) == 0.0


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0.1, 20), st.floats(0.1, 20))
def test_a_strength_lies_between_the_shares_of_both_horizons(
    sit, cell, recent, lasting, all_recent, all_lasting
):
    activity = cell("all", 9, recent=all_recent, lasting=all_lasting)
    read = Shares.of(sit({"event": [cell("view", 9, recent=all_recent, lasting=all_lasting)]}), activity)
    one = cell("Jazz", 3, recent=recent, lasting=lasting)
    both = sorted((read.recent(one), read.lasting(one)))

    assert both[0] - 1e-9 <= read.strength(one) <= both[1] + 1e-9
    assert 0 <= read.strength(one) <= 1
