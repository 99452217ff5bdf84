"""Users by what their portraits say: found exactly, without painting everyone.

An expression is turned into sets of candidates by the cells of the ledger, one query a condition: a superset
of those whom the condition may be true of. Only for candidates is it read what their portraits state of the
keys in question, and that decides. So an audience is what painting everyone would find.

An audience that is kept is its expression: who is in it is found when it is asked for, from the portraits of
that moment. It is kept with the workspace and goes over to the next build.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from limner.dimensions.audience.matching import concerns, list_conditions, match_rule
from limner.dimensions.audience.meaning import Condition, Rule, resolve
from limner.dimensions.audience.parsing import parse_expression
from limner.dimensions.sitter import Draft
from limner.errors import InputError, UnknownAudienceError, did_you_mean
from limner.records import iso
from limner.store.workspace import AUDIENCE
from limner.studio.intake.ingestion import writing
from limner.studio.kept.moments import now_us
from limner.studio.people.holders import find_candidates
from limner.studio.people.stating import Stated, state_facts
from limner.studio.people.vocabulary import StoreVocabulary

if TYPE_CHECKING:
    from limner.store.store import Store
    from limner.studio.portraits.painting import Painter

MOST_LISTED = 1_000
_LONGEST_NAME = 200
_MOST_KEPT = 1_000
_ID_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Audience:
    """Users whom an expression is true of, as of one moment."""

    id: str
    """Of the expression: the same for the same one."""
    expression: str
    name: str
    user_ids: tuple[str | int, ...]
    """Sorted as text."""
    as_of: int | None

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.user_ids)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``POST /audiences``: who they are is asked for in pages."""
        return {
            "id": self.id,
            "name": self.name or None,
            "expression": self.expression,
            "size": self.size,
            "as_of": iso(self.as_of),
        }

    def page(self, limit: int = 100, after: str = "") -> dict[str, Any]:
        """Return the next users behind an id, as JSON: ``id``, ``size``, ``users``, ``next``.

        Raises:
            InputError: the limit is not 1 to 1,000.
        """
        if not 1 <= limit <= MOST_LISTED:
            raise InputError(f"limit must be 1 to {MOST_LISTED:,}, got {limit}")
        left = [one for one in self.user_ids if str(one) > after]
        users = left[:limit]
        following = str(users[-1]) if len(left) > limit else None
        return {"id": self.id, "size": self.size, "users": users, "next": following}


