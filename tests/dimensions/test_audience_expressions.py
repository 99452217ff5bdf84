"""The language of audiences: what it reads, and where it says that something is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.dimensions.audience.matching import match_rule
from limner.dimensions.audience.meaning import AllOf, AnyOf, Condition, Not, resolve
from limner.dimensions.audience.parsing import list_tests, parse_expression
from limner.errors import ExpressionError, LimnerError
from limner.records import Evidence, Fact

NAMES = {
    ("interest", "category"): {"科幻", "Pet Supplies", "R&B"},
    ("sentiment", "aspect"): {"物流", "quality"},
    ("demographic", "city"): {"上海"},
    ("demographic", "band"): {"25-34"},
}


class Words:
    """A small vocabulary."""

    def keys(self, dimension):
        own = {"demographic": {"age": "numbers", "city": "names", "band": "both"}}
        return own.get(dimension, {})

    def find(self, dimension, key, name):
        return name if name in self.names(dimension, key) else None

    def names(self, dimension, key):
        return NAMES.get((dimension, key), set())


def read(expression):
    return resolve(parse_expression(expression), Words())


SCIENCE = Condition("interest", "category", ("科幻",))
CHEAP = Condition("interest", "price_band", sign="<=", bound=2.0)
CROSS = Condition("sentiment", "aspect", ("物流",), measure="liking", sign="<", bound=0.0)


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        (
            "interest/category=科幻 and behaviour/price_band<=2 and not sentiment/物流<0",
            AllOf((SCIENCE, CHEAP, Not(CROSS))),
        ),
        ("interest/category＝科幻 且（behaviour/price_band≤2 或 非 sentiment/物流＜0）",
         AllOf((SCIENCE, AnyOf((CHEAP, Not(CROSS)))))),
        ("interest/category='科幻' OR interest/price_band <= 2", AnyOf((SCIENCE, CHEAP))),
        ('interest/category in (科幻, "R&B")', Condition("interest", "category", ("科幻", "R&B"))),
        ("interest/category not in (科幻)", Not(SCIENCE)),
        ("interest/category != 科幻", Condition("interest", "category", ("科幻",), differs=True)),
        ("interest/category='R&B'", Condition("interest", "category", ("R&B",))),
        ("sentiment/物流", Condition("sentiment", "aspect", ("物流",))),
        ("sentiment/aspect=物流", Condition("sentiment", "aspect", ("物流",))),
        ("sentiment/aspect<0", Condition("sentiment", "aspect", measure="liking", sign="<")),
        ("sentiment/overall<0", Condition("sentiment", "overall", measure="liking", sign="<")),
        ("liking(sentiment/物流) < 0", CROSS),
        ("strength(interest/category=科幻)>=.2",
         Condition("interest", "category", ("科幻",), measure="strength", sign=">=", bound=0.2)),
        ("confidence(demographic/age)>0.9",
         Condition("demographic", "age", measure="confidence", sign=">", bound=0.9)),
        ("demographic/age>=30", Condition("demographic", "age", sign=">=", bound=30.0)),
        ("demographic/band=25-34", Condition("demographic", "band", ("25-34",))),
        ("demographic/age", Condition("demographic", "age")),
    ],
    ids=range(17),
)  # fmt: skip
def test_an_expression_means_what_it_says(expression, rule):
    assert read(expression) == rule


def test_and_binds_closer_than_or():
    rule = read("demographic/age or demographic/city and not demographic/city=上海")

    assert isinstance(rule, AnyOf)
    assert isinstance(rule.parts[1], AllOf)


@pytest.mark.parametrize(
    ("expression", "place", "said"),
    [
        ("", 1, "expected a fact, like interest/category=camping, found the end"),
        ("interest/category=科幻 and", 25, "expected a fact"),
        ("interest/category=科幻 an demographic/age", 22, "did you mean: and?"),
        ("interest/category=Pet Supplies", 23, "put a name with blanks in quotes"),
        ("(demographic/age", 17, "expected 'and', 'or' or ')', found the end"),
        ("demographic/age)", 16, "found ')'"),
        ("demographic/age=", 17, "expected a value"),
        ("demographic/age in 3", 20, "expected '(' and values"),
        ("demographic/age in (3 4)", 23, "expected ',' or ')'"),
        ("demographic/age='3", 17, "does not end"),
        ("demographic", 1, "names no fact; write DIMENSION/KIND"),
        ("intrest/category=科幻", 1, "no dimension 'intrest' (did you mean: interest?)"),
        ("interest/catgory=科幻", 1, "no interest 'catgory' (did you mean: category?)"),
        ("behaviour/category=科幻", 1, "did you mean: interest/category?"),
        ("interest/category=科环", 19, "nobody's interest/category is '科环' (did you mean: 科幻?)"),
        ("sentiment/物留<0", 1, "no sentiment '物留' (did you mean: 物流?)"),
        ("interest/category<3", 19, "holds names, and 3 is a number"),
        ("demographic/age=old", 17, "holds numbers, and 'old' is text"),
        ("demographic/age<old", 17, "< compares numbers, and 'old' is text"),
        ("demographic/age<2<3", 18, "a second comparison"),
        ("sentiment/物流=bad", 14, "is compared with a number"),
        ("liking(sentiment/物流)<low", 22, "is a number, and 'low' is text"),
        ("liking(sentiment/物流)<3", 22, "a liking lies in -1..1, not 3"),
        ("likeing(sentiment/物流)<0", 1, "did you mean: liking?"),
        ("persona/summary=x", 1, "composed of the other facts"),
        ("behaviour/daypart=dusk", 19, "known: afternoon, evening, morning, night, noon"),
        ("demographic/age; DROP TABLE users", 16, "';' cannot stand here"),
        ("demographic/age && demographic/city", 17, "write 'and'"),
        ("demographic/age=1e999", 17, "too large a number"),
        ("(" * 33 + "demographic/age" + ")" * 33, 33, "more than 32 brackets"),
        (" and ".join(["demographic/age"] * 65), 1281, "more than 64 tests"),
        ("x" * 2_001, 2_001, "at most 2,000 are read"),
    ],
    ids=range(32),
)
def test_what_is_wrong_is_said_with_its_place(expression, place, said):
    with pytest.raises(ExpressionError) as caught:
        read(expression)

    assert caught.value.place == place
    assert str(caught.value).startswith(f"character {place} of the expression: ")
    assert said in str(caught.value)


PIECES = ["(", ")", "and", "or", "not", "in", "demographic/age", "=", "<", "3", ",", "'x'", "科幻"]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)))
def test_whatever_is_written_is_read_or_refused_with_a_place(expression):
    try:
        found = len(list(list_tests(parse_expression(expression))))
    except LimnerError as exc:
        found = exc.place

    assert found >= 1


NODES = st.recursive(
    st.sampled_from(["interest/category=科幻", "demographic/age>=30", "sentiment/物流<0"]),
    lambda parts: st.one_of(
        parts.map(lambda one: f"not ({one})"),
        st.tuples(parts, st.sampled_from(["and", "or"]), parts).map(lambda three: f"({' '.join(three)})"),
    ),
    max_leaves=8,
)
FACTS = [
    Fact("interest", "category", "科幻", "s", 0.5, 0.9, (Evidence("e1"),)),
    Fact("demographic", "age", 34, "s", 1.0, 1.0, (Evidence("e1"),)),
    Fact("sentiment", "aspect", "物流", "s", 0.5, 0.9, (Evidence("e1"),), liking=-0.5),
]


@given(NODES, st.lists(st.sampled_from(FACTS), max_size=3, unique_by=lambda fact: fact.path))
def test_rules_are_those_of_logic(expression, facts):
    held = {fact.path for fact in facts}
    logic = expression.replace("interest/category=科幻", str("interest/category=科幻" in held))
    logic = logic.replace("demographic/age>=30", str("demographic/age=34" in held))
    logic = logic.replace("sentiment/物流<0", str("sentiment/aspect=物流" in held))

    assert match_rule(read(expression), facts) == eval(logic)


def test_what_was_overtaken_says_nothing():
    fact = Fact("interest", "category", "科幻", "s", 0.5, 0.2, (Evidence("e1"),), dispute="superseded")

    assert not match_rule(read("interest/category=科幻"), [fact])


def test_other_than_means_that_something_is_known():
    rule = read("interest/category != 科幻")

    assert not match_rule(rule, [])
    assert not match_rule(rule, [FACTS[0]])
    assert match_rule(rule, [Fact("interest", "category", "诗", "s", 0.5, 0.9, (Evidence("e1"),))])
