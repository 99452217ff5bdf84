"""The scale of ratings: declared, known from before, or found; what lies off it goes."""

from typing import TYPE_CHECKING

from limner.collect.cleaning.expressions import any_of
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
    query = f"SELECT count(*), min(r), max(r), {held} FROM ({ratings})"
    n, lowest, highest, *shares = con.execute(query).fetchall()[0]
    if not n:
        return None
    fitting = (scale for scale, share in zip(USUAL_SCALES, shares, strict=True) if share >= _HELD_SHARE)
    return next(fitting, (lowest, highest))


def _rating_events(settings: Settings) -> str:
    return any_of(event for event, role in settings.events.values.items() if role == "rating")
