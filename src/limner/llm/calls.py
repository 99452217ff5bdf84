"""Units put together into calls: which user first, how much at once, and what each user may cost.

A small model reads the clauses of one user at a time, a large one those of many users. Numbers run on
through a call, so that a clause belongs to one text of one user, and what is said of it can be claimed of
nobody else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from limner.llm.chat import Prompt
from limner.llm.prompts import ANSWER_TOKENS, allow_answer, estimate_prompt, write_constant, write_prompt
from limner.llm.tokens import PER_CALL, count_tokens
from limner.llm.units import Unit
from limner.records import Language

CONTEXT_PER_CLAUSE = 340
"""Context tokens of a model for each clause that is put to it at once: what a small one keeps apart."""
MOST_CLAUSES = 120
MANY_USERS_CONTEXT = 16_384
"""Context from which a model may read several users in one call."""
SMALL_TEXT = 500
"""Tokens that may be spent on a user however little they wrote."""


@dataclass(frozen=True, slots=True)
class Call:
    """Some units in one prompt, all in the same language."""

    units: tuple[Unit, ...]
    language: Language
    finance: bool

    def prompt(self, *, again: bool = False) -> Prompt:
        """Return what is sent."""
        parts: list[list[str]] = []
        kinds: list[Sequence[str]] = []
        last = None
        for unit in self.units:
            if unit.reviewed.user_id != last:
                parts.append([])
                last = unit.reviewed.user_id
            parts[-1] += unit.lines
            kinds += [one.kinds for one in unit.chosen]
        return write_prompt(parts, kinds, self.language, finance=self.finance, again=again)

    @property
    def prompt_tokens(self) -> int:
        """Of the prompt, estimated."""
        return estimate_prompt(self.prompt())

    @property
    def answer_tokens(self) -> int:
        """Most that the answer may take."""
        return allow_answer(sum(len(unit.chosen) for unit in self.units))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much goes into a call."""

    clauses: int
    many_users: bool

    @classmethod
    def of(cls, context_tokens: int) -> "Sizes":
        """Return the sizes for a model with a context of so many tokens.

        >>> Sizes.of(4096), Sizes.of(128_000)
        (Sizes(clauses=12, many_users=False), Sizes(clauses=120, many_users=True))
        """
        clauses = max(1, min(MOST_CLAUSES, context_tokens // CONTEXT_PER_CLAUSE))
        return cls(clauses, context_tokens >= MANY_USERS_CONTEXT)


def order_users(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    """Return the units by user: users by `weigh_user`, and each user's best texts first."""
    by_user: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_user[unit.reviewed.user_id].append(unit)
    ranked = sorted(by_user.items(), key=lambda entry: (-weigh_user(entry[1]), entry[0]))
    return {user_id: sorted(own, key=_rank) for user_id, own in ranked}


def weigh_user(units: Sequence[Unit]) -> float:
    """Return the priority of a user: uncertainty × activity × tokens of text not read yet."""
    new_text = sum(unit.raw_tokens for unit in units)
    uncertainty = max(unit.reviewed.uncertainty for unit in units)
    return uncertainty * max(unit.reviewed.activity for unit in units) * new_text


def _rank(unit: Unit) -> tuple[float, int, str]:
    """Return the place of a text among those of its user: the most worth first, then the newest."""
    return -unit.worth, -unit.reviewed.timestamp, unit.reviewed.text_id


def make_calls(
    by_user: Mapping[str, Sequence[Unit]],
    allowed: Mapping[str, float],
    sizes: Sizes,
    *,
    finance: bool = False,
) -> Iterator[Call]:
    """Yield the calls in order; what a user may not cost any more is left out."""
    open_calls: dict[Language, list[Unit]] = {}
    for user_id, units in by_user.items():
        for unit in _afford(units, allowed[user_id], sizes, finance=finance):
            held = open_calls.setdefault(unit.prompt_language, [])
            if held and _count(held) + len(unit.chosen) > sizes.clauses:
                yield Call(tuple(held), unit.prompt_language, finance)
                held.clear()
            held.append(unit)
        if not sizes.many_users:
            yield from _close(open_calls, finance)
    yield from _close(open_calls, finance)


def _close(open_calls: dict[Language, list[Unit]], finance: bool) -> Iterator[Call]:
    for language, held in open_calls.items():
        if held:
            yield Call(tuple(held), language, finance)
    open_calls.clear()


def _afford(units: Sequence[Unit], allowed: float, sizes: Sizes, *, finance: bool) -> list[Unit]:
    """Return the units a user may have; a unit is asked about whole or not at all."""
    chosen: dict[Language, list[Unit]] = {}
    for unit in units:
        held = chosen.get(unit.prompt_language, [])
        cost = _cost([*held, unit], sizes, finance) - (_cost(held, sizes, finance) if held else 0)
        if cost <= allowed:
            allowed -= cost
            chosen.setdefault(unit.prompt_language, []).append(unit)
    return [unit for held in chosen.values() for unit in held]


def _cost(units: Sequence[Unit], sizes: Sizes, finance: bool) -> float:
    """Return the most tokens that asking about some units of one user may take."""
    own = sum(unit.prompt_tokens + unit.answer_tokens for unit in units)
    constant = count_tokens(write_constant(units[0].prompt_language, finance)) + PER_CALL + ANSWER_TOKENS
    if sizes.many_users:
        return own + constant * _count(units) / sizes.clauses
    n_calls, held = 1, 0
    for unit in units:
        held += len(unit.chosen)
        if held > sizes.clauses:
            n_calls, held = n_calls + 1, len(unit.chosen)
    return own + constant * n_calls


def _count(units: Sequence[Unit]) -> int:
    return sum(len(unit.chosen) for unit in units)
