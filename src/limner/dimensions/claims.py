"""What texts say of their writers, joined with what all else says: one fact each, and what disputes it.

Facts meet by dimension, key and the canonical name of their value. The rows of one reader share its errors,
and all readers share the text they read, so agreement counts as a noisy-or over readers with a floor each:

    error of a reader    e(n) = floor + (first − floor) · 2^−(n − 1)     n texts
    error of all         E = s + (1 − s) · Π e                          s = `SHARED_ERROR`
    confidence           (1 − E) · w / (w + w′)      decayed weights for and against

Who says otherwise opens a dispute. Newer evidence settles it: the side that spoke last has to weigh
`CLEARLY_MORE` than the other. What lost stays, marked as superseded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import prod
from typing import Any, NamedTuple

from limner.dimensions.sitter import Draft, Sitter, cite_cells
from limner.ledger.cells import Cell
from limner.phrases import CATALOGUE, name_attribute, say
from limner.records import DIMENSIONS, MODEL, Dispute

OBSERVED = "observed"
SHARED_ERROR = 0.02
"""Chance that a text misleads everyone who reads it: a joke, a quotation, somebody else's words."""
CLEARLY_MORE = 1.5
NOT = "not "
"""Before the value of a fact that was denied."""
_FIRST_ERROR = {OBSERVED: 0.10, MODEL: 0.20}
_FLOOR = {OBSERVED: 0.04, MODEL: 0.08}
_ONE_OF = ("risk",)
"""Keys of which one value rules out another."""
_FREELY_NAMED = ("demographic",)
"""Dimensions whose values are the words of the text: others are named by the owner, or by the word lists."""
_LIKINGS = ("interest",)
"""Dimensions in which a side is a liking."""
_CLEAR = 0.15
_MOST = 8
"""Facts of one key."""


