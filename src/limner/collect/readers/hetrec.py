"""HetRec 2011 Last.fm: `user_artists.dat`, artists, friends, tags; also the copy with a knowledge graph."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from limner.collect.readers.delimited import Delimited
from limner.collect.readers.librec import relate
from limner.collect.readers.part import LINE, Chunk, Part, Reader, View, set_column
from limner.collect.readers.source import Source

_MAX_TAGS = 5
_TABS = Delimited("\t", quoted=False)


@dataclass(frozen=True, slots=True)
class RankedTags:
    """Artist and tag pairs whose artist ids are ranks among the sorted original ids, gathered by artist."""

    artists: Source
    """The file with the original ids, in a column artistID."""

    def names(self, source: Source) -> list[str]:
        """Return the columns that come out."""
        return ["artistID", "tags"]

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield one row an artist, with its first tags and the line of the first."""
        originals = self._originals()
        tags: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        for chunk in Delimited("\t", ("artist", "tag"), quoted=False).chunks(source):
            columns = [column.to_pylist() for column in chunk.rows.columns]
            for rank, tag, line in zip(*columns, strict=True):
                lines.setdefault(rank, line)
                tags.setdefault(rank, []).append(f"tag {tag}")
            yield Chunk(_tagged([], [], []), chunk.rejected)
        kept = [rank for rank in tags if rank in originals]
        yield Chunk(
            _tagged(
                [originals[rank] for rank in kept],
                [tags[rank][:_MAX_TAGS] for rank in kept],
                [lines[rank] for rank in kept],
            )
        )

    def _originals(self) -> dict[str, str]:
        """Return rank → original id, ranks from 1."""
        chunks = _TABS.chunks(self.artists)
        ids = {artist for chunk in chunks for artist in chunk.rows.column("artistID").to_pylist()}
        ordered = sorted((artist for artist in ids if artist.isdecimal()), key=int)
        return {str(rank): artist for rank, artist in enumerate(ordered, 1)}


def _tagged(artists: list[str], tags: list[list[str]], lines: list[int]) -> pa.Table:
    columns = [
        pa.array(artists, pa.string()),
        pa.array(tags, pa.list_(pa.string())),
        pa.array(lines, pa.int64()),
    ]
    return pa.table(columns, names=["artistID", "tags", LINE])


def _prefix(rows: pa.Table, *, columns: Sequence[str]) -> pa.Table:
    """Return triples whose entities, mere numbers like the artists, are told apart from them."""
    for column in columns:
        names = [f"entity {name}" for name in rows.column(column).to_pylist()]
        rows = set_column(rows, column, pa.array(names, pa.string()))
    return rows


def _say_tags(rows: pa.Table, *, tags: Source) -> pa.Table:
    """Return texts with the tag's words for its number, and its day where only that is kept."""
    words: dict[str, str] = {}
    for chunk in _TABS.chunks(tags):
        ids, values = (chunk.rows.column(name).to_pylist() for name in ("tagID", "tagValue"))
        words.update(zip(ids, values, strict=True))
    said = [words.get(tag) for tag in rows.column("text").to_pylist()]
    rows = set_column(rows, "text", pa.array(said, pa.string()))
    if "#year" not in rows.column_names:
        return rows
    dates = zip(*(rows.column(part).to_pylist() for part in ("#year", "#month", "#day")), strict=True)
    days = [f"{year}-{month:0>2}-{day:0>2}" for year, month, day in dates]
    return set_column(rows, "timestamp", pa.array(days, pa.string()))


def _headed(table: str, columns: dict[str, str], source: Source) -> Part | None:
    """Return the part of a file with a header, or none if its columns are others."""
    found = _TABS.names(source)
    named = {theirs for theirs in columns.values() if not theirs.startswith("=")}
    return Part(source, _TABS, [View(table, columns)]) if named <= set(found) else None


def _friends(source: Source) -> Part | None:
    ids = {"user_id": "userID", "other_id": "friendID", "kind": "=friend"}
    part = _headed("relations", ids, source) or relate(source)
    if part is None:
        return None
    columns = {**part.views[0].columns, "kind": "=friend"}  # the copy calls its friends trusts
    return Part(source, part.layout, [View("relations", columns)])


def _graph(source: Source) -> Part:
    names = ("head", "relation", "tail")
    layout = Delimited("\t", names, quoted=False)
    view = View("triples", {name: name for name in names}, partial(_prefix, columns=("head", "tail")))
    return Part(source, layout, [view])


def _links(source: Source) -> Part:
    layout = Delimited("\t", ("item", "entity"), quoted=False)
    columns = {"head": "item", "relation": "=same_as", "tail": "entity"}
    return Part(source, layout, [View("triples", columns, partial(_prefix, columns=("tail",)))])


_KNOWN: dict[str, Callable[[Source], Part | None]] = {
    "artists.dat": partial(_headed, "items", {"item_id": "id", "title": "name"}),
    "user_friends.dat": _friends,
    "trusts.txt": _friends,
    "trust.txt": _friends,
    "kg.txt": _graph,
    "item_index2entity_id.txt": _links,
}


def _tags(by_name: dict[str, Source]) -> Part | None:
    """Return the part of the tags that users gave, timed as closely as the files say."""
    columns = {"user_id": "userID", "item_id": "artistID", "text": "tagID", "kind": "=tag"}
    timed = by_name.get("user_taggedartists-timestamps.dat")
    dated = by_name.get("user_taggedartists.dat")
    source, words = timed or dated, by_name.get("tags.dat")
    if source is None or words is None:
        return None
    times = {"timestamp": "timestamp"} if timed else {"#day": "day", "#month": "month", "#year": "year"}
    return Part(source, _TABS, [View("texts", {**columns, **times}, partial(_say_tags, tags=words))], [words])


def _parts(sources: Sequence[Source], given: object) -> list[Part]:
    by_name = {source.file_name: source for source in sources}
    listens = by_name.get("user_artists.dat")
    if listens is None:
        return []
    columns = {"user_id": "userID", "item_id": "artistID", "value": "weight", "event": "=listen"}
    parts = [Part(listens, _TABS, [View("events", columns)])]
    parts += [part for name, read in _KNOWN.items() if name in by_name and (part := read(by_name[name]))]
    ranked = by_name.get("hin_artist_tag.dat")
    if ranked:
        view = View("items", {"item_id": "artistID", "categories": "tags"})
        parts.append(Part(ranked, RankedTags(listens), [view]))
    tagged = _tags(by_name)
    return [*parts, tagged] if tagged else parts


HETREC = Reader("hetrec", "HetRec Last.fm: user_artists.dat, with artists, friends and tags", _parts)
