"""What goes to a model and what may come back: texts with their writers, claims with their quotations."""

from dataclasses import dataclass

from limner.text.languages import TextLanguage

LIFE = ("allergy", "child", "pet", "device", "home", "vehicle", "diet", "occupation")
"""Keys of the dimension demographic that a text may give."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One text that a user wrote, and how much it matters to have it read."""

    user_id: str
    text_id: str
    timestamp: int
    """Microseconds UTC; 0 where the owner keeps no time."""
    text: str
    language: TextLanguage | None = None
    """None: found from the text."""
    activity: float = 1.0
    """Of the user: any number above 0, such as their events; more active users are asked about first."""
    uncertainty: float = 1.0
    """Of the user, 0..1: how little is known of them yet, such as 1 − mean confidence."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a text says of its writer; ``text[start:stop]`` is the quotation, exactly."""

    user_id: str
    text_id: str
    timestamp: int
    dimension: str
    """interest, sentiment, demographic or behaviour."""
    key: str
    """category or intent; aspect; one of `LIFE`; risk."""
    value: str
    polarity: float | None
    """−1..1: of an aspect its tone; of the others 1 when said and −1 when denied; None of an intent."""
    start: int
    stop: int
    source: str
    """``model:<name>``."""
    reason: str = ""
    """Why a category is none of the owner's; empty where it is one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that was not believed, or not sent."""

    user_id: str
    text_id: str
    reason: str
    """One of `evidence.REASONS` for an item; of a whole text why there was no answer: timeout, order, …"""
    kind: str = ""
    value: str = ""
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """All that came of one text; no claim is an answer, too."""

    user_id: str
    text_id: str
    claims: tuple[Claim, ...]
    rejected: tuple[Rejected, ...]
    answered: bool
    """False where no answer came or was usable; the text is then asked about again another time."""
    cached: bool = False
    """Whether no call was needed: the same evidence was asked about before, or there was nothing to ask."""
