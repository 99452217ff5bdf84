"""From an expression to a tree of tests. What its names mean is settled later: see `meaning`.

either      = both { "or" both }
both        = negated { "and" negated }
negated     = "not" negated | "(" either ")" | test
test        = fact | fact sign value | fact [ "not" ] "in" "(" value { "," value } ")"
            | measure "(" fact [ "=" value ] ")" sign number
fact        = dimension "/" key
measure     = "liking" | "strength" | "confidence"
sign        = "=" | "!=" | "<" | "<=" | ">" | ">="
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from limner.dimensions.audience.lexing import Token, cut_expression
from limner.errors import ExpressionError, did_you_mean

DEEPEST = 32
"""Brackets and nots within each other at most."""
MOST_TESTS = 64
Measure = Literal["", "liking", "strength", "confidence"]
MEASURES = get_args(Measure)[1:]
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
"""A number as it is written."""
_WORDS = {"and": "and", "or": "or", "not": "not", "in": "in", "且": "and", "并且": "and", "或": "or"}
_WORDS |= {"或者": "or", "非": "not"}
_COMPARING = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Value:
    """What a fact is compared with."""

    text: str
    place: int
    number: float | None = None
    """None where it was quoted, or is no number."""


@dataclass(frozen=True, slots=True)
class Check:
    """One test of a fact as it was written."""

    dimension: str
    key: str
    place: int
    sign: str = ""
    """Empty: any fact of the key; ``in`` for one of several values."""
    values: tuple[Value, ...] = ()
    measure: Measure = ""
    """What of the fact is compared with ``bound``; empty: its value."""
    bound: Value | None = None


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One part holds at least."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: "Node"


Node = Check | Both | Either | Negated


def parse_expression(expression: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ExpressionError: it cannot be read; the text says where and what was expected.
    """
    return _Parser(cut_expression(expression)).read()


def list_tests(node: Node) -> Iterator[Check]:
    """Yield the tests of a tree from left to right."""
    if isinstance(node, Check):
        yield node
    elif isinstance(node, Negated):
        yield from list_tests(node.part)
    else:
        for part in node.parts:
            yield from list_tests(part)


class _Parser:
    """Reads pieces from left to right, one function for each rule of the grammar."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._tests = 0

    def read(self) -> Node:
        if self._peek().kind == "end":
            raise self._expect("a fact, like interest/category=camping")
        node = self._either()
        if self._peek().kind != "end":
            raise self._expect("'and', 'or' or the end")
        return node

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _is_word(self, word: str, *, ahead: int = 0) -> bool:
        token = self._tokens[min(self._next + ahead, len(self._tokens) - 1)]
        return token.kind == "word" and _WORDS.get(token.text.lower()) == word

    def _expect(self, wanted: str) -> ExpressionError:
        found = self._peek()
        hint = ""
        if found.kind in ("word", "quoted") and self._next and "and" in wanted:
            hint = did_you_mean(found.text.lower(), ("and", "or")) or "; put a name with blanks in quotes"
        return ExpressionError(f"expected {wanted}, found {found}{hint}", found.place)

    def _either(self) -> Node:
        return self._join("or", self._both, Either)

    def _both(self) -> Node:
        return self._join("and", self._negated, Both)

    def _join(self, word: str, read: Callable[[], Node], kind: type[Both] | type[Either]) -> Node:
        parts = [read()]
        while self._is_word(word):
            self._take()
            parts.append(read())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def _negated(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(
                f"more than {DEEPEST} brackets and nots within each other", self._peek().place
            )
        node = self._read_one()
        self._depth -= 1
        return node

    def _read_one(self) -> Node:
        if self._is_word("not"):
            self._take()
            return Negated(self._negated())
        if self._peek()[:2] == ("bracket", "("):
            self._take()
            node = self._either()
            self._close("'and', 'or' or ')'")
            return node
        return self._test()

    def _close(self, wanted: str) -> None:
        if self._peek()[:2] != ("bracket", ")"):
            raise self._expect(wanted)
        self._take()

    def _test(self) -> Node:
        self._tests += 1
        if self._tests > MOST_TESTS:
            raise ExpressionError(f"more than {MOST_TESTS} tests in one expression", self._peek().place)
        ahead = self._tokens[min(self._next + 1, len(self._tokens) - 1)]
        if self._peek().kind == "word" and ahead[:2] == ("bracket", "("):
            return self._measured()
        dimension, key, place = self._fact()
        if self._is_word("in"):
            self._take()
            return Check(dimension, key, place, "in", self._list())
        if self._is_word("not") and self._is_word("in", ahead=1):
            self._take()
            self._take()
            return Negated(Check(dimension, key, place, "in", self._list()))
        if self._peek().kind != "sign":
            return Check(dimension, key, place)
        sign = self._take()
        value = self._value()
        if self._peek().kind == "sign":
            raise ExpressionError(
                f"a second comparison; of what else than its value a fact is compared, is written like "
                f"liking({dimension}/{key}={value.text}) {self._peek().text} 0",
                self._peek().place,
            )
        return Check(dimension, key, place, sign.text, (value,))

    def _measured(self) -> Check:
        named = self._take()
        if named.text not in MEASURES:
            hint = did_you_mean(named.text, MEASURES) or f" (known: {', '.join(MEASURES)})"
            raise ExpressionError(f"no measure {named.text!r}{hint}", named.place)
        self._take()
        dimension, key, place = self._fact()
        values: tuple[Value, ...] = ()
        if self._peek()[:2] == ("sign", "="):
            self._take()
            values = (self._value(),)
        self._close("'=' and a value, or ')'" if not values else "')'")
        if self._peek().kind != "sign":
            raise self._expect("a sign like < or >=")
        sign, bound = self._take(), self._value()
        if bound.number is None:
            raise ExpressionError(
                f"the {named.text} of a fact is a number, and {bound.text!r} is text", bound.place
            )
        measure = MEASURES[MEASURES.index(named.text)]
        return Check(dimension, key, place, sign.text, values, measure, bound)

    def _fact(self) -> tuple[str, str, int]:
        """Return dimension, key and place of what is written as dimension/key; either may be in quotes."""
        token = self._peek()
        if token.kind != "word" or token.text.lower() in _WORDS:
            raise self._expect("a fact, like interest/category=camping")
        self._take()
        dimension, slash, key = token.text.partition("/")
        if slash and not key and self._peek().kind == "quoted":
            key = self._take().text
        if not slash or not dimension or not key:
            raise ExpressionError(
                f"{token.text!r} names no fact; write DIMENSION/KIND, like interest/category", token.place
            )
        return dimension, key, token.place

    def _list(self) -> tuple[Value, ...]:
        if self._peek()[:2] != ("bracket", "("):
            raise self._expect("'(' and values")
        self._take()
        values = [self._value()]
        while self._peek().kind == "comma":
            self._take()
            values.append(self._value())
        self._close("',' or ')'")
        return tuple(values)

    def _value(self) -> Value:
        token = self._peek()
        if token.kind == "quoted":
            self._take()
            return Value(token.text, token.place)
        if token.kind != "word" or token.text.lower() in ("and", "or", "not", "in"):
            raise self._expect("a value; one that is a word of the language stands in quotes")
        self._take()
        number = float(token.text) if NUMBER.fullmatch(token.text) else None
        if number is not None and not math.isfinite(number):
            raise ExpressionError(f"{token.text!r} is too large a number", token.place)
        return Value(token.text, token.place, number)
