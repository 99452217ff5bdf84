"""What a user turns to: categories, brands, tags, keywords, price band; short against long term."""

import math
from collections.abc import Iterator

from limner.dimensions.sitter import (
    Draft,
    Shares,
    Sitter,
    cite_cell,
    cite_cells,
    gather_alike,
    judge_share,
    seen,
)
from limner.ledger.cells import Cell
from limner.phrases import say

_MOST = {"category": 10, "brand": 5}
_MOST_WORDS = 8
_MOST_TOPICS = 5
_MIN_WRITTEN = 2
_MOST_DISLIKED = 3
_MOST_FAVOURITES = 3
_MIN_ITEMS = 5
_LOVED = 0.55
"""Mean polarity of a favourite: more than that it was bought."""
_CLEARLY_MORE = 1.2
_FELT = 0.15
_MIN_DISLIKED = 4
_UNSURE = 0.5
"""An interest less likely than this to be one is not stated."""


def read_interests(sitter: Sitter) -> Iterator[Draft]:
    """Yield interest facts, the most telling first within each key."""
    total = sitter.of("activity").get("all")
    shares = Shares.of(sitter, total)
    for signal, most in _MOST.items():
        yield from _read_keys(sitter, shares, signal, most)
    yield from _read_topics(sitter)
    yield from _read_words(sitter, "tag", "tag")
    yield from _read_words(sitter, "word", "keyword")
    yield from _read_price_band(sitter)
    yield from _read_favourites(sitter, shares)


def weigh_interest(strength: float, usual: float) -> float:
    """Return how telling a share is: the share itself, times how far it exceeds what is usual.

    >>> weigh_interest(0.2, 0.05) > weigh_interest(0.3, 0.3)
    True
    """
    return strength * math.log2(1 + strength / max(usual, 0.01))


def judge_liking(cell: Cell, total: Cell | None) -> str:
    """Return liked, disliked, mixed, or "" where nothing is known.

    Who rates everything low dislikes only what they rate lower still, so a cell is held against the rest.
    """
    liking = cell.mean_liking
    if liking is None:
        return ""
    rest = total.opinion - cell.opinion if total else 0.0
    usual = (total.liking - cell.liking) / rest if total and rest > 1e-9 * total.opinion else None
    if liking > _FELT and (usual is None or liking > usual - _FELT):
        return "liked"
    if liking < -_FELT and (usual is None or liking < usual - _FELT):
        return "disliked"
    return "mixed"


def _read_keys(sitter: Sitter, shares: Shares, signal: str, most: int) -> Iterator[Draft]:
    cells = sitter.of(signal)
    enough = 2 if sitter.events > 5 else 1
    ranked = sorted(
        (cell for cell in cells.values() if cell.n >= enough),
        key=lambda cell: (-weigh_interest(shares.strength(cell), sitter.usual(signal, cell.key)), cell.key),
    )
    drafts = [_draft_interest(sitter, shares, signal, cell) for cell in ranked]
    sure = [draft for draft in drafts if draft.confidence >= _UNSURE]
    wanted = [d for d in sure if d.strength >= sitter.usual(signal, str(d.value)) / _CLEARLY_MORE][:most]
    disliked = [d for d in sure if d not in wanted and _is_disliked(d, cells[str(d.value)])]
    yield from wanted + disliked[:_MOST_DISLIKED]


def _is_disliked(draft: Draft, cell: Cell) -> bool:
    return cell.n >= _MIN_DISLIKED and draft.mood == "disliked"


def _draft_interest(sitter: Sitter, shares: Shares, signal: str, cell: Cell) -> Draft:
    strength, usual = shares.strength(cell), sitter.usual(signal, cell.key)
    compared, confidence = _compare(cell, shares, strength, usual)
    trend = shares.trend(cell)
    statement = say(f"interest.{compared}", sitter.lang, value=cell.key, share=strength, usual=usual)
    mood = judge_liking(cell, shares.total)
    statement += say(mood, sitter.lang, liking=cell.mean_liking) if mood else ""
    statement += say(f"trend.{trend}", sitter.lang)
    return Draft(
        "interest",
        signal,
        cell.key,
        statement,
        strength,
        confidence,
        cite_cell(cell, "events"),
        liking=cell.mean_liking,
        trend=trend,
        mood=mood,
        **seen(cell),
    )


