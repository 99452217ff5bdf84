"""MovieLens as GroupLens ships it: 100K (`u.data`), 1M (`ratings.dat`), 20M and later (`ratings.csv`)."""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from limner.collect.readers.delimited import Delimited
from limner.collect.readers.part import Part, Reader, View, set_column
from limner.collect.readers.source import Source

_AGES = {
    "1": "under 18",
    "18": "18-24",
    "25": "25-34",
    "35": "35-44",
    "45": "45-49",
    "50": "50-55",
    "56": "56+",
}
_OCCUPATIONS = (
    "other",
    "educator",
    "artist",
    "clerical",
    "student (college)",
    "customer service",
    "doctor",
    "executive",
    "farmer",
    "homemaker",
    "student (school)",
    "lawyer",
    "programmer",
    "retired",
    "sales",
    "scientist",
    "self-employed",
    "engineer",
    "craftsman",
    "unemployed",
    "writer",
)
_GENRES_100K = (
    "",
    *"Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror".split(),
    *"Musical Mystery Romance Sci-Fi Thriller War Western".split(),
)
_NO_GENRES = "(no genres listed)"
_RATING = {"event": "=rating"}
_TAG = {"kind": "=tag"}


def _name(words: Mapping[str, str], rows: pa.Table, column: str) -> pa.Array:
    return pa.array([words.get(code, code) for code in rows.column(column).to_pylist()], pa.string())


def name_codes(rows: pa.Table) -> pa.Table:
    """Return users with age bands and occupations in words."""
    occupations = _occupation_codes()
    rows = set_column(rows, "age", _name(_AGES, rows, "age"))
    return set_column(rows, "occupation", _name(occupations, rows, "occupation"))


def _occupation_codes() -> dict[str, str]:
    return {str(code): word for code, word in enumerate(_OCCUPATIONS)}


def name_if_coded(rows: pa.Table) -> pa.Table:
    """Return users with ages and occupations in words where all of them are the codes of the 1M edition."""
    ages, occupations = ({*rows.column(name).to_pylist()} for name in ("age", "occupation"))
    coded = ages <= {*_AGES} and "1" in ages and occupations <= {*_occupation_codes()}
    return name_codes(rows) if coded else rows


def _split_genres(rows: pa.Table) -> pa.Table:
    """Return items with their genres as lists."""
    genres = rows.column("categories")
    known = pc.if_else(pc.equal(genres, _NO_GENRES), pa.scalar(None, pa.string()), genres)
    return set_column(rows, "categories", pc.split_pattern(known, "|"))


def _join_flags(rows: pa.Table) -> pa.Table:
    """Return items of the 100K edition with its genre flags as lists."""
    flags = [rows.column(f"#{place}").to_pylist() for place in range(len(_GENRES_100K))]
    lists = [
        [genre for genre, flag in zip(_GENRES_100K, row, strict=True) if flag == "1" and genre]
        for row in zip(*flags, strict=True)
    ]
    return set_column(rows, "categories", pa.array(lists, pa.list_(pa.string())))


def _dat(source: Source) -> Part | None:
    """Return the part of a file of the 1M or 10M edition."""
    ratings = View("events", {"user_id": "UserID", "item_id": "MovieID", "value": "Rating", **_RATING})
    timed = View("events", {**ratings.columns, "timestamp": "Timestamp"})
    texts = {"user_id": "UserID", "item_id": "MovieID", "text": "Tag", "timestamp": "Timestamp", **_TAG}
    users = {"gender": "Gender", "age": "Age", "occupation": "Occupation", "zip_code": "Zip-code"}
    items = {"item_id": "MovieID", "title": "Title", "categories": "Genres"}
    views = {
        ("ratings.dat", 3): ratings,
        ("ratings.dat", 4): timed,
        ("users.dat", 5): View("users", {"user_id": "UserID", **users}, name_codes),
        ("movies.dat", 3): View("items", items, _split_genres),
        ("tags.dat", 4): View("texts", texts),
    }
    n_columns = len(next(iter(source.head()), "").split("::"))
    view = views.get((source.file_name, n_columns))
    if view is None:
        return None
    header = tuple(theirs for theirs in view.columns.values() if not theirs.startswith("="))
    header = ("UserID", "MovieID", *header[2:]) if view.table in ("events", "texts") else header
    return Part(source, Delimited("::", header), [view])


def _csv(source: Source) -> Part | None:
    """Return the part of a file of the 20M edition or a later one."""
    ids = {"user_id": "userId", "item_id": "movieId"}
    name = source.stem.removesuffix("s")
    items = {"item_id": "movieId", "title": "title", "categories": "genres"}
    views = {
        "rating": View("events", {**ids, "value": "rating", "timestamp": "timestamp", **_RATING}),
        "movie": View("items", items, _split_genres),
        "tag": View("texts", {**ids, "text": "tag", "timestamp": "timestamp", **_TAG}),
    }
    if source.suffix != "csv" or name not in views:
        return None
    found = Delimited(",").names(source)
    if name == "rating" and not set(found) <= {"userId", "movieId", "rating", "timestamp"}:
        return None  # of other people: the further columns may be comments
    known = {*found, "=rating", "=tag"}
    columns = {ours: theirs for ours, theirs in views[name].columns.items() if theirs in known}
    view = View(views[name].table, columns, views[name].shape)
    needed = {"rating": {"user_id", "item_id", "value"}, "movie": {"item_id", "title", "categories"}}
    whole = needed.get(name, {"user_id", "text"}) <= set(columns)
    return Part(source, Delimited(","), [view]) if whole else None


def _hundred_k(source: Source) -> Part | None:
    """Return the part of a file of the 100K edition."""
    flags = {f"#{place}": f"genre {place}" for place in range(len(_GENRES_100K))}
    items = {"item_id": "movie id", "title": "movie title", "release_date": "release date"}
    users = {name: name for name in ("user_id", "age", "gender", "occupation", "zip_code")}
    events = {"user_id": "user id", "item_id": "item id", "value": "rating", "timestamp": "timestamp"}
    item_header = (*items.values(), "video release date", "IMDb URL", *flags.values())
    layouts = {
        "u.data": (Delimited("\t", tuple(events.values())), View("events", {**events, **_RATING})),
        "u.user": (Delimited("|", tuple(users)), View("users", users)),
        "u.item": (Delimited("|", item_header), View("items", {**items, **flags}, _join_flags)),
    }
    known = layouts.get(source.file_name)
    return Part(source, known[0], [known[1]]) if known else None


_EDITIONS: tuple[Callable[[Source], Part | None], ...] = (_dat, _csv, _hundred_k)


def _parts(sources: Sequence[Source], given: object) -> list[Part]:
    for edition in _EDITIONS:
        parts = [part for source in sources if (part := edition(source)) is not None]
        if any(view.table == "events" for part in parts for view in part.views):
            return parts
    return []


MOVIELENS = Reader(
    "movielens", "MovieLens: ratings.dat, ratings.csv or u.data, with movies, users, tags", _parts
)
