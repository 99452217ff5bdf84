"""Amounts and counts beyond the ordinary, cut to its edge."""

from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import any_of
from limner.settings import Settings

if TYPE_CHECKING:
    import duckdb

_ENOUGH_ROWS = 1_000


def winsorise(con: "duckdb.DuckDBPyConnection", settings: Settings) -> None:
    """Cut amounts and counts of each event type to their quantile, marking the rows as ``winsorised``.

    The quantile is a value that occurs, so cutting twice changes nothing more.
    """
    con.execute("ALTER TABLE events ADD COLUMN winsorised BOOLEAN DEFAULT false")
    measured = any_of(event for event, role in settings.events.values.items() if role in ("amount", "count"))
    caps = (
        f"SELECT event, quantile_disc(value, {settings.clean.winsorise_share!r}::DOUBLE) AS cap FROM events "
        f"WHERE event IN {measured} AND value IS NOT NULL GROUP BY event HAVING count(*) >= {_ENOUGH_ROWS}"
    )
    con.execute(
        f"UPDATE events SET value = cap, winsorised = true FROM ({caps}) AS caps "
        "WHERE events.event = caps.event AND events.value > cap"
    )
