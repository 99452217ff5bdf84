"""Whom a user is near: friends, community, influence, place."""

from collections.abc import Iterator

from limner.dimensions.sitter import Cite, Draft, Sitter, cite_cell, judge_share, seen
from limner.ledger.cells import Cell
from limner.phrases import say

_MIN_COMMUNITY = 5
_MIN_PLACED = 3


def read_social(sitter: Sitter) -> Iterator[Draft]:
    """Yield social facts; nothing where the owner gave no relations."""
    friends = sitter.of("relation")
    followers = sitter.of("follower")
    if friends:
        yield _friends(sitter)
    if friends or followers:
        yield from _alike(sitter)
        yield from _community(sitter)
        yield from _influence(sitter)
        yield from _place(sitter)


def _nearest(sitter: Sitter) -> Cell:
    near = sitter.of("relation") or sitter.of("follower")
    return max(near.values(), key=lambda cell: (cell.lasting, cell.key))


def _some(sitter: Sitter, signal: str, most: int = 3) -> tuple[Cite, ...]:
    cells = sorted(sitter.of(signal).values(), key=lambda cell: (-cell.lasting, cell.key))
    return tuple(cite for cell in cells[:most] for cite in cite_cell(cell, f"{signal}s", most=1))


def _cites(sitter: Sitter) -> tuple[Cite, ...]:
    return _some(sitter, "relation") or _some(sitter, "follower")


def _friends(sitter: Sitter) -> Draft:
    n = len(sitter.of("relation"))
    return Draft(
        "social",
        "friends",
        n,
        say("social.friends", sitter.lang, n=n),
        min(1.0, n / 100),
        1.0,
        _cites(sitter),
        **seen(_nearest(sitter)),
    )


def _alike(sitter: Sitter) -> Iterator[Draft]:
    other, share = sitter.circle.get("alike", ("", 0.0))
    cell = sitter.of("relation").get(other)
    if cell is None or share < 0.2:
        return
    yield Draft(
        "social",
        "alike",
        other,
        say("social.alike", sitter.lang, other=other, share=share),
        min(1.0, share),
        min(1.0, 0.5 + share / 2),
        cite_cell(cell, "relations"),
        **seen(cell),
    )


def _community(sitter: Sitter) -> Iterator[Draft]:
    size, themes = sitter.circle.get("size", 0), sitter.circle.get("themes", [])
    if size < _MIN_COMMUNITY:
        return
    phrase = "social.community" if themes else "social.community_bare"
    named = say("and", sitter.lang).join(themes)
    inside = sitter.circle.get("inside", 0.0)
    yield Draft(
        "social",
        "community",
        sitter.circle["community"],
        say(phrase, sitter.lang, size=size, themes=named),
        inside,
        min(1.0, 0.5 + inside / 2),
        _cites(sitter),
    )


def _influence(sitter: Sitter) -> Iterator[Draft]:
    n, share = sitter.circle.get("followed_by", 0), sitter.circle.get("influence", 0.0)
    if n < 3:
        return
    yield Draft(
        "social",
        "influence",
        round(share, 4),
        say("social.influence", sitter.lang, n=n, share=share),
        share,
        1.0,
        _some(sitter, "follower") or _some(sitter, "relation"),
    )


def _place(sitter: Sitter) -> Iterator[Draft]:
    place, hits, placed = sitter.circle.get("place", ("", 0, 0))
    if placed < _MIN_PLACED:
        return
    yield Draft(
        "social",
        "place",
        place,
        say("social.place", sitter.lang, n=placed, share=hits / placed, value=place),
        hits / placed,
        judge_share(hits, placed, 0.3, usual=0.1),
        _cites(sitter),
    )
