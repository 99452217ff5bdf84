"""Two ids that are one person: the log is theirs together, and can be told apart again.

Rows of the log go to the user who is known and remember whose they were, so everything that reads the log,
and every row that comes in later, sees one person.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from limner.errors import InputError
from limner.ledger.numbering import find_ref
from limner.store.store import Store
from limner.studio.intake.ingestion import sum_anew, writing

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter, Person

_PARTS = {"opinions": "text_ref", "claims": "text_ref", "words": "ref", "topics": "ref"}
"""Rows that go with a text, and their column that names it."""


def merge_users(painter: "Painter", user_id: str | int, known_id: str | int) -> None:
    """Give everything a user did to another one, who is the same person.

    Raises:
        UnknownUserError: one of them is not in the workspace.
        InputError: they are one already, or others were merged into the first.
        BuiltAnewError: another store is current now.
    """
    store = painter.store
    with writing(painter):
        user, known = painter.find_person(user_id), painter.find_person(known_id)
        _check(store, user, known, str(user_id))
        store.insert(
            "merged", [(user.user_no, known.user_no, json.dumps(known.attributes, ensure_ascii=False))]
        )
        _set_attributes(store, known, {**user.attributes, **known.attributes})
        touched = _move_relations(store, user, known)
        for name in ("events", "texts"):
            store.rows(
                f"UPDATE {name} SET user_no = ?, origin_no = ? WHERE user_no = ? AND ref NOT IN "
                f"(SELECT ref FROM {name} WHERE user_no = ?)",
                *(known.user_no, user.user_no, user.user_no, known.user_no),
            )
        _move_parts(store, user.user_no, known.user_no, texts=(known.user_no, user.user_no))
        store.rows("DELETE FROM cells WHERE user_no = ?", user.user_no)
        _sum(painter, [known.user_no, *touched], without=user.user_no)


def unmerge_user(painter: "Painter", user_id: str | int) -> str:
    """Undo a merge and return whose rows the user's had become.

    Raises:
        InputError: the user was not merged into another.
        BuiltAnewError: another store is current now.
    """
    store = painter.store
    with writing(painter):
        row = store.one(
            "SELECT m.user_no, m.known_no, m.known_attributes, k.user_id FROM merged m "
            "JOIN users u ON u.user_no = m.user_no JOIN users k ON k.user_no = m.known_no "
            "WHERE u.user_id = ?",
            str(user_id),
        )
        if row is None:
            raise InputError(f"user {str(user_id)!r} was not merged into another; nothing to undo")
        user_no, known_no, attributes, known_id = row
        store.rows("DELETE FROM merged WHERE user_no = ?", user_no)
        user, known = painter.find_person(user_id), painter.find_person(known_id)
        _set_attributes(store, known, _without(known.attributes, json.loads(attributes), user.attributes))
        _move_parts(store, known_no, user_no, texts=(known_no, user_no))
        for name in ("events", "texts"):
            store.rows(
                f"UPDATE {name} SET user_no = ?, origin_no = NULL WHERE user_no = ? AND origin_no = ?",
                *(user_no, known_no, user_no),
            )
        touched = _return_relations(store, user, known)
        _sum(painter, [user_no, known_no, *touched])
    return str(known_id)


def _check(store: Store, user: "Person", known: "Person", given: str) -> None:
    if user.user_no == known.user_no:
        raise InputError(f"{given!r} and {known.user_id!r} are one user already; nothing to merge")
    held = store.rows(
        "SELECT u.user_id FROM merged m JOIN users u USING (user_no) WHERE m.known_no = ?", user.user_no
    )
    if held:
        named = ", ".join(repr(row[0]) for row in held)
        raise InputError(f"user {given!r} holds {named}: undo that first with: limner unmerge {held[0][0]}")


def _set_attributes(store: Store, user: "Person", attributes: dict[str, Any]) -> None:
    text = json.dumps(attributes, ensure_ascii=False, default=str)
    store.rows("UPDATE users SET attributes = ? WHERE user_no = ?", text, user.user_no)


def _without(now: dict[str, Any], before: dict[str, Any], lent: dict[str, Any]) -> dict[str, Any]:
    """Return attributes without those that were lent, but with what was declared since."""
    return {name: value for name, value in now.items() if name in before or lent.get(name) != value}


def _move_parts(store: Store, from_no: int, to_no: int, *, texts: tuple[int, int]) -> None:
    """Give what was read from some texts, (user_no, origin_no), to another user."""
    moved = "SELECT ref FROM texts WHERE user_no = ? AND origin_no = ?"
    for name, column in _PARTS.items():
        sql = f"UPDATE {name} SET user_no = ? WHERE user_no = ? AND {column} IN ({moved})"
        store.rows(sql, to_no, from_no, *texts)


def _move_relations(store: Store, user: "Person", known: "Person") -> set[int]:
    """Put one user for the other in all relations; return everyone whose relations changed.

    A relation that would be there twice, or between a user and itself, is set aside with the merged user.
    """
    touched: set[int] = set()
    rows = store.rows(
        "SELECT r.user_no, r.ts, r.ref, r.other_id, r.kind, u.user_id "
        "FROM relations r JOIN users u USING (user_no) WHERE r.user_no = ? OR r.other_id = ?",
        *(user.user_no, user.user_id),
    )
    for user_no, ts, ref, other_id, kind, owner in rows:
        touched |= {user_no, *_number(store, other_id)}
        from_id = known.user_id if user_no == user.user_no else owner
        to_id = known.user_id if other_id == user.user_id else other_id
        new_no = known.user_no if user_no == user.user_no else user_no
        new_ref = relation_ref(from_id, to_id, kind)
        taken = store.one("SELECT 1 FROM relations WHERE user_no = ? AND ref = ?", new_no, new_ref)
        place = (user_no, ts, ref)
        if from_id == to_id or taken is not None:
            _write(store, place, (user.user_no, ref, other_id), (user_no, None))
        else:
            origins = (user_no if new_no != user_no else None, other_id if to_id != other_id else None)
            _write(store, place, (new_no, new_ref, to_id), origins)
    return touched


def _return_relations(store: Store, user: "Person", known: "Person") -> set[int]:
    """Undo `_move_relations`."""
    touched: set[int] = set()
    rows = store.rows(
        "SELECT user_no, ts, ref, other_id, kind, origin_no, origin_other FROM relations "
        "WHERE (user_no = ? AND origin_no IS NOT NULL) OR origin_no = ? OR origin_other = ?",
        *(user.user_no, user.user_no, user.user_id),
    )
    for user_no, ts, ref, other_id, kind, origin_no, origin_other in rows:
        number = user_no if origin_no is None else origin_no
        (owner,) = store.one("SELECT user_id FROM users WHERE user_no = ?", number) or ("",)
        other = other_id if origin_other is None else origin_other
        _write(store, (user_no, ts, ref), (number, relation_ref(owner, other, kind), other), (None, None))
        touched |= {number, *_number(store, other), *_number(store, other_id)}
    return touched


def relation_ref(user_id: str, other_id: str, kind: str) -> int:
    """Return the ref of a relation, as `ledger.numbering.number_relations` gives it."""
    return find_ref("\x1f".join((user_id, other_id, kind)))


def _write(
    store: Store,
    place: tuple[int, int, int],
    now: tuple[int, int, str],
    origins: tuple[int | None, str | None],
) -> None:
    store.rows(
        "UPDATE relations SET user_no = ?, ref = ?, other_id = ?, origin_no = ?, origin_other = ? "
        "WHERE user_no = ? AND ts = ? AND ref = ?",
        *(*now, *origins, *place),
    )


def _number(store: Store, user_id: str) -> list[int]:
    row = store.one("SELECT user_no FROM users WHERE user_id = ?", user_id)
    return [row[0]] if row else []


def _sum(painter: "Painter", user_nos: Iterable[int], *, without: int | None = None) -> None:
    everyone = dict.fromkeys(user_nos)
    wanted = [user_no for user_no in everyone if user_no != without]
    sum_anew(painter.ledger, wanted, painter.landmarks)
    painter.touch(everyone if without is None else (*everyone, without))
