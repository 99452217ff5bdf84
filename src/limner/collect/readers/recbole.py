"""RecBole's atomic files: `.inter .user .item .kg .link .net`, headers like ``user_id:token``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from limner.collect.readers.aliases import is_count, is_rating, match_columns, tell_event
from limner.collect.readers.delimited import Delimited, name_columns
from limner.collect.readers.movielens import name_if_coded
from limner.collect.readers.part import LINE, Chunk, Part, Reader, View, set_column
from limner.collect.readers.source import Source
from limner.tables import CONTRACTS

_TABLES = {
    "inter": "events",
    "user": "users",
    "item": "items",
    "kg": "triples",
    "link": "triples",
    "net": "relations",
}


@dataclass(frozen=True, slots=True)
class Atomic:
    """Tab-separated lines without quoting, under a header whose names carry types."""

    encoding: str = ""

    @property
    def _lines(self) -> Delimited:
        return Delimited("\t", encoding=self.encoding, quoted=False)

    def names(self, source: Source) -> list[str]:
        """Return the column names without their types."""
        return name_columns([name.partition(":")[0] for name in self._lines.names(source)])

    def types(self, source: Source) -> dict[str, str]:
        """Return the declared type of each column: token, token_seq, float, float_seq, or nothing."""
        types = [name.partition(":")[2] for name in self._lines.names(source)]
        return dict(zip(self.names(source), types, strict=True))

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield the rows under names without types."""
        pairs = zip(self._lines.names(source), self.names(source), strict=True)
        names = {typed: name for typed, name in pairs if typed and name}
        for chunk in self._lines.chunks(source):
            yield Chunk(
                chunk.rows.select([*names, LINE]).rename_columns([*names.values(), LINE]), chunk.rejected
            )


def _split_sequence(rows: pa.Table) -> pa.Table:
    """Return items with their categories as lists; tokens stand apart by spaces, some sets write commas."""
    lists = [_split(text) for text in rows.column("categories").to_pylist()]
    return set_column(rows, "categories", pa.array(lists, pa.list_(pa.string())))


def _split(text: str) -> list[str]:
    if re.search(r"[,|]", text):
        return [part.strip(" '\"[]") for part in re.split(r"[,|]", text)]
    return text.split()


def _columns(table: str, source: Source, names: Sequence[str]) -> dict[str, str]:
    """Return our column → the header's; the graph files are known by the order of theirs."""
    if source.suffix == "link":
        return {"head": names[0], "relation": "=same_as", "tail": names[1]}
    if table == "triples":
        return dict(zip(CONTRACTS[table].required, names, strict=False))
    if table == "relations":
        return {"user_id": names[0], "other_id": names[1], "kind": "=friend"}
    columns = match_columns(table, names)
    if table == "events" and "event" not in columns:
        value = columns.get("value", "")
        named = "listen" if is_count(value) else tell_event(source.stem)
        columns["event"] = "=rating" if is_rating(value) else f"={named}"
    return columns


def _part(source: Source) -> Part:
    """Return the part of one atomic file; a view without its columns where the header is too short."""
    table, layout = _TABLES[source.suffix], Atomic()
    names = layout.names(source)
    n_needed = {"kg": 3, "link": 2, "net": 2}.get(source.suffix, 1)
    columns = _columns(table, source, names) if len(names) >= n_needed else {}
    sequence = "categories" in columns and layout.types(source)[columns["categories"]] != "token"
    shape = _split_sequence if sequence else None
    if table == "users" and {"age", "occupation"} <= set(columns):
        shape = name_if_coded
    return Part(source, layout, [View(table, columns, shape, rest=CONTRACTS[table].open)])


def _parts(sources: Sequence[Source], given: object) -> list[Part]:
    atomic = [source for source in sources if source.suffix in _TABLES]
    known = any(source.suffix == "inter" for source in atomic)
    return [_part(source) for source in atomic] if known else []


RECBOLE = Reader("recbole", "RecBole atomic files: .inter, with .user, .item, .kg, .link, .net", _parts)
