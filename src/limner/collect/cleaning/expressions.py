"""SQL expressions that read one raw column: an id, a word, a number, a price, a list.

Each takes a reference to a column that `columns.simplify` made plain, and its kind, and returns DuckDB SQL.
"""

from collections.abc import Iterable

from limner.collect.cleaning.columns import Kind

_SPACES = r"E' \t\r\n' || '　'"


def quote(text: str) -> str:
    """Return a text as an SQL literal.

    >>> quote("rock'n'roll")
    "'rock''n''roll'"
    """
    return "'" + text.replace("'", "''") + "'"


def any_of(words: Iterable[str]) -> str:
    """Return the right side of an IN; matches nothing when there are no words."""
    return f"({', '.join(map(quote, words)) or 'NULL'})"


def word(column: str, kind: Kind) -> str:
    """Return a text."""
    if kind == "empty":
        return "CAST(NULL AS VARCHAR)"
    return column if kind == "text" else f"CAST({column} AS VARCHAR)"


_ENTITIES = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&apos;": "'",
    "&nbsp;": " ",
}


def unescape(text: str) -> str:
    """Return a text with the characters that HTML wrote as entities: 'Guitars &amp; Basses'."""
    for entity, meant in {**_ENTITIES, "&amp;": "&"}.items():
        text = f"replace({text}, {quote(entity)}, {quote(meant)})"
    return text


def identity(column: str, kind: Kind, *, decimal: bool = False) -> str:
    """Return an id as text; 196.0 is '196' in a number column, or (`decimal`) in texts that all end in .0."""
    text = word(column, kind)
    if kind == "real":
        whole = f"{column} = floor({column}) AND abs({column}) < 1e18"
        number = f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
        return f"CASE WHEN NOT isnan({column}) THEN {number} END"
    return f"regexp_replace({text}, '\\.0$', '')" if decimal else text


def number(column: str, kind: Kind) -> str:
    """Return a DOUBLE; null where nothing is given or what is given is no number (see `misread`)."""
    if kind in ("empty", "list", "lists", "other", "time"):
        return "CAST(NULL AS DOUBLE)"
    read = _read_written(column) if kind == "text" else f"CAST({column} AS DOUBLE)"
    return f"CASE WHEN isnan({read}) THEN NULL ELSE {read} + 0.0e0 END"  # −0.0 becomes 0.0


def misread(column: str, kind: Kind) -> str:
    """Return whether something is given that is no number."""
    if kind in ("list", "lists", "other", "time"):
        return f"{column} IS NOT NULL"
    if kind != "text":
        return "false"
    return f"{column} IS NOT NULL AND {_read_written(column)} IS NULL"


def _read_written(column: str) -> str:
    """Return a DOUBLE from text: 4.5, 'True' as 1, and stars: 'star5', '5星', '4.0 stars'."""
    truth = f"CASE lower({column}) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END"
    stars = f"regexp_extract({column}, '^(?:star)? ?([0-9]+(?:\\.[0-9]+)?) ?(?:stars?|星|分)?$', 1)"
    return f"coalesce(TRY_CAST({column} AS DOUBLE), {truth}, TRY_CAST({stars} AS DOUBLE))"


def price(column: str, kind: Kind) -> str:
    """Return a price as DOUBLE from a number or a text with one number in it; null where there is none.

    '￥1,299' is 1299, '12,99 €' is 12.99, '$5 - $9' is nothing.
    """
    if kind != "text":
        return f"nullif({_not_negative(number(column, kind))}, 'infinity'::DOUBLE)"
    digits = rf"regexp_extract({column}, '^[^0-9-]*([0-9][0-9.,]*)[^0-9-]*$', 1)"
    comma_is_point = rf"regexp_full_match({digits}, '(\d+|\d+([.,]\d{{3}})+),\d{{1,2}}')"
    european = f"replace(replace({digits}, '.', ''), ',', '.')"
    return (
        f"TRY_CAST(CASE WHEN {comma_is_point} THEN {european} ELSE replace({digits}, ',', '') END AS DOUBLE)"
    )


def _not_negative(value: str) -> str:
    return f"CASE WHEN {value} >= 0 THEN {value} END"


def names(column: str, kind: Kind) -> str:
    """Return a list of distinct trimmed texts in their order; null where there is none.

    A text is split as a JSON (or Python) list, else at |, else at > , ; and their Chinese forms.
    """
    if kind == "empty":
        return "CAST(NULL AS VARCHAR[])"
    lists = {"list": f"CAST({column} AS VARCHAR[])", "lists": f"flatten(CAST({column} AS VARCHAR[][]))"}
    parts = lists.get(kind) or _split(unescape(word(column, kind)))
    plain = unescape("part") if kind in lists else "part"
    trimmed = f"[trim({plain}, {_SPACES}) FOR part IN {parts} IF trim(part, {_SPACES}) <> '']"
    distinct = f"list_filter({trimmed}, lambda name, place: list_position({trimmed}, name) = place)"
    return f"CASE WHEN len({trimmed}) > 0 THEN {distinct} END"


def _split(text: str) -> str:
    quoted = rf"""regexp_extract_all({text}, '"[^"]*"|''[^'']*''')"""
    unquoted = f"[part[2:-2] FOR part IN {quoted}]"
    inner = f"CASE WHEN {text} LIKE '[%]' THEN {text}[2:-2] ELSE {text} END"
    return f"""CASE WHEN {text} IS NULL THEN NULL
        WHEN {text} LIKE '[%]' AND json_valid({text}) THEN from_json({text}, '["VARCHAR"]')
        WHEN {text} LIKE '[%]' AND len({quoted}) > 0 THEN {unquoted}
        WHEN contains({text}, '|') THEN string_split({text}, '|')
        ELSE string_split_regex({inner}, '[,;>，；、]') END"""