class Reader(NamedTuple):
    """One reader's rows for a value and a side."""

    source: str
    cell: Cell
    parts: tuple[Cell, ...]
    """The cells of the ledger it is the sum of: values of one meaning have one each."""

    @classmethod
    def of(cls, source: str, parts: Iterable[Cell]) -> "Reader":
        """Return the sum of some cells."""
        cells = tuple(parts)
        return cls(source, reduce(Cell.plus, cells), cells)

    @property
    def error(self) -> float:
        """The chance that all of its rows mislead."""
        kind = MODEL if self.source.startswith(MODEL) else OBSERVED
        return float(_FLOOR[kind] + (_FIRST_ERROR[kind] - _FLOOR[kind]) * 0.5 ** (self.cell.n - 1))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of one value, on one side, by whom."""

    dimension: str
    key: str
    value: str
    denied: bool
    readers: tuple[Reader, ...]

    @property
    def n(self) -> int:
        """Texts that say so: those of the reader that found most, since readers read the same ones."""
        return max(reader.cell.n for reader in self.readers)

    @property
    def weight(self) -> float:
        """Decayed weight of those texts."""
        return max(reader.cell.lasting for reader in self.readers)

    @property
    def last_seen(self) -> int:
        """The newest text."""
        return max(reader.cell.last_seen for reader in self.readers)

    @property
    def confidence(self) -> float:
        """The chance that it holds, as far as nobody says otherwise."""
        return agree(*(1 - reader.error for reader in self.readers))

    @property
    def cells(self) -> list[Cell]:
        """The cells behind it."""
        return [part for reader in self.readers for part in reader.parts]

    @property
    def total(self) -> Cell:
        """Its cells as one, under its value."""
        return reduce(Cell.plus, self.cells)._replace(key=self.value)

    def rules_out(self, other: "Claim") -> bool:
        """Return whether both cannot hold."""
        if (self.dimension, self.key) != (other.dimension, other.key):
            return False
        if self.value == other.value:
            return self.denied != other.denied
        return self.key in _ONE_OF and not (self.denied or other.denied)


def agree(*confidences: float) -> float:
    """Return the confidence in what several say, each of whom may be wrong apart from the others.

    >>> round(agree(0.9), 3), round(agree(0.9, 0.8), 3)
    (0.9, 0.96)
    """
    if len(confidences) < 2:
        return confidences[0]
    wrong = SHARED_ERROR + (1 - SHARED_ERROR) * prod(1 - one for one in confidences)
    return max(*confidences, 1 - wrong)


def settle(own: tuple[int, float], other: tuple[int, float]) -> Dispute:
    """Return how a dispute stands for one side, from (newest moment, decayed weight) of both.

    >>> settle((9, 1.0), (5, 0.9)), settle((9, 2.0), (5, 0.9)), settle((5, 0.9), (9, 2.0))
    ('open', 'settled', 'superseded')
    """
    (newer, weight), (_, rest) = max((own, other)), min((own, other))
    if own[0] == other[0] or weight < CLEARLY_MORE * rest:
        return "open"
    return "settled" if newer == own[0] else "superseded"


def gather_claims(sitter: Sitter, dimensions: Iterable[str]) -> list[Claim]:
    """Return the claims of some dimensions, said most first."""
    found: dict[tuple[str, str, str, bool], dict[str, list[Cell]]] = {}
    cells = [(cell, cell.key.split("|", 4)) for cell in sitter.of("claim").values()]
    for cell, (source, dimension, key, side, value) in sorted(cells, key=_rules_first):
        if dimension not in dimensions:
            continue
        named = sitter.canonical(value)
        if source.startswith(MODEL):
            ruled = [name[2] for name in found if name[:2] == (dimension, key) and name[3] == (side == "-")]
            named = name_alike(named, ruled) if dimension in _FREELY_NAMED else named
        readers = found.setdefault((dimension, key, named, side == "-"), {})
        readers.setdefault(source if source.startswith(MODEL) else OBSERVED, []).append(cell)
    claims = [
        Claim(*name, tuple(Reader.of(*reader) for reader in readers.items()))
        for name, readers in found.items()
    ]
    return sorted(claims, key=lambda claim: (-claim.n, -claim.weight, claim.key, claim.value, claim.denied))


def _rules_first(told: tuple[Cell, list[str]]) -> tuple[bool, str]:
    return told[1][0].startswith(MODEL), told[0].key


def name_alike(value: str, known: Iterable[str]) -> str:
    """Return the known value that has a value in it, or that it has in it as a whole; else the value itself.

    A model that names things with a word more or less than the rules do speaks of the same.

    >>> name_alike("cat box", ["cat"]), name_alike("女儿", ["女儿, 3岁"]), name_alike("catfish", ["cat"])
    ('cat', '女儿, 3岁', 'catfish')
    """
    alike = [one for one in known if _holds(value, one) or _holds(one, value)]
    return max(alike, key=len, default=value)


def _holds(whole: str, part: str) -> bool:
    if not part.isascii():
        return part in whole
    return bool(re.search(rf"\b{re.escape(part)}s?\b", whole))


def join_claims(sitter: Sitter, drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts with what texts claim: joined where they meet, further ones behind them."""
    enabled = [name for name in sitter.settings.dimensions.enabled if name in DIMENSIONS]
    claims = [one for one in gather_claims(sitter, enabled) if one.dimension != "sentiment"]
    places = {_meeting(sitter, draft): place for place, draft in enumerate(drafts)}
    joined, alone = list(drafts), list[Claim]()
    for claim in claims:
        place = places.get((claim.dimension, claim.key, claim.value))
        if place is None:
            alone.append(claim)
        else:
            joined[place] = join_claim(sitter, joined[place], claim)
    return joined + list(_draft_claims(sitter, alone))


def name_claim(sitter: Sitter, key: str, dimension: str, value: str) -> str:
    """Return what a claim says, as a phrase."""
    phrase = f"claim.{dimension if dimension in _LIKINGS and key != 'intent' else key}"
    if phrase in CATALOGUE:
        return say(phrase, sitter.lang, value=value)
    return say("claim.other", sitter.lang, name=name_attribute(key, sitter.lang), value=value)


