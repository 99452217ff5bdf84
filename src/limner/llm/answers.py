"""A model's answer read for what it is worth: repaired where that is safe, else counted as unreadable."""

import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any, NamedTuple

from limner.llm.kinds import KIND_OF, NEITHER, NOTHING

_FENCE = re.compile(r"```(?:json)?|<think>.*?</think>", re.DOTALL)
_ENTRY = re.compile(r"\s*#?(\d{1,6})[\s.:,\-]+(.*\S)\s*", re.DOTALL)
_PARTED = re.compile(r"(.*?)\s*[:：=|]\s*([^:：=|]+)", re.DOTALL)
_MARKS = " \t\n.,:：;-=|"
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
    """Return the items of an answer, or None where it holds no JSON that has any.

    Fences and words around it are taken off, the first object is taken, and what was cut short is closed.

    >>> read_answer('Sure! {"1":"the screen: bad","2":"in May: neutral","3":"col')
    Answer(items=(Item(number=1, kind='bad', value='the screen'),
                  Item(number=0, kind='unreadable', value='3 col')), repaired=True)
    """
    found, repaired = _load(text[:_MOST_CHARACTERS])
    entries = _list_entries(found)
    if entries is None:
        return None
    items = tuple(_read_item(entry) for entry in entries)
    if items and all(item.kind == UNREADABLE for item in items):
        return None
    return Answer(tuple(item for item in items if item.kind not in (NEITHER, NOTHING)), repaired)


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


def _list_entries(found: Any) -> list[str] | None:
    """Return the entries of an object by number, or of a list under any name, as ``number words: kind``."""
    if isinstance(found, dict):
        lists = [part for part in found.values() if isinstance(part, list)]
        numbered = [
            f"{number} {_write_out(said)}" for number, said in found.items() if number.strip().isdigit()
        ]
        if numbered or not found:
            return numbered
        found = lists[0] if len(lists) == 1 else None
    return [_write_out(entry) for entry in found] if isinstance(found, list) else None


def _write_out(entry: Any) -> str:
    """Return an entry as one string, also where it came as a list or an object of its parts."""
    if isinstance(entry, dict):
        entry = list(entry.values())
    return " ".join(str(part) for part in entry) if isinstance(entry, list) else str(entry)


def _read_item(entry: str) -> Item:
    """Return the item that an entry is, with the kind behind the words or before them."""
    found = _ENTRY.fullmatch(entry)
    if not found:
        return Item(0, UNREADABLE, entry)
    number, said = int(found[1]), found[2]
    for words, label in _part(said):
        kind = KIND_OF.get(label.strip(_MARKS).lower())
        if kind and (words.strip(_MARKS) or kind in (NEITHER, NOTHING)):
            return Item(number, kind, words.strip(_MARKS))
    parted = _PARTED.fullmatch(said)
    return Item(number, parted[2].strip(), parted[1]) if parted else Item(0, UNREADABLE, entry)


def _part(said: str) -> Iterator[tuple[str, str]]:
    """Yield the ways in which an entry may come apart into words and a label, the likeliest first."""
    parted = _PARTED.fullmatch(said)
    if parted:
        yield parted[1], parted[2]
    words = said.split()
    yield " ".join(words[:-1]), words[-1]
    yield " ".join(words[1:]), words[0]
