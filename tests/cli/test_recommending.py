"""`limner recommend` with wishes: what is printed, and on which stream."""

import json

import pytest


def test_a_list_that_was_moved_says_from_where(limner, workspace):
    ran = limner("recommend", "u0001", "-k", 5, "-w", workspace, "--diversity", 0.8, "--json")
    found = json.loads(ran.out)

    assert any("plain_rank" in row for row in found)
    assert [row["rank"] for row in found] == [1, 2, 3, 4, 5]


def test_filters_that_leave_nothing_are_an_answer_not_a_mistake(limner, workspace):
    ran = limner("recommend", "u0001", "-w", workspace, "--price-max", 0.001, "--json")

    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert "passes the filters" in ran.err


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--category", "no such thing"], "no category 'no such thing'"),
        (["--boost", "tea"], "KIND=NAME:FACTOR"),
        (["--model", "eas"], "did you mean: ease"),
        (["--price-min", "3", "--price-max", "2"], "must not lie above"),
    ],
    ids=["category", "boost", "model", "price"],
)
def test_a_mistake_is_one_line(refused, workspace, flags, says):
    assert says in refused("recommend", "u0001", "-w", workspace, *flags)
