"""What Limner wrote itself, given back to it as input: no evidence, and taken out."""

from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import any_of, quote
from limner.collect.cleaning.faults import reject
from limner.collect.cleaning.rows import WITHOUT_ITEM
from limner.dimensions.own_words import REASON, OwnWords

if TYPE_CHECKING:
    import duckdb

_NO_PROSE = ("query", "search", "搜索", "查询", "tag")
"""Kinds of texts, and types of events, whose words are names."""
_CHUNK_ROWS = 10_000


def refuse_echoes(con: "duckdb.DuckDBPyConnection", own: OwnWords) -> None:
    """Take out texts of Limner's own; events lose such a text, or go where they are nothing without it."""
    echoed = _find(con, "SELECT seq, text, kind FROM texts WHERE text IS NOT NULL", own)
    reject(con, "texts", _list(echoed))
    echoed = _find(con, "SELECT seq, text, event FROM events WHERE text IS NOT NULL", own)
    bare = f"item_id IS NULL AND event NOT IN {any_of(WITHOUT_ITEM)}"
    reject(con, "events", f"SELECT e.* FROM ({_list(echoed)}) e JOIN events USING (seq) WHERE {bare}")
    con.execute(
        f"UPDATE events SET text = NULL, repair = {quote(f'text left out: {REASON}')} "
        f"WHERE seq IN (SELECT seq FROM ({_list(echoed)}))"
    )


def _find(con: "duckdb.DuckDBPyConnection", query: str, own: OwnWords) -> list[int]:
    found: list[int] = []
    rows = con.execute(query)
    while some := rows.fetchmany(_CHUNK_ROWS):
        found += [seq for seq, text, kind in some if own.wrote(text, prose=kind not in _NO_PROSE)]
    return found


def _list(seqs: list[int]) -> str:
    return f"SELECT unnest({seqs}::BIGINT[]) AS seq, {quote(REASON)} AS reason, NULL::VARCHAR AS shown"
