"""Clean tables with inside numbers: what the store keeps as the log and the ledger sums.

Outside ids stop here; ``ref`` is the last 63 bits of the md5 of a row's own id, so the same row has
the same ref in every batch, on every machine.
"""

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from limner.records import FRIENDSHIP
from limner.tables import Tables

if TYPE_CHECKING:
    from limner.text.reading import Readings

_MANY_IDS = 2_000
"""Fewer are hashed faster than an engine starts."""


class Index:
    """Outside ids to inside numbers."""

    def __init__(self, ids: pa.Array, numbers: pa.Array | None = None) -> None:
        """Number `ids` by their place, or by `numbers`."""
        self.ids = ids
        self.numbers = pa.array(range(len(ids)), pa.int64()) if numbers is None else numbers

    def look_up(self, ids: pa.ChunkedArray | pa.Array) -> pa.Array:
        """Return int64 numbers; null for null and for ids that are not in the index."""
        return pc.take(self.numbers, _flat(pc.index_in(ids, value_set=self.ids)))


def collect_ids(*columns: pa.ChunkedArray) -> pa.Array:
    """Return the distinct non-null ids of some columns, sorted."""
    chunks = [chunk.cast(pa.string()) for column in columns for chunk in column.chunks]
    distinct = pc.unique(pa.chunked_array(chunks, type=pa.string())).drop_null()
    return distinct.take(pc.array_sort_indices(distinct))


def user_ids_of(tables: Tables) -> pa.Array:
    """Return every user id that a row mentions, sorted."""
    relations = tables.relations
    named = [tables.events, tables.texts, tables.users, relations]
    return collect_ids(*(table["user_id"] for table in named), relations["other_id"])


def item_ids_of(tables: Tables) -> pa.Array:
    """Return every item id that a row mentions, sorted."""
    return collect_ids(*(table["item_id"] for table in (tables.events, tables.texts, tables.items)))


def number_events(events: pa.Table, users: Index, items: Index, *, derived: int = 0) -> pa.Table:
    """Return the store's ``events``; the last ``derived`` of them were made from texts."""
    marks = [0] * (len(events) - derived) + [1] * derived
    return pa.table(
        dict(
            user_no=users.look_up(events["user_id"]),
            ts=events["timestamp"],
            ref=find_refs(events["event_id"]),
            event_id=events["event_id"],
            item_no=items.look_up(events["item_id"]),
            event=events["event"],
            value=events["value"],
            dwell_s=events["dwell_s"],
            session_id=events["session_id"],
            context=events["context"],
            derived=pa.array(marks, pa.int64()),
            origin_no=pa.nulls(len(events), pa.int64()),
        )
    )


def number_texts(texts: pa.Table, readings: "Readings", users: Index, items: Index) -> pa.Table:
    """Return the store's ``texts``, with the language and the sentiment that were read.

    Queries and tags have no sentiment: who searches for something cheap praises nothing.
    """
    kinds = pc.fill_null(texts["kind"], "review")
    unvoiced = pc.is_in(kinds, value_set=pa.array(["query", "tag"]))
    return pa.table(
        dict(
            user_no=users.look_up(texts["user_id"]),
            ts=texts["timestamp"],
            ref=find_refs(texts["text_id"]),
            text_id=texts["text_id"],
            item_no=items.look_up(texts["item_id"]),
            kind=kinds,
            rating=texts["rating"],
            language=readings.sentiments["language"],
            polarity=pc.if_else(unvoiced, None, readings.sentiments["sentiment"]),
            text=texts["text"],
            origin_no=pa.nulls(len(texts), pa.int64()),
        )
    )


def number_opinions(texts: pa.Table, opinions: pa.Table) -> pa.Table:
    """Return the store's ``opinions``: ``texts`` are the numbered ones, ``opinions`` as read from them."""
    of_text = texts.select(["user_no", "ts", "ref", "text_id"]).take(opinions["row"])
    starts = opinions["start"].cast(pa.string())
    names = pc.binary_join_element_wise(of_text["text_id"], opinions["aspect"], starts, "\x1f")
    return pa.table(
        dict(
            user_no=of_text["user_no"],
            ts=of_text["ts"],
            ref=find_refs(names),
            text_ref=of_text["ref"],
            aspect=opinions["aspect"],
            polarity=opinions["polarity"],
            start=opinions["start"],
            stop=opinions["end"],
        )
    )


