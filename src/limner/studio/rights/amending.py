"""A correction made or taken back: what it may name, and how it is kept."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from limner.dimensions.corrections import LIKED, is_single
from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.phrases import CATALOGUE
from limner.records import DIMENSIONS, Correction, Verb
from limner.store.store import Store
from limner.studio.intake.ingestion import writing
from limner.studio.kept.correcting import read_corrections

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter

_ADDRESS = re.compile(r"(?P<dimension>[^/=]+)/(?P<key>[^=]+)(?:=(?P<value>.+))?", re.DOTALL)
_NAMED = {
    "category": "SELECT 1 FROM item_categories WHERE category = ?",
    "brand": "SELECT 1 FROM items WHERE brand = ?",
    "item": "SELECT 1 FROM items WHERE item_id = ?",
}
_COMPOSED = "persona"


class Asked(NamedTuple):
    """A correction as it was asked for."""

    fact: str
    """DIMENSION/KIND=VALUE; the value may be left out where it is set."""
    verb: Verb
    liking: float | None = None
    value: str | None = None
    by: str = ""
    note: str = ""


def ask(
    fact: str, *, forbid: bool = False, pin: bool = False, settings: Mapping[str, object] | None = None
) -> Asked:
    """Return what was asked for.

    Raises:
        InputError: none or several of forbid, pin and set are given, or what is set cannot be.
    """
    if forbid + pin + bool(settings) != 1:
        raise InputError(f"correct {fact!r}: say one of forbid, pin, or set liking=-1..1 or value=…")
    if not settings:
        return Asked(fact, "forbid" if forbid else "pin")
    unknown = sorted(settings.keys() - {"liking", "value"})
    if unknown:
        hint = did_you_mean(unknown[0], ("liking", "value"))
        raise InputError(f"correct {fact!r}: {unknown[0]!r} cannot be set, only liking and value{hint}")
    value = settings.get("value")
    liking = _read_liking(fact, settings["liking"]) if "liking" in settings else None
    return Asked(fact, "set", liking, None if value is None else str(value).strip())


def make_correction(painter: "Painter", user_id: str | int, asked: Asked, now_us: int) -> Correction:
    """Keep what was decided of one fact of a user; what was decided of it before is replaced.

    Raises:
        UnknownUserError: no such user.
        UnknownNameError: the fact is none of the user's, and nothing else of that name is known.
        InputError: the address cannot be read, or a liking is set where there is none.
        BuiltAnewError: another store is current now.
    """
    dimension, key, value = _read_address(asked)
    with writing(painter):
        person = painter.find_person(user_id)
        correction = Correction(
            *(person.user_id, dimension, key, value, asked.verb, asked.liking, now_us, asked.by, asked.note)
        )
        if asked.liking is not None and dimension not in LIKED:
            raise InputError(
                f"{correction.path}: a liking can be set of {' and '.join(LIKED)} only; "
                "set the value, pin or forbid it"
            )
        if not _is_known(painter.store, correction):
            _check_fact(painter, correction)
        _forget(painter.store, person.user_no, correction.path)
        if asked.value is not None or is_single(dimension, key):
            _forget_others(painter.store, correction)
        painter.touch([person.user_no])
        store = painter.store
        store.insert(
            "corrections",
            [
                (
                    *(person.user_id, dimension, key, value, asked.verb, asked.liking, now_us),
                    *(asked.by, asked.note),
                )
            ],
            replace=True,
        )
    return correction


def undo_correction(painter: "Painter", user_id: str | int, fact: str) -> Correction:
    """Take back what was decided of a fact, and return it.

    Raises:
        UnknownUserError: no such user.
        InputError: nothing was decided of that fact.
        BuiltAnewError: another store is current now.
    """
    with writing(painter):
        person = painter.find_person(user_id)
        made = {one.path: one for one in read_corrections(painter.store, person.user_no)}
        if fact not in made:
            hint = did_you_mean(fact, made) or (f" (corrected: {', '.join(made)})" if made else "")
            raise InputError(f"nothing was corrected of {fact!r} of user {person.user_id!r}{hint}")
        _forget(painter.store, person.user_no, fact)
        painter.touch([person.user_no])
    return made[fact]


def _read_liking(fact: str, given: object) -> float:
    try:
        liking = float(str(given))
    except ValueError:
        liking = float("nan")
    if not -1 <= liking <= 1:
        raise InputError(f"correct {fact!r}: a liking lies in -1..1, got {given!r}")
    return liking


def _read_address(asked: Asked) -> tuple[str, str, str]:
    found = _ADDRESS.fullmatch(asked.fact.strip())
    value = asked.value or (found and found["value"])
    if not found or not value:
        raise InputError(
            f"{asked.fact!r} names no fact: write it as DIMENSION/KIND=VALUE, like interest/category=camping"
        )
    dimension = found["dimension"]
    if dimension == _COMPOSED:
        raise InputError(f"{asked.fact!r}: a persona is composed of the other facts; correct those")
    if dimension not in DIMENSIONS:
        hint = did_you_mean(dimension, DIMENSIONS) or f" (known: {', '.join(DIMENSIONS)})"
        raise UnknownNameError(f"no dimension {dimension!r}{hint}")
    return dimension, found["key"], value


def _is_known(store: Store, correction: Correction) -> bool:
    """Return whether something of that name exists, though no fact of the user may say so."""
    dimension, key = correction.dimension, correction.key
    if dimension == "interest" and key in _NAMED:
        return store.one(_NAMED[key], correction.value) is not None
    if dimension == "demographic":
        declared = "SELECT 1 FROM users, json_each(users.attributes) a WHERE a.key = ? LIMIT 1"
        named = f"attribute.{key}" in CATALOGUE or f"claim.{key}" in CATALOGUE
        return named or store.one(declared, key) is not None
    return False


def _check_fact(painter: "Painter", correction: Correction) -> None:
    """Refuse an address that is no fact of the user's, and was none that was corrected."""
    person = painter.find_person(correction.user_id)
    paths = {fact.path for lang in ("zh", "en") for fact in painter.paint(person.user_id, lang=lang).facts}
    paths |= {one.path for one in read_corrections(painter.store, person.user_no)}
    kinds = {path.partition("=")[0] for path in paths}
    single = is_single(correction.dimension, correction.key)
    if correction.path in paths or (single and correction.path.partition("=")[0] in kinds):
        return
    hint = did_you_mean(correction.path, sorted(paths))
    raise UnknownNameError(
        f"user {person.user_id!r} has no fact {correction.path!r}{hint}; "
        f"see: limner show {person.user_id} --json"
    )


def _forget(store: Store, user_no: int, path: str) -> None:
    """Take back what was decided of a fact, under whichever of the user's ids."""
    for one in read_corrections(store, user_no):
        if one.path == path:
            store.rows(
                "DELETE FROM corrections WHERE user_id = ? AND dimension = ? AND key = ? AND value = ?",
                *(one.user_id, one.dimension, one.key, one.value),
            )


def _forget_others(store: Store, correction: Correction) -> None:
    """Take back what was decided of other values of a key that has one value only."""
    if is_single(correction.dimension, correction.key):
        store.rows(
            "DELETE FROM corrections WHERE user_id = ? AND dimension = ? AND key = ?",
            *(correction.user_id, correction.dimension, correction.key),
        )
