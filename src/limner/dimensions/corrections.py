"""Facts as somebody corrected them: what is forbidden goes, what is pinned or set stands, and says so."""

from collections.abc import Iterable
from dataclasses import replace

from limner.dimensions.claims import NOT
from limner.dimensions.sitter import Cite, Draft, Shares, Sitter
from limner.phrases import CATALOGUE, name_attribute, say
from limner.records import Correction

CORRECTED = "corrected"
"""The source of a fact that somebody pinned or set."""
LIKED = ("interest", "sentiment")
"""Dimensions whose facts may have a liking."""
_CLEAR = 0.15
_THEMES = ("category", "brand", "topic", "tag", "keyword", "interest")
"""Keys of an interest that name a theme: one is forbidden under all of them."""
_SINGLE = {
    "behaviour": (
        *("frequency", "recency", "monetary", "daypart", "week", "peak_hour", "dwell", "sessions"),
        "rating_style",
    ),
    "interest": ("price_band",),
    "sentiment": ("overall", "ratings"),
    "social": ("friends", "community", "influence", "place"),
}
_NUMBERS = ("age", "price_band")


def is_single(dimension: str, key: str) -> bool:
    """Return whether a user has one value of a key at most, so that one value rules out all others.

    >>> is_single("demographic", "gender"), is_single("demographic", "allergy"), is_single("interest", "tag")
    (True, False, False)
    """
    if dimension == "demographic":
        return f"attribute.{key}" in CATALOGUE or f"claim.{key}" not in CATALOGUE
    return key in _SINGLE.get(dimension, ())


def correct_drafts(sitter: Sitter, drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts as corrected; those that were pinned or set stand first in their dimension."""
    found = list(drafts)
    for correction in sitter.corrections:
        found = _correct(sitter, found, correction)
    return found


def _correct(sitter: Sitter, drafts: list[Draft], correction: Correction) -> list[Draft]:
    if correction.verb == "forbid":
        return [draft for draft in drafts if not _is_about(correction, draft)]
    own = next((draft for draft in drafts if _is_same(correction, draft)), None)
    left = [draft for draft in drafts if draft is not own and not _is_ruled_out(correction, draft)]
    place = next(
        (place for place, draft in enumerate(left) if draft.dimension == correction.dimension), len(left)
    )
    stated = _state(sitter, correction) if own is None else _confirm(sitter, own, correction)
    return [*left[:place], stated, *left[place:]]


def _is_same(correction: Correction, draft: Draft) -> bool:
    return (draft.dimension, draft.key, str(draft.value)) == (
        correction.dimension,
        correction.key,
        correction.value,
    )


def _is_about(correction: Correction, draft: Draft) -> bool:
    """Return whether a forbidden fact forbids another one: the same key, or the same theme."""
    if draft.dimension != correction.dimension:
        return False
    if is_single(correction.dimension, correction.key):
        return draft.key == correction.key
    if str(draft.value).removeprefix(NOT) != correction.value.removeprefix(NOT):
        return False
    return draft.key == correction.key or (draft.key in _THEMES and correction.key in _THEMES)


def _is_ruled_out(correction: Correction, draft: Draft) -> bool:
    """Return whether a fact cannot stand beside a pinned one: another value of the key, or its denial."""
    if (draft.dimension, draft.key) != (correction.dimension, correction.key):
        return False
    denial = f"{NOT}{correction.value}"
    return is_single(correction.dimension, correction.key) or str(draft.value) == denial


def _cite(correction: Correction) -> Cite:
    return Cite("corrections", name=correction.id)


def _confirm(sitter: Sitter, draft: Draft, correction: Correction) -> Draft:
    """Return a fact that Limner states itself, as somebody corrected it."""
    statement, liking, mood = draft.statement, draft.liking, draft.mood
    if correction.liking is None:
        statement += say("corrected.pinned", sitter.lang)
    else:
        statement, liking = _restate(sitter, draft, correction), correction.liking
        mood = _mood(liking)
    return replace(
        draft,
        statement=statement,
        confidence=1.0,
        cites=(_cite(correction), *draft.cites),
        source=CORRECTED,
        sources=(CORRECTED, *(draft.sources or (draft.source,))),
        dispute="",
        liking=liking,
        mood=mood,
    )


def _restate(sitter: Sitter, draft: Draft, correction: Correction) -> str:
    """Return the statement with the liking that was set in place of the one that was read."""
    if draft.dimension != "interest":
        return _word(sitter, correction)
    read = say(draft.mood, sitter.lang, liking=draft.liking) if draft.mood else ""
    liking = correction.liking or 0.0
    mood = say(f"mood.{_mood(liking)}", sitter.lang)
    return draft.statement.replace(read, "") + say("corrected.liking", sitter.lang, mood=mood, liking=liking)


def _state(sitter: Sitter, correction: Correction) -> Draft:
    """Return a fact that nothing but the correction says."""
    cell = sitter.of(correction.key).get(correction.value)
    shares = Shares.of(sitter, sitter.of("activity").get("all"))
    value = correction.value
    whole = correction.key in _NUMBERS and value.isdecimal()
    return Draft(
        correction.dimension,
        correction.key,
        int(value) if whole else value,
        _word(sitter, correction),
        shares.strength(cell) if cell is not None else 0.0,
        1.0,
        (_cite(correction),),
        liking=correction.liking,
        source=CORRECTED,
        mood="" if correction.liking is None else _mood(correction.liking),
        first_seen=(cell.first_seen or None) if cell is not None else None,
        last_seen=(cell.last_seen or None) if cell is not None else None,
    )


def _word(sitter: Sitter, correction: Correction) -> str:
    """Return what a corrected fact says where no other sentence does."""
    name, value = name_attribute(correction.key, sitter.lang), correction.value
    if correction.dimension == "interest":
        value = sitter.title(value) if correction.key == "item" else value
        said = say("claim.interest", sitter.lang, value=value) if correction.liking is None else value
    else:
        said = say("claim.other", sitter.lang, name=name, value=value)
    if correction.liking is None:
        return said + say("corrected.pinned", sitter.lang)
    mood = say(f"mood.{_mood(correction.liking)}", sitter.lang)
    return said + say("corrected.liking", sitter.lang, mood=mood, liking=correction.liking)


def _mood(liking: float) -> str:
    return "liked" if liking > _CLEAR else "disliked" if liking < -_CLEAR else "mixed"
