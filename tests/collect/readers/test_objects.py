import json

from hypothesis import given, settings
from hypothesis import strategies as st

from limner.collect.readers.objects import Objects, make_array
from limner.collect.readers.part import LINE
from limner.collect.readers.source import Source

VALUE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
LINES = st.one_of(
    st.dictionaries(st.sampled_from(["user_id", "text", "n"]), VALUE | st.lists(VALUE, max_size=2)).map(
        json.dumps
    ),
    st.dictionaries(st.just("user_id"), st.integers(), min_size=1).map(repr),
    st.sampled_from(["", "  ", "{", '{"user_id": "u', "[1]", "null", "{'a': open('x')}"]),
)


@given(st.lists(LINES, max_size=12))
@settings(deadline=None)
def test_every_line_is_an_object_rejected_or_blank_exactly_once(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    path.write_text("\n".join(["{}", *texts]), encoding="utf-8", newline="")

    chunks = list(Objects().chunks(Source("a.jsonl", path)))

    rows = [number for chunk in chunks for number in chunk.rows.column(LINE).to_pylist()]
    rejected = [bad.line for chunk in chunks for bad in chunk.rejected]
    filled = [number for number, text in enumerate(["{}", *texts], 1) if text.strip()]
    assert sorted(rows + rejected) == filled


@given(
    st.lists(VALUE | st.lists(VALUE, max_size=2) | st.dictionaries(st.text(max_size=2), VALUE, max_size=2))
)
@settings(deadline=None)
def test_any_values_make_a_column_with_nulls_where_they_were(values):
    column = make_array(values)

    assert [value is None for value in column.to_pylist()] == [value is None for value in values]