def _compare(cell: Cell, shares: Shares, strength: float, usual: float) -> tuple[str, float]:
    """Return whether a share is more, less or the same as usual, and the probability that this holds."""
    total = shares.total.n if shares.total else cell.n
    above = judge_share(cell.n, total, usual, usual=usual)
    if strength > _CLEARLY_MORE * usual:
        return "more", above
    if strength < usual / _CLEARLY_MORE:
        return "less", 1 - above
    wide = judge_share(cell.n, total, usual / 2, usual=usual) - judge_share(
        cell.n, total, usual * 2, usual=usual
    )
    return "same", max(0.0, wide)


def _read_topics(sitter: Sitter) -> Iterator[Draft]:
    """Yield the topics a user writes about more than others do, or at all often."""
    gathered = gather_alike(sitter.of("topic").values(), sitter.canonical)
    whole, total = sum(cell.lasting for cell, _ in gathered), sum(cell.n for cell, _ in gathered)
    chosen = [(cell, parts) for cell, parts in gathered if cell.n >= _MIN_WRITTEN]
    for cell, parts in sorted(chosen, key=lambda pair: (-pair[0].lasting, pair[0].key))[:_MOST_TOPICS]:
        share = min(1.0, cell.lasting / whole) if whole > 0 else 0.0
        usual = sum(sitter.usual("topic", part.key) for part in parts)
        yield Draft(
            "interest",
            "topic",
            cell.key,
            say("interest.topic", sitter.lang, value=cell.key, share=share, usual=usual),
            share,
            judge_share(cell.n, total, share / 2, usual=usual),
            cite_cells(parts, "texts"),
            **seen(cell),
        )


def _read_words(sitter: Sitter, signal: str, key: str) -> Iterator[Draft]:
    """Yield words and tags by weight; one that was used once is no interest yet."""
    cells = sitter.of(signal)
    whole = sum(cell.lasting for cell in cells.values())
    enough = 1 if signal == "tag" else 2
    tags = sitter.of("tag") if signal == "word" else {}
    told = [cell for cell in cells.values() if cell.key not in tags]
    chosen = [pair for pair in gather_alike(told, sitter.canonical) if pair[0].n >= enough]
    for cell, parts in sorted(chosen, key=_most_used)[:_MOST_WORDS]:
        yield Draft(
            "interest",
            key,
            cell.key,
            say(f"interest.{key}", sitter.lang, value=cell.key, n=cell.n),
            min(1.0, cell.lasting / whole) if whole > 0 else 0.0,
            1 - 0.5**cell.n,
            cite_cells(parts, "texts"),
            **seen(cell),
        )


def _most_used(gathered: tuple[Cell, list[Cell]]) -> tuple[int, float, str]:
    return -gathered[0].n, -gathered[0].lasting, gathered[0].key


def _read_price_band(sitter: Sitter) -> Iterator[Draft]:
    cells = sitter.of("price_band")
    total = sum(cell.n for cell in cells.values())
    if total < 5:
        return
    whole = sum(cell.lasting for cell in cells.values()) or 1.0
    cell = max(cells.values(), key=lambda cell: (cell.lasting, cell.key))
    share, usual = cell.lasting / whole, sitter.usual("price_band", cell.key)
    yield Draft(
        "interest",
        "price_band",
        int(cell.key),
        say("interest.price_band", sitter.lang, band=say(f"band.{cell.key}", sitter.lang), share=share),
        share,
        judge_share(cell.n, total, 0.2, usual=usual or 0.2),
        cite_cell(cell, "events"),
        **seen(cell),
    )


def _read_favourites(sitter: Sitter, shares: Shares) -> Iterator[Draft]:
    """Yield the items a user stands out by: liked best, or, where nobody says, done most with."""
    cells = sitter.of("item")
    if len(cells) < _MIN_ITEMS:
        return
    judged = any(cell.opinion > 0 for cell in cells.values())
    chosen = [cell for cell in cells.values() if not judged or (cell.mean_liking or 0.0) >= _LOVED]
    for cell in sorted(chosen, key=_most_loved)[:_MOST_FAVOURITES]:
        mood = judge_liking(cell, shares.total)
        statement = say("interest.item", sitter.lang, value=sitter.title(cell.key), n=cell.n)
        statement += say(mood, sitter.lang, liking=cell.mean_liking) if mood else ""
        yield Draft(
            "interest",
            "item",
            cell.key,
            statement,
            shares.strength(cell),
            1 - 0.5 ** (cell.n + 1),
            cite_cell(cell, "events"),
            liking=cell.mean_liking,
            mood=mood,
            **seen(cell),
        )


def _most_loved(cell: Cell) -> tuple[float, float, str]:
    return -(cell.mean_liking or 0.0), -cell.lasting, cell.key
