"""LibRec style: `ratings.txt` without a header (user item rating [time]), and who trusts whom."""

from collections.abc import Sequence

from limner.collect.readers.delimited import Delimited
from limner.collect.readers.headerless import find_header, name_event_columns
from limner.collect.readers.part import Part, Reader, View
from limner.collect.readers.source import Source
from limner.collect.readers.tables import TABLES, Given, tell_relation

_SUFFIXES = ("txt", "dat", "data", "csv", "tsv")
_RELATIONS = ("trust", "trusts", "friend", "friends", "social", "follow", "follows")


def _ratings(source: Source) -> Part | None:
    layout = find_header(source, Delimited())
    if not 3 <= len(layout.header) <= 4:
        return None
    columns = name_event_columns(source, layout)
    if "item_id" not in columns:
        return None
    columns["event"] = "=rating" if "value" in columns else "=click"
    return Part(source, layout, [View("events", columns)])


def relate(source: Source) -> Part | None:
    """Return the part of a file of user, other user and perhaps a weight, without a header."""
    layout = find_header(source, Delimited())
    if not 2 <= len(layout.header) <= 3:
        return None
    columns = dict(zip(("user_id", "other_id", "weight"), layout.header, strict=False))
    return Part(source, layout, [View("relations", {**columns, "kind": f"={tell_relation(source.stem)}"})])


def _parts(sources: Sequence[Source], given: Given) -> list[Part]:
    plain = [source for source in sources if source.suffix in _SUFFIXES]
    ratings = [_ratings(source) for source in plain if source.stem in ("rating", "ratings")]
    if not any(ratings):
        return []
    relations = [relate(source) for source in plain if source.stem in _RELATIONS]
    parts = [part for part in (*ratings, *relations) if part]
    known = {part.source for part in parts}
    others = TABLES.parts([source for source in sources if source not in known], given)
    return [*parts, *(part for part in others if part.views[0].table in ("users", "items"))]


LIBREC = Reader("librec", "LibRec: ratings.txt (user item rating), with trust.txt or friends.txt", _parts)
