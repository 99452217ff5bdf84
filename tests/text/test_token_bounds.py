"""A bound of tokens that no common byte-level tokeniser goes beyond."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.phrases import CATALOGUE
from limner.text.token_bounds import bound_tokens


@given(st.text(max_size=60), st.text(max_size=60))
def test_more_text_is_never_fewer_tokens_and_never_more_than_its_bytes(one, other):
    whole = bound_tokens(f"{one}\n{other}")

    assert whole >= max(bound_tokens(one), bound_tokens(other))
    assert whole <= len(f"{one}\n{other}".encode("utf-8", "surrogatepass"))


@given(st.text(alphabet="xqzjkvw0123456789-_", max_size=60))
def test_what_no_list_knows_counts_byte_by_byte(text):
    assert bound_tokens(text) == len(text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        # by hand from the vocabularies of cl100k, o200k and Llama 3: the largest of the three
        ("makes up 33% of their activity, against 2% for others", 15),
        ("评价正面，近期上升", 10),
        ("馋渡口", 5),
        ("Befriended", 4),
        ("热褒饮", 9),
    ],
    ids=["english", "chinese", "a brand", "capital", "rare characters"],
)
def test_it_is_at_least_what_tokenisers_count(text, tokens):
    assert bound_tokens(text) >= tokens


def test_what_limner_writes_itself_counts_for_less_than_its_bytes():
    said = [re.sub(r"\{[^}]*\}", "", phrase) for both in CATALOGUE.values() for phrase in both]

    assert sum(map(bound_tokens, said)) < 0.75 * sum(len(phrase.encode()) for phrase in said)
