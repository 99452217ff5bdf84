"""Evidence or nothing: what a model says of a clause becomes a claim only where the clause bears it out."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from limner.llm.answers import UNREADABLE, Item
from limner.llm.claims import LIFE, Claim, Rejected, Reviewed
from limner.llm.cues import (
    DENIED,
    INTENT,
    LIFE_CUES,
    NO_INTENT,
    OTHERS,
    OWN,
    RISK,
    SUPPOSED,
)
from limner.llm.grounding import find_aspect, ground_value
from limner.llm.kinds import RISKS
from limner.llm.naming import is_short, name_interest, name_life, name_plan
from limner.llm.ownership import is_denied, is_own, is_pointed_at
from limner.llm.selection import Chosen
from limner.llm.taxonomy import Taxonomy
from limner.records import MODEL
from limner.text.languages import TextLanguage
from limner.text.sentiment import read_clause, score_sentiment

Tone = Callable[[str, TextLanguage], float]
"""What a sentiment model reads in a clause, −1..1."""
REASONS = {
    "no_clause": "the number is of no clause that was shown",
    "kind": "a kind that does not exist",
    "unsupported": "nothing in the clause speaks of such a thing",
    "ungrounded": "the words are not in the clause",
    "no_aspect": "no feature is named",
    "no_opinion": "the clause judges nothing",
    "contradicts": "the sentiment model is sure of the contrary; kept for review",
    "not_own": "it is somebody else's, or supposed",
    "no_intent": "nothing is planned, or it is ruled out",
    "repeated": "the same was said of the same clause",
    UNREADABLE: "an entry that is no item",
}
"""Why an item is not believed."""
STRONG_TONE = 0.5
LEAST_TONE = 0.1
"""A tone nearer to 0 than this judges nothing, unless a word in the clause does."""
_HALF_SURE = 0.5
_JUDGES = re.compile(
    r"\b(?:too|very|really|quite|pretty|a bit|a little|barely|hardly|broke\w*|stopped|fail\w*|fell|lasts?"
    r"|works?|worked"
    r"|problem|issue|feels?|sounds?|looks?|\w+(?:ful|less|able|ible|ous|ish))\b|太|很|非常|有点|有些|特别"
    r"|挺|超|真|好|不|没|够"
)


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides over the items of one text."""

    reviewed: Reviewed
    language: TextLanguage
    model: str
    taxonomy: Taxonomy
    tone: Tone = score_sentiment
    _seen: set[tuple[int, str, str]] = field(default_factory=set)

    def decide(
        self, items: Iterable[Item], chosen: Sequence[Chosen]
    ) -> tuple[tuple[Claim, ...], tuple[Rejected, ...]]:
        """Return what is believed and what is not; numbers count the clauses of this text, from 1."""
        claims: list[Claim] = []
        rejected: list[Rejected] = []
        for item in items:
            one = chosen[item.number - 1] if 1 <= item.number <= len(chosen) else None
            found = self._decide(item, one) if one else _name_stray(item)
            if isinstance(found, Claim):
                claims.append(found)
            else:
                rejected.append(self._reject(item, one, found))
        return tuple(claims), tuple(rejected)

    def _decide(self, item: Item, chosen: Chosen) -> Claim | str:
        """Return the claim, or the reason why there is none."""
        rule = _RULES.get(item.kind)
        if rule is None:
            return "kind"
        if item.kind not in chosen.kinds:
            return "unsupported"
        found = rule(self, item, chosen)
        if isinstance(found, Claim):
            name = (found.start, found.key, found.value)
            if name in self._seen:
                return "repeated"
            self._seen.add(name)
        return found

    def _judge_opinion(self, item: Item, chosen: Chosen) -> Claim | str:
        normal = chosen.clause.normal
        tone = self.tone(normal, self.language)
        side = 1.0 if item.kind == "good" else -1.0
        if (
            abs(tone) < LEAST_TONE
            and not read_clause(normal, self.language).hits
            and not _JUDGES.search(normal)
        ):
            return "no_opinion"
        if abs(tone) >= STRONG_TONE and tone * side < 0:
            return "contradicts"
        aspect = find_aspect(item.value, normal, self.language)
        if not is_short(aspect):
            return "no_aspect" if ground_value(item.value, normal) else "ungrounded"
        polarity = side * max(abs(tone), _HALF_SURE) if tone * side > 0 else side * _HALF_SURE
        return self._claim(chosen, "sentiment", "aspect", aspect, polarity)

    def _judge_life(self, item: Item, chosen: Chosen) -> Claim | str:
        normal, kind = chosen.clause.normal, item.kind
        if not LIFE_CUES[kind].search(normal):
            return "unsupported"
        if not is_own(kind, normal, self.language):
            return "not_own"
        value = name_life(kind, normal, ground_value(item.value, normal), self.language)
        if not value:
            return "ungrounded"
        denied = is_denied(kind, normal, value)
        if denied is None:
            return "unsupported"
        if is_pointed_at(kind, normal, value):
            return "not_own"
        return self._claim(chosen, "demographic", kind, value, -1.0 if denied else 1.0)

    def _judge_intent(self, item: Item, chosen: Chosen) -> Claim | str:
        normal = chosen.clause.normal
        if not INTENT.search(normal) or NO_INTENT.search(normal) or SUPPOSED.search(normal):
            return "no_intent"
        value = name_plan(normal, ground_value(item.value, normal), self.language)
        return self._claim(chosen, "interest", "intent", value, None) if value else "ungrounded"

    def _judge_interest(self, item: Item, chosen: Chosen) -> Claim | str:
        normal = chosen.clause.normal
        if OTHERS.search(normal) or not (OWN.search(normal) or self.language == "zh"):
            return "not_own"
        value = name_interest(normal, ground_value(item.value, normal), self.language)
        if not value:
            return "ungrounded"
        if self.tone(normal, self.language) <= -STRONG_TONE or DENIED.search(normal):
            return "contradicts"
        category, reason = self.taxonomy.place(value)
        return self._claim(chosen, "interest", "category", category, 1.0, reason=reason)

    def _judge_risk(self, item: Item, chosen: Chosen) -> Claim | str:
        normal = chosen.clause.normal
        sides = {side for side, cue in RISK.items() if cue.search(normal)}
        if item.kind not in sides:
            return "contradicts" if sides else "unsupported"
        if OTHERS.search(normal) or SUPPOSED.search(normal):
            return "not_own"
        return self._claim(chosen, "behaviour", "risk", item.kind, 1.0)

    def _claim(
        self,
        chosen: Chosen,
        dimension: str,
        key: str,
        value: str,
        polarity: float | None,
        *,
        reason: str = "",
    ) -> Claim:
        asked = self.reviewed
        place = chosen.clause.start, chosen.clause.stop
        named = asked.user_id, asked.text_id, asked.timestamp
        return Claim(*named, dimension, key, value, polarity, *place, f"{MODEL}{self.model}", reason)

    def _reject(self, item: Item, chosen: Chosen | None, reason: str) -> Rejected:
        start, stop = (chosen.clause.start, chosen.clause.stop) if chosen else (0, 0)
        return Rejected(
            self.reviewed.user_id, self.reviewed.text_id, reason, item.kind[:24], item.value[:60], start, stop
        )


def _name_stray(item: Item) -> str:
    return UNREADABLE if item.kind == UNREADABLE else "no_clause"


def _judges(normal: str, language: TextLanguage) -> bool:
    """Return whether a word of a clause judges, or may."""
    return bool(read_clause(normal, language).hits or _JUDGES.search(normal))


_RULES: dict[str, Callable[[Judge, Item, Chosen], Claim | str]] = {
    "good": Judge._judge_opinion,
    "bad": Judge._judge_opinion,
    "want": Judge._judge_intent,
    "like": Judge._judge_interest,
    **dict.fromkeys(RISKS, Judge._judge_risk),
    **dict.fromkeys(LIFE, Judge._judge_life),
}
