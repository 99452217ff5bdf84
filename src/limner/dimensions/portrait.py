"""Every dimension in its order: one sitter in, the drafts of all facts out."""

from collections.abc import Callable, Iterator

from limner.dimensions.behaviour import read_behaviour
from limner.dimensions.claims import join_claims
from limner.dimensions.corrections import correct_drafts
from limner.dimensions.demographic import read_demographics
from limner.dimensions.interest import read_interests
from limner.dimensions.persona import compose_persona
from limner.dimensions.sentiment import read_sentiments
from limner.dimensions.sitter import Draft, Sitter
from limner.dimensions.social import read_social

READERS: dict[str, Callable[[Sitter], Iterator[Draft]]] = {
    "demographic": read_demographics,
    "behaviour": read_behaviour,
    "interest": read_interests,
    "social": read_social,
    "sentiment": read_sentiments,
}


def draft_facts(sitter: Sitter) -> list[Draft]:
    """Return the drafts of the enabled dimensions; the persona last, made from the others."""
    enabled = sitter.settings.dimensions.enabled
    read = (draft for name, read in READERS.items() if name in enabled for draft in read(sitter))
    drafts = join_claims(sitter, list(read))
    drafts = correct_drafts(sitter, drafts)
    drafts = [draft for draft in drafts if draft.cites]  # what cites nothing may not reach the persona either
    if "persona" in enabled:
        drafts.extend(compose_persona(sitter, drafts))
    return drafts
