"""One paragraph composed from the other facts: it says nothing they do not."""

from collections.abc import Iterator, Sequence

from limner.dimensions.claims import NOT, name_claim
from limner.dimensions.sitter import Cite, Draft, Sitter
from limner.phrases import name_attribute, name_value, say

_MOST_THEMES = 3
_SURE = 0.6
_MOST_CITES = 8
_FEW_EVENTS = 10
_TOLD = ("gender", "age", "city", "occupation")
"""Attributes that belong in a sentence about a person; a zip code does not."""


def compose_persona(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the persona, citing the facts it rests on; nothing when there is no fact at all."""
    if not facts:
        return
    parts: list[tuple[str, list[Draft]]] = []
    for write in (_write_who, _write_life, _write_interests, _write_turns, _write_habits, _write_opinions):
        parts.extend(write(sitter, facts))
    if not any(fact.dimension in ("interest", "sentiment") for _, used in parts for fact in used):
        newest = [fact for fact in facts if fact.key == "frequency"] or list(facts[:1])
        phrase = "persona.thin" if sitter.events < _FEW_EVENTS else "persona.bare"
        parts.append((say(phrase, sitter.lang, events=sitter.events), newest))
    used = [fact for _, rests_on in parts for fact in rests_on]
    stop = say("stop", sitter.lang)
    paragraph = "".join(sentence + stop for sentence, _ in parts).strip()
    yield Draft(
        "persona",
        "summary",
        say("persona.summary", sitter.lang, name=sitter.user_id),
        paragraph,
        1.0,
        sum(fact.confidence for fact in used) / len(used),
        _cites(used),
        first_seen=min((fact.first_seen for fact in used if fact.first_seen), default=None),
        last_seen=max((fact.last_seen for fact in used if fact.last_seen), default=None),
    )


def _cites(used: Sequence[Draft]) -> tuple[Cite, ...]:
    distinct = dict.fromkeys(fact.cites[0]._replace(most=1) for fact in used)
    return tuple(distinct)[:_MOST_CITES]


def _named(sitter: Sitter, facts: Sequence[Draft]) -> str:
    return say("and", sitter.lang).join(str(fact.value) for fact in facts)


def _write_who(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    sources = (("persona.declared", ("declared", "corrected")), ("persona.inferred", ("inferred",)))
    for phrase, given in sources:
        said = [f for f in facts if f.dimension == "demographic" and f.source in given and f.key in _TOLD]
        if said:
            named = (
                f"{name_attribute(fact.key, sitter.lang)} {name_value(fact.key, fact.value, sitter.lang)}"
                for fact in said
            )
            yield say(phrase, sitter.lang, parts=say("and", sitter.lang).join(named)), said


def _write_life(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    """What they say of themselves, as far as nobody disputes it."""
    said = [
        fact
        for fact in facts
        if any(cite.table == "claims" for cite in fact.cites)
        and fact.dimension == "demographic"
        and fact.source not in ("declared", "inferred")
        and not (fact.source == "corrected" and fact.key in _TOLD)
        and fact.confidence >= _SURE
        and fact.dispute in ("", "settled")
        and not str(fact.value).startswith(NOT)
    ][:_MOST_THEMES]
    if said:
        named = (name_claim(sitter, fact.key, fact.dimension, str(fact.value)) for fact in said)
        yield say("persona.life", sitter.lang, parts=say("and", sitter.lang).join(named)), said


def _write_interests(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    themes = [
        fact for fact in facts if fact.dimension == "interest" and fact.key in ("category", "tag", "keyword")
    ]
    liked = [f for f in themes if f.confidence >= _SURE and f.mood != "disliked"]
    chosen = [fact for fact in liked if fact.key == "category"][:_MOST_THEMES] or liked[:_MOST_THEMES]
    if chosen:
        yield say("persona.interests", sitter.lang, themes=_named(sitter, chosen)), chosen
    favourites = [fact for fact in facts if fact.dimension == "interest" and fact.key == "item"]
    if favourites and not any(fact.key == "category" for fact in chosen):
        titles = (sitter.title(str(fact.value)) for fact in favourites)
        yield say("persona.favourites", sitter.lang, themes=say("and", sitter.lang).join(titles)), favourites


def _write_turns(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    categories = [fact for fact in facts if fact.dimension == "interest" and fact.key == "category"]
    for phrase, trends in (("persona.rising", ("rising", "new")), ("persona.fading", ("fading",))):
        turned = [f for f in categories if f.trend in trends and f.mood != "disliked"][:_MOST_THEMES]
        if turned:
            yield say(phrase, sitter.lang, themes=_named(sitter, turned)), turned
    disliked = [fact for fact in categories if fact.mood == "disliked" and fact.confidence >= _SURE]
    if disliked:
        yield say("persona.dislikes", sitter.lang, themes=_named(sitter, disliked[:2])), disliked[:2]


def _write_habits(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    wanted = ("daypart", "price_band", "rating_style", "monetary")
    for fact in facts:
        if fact.key in wanted and fact.confidence >= _SURE and fact.value != "typical":
            sentence = fact.statement
            yield sentence[0].upper() + sentence[1:], [fact]


def _write_opinions(sitter: Sitter, facts: Sequence[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    aspects = [fact for fact in facts if fact.key == "aspect" and fact.confidence >= _SURE]
    for phrase, sign in (("persona.praises", 1), ("persona.complains", -1)):
        said = [fact for fact in aspects if sign * (fact.liking or 0.0) > 0.15][:_MOST_THEMES]
        if said:
            yield say(phrase, sitter.lang, themes=_named(sitter, said).replace("_", " ")), said
