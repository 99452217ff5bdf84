"""Which clauses are worth a model's time, and what each could say at all.

Those that tell of a life, a plan or a liking are, and opinions that the rules are unsure of. What the rules
read with confidence is not asked again, and neither is what says nothing about anybody.
"""

import re
from functools import partial
from typing import NamedTuple

from limner.llm.cues import FONDNESS, INTENT, LIFE_CUES, OTHERS, OWN, RISK, SUPPOSED
from limner.llm.kinds import OPINIONS, RISKS
from limner.llm.shown import Clause, Shown
from limner.text.languages import TextLanguage
from limner.text.sentiment import ClauseReading, read_clause

TOKENS_PER_CLAUSE = 40
"""Tokens of a text for each of its clauses that may be asked about: what keeps the cost below the text."""
LEAST_WORTH = 0.3
SURE = 0.3
"""A sum of opinions this far from 0, on a known aspect, needs no second reader."""
_IMPLICIT_ZH = frozenset({"allergy", "diet", "child"})
"""Of these a Chinese clause tells without naming its subject, who is the writer then."""
_LIFE, _PLAN, _FONDNESS = 1.0, 0.9, 0.8
_UNKNOWN_WORD, _WEAK, _TURNED, _NO_ASPECT, _CLEAR = 0.7, 0.6, 0.5, 0.45, 0.1
_JUDGING = re.compile(
    r"\b(?:too|so|very|really|quite|pretty|bit|enough|barely|hardly|just|only|like|would|should|could|wish"
    r"|problem"
    r"|issue\w*|instead|than|broke\w*|stop\w*|fail\w*|fell|lasts?|works?|worked|feels?|sounds?|looks?|seems?"
    r"|\w+(?:ful|less|able|ible|ous|ish|ly))\b"
    r"|太|很|非常|有点|有些|特别|比较|挺|超|真|好|不|没|更|还|就是|居然|竟然|感觉|觉得|像|比"
)


class Chosen(NamedTuple):
    """A clause, what it may say, and what it is worth to have it read."""

    clause: Clause
    kinds: tuple[str, ...]
    """Of `kinds.KINDS`."""
    worth: float
    """0..1; below `LEAST_WORTH` it is not asked about."""


def choose_clauses(shown: Shown, raw_tokens: int, *, finance: bool = False) -> tuple[Chosen, ...]:
    """Return the clauses of a text to ask about, in its order: the best, one for each 40 tokens of it."""
    weigh = partial(weigh_clause, language=shown.language, finance=finance)
    weighed = [weigh(clause) for clause in shown.clauses]
    most = max(1, raw_tokens // TOKENS_PER_CLAUSE)
    best = sorted((one for one in weighed if one.worth >= LEAST_WORTH), key=lambda one: -one.worth)[:most]
    return tuple(sorted(best, key=lambda one: one.clause.start))


def weigh_clause(clause: Clause, *, language: TextLanguage, finance: bool = False) -> Chosen:
    """Return what a clause may say and what asking about it is worth."""
    normal = clause.normal
    worths = dict.fromkeys(_find_life(normal, language), _LIFE)
    if finance and any(cue.search(normal) for cue in RISK.values()):
        worths |= dict.fromkeys(RISKS, _LIFE)
    if INTENT.search(normal):
        worths["want"] = _PLAN
    if FONDNESS.search(normal):
        worths["like"] = _FONDNESS
    worth = max(worths.values(), default=0.0) * (0.5 if clause.asks else 1.0)
    opinion = 0.0 if clause.asks else _weigh_opinion(normal, read_clause(normal, language))
    kinds = (*worths, *(OPINIONS if opinion else ()))
    return Chosen(clause, kinds, max(worth, opinion))


def _find_life(normal: str, language: TextLanguage) -> list[str]:
    """Return the kinds of fact about the writer that a clause may state."""
    if SUPPOSED.search(normal):
        return []
    kinds = [kind for kind, cue in LIFE_CUES.items() if cue.search(normal)]
    if not kinds or OWN.search(normal):
        return kinds
    if language != "zh" or OTHERS.search(normal):
        return []
    return [kind for kind in kinds if kind in _IMPLICIT_ZH]


def _weigh_opinion(normal: str, reading: ClauseReading) -> float:
    """Return how much a second reader may add to what the rules read; 0 where nothing is judged."""
    strengths = [hit.polarity for hit in reading.hits]
    if reading.hedged or len(normal) < 2:
        return 0.0
    if not strengths:
        return _UNKNOWN_WORD if reading.aspects and _JUDGING.search(normal) else 0.0
    if min(strengths) < 0 < max(strengths):
        return _TURNED
    if not reading.aspects:
        return _NO_ASPECT
    return _CLEAR if abs(sum(strengths)) >= SURE else _WEAK
