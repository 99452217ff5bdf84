import numpy as np
import pyarrow as pa
import pytest

from limner.errors import InputError, UnknownNameError
from limner.evaluate.relevance import find_relevant

EVENTS = pa.table(
    {
        "event": ["rating", "purchase", None],
        "value": pa.array([4.0, None, 2.0]),
        "dwell_s": pa.array([10.0, 30.0, None]),
    }
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("value>=4", [True, False, False]),
        ("value > 4", [False, False, False]),
        ("value<=4", [True, False, True]),
        ("value<4", [False, False, True]),
        ("value==2", [False, False, True]),
        ("value!=2", [True, False, False]),
        ("dwell_s>=10.5", [False, True, False]),
        ("event==purchase", [False, True, False]),
        ("event != 'purchase'", [True, False, False]),
    ],
)
def test_a_comparison_picks_the_events_that_meet_it_and_none_without_the_value(expression, expected):
    assert find_relevant(expression, EVENTS).tolist() == expected


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("value", "position 6: a sign is missing"),
        (">=4", "position 1: the name of a column is missing"),
        ("value>=", "position 8: one value is expected here"),
        ("value>=4>=2", "position 8: one value is expected here"),
        ("value>=four", "position 8: value holds numbers, and 'four' is none"),
        ("event>=purchase", "position 6: words are compared with == or !="),
    ],
)
def test_a_comparison_that_makes_no_sense_is_shown_where_it_stops(expression, text):
    with pytest.raises(InputError, match="write it like value>=4") as refused:
        find_relevant(expression, EVENTS)
    assert text in str(refused.value)


def test_a_column_that_is_not_there_names_those_that_are():
    with pytest.raises(UnknownNameError, match="did you mean: value"):
        find_relevant("valeu>=4", EVENTS)


def test_an_empty_log_meets_nothing():
    assert len(find_relevant("value>=4", EVENTS.slice(0, 0))) == 0
    assert find_relevant("value>=4", EVENTS).dtype == np.bool_
