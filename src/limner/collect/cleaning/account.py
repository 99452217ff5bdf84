"""What became of every row, counted per table and source."""

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from limner.collect.cleaning.gathering import Gathered
from limner.collect.intake import Intake
from limner.tables import CONTRACTS

if TYPE_CHECKING:
    import duckdb

_WINSORISED = "outlier cut"


def settle(con: "duckdb.DuckDBPyConnection", gathered: Gathered, rejected: pa.Table) -> tuple[Intake, ...]:
    """Return what became of the rows of each table and source."""
    fallen = _count_rejected(rejected)
    repaired: dict[tuple[str, str], Counter[str]] = {}
    ignored: dict[tuple[str, str], tuple[str, ...]] = {}
    for source in gathered.sources:
        place = (source.table, source.name)
        repaired.setdefault(place, Counter()).update(_count_repairs(con, source.table, source.number))
        if not CONTRACTS[source.table].open:
            known = CONTRACTS[source.table].columns.names
            ignored[place] = tuple(name for name in source.rows.column_names if name not in known)
    return tuple(
        Intake(
            *place,
            read=n_read,
            kept=n_read - sum(fallen.get(place, {}).values()),
            rejected=fallen.get(place, {}),
            repaired=dict(repaired.get(place, {})),
            ignored=ignored.get(place, ()),
        )
        for place, n_read in gathered.read.items()
    )


def _count_rejected(rejected: pa.Table) -> dict[tuple[str, str], dict[str, int]]:
    counts = rejected.group_by(["table", "source", "rule"]).aggregate([([], "count_all")]).to_pylist()
    fallen: dict[tuple[str, str], dict[str, int]] = {}
    for row in sorted(counts, key=lambda row: (-row["count_all"], row["rule"])):
        fallen.setdefault((row["table"], row["source"]), {})[row["rule"]] = row["count_all"]
    return fallen


def _count_repairs(con: "duckdb.DuckDBPyConnection", table: str, source_no: int) -> dict[str, int]:
    """Return the kept rows of a source by what was mended in them."""
    of_source = f"FROM {table} WHERE source_no = {source_no}"
    mended = con.execute(
        f"SELECT repair, count(*) {of_source} AND repair IS NOT NULL GROUP BY repair"
    ).fetchall()
    counts: dict[str, int] = dict(mended)
    if table == "events":
        n_cut = con.execute(f"SELECT count(*) {of_source} AND winsorised").fetchall()[0][0]
        counts |= {_WINSORISED: n_cut} if n_cut else {}
    return counts
