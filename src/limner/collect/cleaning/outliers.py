"""Amounts and counts beyond the ordinary, cut to its edge."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import any_of
from limner.settings import Settings

if TYPE_CHECKING:
    import duckdb

_ENOUGH_ROWS = 1_000


def winsorise(
    con: "duckdb.DuckDBPyConnection", settings: Settings, known: Mapping[str, float] | None
) -> dict[str, float]:
    """Cut values above the cap of their event type, marking the rows as ``winsorised``; return the caps.

    `known` are the caps an earlier run found; None: those of these rows.
    """
    con.execute("ALTER TABLE events ADD COLUMN winsorised BOOLEAN DEFAULT false")
    caps = _find_caps(con, settings) if known is None else dict(known)
    if caps:
        con.execute(
            "UPDATE events SET value = cap, winsorised = true "
            "FROM (SELECT unnest($1::VARCHAR[]) AS event, unnest($2::DOUBLE[]) AS cap) AS caps "
            "WHERE events.event = caps.event AND events.value > cap",
            [list(caps), list(caps.values())],
        )
    return caps


def _find_caps(con: "duckdb.DuckDBPyConnection", settings: Settings) -> dict[str, float]:
    """Return the quantile of the amounts or counts of each event type that has enough of them.

    It is a value that occurs, so cutting twice changes nothing more.
    """
    measured = any_of(event for event, role in settings.events.values.items() if role in ("amount", "count"))
    found = con.execute(
        f"SELECT event, quantile_disc(value, {settings.clean.winsorise_share!r}::DOUBLE) FROM events "
        f"WHERE event IN {measured} AND value IS NOT NULL "
        f"GROUP BY event HAVING count(*) >= {_ENOUGH_ROWS} ORDER BY event"
    ).fetchall()
    return dict(found)
