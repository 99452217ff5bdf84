"""What a text says of its writer, read by rule."""

from collections.abc import Iterator

from limner.text.languages import TextLanguage
from limner.text.life import find_life_facts

Claim = tuple[str, str, str, float, int, int, str]
"""dimension, key, value, polarity −1..1, start, end, source: as `reading.CLAIMS` without the row."""
RULE = "rule"
"""The source of what is read without a model."""


def find_claims(text: str, language: TextLanguage) -> Iterator[Claim]:
    """Yield the claims of a normalised text in order; places are characters of it."""
    for fact in find_life_facts(text, language):
        yield fact.dimension, fact.key, fact.value, fact.polarity, fact.start, fact.stop, RULE
