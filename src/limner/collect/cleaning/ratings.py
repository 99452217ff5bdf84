"""The scale of ratings: declared, known from before, or found; what lies off it goes."""

from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import any_of, quote
from limner.collect.cleaning.faults import reject
from limner.settings import Settings

if TYPE_CHECKING:
    import duckdb

Scale = tuple[float, float]

USUAL_SCALES: tuple[Scale, ...] = (
    (0, 1),
    (1, 5),
    (0.5, 5),
    (0, 5),
    (1, 10),
    (0, 10),
    (1, 100),
    (0, 100),
)
_HELD_SHARE = 0.99
_UNRATED = (0, -1)
_STARS: tuple[Scale, ...] = ((1, 5), (1, 10))
_N_MARKED = 10
"""So many zeros, and more than ones, are no opinion but the lack of one."""


def find_scale(con: "duckdb.DuckDBPyConnection", settings: Settings) -> Scale | None:
    """Return the smallest usual scale that holds 99 % of the ratings of events; of texts if events have none.

    Where no usual scale does, the lowest and the highest rating; None where nothing is rated.
    """
    if settings.ratings.scale:
        lowest, highest = settings.ratings.scale
        return lowest, highest
    rated = f"SELECT value AS r FROM events WHERE event IN {_rating_events(settings)} AND value IS NOT NULL"
    written = "SELECT rating AS r FROM texts WHERE rating IS NOT NULL"
    return _fit(con, rated) or _fit(con, written)


def clear_unrated(con: "duckdb.DuckDBPyConnection", settings: Settings, scale: Scale) -> None:
    """Take the value from ratings of 0 or -1 on a scale that begins at 1: many logs write so for 'not rated'.

    The rows stay, for somebody met the item. A declared scale is taken at its word.
    """
    if settings.ratings.scale or scale not in _STARS:
        return
    rated = f"event IN {_rating_events(settings)}"
    repair = quote("rating 0 or -1 read as not rated")
    for table, column, which in (("events", "value", rated), ("texts", "rating", "true")):
        con.execute(
            f"UPDATE {table} SET {column} = NULL, repair = {repair} "
            f"WHERE reason IS NULL AND {which} AND {column} IN {_UNRATED}"
        )


def reject_off_scale(con: "duckdb.DuckDBPyConnection", settings: Settings, scale: Scale) -> None:
    """Take out the events and texts whose rating lies off the scale."""
    events = f"SELECT seq, value AS r FROM events WHERE event IN {_rating_events(settings)}"
    for table, ratings in (("events", events), ("texts", "SELECT seq, rating AS r FROM texts")):
        reject(con, table, _off_scale(ratings, scale))


def _off_scale(ratings: str, scale: Scale) -> str:
    lowest, highest = scale
    reason = f"rating {{}} off the scale {lowest:g}..{highest:g}"
    shown = r"regexp_replace(CAST(r AS VARCHAR), '\.0$', '')"
    bounds = f"r < {lowest!r}::DOUBLE OR r > {highest!r}::DOUBLE"
    return f"SELECT seq, '{reason}' AS reason, {shown} AS shown FROM ({ratings}) WHERE {bounds}"


def _fit(con: "duckdb.DuckDBPyConnection", ratings: str) -> Scale | None:
    held = ", ".join(
        f"avg(CAST(r BETWEEN {lowest} AND {highest} AS DOUBLE))" for lowest, highest in USUAL_SCALES
    )
    rated = f"FROM ({ratings}) WHERE {_without_unrated(con, ratings)}"
    query = f"SELECT count(*), min(r), max(r), {held} {rated}"
    n, lowest, highest, *shares = con.execute(query).fetchall()[0]
    if not n:
        return None
    fitting = (scale for scale, share in zip(USUAL_SCALES, shares, strict=True) if share >= _HELD_SHARE)
    return next(fitting, (lowest, highest))


def _without_unrated(con: "duckdb.DuckDBPyConnection", ratings: str) -> str:
    """Return the condition without what means 'not rated': 0 or -1 among whole stars."""
    query = f"""SELECT coalesce(bool_and(r = floor(r)) AND max(r) IN (5, 10) AND min(r) >= -1, false),
        count(*) FILTER (r = -1) >= {_N_MARKED} OR (count(*) FILTER (r = 0) >= {_N_MARKED}
            AND count(*) FILTER (r = 0) > count(*) FILTER (r = 1)) FROM ({ratings})"""
    whole, marked = con.execute(query).fetchall()[0]
    return f"r NOT IN {_UNRATED}" if whole and marked else "true"


def _rating_events(settings: Settings) -> str:
    return any_of(event for event, role in settings.events.values.items() if role == "rating")
