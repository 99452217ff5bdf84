"""The constants of a space and where a search looks for them."""

from dataclasses import fields, replace

import pytest

from limner.settings import RANGES, Range, Recipe


def test_every_constant_has_a_range_in_the_order_of_the_fields():
    numbers = [constant.name for constant in fields(Recipe) if constant.type is float]
    assert [span.name for span in RANGES] == numbers


@pytest.mark.parametrize("span", RANGES, ids=lambda span: span.name)
def test_every_range_is_lawful_and_holds_the_default(span: Range):
    for bound in (span.low, span.high):
        replace(Recipe(), **{span.name: bound})

    assert span.low <= getattr(Recipe(), span.name) <= span.high
    assert span.low > 0 or not span.log
