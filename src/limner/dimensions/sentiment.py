"""What a user is pleased and displeased with: overall, and by aspect with the words they used."""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from limner.dimensions.claims import Claim, Reader, gather_claims, join_claim, name_sources
from limner.dimensions.sitter import Draft, Sitter, cite_cell, cite_cells, gather_alike, normal_cdf, seen
from limner.ledger.cells import Cell
from limner.phrases import say
from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon

_MOST_ASPECTS = 10
_CLEAR = 0.15
_ONE_SIDED = 0.25
"""Mean polarity beyond which an aspect is praised or blamed; within it, opinions differ."""
_MIN_JUDGED = 5
_SPREAD = 0.8
"""Standard deviation of one polarity reading, for confidence."""


def read_sentiments(sitter: Sitter) -> Iterator[Draft]:
    """Yield the tone of what was written, of what was rated, and each aspect, most mentioned first."""
    yield from _overall(sitter)
    yield from _ratings(sitter)
    yield from _aspects(sitter)


def _tone(liking: float) -> str:
    return "positive" if liking > _CLEAR else "negative" if liking < -_CLEAR else "neutral"


def _overall(sitter: Sitter) -> Iterator[Draft]:
    written = [cell for kind, cell in sitter.of("writing").items() if kind not in ("query", "tag")]
    n, opinion = sum(cell.n for cell in written), sum(cell.opinion for cell in written)
    if not n or opinion <= 0:
        return
    liking = max(-1.0, min(1.0, sum(cell.liking for cell in written) / opinion))
    newest = max(written, key=lambda cell: (cell.last_seen, cell.key))
    tone = say(f"tone.{_tone(liking)}", sitter.lang)
    yield Draft(
        "sentiment",
        "overall",
        _tone(liking),
        say("sentiment.overall", sitter.lang, n=n, tone=tone, liking=liking),
        abs(liking),
        _confidence(liking, n),
        cite_cell(newest, "texts"),
        liking=liking,
        first_seen=min(cell.first_seen for cell in written) or None,
        last_seen=newest.last_seen or None,
    )


def _ratings(sitter: Sitter) -> Iterator[Draft]:
    """The mean polarity of everything done, when enough of it shows one."""
    cell = sitter.of("activity").get("all")
    rated = sum(cell.n for cell in sitter.of("rating").values())
    if cell is None or cell.mean_liking is None or rated < _MIN_JUDGED:
        return
    liking = cell.mean_liking
    tone = say(f"tone.{_tone(liking)}", sitter.lang)
    yield Draft(
        "sentiment",
        "ratings",
        _tone(liking),
        say("sentiment.ratings", sitter.lang, tone=tone, liking=liking),
        abs(liking),
        _confidence(liking, rated),
        cite_cell(cell, "events"),
        liking=liking,
        **seen(cell),
    )


def _aspects(sitter: Sitter) -> Iterator[Draft]:
    """Yield what the rules read, joined with what models read of the same aspects, most mentioned first."""
    told = [cell for cell in sitter.of("aspect").values() if cell.mean_liking is not None]
    ruled = {cell.key: (cell, parts) for cell, parts in gather_alike(told, sitter.canonical)}
    modelled = _read_by_models(sitter)
    found = {name: ruled[name][0] if name in ruled else modelled[name].total for name in ruled | modelled}
    whole = sum(cell.lasting for cell in found.values()) or 1.0
    for cell in sorted(found.values(), key=lambda cell: (-cell.n, cell.key))[:_MOST_ASPECTS]:
        claim, share = modelled.get(cell.key), cell.lasting / whole
        if cell.key in ruled:
            draft = _aspect(sitter, cell, share)
            draft = replace(draft, cites=cite_cells(ruled[cell.key][1], "opinions"))
            yield draft if claim is None else join_claim(sitter, draft, claim)
        elif claim is not None:
            draft = _aspect(sitter, cell, share)
            yield replace(
                draft,
                confidence=draft.confidence * claim.confidence,
                cites=cite_cells(claim.cells, "claims"),
                **name_sources([reader.source for reader in claim.readers]),
            )


def _read_by_models(sitter: Sitter) -> dict[str, Claim]:
    """Return what models read of aspects, by the name that the rules have for each."""
    found: dict[str, dict[str, list[Cell]]] = {}
    for claim in gather_claims(sitter, ("sentiment",)):
        readers = found.setdefault(sitter.canonical(name_aspect(claim.value)), {})
        for reader in claim.readers:
            readers.setdefault(reader.source, []).extend(reader.parts)
    claims = {}
    for name, readers in found.items():
        total = reduce(Cell.plus, [cell for cells in readers.values() for cell in cells])
        denied = (total.mean_liking or 0.0) < 0
        told = tuple(Reader.of(source, cells) for source, cells in readers.items())
        claims[name] = Claim("sentiment", "aspect", name, denied, told)
    return claims


def name_aspect(word: str) -> str:
    """Return what the word lists call an aspect; a word that they do not know names itself.

    >>> name_aspect("显示屏"), name_aspect("Screen"), name_aspect("warp drive")
    ('屏幕', 'screen', 'warp drive')
    """
    named: tuple[TextLanguage, ...] = ("zh", "en")
    entries = (load_lexicon(language).entries.get(word.lower()) for language in named)
    return next((entry.aspect for entry in entries if entry and entry.aspect), word)


def _aspect(sitter: Sitter, cell: Cell, share: float) -> Draft:
    liking = cell.mean_liking or 0.0
    mood = "liked" if liking > _ONE_SIDED else "disliked" if liking < -_ONE_SIDED else "mixed"
    return Draft(
        "sentiment",
        "aspect",
        cell.key,
        say(f"sentiment.aspect.{mood}", sitter.lang, value=cell.key.replace("_", " "), n=cell.n),
        share,
        _confidence(liking, cell.n),
        cite_cell(cell, "opinions"),
        liking=liking,
        **seen(cell),
    )


def _confidence(liking: float, n: int) -> float:
    """Return the probability that the mean polarity has the side it shows, or is as near 0 as it shows."""
    error = _SPREAD / math.sqrt(n)
    if abs(liking) > _CLEAR:
        return normal_cdf(abs(liking) / error)
    return normal_cdf((2 * _CLEAR - liking) / error) - normal_cdf((-2 * _CLEAR - liking) / error)
