"""Values put into a limner.toml: everything else stays, letter by letter."""

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner.errors import SettingsError
from limner.settings import parse_settings
from limner.settings.editing import edit_settings

FILE = """\
# Mine.
sources = ["a # b", "c"]  # two

[vector]  # numbers
dim = 256  # per vector
seed = 7

# tail
[events.weights]
"add to cart" = 0.6   # = strong
'view' = 0.2

[text]
topics = [
  "x = 1",  # not a setting
  "[vector.recipe]",
]
"""


def test_a_value_is_replaced_where_it_stands():
    edited = edit_settings(FILE, {("vector", "dim"): 64, ("events.weights", "add to cart"): 1.25})

    assert edited == FILE.replace("dim = 256  #", "dim = 64  #").replace("= 0.6   #", "= 1.25   #")


def test_a_key_that_is_missing_stands_last_in_its_section():
    edited = edit_settings(FILE, {("events.weights", "v1.buy"): 2.0})

    assert edited == FILE.replace("'view' = 0.2\n", "'view' = 0.2\n\"v1.buy\" = 2.0\n")


def test_a_section_that_is_missing_comes_to_the_end():
    edited = edit_settings(FILE, {("vector.recipe", "ridge"): 50.0, ("vector.recipe", "trend"): 0.5})

    assert edited == f"{FILE}\n[vector.recipe]\nridge = 50.0\ntrend = 0.5\n"


def test_an_empty_file_gets_its_first_section():
    assert edit_settings("", {("horizons", "recent_days"): 3.0}) == "[horizons]\nrecent_days = 3.0\n"


def test_dotted_keys_are_found():
    edited = edit_settings("vector.recipe.ridge = 5 # mine\n", {("vector.recipe", "ridge"): 9.0})

    assert edited == "vector.recipe.ridge = 9.0 # mine\n"


def test_lines_end_as_they_did_and_a_mark_of_order_stays():
    text = "\ufeff[vector]\r\ndim = 64\r\n"

    assert edit_settings(text, {("vector", "seed"): 3}) == "\ufeff[vector]\r\ndim = 64\r\nseed = 3\r\n"


@pytest.mark.parametrize("text", ["vector = {dim = 64}\n", "vector = 3\n"])
def test_a_form_that_takes_no_line_is_refused_with_the_lines_to_write(text):
    with pytest.raises(SettingsError, match=r"mine.toml: cannot be edited .* by hand: \[vector\] dim = 128"):
        edit_settings(text, {("vector", "dim"): 128}, where="mine.toml")


def test_what_is_no_toml_is_refused():
    with pytest.raises(SettingsError, match="not valid TOML"):
        edit_settings("[vector", {("vector", "dim"): 128})


WORDS = st.text(st.sampled_from("ab.#=\"' 字[]\\"), min_size=1, max_size=6)
NUMBERS = st.floats(1e-6, 1e6) | st.integers(0, 10**6)
BLOCKS = st.sampled_from(
    [
        "# a comment = [not a section]\n",
        "\n",
        '[text]\nencoder = "x # y"  # said\n',
        "[vector.recipe]\n  ridge = 12   # a = b\n# after\n",
        "[horizons]\nrecent_days=3\n\n",
        '[events]\ndefault = 0.1\n[events.weights]\n"a.b" = 0.5\n',
        '[llm]\nmodel = """\n[vector]\ndim = 3\n"""\n',
        "[dimensions]\ninfer = [ # none\n]\n",
    ]
)


@given(
    st.lists(BLOCKS, unique=True).map("".join),
    st.dictionaries(
        st.sampled_from([("vector", "dim"), ("vector.recipe", "ridge"), ("horizons", "recent_days")])
        | st.tuples(st.just("events.weights"), WORDS),
        NUMBERS,
        min_size=1,
    ),
)
@example("[events]\ndefault = 1\n", {("events.weights", "a"): 1})
def test_only_what_was_asked_for_changes(text, changes):
    before = tomllib.loads(text)
    edited = edit_settings(text, changes)
    after = tomllib.loads(edited)
    for (section, key), value in changes.items():
        assert read(after, (*section.split("."), key)) == value
        put(before, (*section.split("."), key), value)

    assert after == before
    assert comments(edited) == comments(text)
    assert edit_settings(edited, changes) == edited


def read(table, path):
    for name in path:
        table = table[name]
    return table


def put(table, path, value):
    for name in path[:-1]:
        table = table.setdefault(name, {})
    table[path[-1]] = value


def comments(text):
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line and '" = ' not in line]


def test_what_was_written_is_read_as_settings():
    edited = edit_settings(FILE, {("vector.recipe", "prior"): 0.25, ("vector", "dim"): 128})
    settings = parse_settings(edited)

    assert (settings.vector.recipe.prior, settings.vector.dim, settings.vector.seed) == (0.25, 128, 7)
