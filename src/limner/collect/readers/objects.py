"""JSON (one object a line, or one array) and the Python dictionaries some old dumps hold → columns."""

import ast
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from limner.collect.lines import Block, Reject
from limner.collect.readers.part import LINE, Chunk
from limner.collect.readers.source import Source
from limner.errors import FormatError

_LOOK_LINES = 1_000
Numbered = tuple[int, dict[str, Any]]
_NOT_OBJECT = "is not a whole JSON object"


@dataclass(frozen=True, slots=True)
class Objects:
    """A file of objects; a column is a key that some object has."""

    encoding: str = ""
    inside: str = ""
    """The key of a list of objects that are the rows, each with what stands around the list."""

    def names(self, source: Source) -> list[str]:
        """Return the keys of the first objects, in order of appearance; none if there are no objects."""
        return list(dict.fromkeys(key for found in self.look(source) for key in found))

    def look(self, source: Source) -> list[dict[str, Any]]:
        """Return the first objects, from the file's beginning."""
        lines = source.head(self.encoding)[:_LOOK_LINES]
        if _is_array(lines):
            found = _begin_array("\n".join(source.head(self.encoding)))
        else:
            found = [one for line in lines if (one := read_object(line)) is not None]
        return [row for one in found for row in self._rows(one)]

    def _rows(self, found: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of one object: itself, or those in its list."""
        if not self.inside:
            return [found]
        around = {key: value for key, value in found.items() if key != self.inside}
        listed = found.get(self.inside)
        inner = listed if isinstance(listed, list) else []
        return [{**around, **one} for one in inner if isinstance(one, dict)]

    def chunks(self, source: Source) -> Iterator[Chunk]:
        """Yield every object or its rejection once, by line; by place in an array."""
        if _is_array(source.head(self.encoding)):
            yield _columns(self._opened(self._array(source)), [])
            return
        for block in source.blocks(self.encoding):
            kept, bad = _read_block(block)
            yield _columns(self._opened(kept), bad)

    def _opened(self, numbered: list[Numbered]) -> list[Numbered]:
        return [(place, row) for place, found in numbered for row in self._rows(found)]

    def _array(self, source: Source) -> list[Numbered]:
        text = "\n".join(line for block in source.blocks(self.encoding) for line in block.lines)
        try:
            found = json.loads(text)
        except json.JSONDecodeError as exc:
            fix = "mend it, or write one object a line: then a broken one spoils only itself"
            raise FormatError(f"{source.name}: not valid JSON: {exc}; {fix}") from exc
        if not all(isinstance(one, dict) for one in found):
            raise FormatError(f"{source.name}: expected an array of objects")
        return list(enumerate(found, 1))


def _read_block(block: Block) -> tuple[list[Numbered], list[Reject]]:
    """Return the objects of a block of lines with their lines, and the lines that hold none."""
    numbered = [pair for pair in enumerate(block.lines, block.first) if pair[1].strip()]
    found = [read_object(line) for _, line in numbered]
    kept = [(place, one) for (place, _), one in zip(numbered, found, strict=True) if one is not None]
    lost = [pair for pair, one in zip(numbered, found, strict=True) if one is None]
    bad = [Reject(place, _NOT_OBJECT, line[:1000]) for place, line in lost]
    return kept, sorted([*block.rejected, *bad])


def read_object(line: str) -> dict[str, Any] | None:
    """Return the object a line holds, as JSON or as a Python dictionary; None if it holds none.

    >>> read_object('{"asin": "B1"}'), read_object("{'asin': 'B1'}"), read_object('{"asin": "B')
    ({'asin': 'B1'}, {'asin': 'B1'}, None)
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = _read_literal(line)
    return found if isinstance(found, dict) else None


def _read_literal(line: str) -> Any:
    if not line.lstrip().startswith(("{'", "{u'")):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            return ast.literal_eval(line.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _is_array(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].lstrip().startswith("[")


def _begin_array(text: str) -> list[dict[str, Any]]:
    """Return the objects at the beginning of an array whose end may be cut off."""
    decoder = json.JSONDecoder()
    place = text.index("[") + 1
    found: list[dict[str, Any]] = []
    while len(found) < _LOOK_LINES:
        place += len(text[place:]) - len(text[place:].lstrip(" \t\r\n,"))
        try:
            one, place = decoder.raw_decode(text, place)
        except ValueError:
            break
        if isinstance(one, dict):
            found.append(one)
    return found


def _columns(numbered: Sequence[tuple[int, dict[str, Any]]], bad: Sequence[Reject]) -> Chunk:
    """Return objects as columns: the union of their keys."""
    keys = dict.fromkeys(str(key) for _, found in numbered for key in found)
    columns = {key: make_array([found.get(key) for _, found in numbered]) for key in keys if key != LINE}
    return Chunk(pa.table({**columns, LINE: pa.array([place for place, _ in numbered], pa.int64())}), bad)


def make_array(values: Sequence[Any]) -> pa.Array:
    """Return values as one column: of their type if they share one, else as text (containers as JSON)."""
    if isinstance(next((value for value in values if value is not None), None), dict):
        return pa.array([_as_text(value) for value in values], pa.string())
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        return pa.array([_as_text(value) for value in values], pa.string())


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode()  # half an emoji, escaped, is no text
