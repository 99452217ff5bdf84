"""Personas that a model wrote: shown while each of the facts they rest on still holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from limner.records import MODEL, Fact, Language
from limner.store.store import Store

_CLEAR = 0.15
_MOST_EVIDENCE = 8


def mark_fact(fact: Fact) -> list[Any]:
    """Return what has to stay as it is for a sentence about a fact to hold: its side, and where it turns."""
    liking = fact.liking or 0.0
    side = "liked" if liking > _CLEAR else "disliked" if liking < -_CLEAR else ""
    return [fact.path, side, fact.trend if fact.trend != "steady" else ""]


def dress(store: Store, user_no: int, lang: Language, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return facts with the persona a model wrote in place of the composed one, while it holds."""
    place = next((place for place, fact in enumerate(facts) if fact.dimension == "persona"), None)
    found = store.rows("SELECT lang, source, sentences FROM personas WHERE user_no = ?", user_no)
    if place is None or not found:
        return tuple(facts)
    _, source, told = min(found, key=lambda row: (row[0] != lang, row[0]))
    written = _read(facts[place], source, json.loads(told), {fact.path: fact for fact in facts})
    return tuple(written if one == place and written else fact for one, fact in enumerate(facts))


def _read(composed: Fact, source: str, told: Sequence[Any], known: Mapping[str, Fact]) -> Fact | None:
    """Return the persona as a fact, or None where one of the facts it rests on holds no longer."""
    marks = [mark for _, marks in told for mark in marks]
    rests_on = [known.get(path) for path, *_ in marks]
    for fact, (_, side, turned) in zip(rests_on, marks, strict=True):
        if fact is None or fact.dispute in ("open", "superseded"):
            return None
        _, side_now, turned_now = mark_fact(fact)
        if side_now != side or (turned and turned_now != turned):
            return None
    facts = [fact for fact in rests_on if fact is not None]
    if not facts:
        return None
    cited = {fact.evidence[0].id: fact.evidence[0] for fact in facts}
    return replace(
        composed,
        statement=" ".join(text for text, _ in told),
        source=source if source.startswith(MODEL) else f"{MODEL}{source}",
        sources=(),
        confidence=sum(fact.confidence for fact in facts) / len(facts),
        evidence=tuple(cited.values())[:_MOST_EVIDENCE],
    )
