"""Files without a header line: which column is which, from their order and values."""

import re
from collections.abc import Mapping, Sequence

from limner.collect.readers.aliases import match_columns, tell_event
from limner.collect.readers.delimited import Delimited
from limner.collect.readers.source import Source
from limner.tables import TABLES

_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*")
_DATE = re.compile(
    r"\s*(\d{4}[-/]\d{1,2}[-/]\d{1,2}.*|\d{1,2}[-/]\d{1,2}[-/]\d{4}.*|"
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d.*\d{4}|[A-Z][a-z]{2} \d{1,2}, \d{4})"
)
_NO_NAME = re.compile(r"\s*(https?://.*|\[.*\]|\{.*\})\s*")
"""What no column is called."""
_LOOK_LINES = 5_000
_FIRST_EPOCH = 631_152_000
"""1990: no rating or count is as large as the seconds since 1970 are in any year a log could come from."""
_MAX_COLUMNS = 12
"""More columns than this are a matrix or features, and not an event."""
_N_REPEATS = 5

Values = Mapping[str, Sequence[str]]
"""Column name → its values in the first rows."""


def find_header(source: Source, layout: Delimited) -> Delimited:
    """Return the layout with columns named ``column 1`` … if the first line is a row and not a header."""
    names = layout.names(source)
    known = any(match_columns(table, names) for table in TABLES)
    if layout.header or known or not any(_is_datum(name) for name in names):
        return layout
    header = tuple(f"column {place}" for place in range(1, len(names) + 1))
    return Delimited(layout.separator, header, layout.encoding, layout.quoted)


def _is_datum(name: str) -> bool:
    return any(form.fullmatch(name) for form in (_NUMBER, _DATE, _NO_NAME))


def name_event_columns(source: Source, layout: Delimited) -> dict[str, str]:
    """Return the column map of ``user item [rating or count] [time]``, further ones told by their values.

    A date may stand anywhere, and what hangs on the item is no rating (see `name_item_columns`). Nothing
    comes out of a row with more columns than an event has.
    """
    values = _look(source, layout)
    columns = _place(values)
    if "item_id" not in columns:
        return {}
    taken = {*columns.values(), *_hanging(values, columns["item_id"])}
    free = [name for name in values if name not in taken]
    words = [name for name in free if _are_event_words(values[name], n_columns=len(values))]
    numbers = [name for name in free if _may_rate(values[name])]
    if words:
        columns["event"] = words[0]
        numbers = [name for name in numbers if free.index(name) > free.index(words[0])]
    if numbers:
        paid = tell_event(source.stem, default="") not in ("", "rating") or words
        columns["value"] = numbers[0] if paid else min(numbers, key=lambda name: len(set(values[name])))
    return columns


def name_item_columns(source: Source, layout: Delimited) -> dict[str, str]:
    """Return what rows without a header say of their items: a title, and a category that items share."""
    values = _look(source, layout)
    item = _place(values).get("item_id", "")
    if not item:
        return {}
    columns = {"item_id": item}
    readable = any(" " in value.strip() for value in values[item])
    n_items = len(set(values[item]))
    for name in _hanging(values, item):
        n_values = len(set(values[name]))
        written = not any(_NUMBER.fullmatch(value) for value in values[name])
        if written and n_values > 0.8 * n_items and not readable:
            columns.setdefault("title", name)
        elif n_values <= 0.6 * n_items and not any("." in value for value in values[name]):
            known = columns.get("categories", "")
            columns["categories"] = name if written or not known else known
    return columns if len(columns) > 1 else {}


def _place(values: Values) -> dict[str, str]:
    """Return the columns of time, user and item."""
    names = list(values)
    if not 2 <= len(names) <= _MAX_COLUMNS:
        return {}
    dated = [name for name in names if _are_all(_DATE, values[name])]
    dated = dated or [name for name in names[2:] if _are_epochs(values[name])]
    others = [name for name in names if name not in dated]
    items = [name for name in others[1:] if not _are_measured(values[name])]
    placed = dict(zip(("user_id", "item_id"), [*others[:1], *items[:1]], strict=False))
    return {**placed, "timestamp": dated[0]} if dated else placed


def _hanging(values: Values, item: str) -> list[str]:
    """Return the columns after the item's that have one value an item, as far as items come again."""
    names = list(values)
    return [name for name in names if name != item and _hangs(values[item], values[name])]


def _hangs(items: Sequence[str], values: Sequence[str]) -> bool:
    firsts: dict[str, str] = {}
    same = [firsts.setdefault(item, value) == value for item, value in zip(items, values, strict=True)]
    n_repeats = len(items) - len(firsts)
    n_values = len(set(firsts.values()))
    return n_repeats >= _N_REPEATS and n_values > 1 and same.count(False) <= 0.02 * n_repeats


def _look(source: Source, layout: Delimited) -> dict[str, list[str]]:
    looked = layout.looked(source)
    rows = [looked.split(line) for line in source.head(layout.encoding)[:_LOOK_LINES]]
    rows = [row for row in rows if len(row) == len(layout.header)]
    return {name: [row[place] for row in rows] for place, name in enumerate(layout.header)}


def _are_all(form: re.Pattern[str], values: Sequence[str]) -> bool:
    return all(form.fullmatch(value) for value in values)


def _are_epochs(values: Sequence[str]) -> bool:
    return _are_all(_NUMBER, values) and min(map(float, values), default=0) > _FIRST_EPOCH


def _are_measured(values: Sequence[str]) -> bool:
    """Return whether all are numbers with decimals: where something is, or how much, and no id."""
    return _are_all(_NUMBER, values) and any(float(value) % 1 for value in values)


def _may_rate(values: Sequence[str]) -> bool:
    """Return whether numbers could be ratings, counts or amounts: they differ and do not number rows."""
    if not _are_all(_NUMBER, values):
        return False
    numbered = len(values) > 20 and len(set(values)) > 0.95 * len(values)
    differ = len(set(values)) > 1 or len(values) == 1
    return differ and not {float(value) for value in values} <= {1.0} and not numbered


def _are_event_words(values: Sequence[str], *, n_columns: int) -> bool:
    words = set(values)
    return len(words) <= 10 and n_columns >= 4 and all(word.replace("_", "").isalpha() for word in words)
