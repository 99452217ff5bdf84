from limner.studio.kept.catalogue import find_bands


def test_where_everything_costs_the_same_nothing_is_dear():
    assert find_bands([{"price": 9.99, "categories": ["tea"]}] * 20) == {"": [], "tea": []}


def test_fifths_of_a_category_have_limits_that_grow():
    limits = find_bands([{"price": float(price), "categories": ["tea"]} for price in range(1, 21)])
    assert limits["tea"] == sorted(set(limits["tea"]))
