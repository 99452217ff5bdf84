"""Which part of a portrait a caller wants, and its JSON shape."""

from dataclasses import replace
from typing import Any, NamedTuple

from limner.errors import InputError, UnknownNameError, did_you_mean
from limner.records import DIMENSIONS, Fact, Profile
from limner.studio.serving.gallery import shape_portrait
from limner.studio.studio import Studio

ALWAYS = ("user_id", "as_of", "pending_events")
PARTS = ("facts", "vector", "coverage")
FACT_FIELDS = (
    *("dimension", "key", "value", "statement", "strength", "liking", "confidence", "trend", "source"),
    *("sources", "first_seen", "last_seen", "evidence", "history", "dispute"),
)


class Wanted(NamedTuple):
    """Dimensions, moment, fields and language of a portrait; a key under which it may be kept."""

    dimensions: tuple[str, ...] = ()
    """Empty: all."""
    as_of: str = ""
    """A date (its end) or a time; empty: now."""
    fields: tuple[str, ...] = ()
    """Of `PARTS` and `FACT_FIELDS`; empty: all."""
    lang: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether everything of now is wanted."""
        return not (self.dimensions or self.as_of or self.fields)


def read_wanted(dimension: list[str] | None, as_of: str, fields: list[str] | None, lang: str) -> Wanted:
    """Return what a query asks for; names may be given one by one or with commas between.

    Raises:
        UnknownNameError: no such dimension or field.
        InputError: another language than zh or en.
    """
    dimensions, named = _split(dimension), _split(fields)
    for one in dimensions:
        _check("dimension", one, DIMENSIONS)
    for one in named:
        _check("field", one, (*ALWAYS, *PARTS, *FACT_FIELDS))
    if lang not in ("", "zh", "en"):
        raise InputError(f"lang {lang!r} is neither zh nor en; leave it out for the workspace's")
    return Wanted(dimensions, as_of, named, lang)


def shape_profile(studio: Studio, user_id: str, wanted: Wanted) -> dict[str, Any]:
    """Return the JSON shape of a portrait: that of ``limner show --json``, with ``pending_events``.

    ``pending_events`` counts the user's events after ``as_of``: held, and not in this portrait.
    """
    profile = studio.profile(user_id, wanted.as_of or None, lang=wanted.lang)
    chosen = replace(profile, facts=_choose(profile, wanted.dimensions))
    pending = studio.count_pending(user_id, profile.as_of) if wanted.as_of else 0
    shape = shape_portrait(chosen, pending)
    parts = {name for name in wanted.fields if name in PARTS}
    of_facts = tuple(name for name in FACT_FIELDS if name in wanted.fields)
    if of_facts:
        shape["facts"] = [{name: fact[name] for name in of_facts} for fact in shape["facts"]]
        parts |= {"facts"}
    return {name: value for name, value in shape.items() if not parts or name in parts or name in ALWAYS}


def _choose(profile: Profile, dimensions: tuple[str, ...]) -> tuple[Fact, ...]:
    if not dimensions:
        return profile.facts
    return tuple(fact for fact in profile.facts if fact.dimension in dimensions)


def _split(given: list[str] | None) -> tuple[str, ...]:
    parts = [part.strip() for one in given or () for part in one.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _check(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f" (known: {', '.join(known)})"
        raise UnknownNameError(f"no {kind} {name!r}{hint}")