@dataclass(frozen=True, slots=True)
class KeptAudience:
    """An expression that is kept under an id."""

    id: str
    expression: str
    name: str
    made_us: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: ``id``, ``name``, ``expression``, ``made``."""
        return {
            "id": self.id,
            "name": self.name or None,
            "expression": self.expression,
            "made": iso(self.made_us),
        }


def find_audience(painter: "Painter", expression: str, *, name: str = "") -> Audience:
    """Return the users whom an expression is true of now; nobody who was erased or merged into another.

    Raises:
        ExpressionError: it cannot be read, or names what this workspace does not know; the text says where.
    """
    node = parse_expression(expression)
    with painter.store.reading():
        painter.refresh()
        found = _Found.of(painter)
        members = found.members.get(expression)
        if members is None:
            members = _find_members(painter, resolve(node, found.vocabulary))
            found.keep(expression, members)
        ids = tuple(painter.outside_id("user_id", user_id) for user_id in members)
        return Audience(identify(expression), expression.strip(), name, ids, painter.as_of or None)


def identify(expression: str) -> str:
    """Return the id of an expression."""
    return "a" + hashlib.sha256(expression.strip().encode()).hexdigest()[:_ID_LETTERS]


def keep_audience(painter: "Painter", expression: str, *, name: str = "") -> KeptAudience:
    """Keep an expression; one that is kept gets the new name.

    Raises:
        ExpressionError: the expression cannot be read, or names what this workspace does not know.
        InputError: the name is too long, or too many are kept.
        BuiltAnewError: another store is current now.
    """
    if len(name) > _LONGEST_NAME:
        raise InputError(f"name: {len(name):,} characters; at most {_LONGEST_NAME} are kept")
    resolve(parse_expression(expression), StoreVocabulary(painter))
    kept = KeptAudience(identify(expression), expression.strip(), name, now_us())
    with writing(painter):
        known = list_audiences(painter)
        if len(known) >= _MOST_KEPT and kept.id not in {one.id for one in known}:
            raise InputError(f"{_MOST_KEPT:,} audiences are kept; remove one first")
        written = {"expression": kept.expression, "name": kept.name, "made_us": kept.made_us}
        painter.store.set_meta(**{f"{AUDIENCE}{kept.id}": written})
        painter.touch(())
    return kept


def list_audiences(painter: "Painter") -> list[KeptAudience]:
    """Return the audiences that are kept, oldest first."""
    rows = painter.store.rows("SELECT name, value FROM meta WHERE name LIKE ?", f"{AUDIENCE}%")
    found = [KeptAudience(name.removeprefix(AUDIENCE), **json.loads(value)) for name, value in rows]
    return sorted(found, key=lambda one: (one.made_us, one.id))


def read_audience(painter: "Painter", audience_id: str) -> KeptAudience:
    """Return an audience that is kept.

    Raises:
        UnknownAudienceError: none has that id.
    """
    row = painter.store.one("SELECT value FROM meta WHERE name = ?", f"{AUDIENCE}{audience_id}")
    if row is None:
        hint = did_you_mean(audience_id, [one.id for one in list_audiences(painter)])
        raise UnknownAudienceError(f"no audience {audience_id!r}{hint}; keep one first")
    return KeptAudience(audience_id, **json.loads(row[0]))


def drop_audience(painter: "Painter", audience_id: str) -> KeptAudience:
    """Keep an audience no longer, and return what it was.

    Raises:
        UnknownAudienceError: none has that id.
        BuiltAnewError: another store is current now.
    """
    with writing(painter):
        kept = read_audience(painter, audience_id)
        painter.store.rows("DELETE FROM meta WHERE name = ?", f"{AUDIENCE}{audience_id}")
        painter.touch(())
    return kept


def _find_members(painter: "Painter", rule: Rule) -> tuple[str, ...]:
    """Return the inside ids of those whom a rule is true of, sorted."""
    keys = {(condition.dimension, condition.key) for condition in list_conditions(rule)}
    possible = find_candidates(painter, rule)
    numbers = [user_no for user_no, _ in painter.users() if possible is None or user_no in possible]
    conditions = list(list_conditions(rule))
    stated = state_facts(painter, numbers, keys)
    return tuple(sorted(one.user_id for one in stated if match_rule(rule, _prove(one, conditions))))


def _prove(stated: Stated, conditions: Sequence[Condition]) -> list[Draft]:
    """Return the drafts that conditions speak of and whose evidence is found: no other is in a portrait."""
    spoken_of = (draft for draft in stated.drafts if any(concerns(one, draft) for one in conditions))
    return [draft for draft in spoken_of if stated.witness.find(draft.cites)]


_MOST_FOUND = 32
"""Expressions whose members are remembered."""


class _Found:
    """What was found in one store, for as long as no portrait changes."""

    def __init__(self, painter: "Painter", stamp: object) -> None:
        self.stamp = stamp
        self.vocabulary = StoreVocabulary(painter)
        self.members: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, painter: "Painter") -> "_Found":
        """Return what was found since somebody changed last."""
        stamp = _read_stamp(painter)
        held = _HELD.get(painter.store)
        if held is None or held.stamp != stamp:
            held = _HELD[painter.store] = cls(painter, stamp)
        return held

    def keep(self, expression: str, members: tuple[str, ...]) -> None:
        """Keep members; those found first go first."""
        while len(self.members) >= _MOST_FOUND:
            del self.members[next(iter(self.members))]
        self.members[expression] = members


def _read_stamp(painter: "Painter") -> object:
    """Return what changes whenever a portrait may."""
    return painter.store.one("SELECT max(number) FROM changes")


_HELD: "WeakKeyDictionary[Store, _Found]" = WeakKeyDictionary()
