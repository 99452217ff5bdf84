"""What the names of an expression mean in one workspace, and whether they can be compared as they are.

A key holds names, numbers or both. What a fact says is compared with =, != and in; numbers with < and their
like as well. In `sentiment` a number is compared with the liking: ``sentiment/aspect=物流`` is anybody whose
portrait has that aspect, ``sentiment/物流 < 0`` whoever is displeased with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from limner.dimensions.audience.parsing import NUMBER, Both, Check, Measure, Negated, Node, Value
from limner.dimensions.rhythm import DAYPARTS
from limner.errors import ExpressionError, did_you_mean
from limner.records import DIMENSIONS

Holds = Literal["names", "numbers", "both"]
KEYS: Mapping[str, Mapping[str, Holds]] = {
    "demographic": {},
    "behaviour": {
        "frequency": "numbers",
        "recency_days": "numbers",
        "monetary": "numbers",
        "event": "names",
        "daypart": "names",
        "peak_hour": "numbers",
        "weekend_share": "numbers",
        "sessions": "numbers",
        "dwell": "names",
        "path": "names",
        "rating_style": "names",
    },
    "interest": {
        "category": "names",
        "brand": "names",
        "topic": "names",
        "tag": "names",
        "keyword": "names",
        "price_band": "numbers",
        "item": "names",
        "intent": "names",
    },
    "social": {
        "friends": "numbers",
        "alike": "names",
        "community": "names",
        "influence": "numbers",
        "place": "names",
    },
    "sentiment": {"overall": "names", "ratings": "names", "aspect": "names"},
}
"""Keys that every workspace has; the vocabulary of one adds its own."""
CLOSED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("behaviour", "daypart"): tuple(DAYPARTS),
    ("behaviour", "rating_style"): ("generous", "strict", "typical"),
    ("sentiment", "overall"): ("positive", "neutral", "negative"),
    ("sentiment", "ratings"): ("positive", "neutral", "negative"),
}
"""Keys that have no other values."""
_ELSEWHERE = {("behaviour", "price_band"): ("interest", "price_band")}
"""What is called otherwise in a portrait."""
_ORDERED = ("<", "<=", ">", ">=")
_BOUNDS = {"liking": (-1.0, 1.0), "strength": (0.0, 1.0), "confidence": (0.0, 1.0)}
_FEW, _SHORT = 8, 3
_ASPECT, _SENTIMENT, _COMPOSED = "aspect", "sentiment", "persona"


class Vocabulary(Protocol):
    """What facts of one workspace may say."""

    def keys(self, dimension: str) -> Mapping[str, Holds]:
        """Return the keys of a dimension beside those of `KEYS`, and what they hold."""
        ...

    def find(self, dimension: str, key: str, name: str) -> str | None:
        """Return a name as facts have it: the same, written otherwise, or one that means the same."""
        ...

    def names(self, dimension: str, key: str) -> Collection[str]:
        """Return names that facts of a key may have, for suggestions."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """One check that facts can be held against."""

    dimension: str
    key: str
    names: tuple[str, ...] = ()
    """The fact is one of these; empty: any of the key."""
    numbers: tuple[float, ...] = ()
    """The fact is one of these numbers."""
    differs: bool = False
    """There are facts of the key, and none is one of them."""
    measure: Measure = ""
    """What is compared with `bound`: of the fact that is one of the names, or its own number where empty."""
    sign: str = ""
    bound: float = 0.0


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds at least."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Rule"


Rule = Condition | AllOf | AnyOf | Not


def resolve(node: Node, vocabulary: Vocabulary) -> Rule:
    """Return a tree whose names are those of a workspace.

    Raises:
        ExpressionError: a dimension, key or name does not exist, or text is compared with a number.
    """
    if isinstance(node, Check):
        return _resolve_check(node, vocabulary)
    if isinstance(node, Negated):
        return Not(resolve(node.part, vocabulary))
    parts = tuple(resolve(part, vocabulary) for part in node.parts)
    return AllOf(parts) if isinstance(node, Both) else AnyOf(parts)


def read_number(value: object) -> float | None:
    """Return the number that a value is or that is written in it; None of all else.

    >>> read_number("39"), read_number(2), read_number("25-34")
    (39.0, 2.0, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    written = NUMBER.fullmatch(str(value).strip())
    return float(written[0]) if written else None


def _resolve_check(check: Check, vocabulary: Vocabulary) -> Condition:
    check, holds = _settle_key(check, vocabulary)
    if check.measure and check.bound:
        named = tuple(_find_name(check.dimension, check.key, one, vocabulary) for one in check.values)
        return _compare_measure(check, named, check.bound)
    if check.sign in _ORDERED or (check.dimension == _SENTIMENT and _are_numbers(check.values)):
        return _compare_number(check, holds)
    condition = Condition(check.dimension, check.key, differs=check.sign == "!=")
    for value in check.values:
        condition = _add_value(condition, value, holds, vocabulary)
    return condition


def _settle_key(check: Check, vocabulary: Vocabulary) -> tuple[Check, Holds]:
    """Return a check with the dimension and key that portraits have, and what the key holds."""
    dimension, key = _ELSEWHERE.get((check.dimension, check.key), (check.dimension, check.key))
    check = replace(check, dimension=dimension, key=key)
    if dimension == _COMPOSED:
        raise ExpressionError("a persona is composed of the other facts; ask for those", check.place)
    if dimension not in KEYS:
        known = [name for name in DIMENSIONS if name != _COMPOSED]
        hint = did_you_mean(dimension, known) or f" (known: {', '.join(known)})"
        raise ExpressionError(f"no dimension {dimension!r}{hint}", check.place)
    keys = {**KEYS[dimension], **vocabulary.keys(dimension)}
    if key in keys:
        return check, keys[key]
    aspect = vocabulary.find(_SENTIMENT, _ASPECT, key) if dimension == _SENTIMENT else None
    if aspect is not None:
        return _name_aspect(check, aspect), "names"
    raise ExpressionError(f"no {dimension} {key!r}{_hint_key(dimension, key, keys, vocabulary)}", check.place)


def _name_aspect(check: Check, aspect: str) -> Check:
    """Return what ``sentiment/物流`` stands for: the aspect, or its liking where there is a number."""
    named = (Value(aspect, check.place),)
    if check.measure and check.values:
        raise ExpressionError(f"{aspect!r} is the aspect already; leave out the value", check.values[0].place)
    if check.measure or not check.sign:
        return replace(check, key=_ASPECT, values=named, sign=check.sign or "=")
    if check.sign not in (*_ORDERED, "=", "!=") or check.values[0].number is None:
        raise ExpressionError(
            f"an aspect is compared with a number, like sentiment/{aspect} < 0, by its liking",
            check.values[0].place,
        )
    return replace(check, key=_ASPECT, values=named, measure="liking", bound=check.values[0])


def _hint_key(dimension: str, key: str, keys: Mapping[str, Holds], vocabulary: Vocabulary) -> str:
    elsewhere = [f"{other}/{key}" for other in KEYS if key in {**KEYS[other], **vocabulary.keys(other)}]
    if elsewhere:
        return f" (did you mean: {', '.join(elsewhere)}?)"
    choices = [*keys, *(vocabulary.names(_SENTIMENT, _ASPECT) if dimension == _SENTIMENT else ())]
    return _suggest(key, choices) or (f" (known: {', '.join(sorted(keys))})" if keys else "")


def _are_numbers(values: tuple[Value, ...]) -> bool:
    return bool(values) and all(value.number is not None for value in values)


def _compare_measure(check: Check, names: tuple[str, ...], bound: Value) -> Condition:
    """Return what compares liking, strength or confidence of facts with some names, or of any."""
    low, high = _BOUNDS[check.measure]
    if bound.number is None or not low <= bound.number <= high:
        raise ExpressionError(f"a {check.measure} lies in {low:g}..{high:g}, not {bound.text}", bound.place)
    return Condition(
        check.dimension, check.key, names, measure=check.measure, sign=check.sign, bound=bound.number
    )


def _compare_number(check: Check, holds: Holds) -> Condition:
    """Return what compares numbers: facts that are ones, or in `sentiment` their liking."""
    value = check.values[0]
    if value.number is None:
        raise ExpressionError(f"{check.sign} compares numbers, and {value.text!r} is text", value.place)
    if check.dimension == _SENTIMENT:
        if check.sign == "in":
            raise ExpressionError("a liking is compared with one number", value.place)
        return _compare_measure(replace(check, measure="liking"), (), value)
    if holds == "names":
        raise ExpressionError(
            f"{check.dimension}/{check.key} holds names, and {value.text} is a number: compare with = or in, "
            f"or write strength({check.dimension}/{check.key}=NAME) {check.sign} 0.2",
            value.place,
        )
    return Condition(check.dimension, check.key, sign=check.sign, bound=value.number)


def _add_value(condition: Condition, value: Value, holds: Holds, vocabulary: Vocabulary) -> Condition:
    """Return a condition with one more value that a fact may be."""
    if holds != "names" and value.number is not None:
        numbers = (*condition.numbers, value.number)
        names = (*condition.names, value.text) if holds == "both" else condition.names
        return replace(condition, numbers=numbers, names=names)
    if holds == "numbers":
        raise ExpressionError(
            f"{condition.dimension}/{condition.key} holds numbers, and {value.text!r} is text", value.place
        )
    name = _find_name(condition.dimension, condition.key, value, vocabulary)
    return replace(condition, names=(*condition.names, name))


def _find_name(dimension: str, key: str, value: Value, vocabulary: Vocabulary) -> str:
    closed = CLOSED.get((dimension, key))
    found = value.text if closed and value.text in closed else None
    found = found if closed else vocabulary.find(dimension, key, value.text)
    if found is not None:
        return found
    names = closed or vocabulary.names(dimension, key)
    few = f" (known: {', '.join(sorted(names))})" if 0 < len(names) <= _FEW else ""
    hint = _suggest(value.text, names) or few
    raise ExpressionError(f"nobody's {dimension}/{key} is {value.text!r}{hint}", value.place)


def _suggest(name: str, choices: Collection[str]) -> str:
    """Return near names; of a short Chinese one, of which one character is half, any that share another."""
    near = did_you_mean(name, choices)
    if near or name.isascii() or len(name) > _SHORT:
        return near
    alike = sorted(one for one in choices if len(one) == len(name) and set(one) & set(name))
    return f" (did you mean: {', '.join(alike[:3])}?)" if alike else ""
