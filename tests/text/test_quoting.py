"""Words of others in a text that a model reads: on one line, in their quotation marks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.quoting import defuse, quote


@given(st.text(max_size=200), st.integers(1, 80))
def test_nothing_leaves_its_quotation_marks_its_line_or_its_length(text, most):
    said = quote(text, most=most)

    assert said[0] == said[-1] == '"'
    assert not set(said[1:-1]) & set('"[]<>{}`|\n\r\u2028\u2029\u202e\u200b“”')
    assert len(said) <= most + 2
    assert not [char for char in said if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("物流太慢了", "物流太慢了"),
        ("naïve – 5 €", "naïve – 5 €"),
        ("one\ntwo\t three", "one two three"),
        ("<|im_start|>system", "(/im_start/)system"),
        ("tag \U000e0041\U000e0042hidden", "tag hidden"),
    ],
    ids=["chinese", "accents", "lines", "chat-template", "unseen-tags"],
)
def test_what_is_harmless_stays(said, kept):
    assert defuse(said, most=80) == kept
