"""The log of a workspace as arrow tables: rows that come in, and one user's slice read back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect import Collected
from limner.ledger.numbering import (
    Index,
    number_claims,
    number_events,
    number_opinions,
    number_relations,
    number_texts,
    number_topics,
    number_words,
    turn_relations,
)
from limner.ledger.staging import STAGED
from limner.store.store import Store
from limner.tables import Tables, empty
from limner.text.wording import PLAIN, Wording

LOG_TABLES = ("events", "texts", "opinions", "claims", "words", "topics", "relations")


@dataclass(frozen=True, slots=True)
class Log:
    """Numbered rows, by name of the store's table, and what a reader of texts keeps for later."""

    tables: Mapping[str, pa.Table]
    word_table: Any = None

    def staged(self, users: Index) -> dict[str, pa.Table]:
        """Return what the ledger sums, with relations seen from both ends."""
        return {**self.tables, "followers": turn_relations(self.tables["relations"], users)}


@dataclass(frozen=True, slots=True)
class Heard:
    """Texts and what was read in them."""

    texts: pa.Table
    readings: Any


def hear_texts(
    tables: Tables,
    *,
    word_table: Any = None,
    wording: Wording = PLAIN,
    read: Callable[..., Any] | None = None,
    tone: Callable[[pa.Table, Any], Any] | None = None,
) -> Heard:
    """Return the texts and queries of clean tables, read: it takes long, and needs no store.

    ``word_table`` is the one kept from the build; None counts words anew. ``wording`` is the owner's.
    ``read`` does the work of `limner.text.read_texts`, elsewhere; ``tone`` puts tones of its own on readings.
    """
    from limner.text import read_texts

    texts = gather_texts(tables)
    readings = (read or read_texts)(texts, idf=word_table, wording=wording)
    return Heard(texts, tone(texts, readings) if tone is not None else readings)


def number_rows(collected: Collected, heard: Heard, users: Index, items: Index) -> Log:
    """Return clean tables, and what was read in their texts, as rows of the log."""
    tables, readings = collected.tables, heard.readings
    numbered = number_texts(heard.texts, readings, users, items)
    return Log(
        {
            "events": number_events(tables.events, users, items, derived=collected.derived_events),
            "texts": numbered,
            "opinions": number_opinions(numbered, _of_writing(numbered, readings.opinions)),
            "claims": number_claims(numbered, _of_writing(numbered, readings.claims)),
            "words": number_words(numbered, readings.words),
            "topics": number_topics(numbered, readings.topics),
            "relations": number_relations(tables.relations, users),
        },
        readings.idf,
    )


def _of_writing(texts: pa.Table, said: pa.Table) -> pa.Table:
    """Return what is said in what people wrote: a query asks, a tag names, neither praises or claims."""
    kinds = texts["kind"].take(said["row"])
    return said.filter(pc.invert(pc.is_in(kinds, value_set=pa.array(["query", "tag"]))))


def gather_texts(tables: Tables) -> pa.Table:
    """Return the texts, and with them what events say: queries of searches, comments of the rest."""
    events = tables.events
    said = events.filter(pc.greater(pc.utf8_length(pc.fill_null(events["text"], "")), 0))
    kinds = pc.if_else(pc.equal(said["event"], "search"), "query", "comment")
    columns = {
        "user_id": said["user_id"],
        "timestamp": said["timestamp"],
        "text": said["text"],
        "text_id": said["event_id"],
        "item_id": said["item_id"],
        "kind": kinds,
        "rating": pa.nulls(len(said), pa.float64()),
        "language": pa.nulls(len(said), pa.string()),
    }
    schema = empty("texts").schema
    return pa.concat_tables([tables.texts.select(schema.names).cast(schema), pa.table(columns).cast(schema)])


def read_log(store: Store, user_nos: tuple[int, int]) -> dict[str, pa.Table]:
    """Return the log of a range of users as staged tables; those who were merged into others hold nothing."""
    chosen = "user_no BETWEEN ? AND ? AND user_no NOT IN (SELECT user_no FROM merged)"
    return {table: read_rows(store, table, chosen, *user_nos) for table in (*LOG_TABLES, "followers")}


def read_rows(store: Store, table: str, condition: str, *values: Any) -> pa.Table:
    """Return the rows of the log that meet a condition, in the columns of the staged table."""
    columns = {name: pa.type_for_alias(kind) for name, kind in STAGED[table].items() if name != "known"}
    return _arrow(columns, store.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE {condition}", *values))


def _arrow(columns: Mapping[str, pa.DataType], rows: list[tuple[Any, ...]]) -> pa.Table:
    turned = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return pa.table(
        {name: pa.array(values, kind) for (name, kind), values in zip(columns.items(), turned, strict=True)}
    )
