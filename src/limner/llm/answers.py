"""A model's answer read for what it is worth: repaired where that is safe, else counted as unreadable."""

import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any, NamedTuple

_FENCE = re.compile(r"```(?:json)?|<think>.*?</think>", re.DOTALL)
_ITEM = re.compile(r"\s*#?(\d{1,6})[\s.:,\-]+([A-Za-z]+)[\s:,\-]+(.*\S)\s*", re.DOTALL)
_NOTHING = re.compile(r"\s*#?\d{1,6}[\s.:,\-]+none\b.*", re.DOTALL | re.IGNORECASE)
_CLOSING = {"{": "}", "[": "]"}
_MOST_CHARACTERS = 100_000


UNREADABLE = "unreadable"


class Item(NamedTuple):
    """One thing a model says: of which clause, what kind, in which words; nothing is checked yet."""

    number: int
    kind: str
    value: str


class Answer(NamedTuple):
    """What could be read."""

    items: tuple[Item, ...]
    """An entry that is none has the number 0 and the kind `UNREADABLE`."""
    repaired: bool


def read_answer(text: str) -> Answer | None:
    """Return the items of an answer, or None where it holds no JSON with a list of items.

    Fences and words around it are taken off, the first object is taken, and what was cut short is closed.

    >>> read_answer('Sure! {"items":["1 good screen","2 good col')
    Answer(items=(Item(number=1, kind='good', value='screen'),
                  Item(number=2, kind='good', value='col')), repaired=True)
    """
    found, repaired = _load(text[:_MOST_CHARACTERS])
    entries = found.get("items") if isinstance(found, dict) else found
    if not isinstance(entries, list):
        return None
    said = [entry for entry in map(_write_out, entries) if not _NOTHING.fullmatch(entry)]
    items = tuple(_read_item(entry) for entry in said)
    if items and all(item.kind == UNREADABLE for item in items):
        return None
    return Answer(items, repaired)


def load_object(text: str) -> Any:
    """Return the first JSON object of an answer, repaired where that is safe, or None."""
    return _load(text[:_MOST_CHARACTERS])[0]


def _load(text: str) -> tuple[Any, bool]:
    try:
        return json.loads(text), False
    except (JSONDecodeError, RecursionError):
        bare = _FENCE.sub(" ", text)
    for begun in _begin(bare):
        loaded = _close(bare[begun:])
        if loaded is not None:
            return loaded, True
    return None, True


def _begin(text: str) -> Iterator[int]:
    """Yield where an object may begin, else a list; a few places are enough."""
    for mark in _CLOSING:
        places = [found.start() for found in re.finditer(re.escape(mark), text)]
        yield from places[:3]


def _close(text: str) -> Any:
    """Return the balanced value a text begins with, closed where it was cut short, or None."""
    ends: list[str] = []
    inside = escaped = False
    for place, character in enumerate(text):
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in _CLOSING:
            ends.append(_CLOSING[character])
        elif ends and character == ends[-1]:
            ends.pop()
            if not ends:
                return _parse(text[: place + 1])
    rest = "".join(reversed(ends))
    whole = text[:-1] if escaped else text
    tail = (whole + '"' if inside else whole.rstrip().rstrip(",:")) + rest
    return _parse(tail)


def _parse(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (JSONDecodeError, RecursionError):
        return None


def _write_out(entry: Any) -> str:
    """Return an entry as one string, also where it came as a list or an object of its parts."""
    if isinstance(entry, dict):
        entry = list(entry.values())
    return " ".join(str(part) for part in entry) if isinstance(entry, list) else str(entry)


def _read_item(entry: str) -> Item:
    found = _ITEM.fullmatch(entry)
    return Item(int(found[1]), found[2].lower(), found[3]) if found else Item(0, UNREADABLE, entry)