def number_claims(texts: pa.Table, claims: pa.Table) -> pa.Table:
    """Return the store's ``claims``: ``texts`` are the numbered ones, ``claims`` have their row in them.

    A text that says a thing in two clauses claims it twice; a reader that reads it again does not.
    """
    of_text = texts.select(["user_no", "ts", "ref", "text_id"]).take(claims["row"])
    said = [claims[name] for name in ("source", "dimension", "key", "value")]
    names = pc.binary_join_element_wise(of_text["text_id"], *said, claims["start"].cast(pa.string()), "\x1f")
    read = ("dimension", "key", "value", "polarity", "start")
    return pa.table(
        dict(
            user_no=of_text["user_no"],
            ts=of_text["ts"],
            ref=find_refs(names),
            text_ref=of_text["ref"],
            **{name: claims[name] for name in read},
            stop=claims["end"],
            source=claims["source"],
        )
    )


def number_topics(texts: pa.Table, topics: pa.Table) -> pa.Table:
    """Return the store's ``topics``: what each text is about, and how clearly."""
    of_text = texts.select(["user_no", "ts", "ref"]).take(topics["row"])
    return pa.table(
        {
            **dict(zip(of_text.column_names, of_text.columns, strict=True)),
            "topic": topics["topic"],
            "weight": topics["weight"],
        }
    )


def number_words(texts: pa.Table, words: pa.Table) -> pa.Table:
    """Return the store's ``words``: a whole tag is a word, and stands in ``tag`` too."""
    of_text = texts.select(["user_no", "ts", "ref", "kind"]).take(words["row"])
    is_tag = pc.equal(of_text["kind"], "tag")
    return pa.table(
        dict(
            user_no=of_text["user_no"],
            ts=of_text["ts"],
            ref=of_text["ref"],
            word=words["word"],
            tag=pc.if_else(is_tag, words["word"], pa.scalar(None, pa.string())),
            weight=words["weight"],
        )
    )


def number_relations(relations: pa.Table, users: Index) -> pa.Table:
    """Return the store's ``relations``; a friendship counts for both sides."""
    friends = relations.filter(pc.equal(relations["kind"], FRIENDSHIP))
    turned = friends.set_column(0, "user_id", friends["other_id"]).set_column(
        1, "other_id", friends["user_id"]
    )
    both = pa.concat_tables([relations, turned])
    names = pc.binary_join_element_wise(both["user_id"], both["other_id"], both["kind"], "\x1f")
    numbered = pa.table(
        dict(
            user_no=users.look_up(both["user_id"]),
            ts=both["timestamp"],
            ref=find_refs(names),
            other_id=both["other_id"],
            kind=both["kind"],
            weight=both["weight"],
            origin_no=pa.nulls(len(both), pa.int64()),
            origin_other=pa.nulls(len(both), pa.string()),
        )
    )
    return _first_of_each(numbered, ["user_no", "ref"])


def turn_relations(relations: pa.Table, users: Index) -> pa.Table:
    """Return the staged ``followers``: one-sided relations seen from the other end."""
    ids = pc.take(users.ids, pc.index_in(relations["user_no"], value_set=users.numbers))
    turned = pa.table(
        {
            "user_no": users.look_up(relations["other_id"]),
            "ts": relations["ts"],
            "ref": relations["ref"],
            "other_id": ids,
            "weight": relations["weight"],
        }
    )
    return turned.filter(pc.not_equal(relations["kind"], FRIENDSHIP))


def find_refs(ids: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return the int64 refs of some row ids."""
    if len(ids) < _MANY_IDS:
        found = [None if row_id is None else find_ref(row_id) for row_id in ids.to_pylist()]
        return pa.array(found, pa.int64())
    import duckdb

    with duckdb.connect() as engine:
        engine.register("given", pa.table({"id": ids}))
        query = "SELECT (md5_number_lower(id) >> 1)::BIGINT AS found FROM given"
        return _flat(engine.sql(query).to_arrow_table()["found"])


def find_ref(row_id: str) -> int:
    """Return the ref of one row id.

    >>> find_ref("e099947")
    7328611344669975068
    """
    digest = hashlib.md5(row_id.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1


def _first_of_each(table: pa.Table, keys: list[str]) -> pa.Table:
    places = table.append_column("place", pa.array(range(len(table)), pa.int64()))
    first = places.group_by(keys).aggregate([("place", "min")])["place_min"]
    return table.take(pc.take(first, pc.sort_indices(first)))


def _flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
