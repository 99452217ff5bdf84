"""Rows out of a table under cleaning, each into the list of faults with its reason."""

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect.cleaning.columns import simplify
from limner.collect.cleaning.expressions import quote
from limner.collect.cleaning.gathering import Gathered, Source
from limner.collect.intake import REJECTED
from limner.collect.raw import Rejected
from limner.records import ERASED
from limner.tables import TABLES

if TYPE_CHECKING:
    import duckdb

ROW_CHARS = 1_000


def create_faults(con: "duckdb.DuckDBPyConnection") -> None:
    """Make the empty list of faults; ``{}`` in a reason stands for what is `shown` of the row."""
    con.execute("CREATE TABLE faults (tbl VARCHAR, seq BIGINT, reason VARCHAR, shown VARCHAR)")


def reject(con: "duckdb.DuckDBPyConnection", table: str, faulty: str) -> None:
    """Take rows out of a table; `faulty` is a SELECT of seq, reason, shown."""
    if materialise(con, "faulty", f"SELECT seq, reason, shown FROM ({faulty})"):
        con.execute(f"INSERT INTO faults SELECT {quote(table)}, seq, reason, shown FROM faulty")
        con.execute(f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM faulty)")


def materialise(con: "duckdb.DuckDBPyConnection", name: str, select: str) -> int:
    """Make a temporary table of a SELECT in place of one of that name, and return its number of rows."""
    count: int = con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}").fetchall()[0][0]
    return count


def list_rejected(con: "duckdb.DuckDBPyConnection", gathered: Gathered) -> pa.Table:
    """Return every rejected row as it was read, with its place, in the columns of `REJECTED`.

    Of rows of users who were erased nothing but their place is kept.
    """
    parts = [_split_rows(gathered.rejected, table) for table in TABLES]
    for source in gathered.sources:
        parts.append(_list_source(con, source))
    return pa.concat_tables([REJECTED.empty_table(), *parts])


def _list_source(con: "duckdb.DuckDBPyConnection", source: Source) -> pa.Table:
    """Return the rejected rows of one source."""
    end = source.first_seq + source.rows.num_rows
    faults = con.sql(
        f"""SELECT seq - {source.first_seq} AS place, replace(reason, '{{}} ', '') AS rule,
            replace(reason, '{{}}', coalesce(shown, '')) AS reason
        FROM faults WHERE tbl = {quote(source.table)} AND seq >= {source.first_seq} AND seq < {end}
        ORDER BY seq"""
    ).to_arrow_table()
    places = faults["place"]
    columns = {
        "table": pa.repeat(pa.scalar(source.table), len(places)),
        "source": pa.repeat(pa.scalar(source.name), len(places)),
        "line": source.lines.take(places),
        "reason": faults["reason"],
        "row": pc.if_else(pc.equal(faults["rule"], ERASED), "", _render(con, source.rows.take(places))),
        "rule": faults["rule"],
    }
    return pa.table(columns).cast(REJECTED)


def _render(con: "duckdb.DuckDBPyConnection", rows: pa.Table) -> pa.ChunkedArray:
    """Return each row as one line of ``column=value``, cut where it is too long for the eye."""
    if not rows.num_rows:
        return pa.chunked_array([], pa.string())
    places = [f"c{place}" for place in range(rows.num_columns)]
    fields = ", ".join(
        f"{quote(name + '=')} || CAST({place} AS VARCHAR)"
        for name, place in zip(rows.column_names, places, strict=True)
    )
    con.register("faulty_rows", pa.table([simplify(column) for column in rows.columns], names=places))
    line = f"left(concat_ws(', ', {fields}), {ROW_CHARS})"
    rendered = con.sql(f"SELECT {line} AS line FROM faulty_rows").to_arrow_table()
    con.unregister("faulty_rows")
    return rendered["line"]


def _split_rows(rejected: tuple[Rejected, ...], table: str) -> pa.Table:
    rows = [{**row._asdict(), "rule": row.reason} for row in rejected if row.table == table]
    return pa.Table.from_pylist(rows, schema=REJECTED)
