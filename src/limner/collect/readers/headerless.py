"""Files without a header line: which column is which, from their order and values."""

import re
from collections.abc import Sequence

from limner.collect.readers.aliases import match_columns
from limner.collect.readers.delimited import Delimited
from limner.collect.readers.source import Source
from limner.tables import TABLES

_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*")
_DATE = re.compile(r"\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}.*")
_LOOK_LINES = 200
_FIRST_EPOCH = 1e8
"""No rating or count is as large as the seconds since 1970 are in any year a log could come from."""


def find_header(source: Source, layout: Delimited) -> Delimited:
    """Return the layout with columns named ``column 1`` … if the first line is a row and not a header."""
    names = layout.names(source)
    known = any(match_columns(table, names) for table in TABLES)
    if layout.header or known or not any(_NUMBER.fullmatch(name) for name in names):
        return layout
    header = tuple(f"column {place}" for place in range(1, len(names) + 1))
    return Delimited(layout.separator, header, layout.encoding, layout.quoted)


def name_event_columns(source: Source, layout: Delimited) -> dict[str, str]:
    """Return the column map of ``user item [rating or count] [time]``, further ones told by their values."""
    columns = {"user_id": layout.header[0], "item_id": layout.header[1]}
    rows = _look(source, layout)
    for place, name in enumerate(layout.header[2:], 2):
        role = _tell_role([row[place] for row in rows], n_columns=len(layout.header))
        columns.setdefault(role, name)
    if "event" in columns:
        columns.pop("value", None)  # user, item, category, event, time: the number between is no rating
    columns.pop("", None)
    return columns


def _look(source: Source, layout: Delimited) -> list[list[str]]:
    looked = layout.looked(source)
    rows = [looked.split(line) for line in source.head(layout.encoding)[:_LOOK_LINES]]
    return [row for row in rows if len(row) == len(layout.header)]


def _tell_role(values: Sequence[str], *, n_columns: int) -> str:
    """Return timestamp, value, event, or nothing for a column that says nothing we know."""
    if all(_DATE.fullmatch(value) for value in values):
        return "timestamp"
    if not all(_NUMBER.fullmatch(value) for value in values):
        return "event" if len(set(values)) <= 10 and n_columns >= 4 and _are_words(values) else ""
    numbers = {float(value) for value in values}
    if min(numbers, default=0) > _FIRST_EPOCH:
        return "timestamp"
    return "" if numbers <= {1.0} else "value"


def _are_words(values: Sequence[str]) -> bool:
    return all(value.replace("_", "").isalpha() for value in values)
