import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text import split_clauses


def _pieces(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_clauses(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("味道好，量足！送得快。", ["味道好", "量足", "送得快"]),
        ("好看但是贵", ["好看", "贵"]),
        ("味道不过如此", ["味道不过如此"]),
        ("不但好看而且便宜", ["不但好看而且便宜"]),
        ("味道、分量都好", ["味道、分量都好"]),
        (
            "battery dies quickly but the screen is gorgeous",
            ["battery dies quickly", "the screen is gorgeous"],
        ),
        ("It costs 3.50, and 1,000 people bought it.", ["It costs 3.50", "and 1,000 people bought it"]),
        ("good value and the case is solid", ["good value", "the case is solid"]),
        ("Great！<br>Bad", ["Great", "Bad"]),
        ("  \n ", []),
        ("", []),
    ],
    ids=str,
)
def test_a_clause_ends_at_punctuation_and_at_a_turn(text: str, pieces: list[str]) -> None:
    assert _pieces(text) == pieces


def test_a_clause_knows_what_led_into_it_and_what_closed_it() -> None:
    first, second = split_clauses("不错，但是贵？！")
    assert (first.link, first.mark, second.link, second.mark) == ("", ",", "但是", "?!")


@given(st.text())
def test_clauses_are_ordered_disjoint_and_not_blank(text: str) -> None:
    spans = split_clauses(text)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(text[span.start : span.end].strip() for span in spans)
