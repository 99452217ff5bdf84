"""One text made ready: its clauses chosen, its evidence named, its share of a call estimated."""

import hashlib
import json
from dataclasses import dataclass

from limner.llm.claims import Reviewed
from limner.llm.prompts import ANSWER_TOKENS, VERSION, write_clause
from limner.llm.selection import Chosen, choose_clauses
from limner.llm.shown import Clause, show
from limner.llm.tokens import count_tokens
from limner.records import Language
from limner.text.languages import TextLanguage

_PER_LINE = 2
"""Tokens of a clause's number and line break."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one text puts into a call."""

    reviewed: Reviewed
    language: TextLanguage
    chosen: tuple[Chosen, ...]
    withheld: tuple[Clause, ...]
    raw_tokens: int
    """Of the whole text, estimated."""
    prompt_tokens: int
    """Of its clauses in a prompt, estimated."""
    evidence: str
    """Hash of everything the answer depends on; the same evidence is never asked about twice."""

    @property
    def answer_tokens(self) -> int:
        """Most tokens the answer about it may take."""
        return ANSWER_TOKENS * len(self.chosen)

    @property
    def lines(self) -> tuple[str, ...]:
        """Its clauses as they are sent."""
        return tuple(write_clause(one.clause.shown) for one in self.chosen)

    @property
    def prompt_language(self) -> Language:
        """The language to ask in."""
        return "zh" if self.language == "zh" else "en"

    @property
    def worth(self) -> float:
        """Of the best of its clauses."""
        return max((one.worth for one in self.chosen), default=0.0)


def prepare(reviewed: Reviewed, *, model: str, most_clauses: int, finance: bool = False) -> Unit:
    """Return a text ready to be asked about; no clause is chosen where nothing is worth asking."""
    shown = show(reviewed.text, reviewed.language)
    raw_tokens = count_tokens(reviewed.text)
    chosen = choose_clauses(shown, min(raw_tokens, 40 * most_clauses), finance=finance)
    lines = [(write_clause(one.clause.shown), one.kinds) for one in chosen]
    named = json.dumps([model, VERSION, shown.language, finance, lines], ensure_ascii=False)
    return Unit(
        reviewed,
        shown.language,
        chosen,
        shown.withheld,
        raw_tokens,
        sum(count_tokens(line) + _PER_LINE for line, _ in lines),
        hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
    )