def _meeting(sitter: Sitter, draft: Draft) -> tuple[str, str, str]:
    return draft.dimension, draft.key, sitter.canonical(str(draft.value))


def _draft_claims(sitter: Sitter, claims: Sequence[Claim]) -> Iterator[Draft]:
    told: dict[tuple[str, str], int] = {}
    for claim in claims:
        name = (claim.dimension, claim.key)
        told[name] = told.get(name, 0) + 1
        if told[name] <= _MOST:
            yield _draft_claim(sitter, claim, claims)


def _draft_claim(sitter: Sitter, claim: Claim, claims: Sequence[Claim]) -> Draft:
    others = [other for other in claims if claim.rules_out(other)]
    against = sum(other.weight for other in others)
    last_said = max((other.last_seen for other in others), default=0)
    dispute = settle((claim.last_seen, claim.weight), (last_said, against)) if others else ""
    named = name_claim(sitter, claim.key, claim.dimension, claim.value)
    phrase = "claim.denied" if claim.denied else "claim.said"
    statement = say(phrase, sitter.lang, said=named, n=claim.n)
    whole = sum(
        other.weight for other in claims if (other.dimension, other.key) == (claim.dimension, claim.key)
    )
    likes = claim.dimension in _LIKINGS and claim.key != "intent"
    total = claim.total
    return Draft(
        claim.dimension,
        claim.key,
        f"{NOT}{claim.value}" if claim.denied else claim.value,
        statement + (say(f"dispute.{dispute}", sitter.lang) if dispute else ""),
        claim.weight / whole if whole > 0 else 0.0,
        claim.confidence * _share(claim.weight, against),
        cite_cells(claim.cells, "claims"),
        liking=total.mean_liking if likes else None,
        mood=("disliked" if claim.denied else "liked") if likes else "",
        first_seen=total.first_seen or None,
        last_seen=total.last_seen or None,
        dispute=dispute,
        against=tuple(cite for other in others for cite in cite_cells(other.cells, "claims", most=1)),
        **name_sources([reader.source for reader in claim.readers]),
    )


def join_claim(sitter: Sitter, draft: Draft, claim: Claim) -> Draft:
    """Return a draft with a claim about the same: it agrees, or disputes it."""
    sides = -1.0 if claim.denied else 1.0
    if claim.denied if draft.liking is None else sides * draft.liking < -_CLEAR:
        return _oppose(sitter, draft, claim)
    return replace(
        draft,
        confidence=agree(draft.confidence, claim.confidence),
        cites=draft.cites + cite_cells(claim.cells, "claims", most=1),
        sources=_unite((draft.source,), draft.sources, [reader.source for reader in claim.readers]),
    )


def _oppose(sitter: Sitter, draft: Draft, claim: Claim) -> Draft:
    """Return a draft that a claim disputes."""
    weight = sum(cite.cell.lasting for cite in draft.cites if cite.cell) or claim.weight
    dispute = settle((draft.last_seen or 0, weight), (claim.last_seen, claim.weight))
    return replace(
        draft,
        statement=draft.statement + say(f"dispute.{dispute}", sitter.lang),
        confidence=draft.confidence * _share(weight, claim.weight),
        dispute=dispute,
        against=draft.against + cite_cells(claim.cells, "claims", most=1),
    )


def name_sources(sources: Sequence[str]) -> dict[str, Any]:
    """Return the source of a fact, and everyone who says it where that is more than one."""
    ranked = _unite([one for one in sources if one == OBSERVED], sorted(sources))
    return {"source": ranked[0], "sources": ranked if len(ranked) > 1 else ()}


def _unite(*sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for some in sources for source in some))


def _share(weight: float, against: float) -> float:
    return weight / (weight + against) if weight + against > 0 else 0.5
