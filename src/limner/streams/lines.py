"""Lines with their places, from a file or a pipe: in bounded memory, and until someone says stop."""

import codecs
import select
from collections.abc import Iterable, Iterator
from threading import Event
from typing import NamedTuple, Protocol

BATCH_LINES = 1000
QUIET_S = 0.05
"""How long nothing comes before the lines in hand are worth a batch."""
MAX_LINE_CHARS = 1_000_000
_PIECE_BYTES = 1 << 16
_KEPT_BYTES = 4 * (MAX_LINE_CHARS + 1)
"""What is kept of a line: at most four bytes are one character, so too long a line stays too long."""


class Line(NamedTuple):
    """One line of a file or one message of a broker."""

    source: str
    """The file's path, or the stream or partition, without password."""
    number: int
    """1-based line of a file, offset of a Kafka message, milliseconds of a Redis id."""
    text: str
    """JSON; of a line longer than `MAX_LINE_CHARS` only so much that it still is."""
    position: str = ""
    """Where to go on behind this line; empty for a file."""


class Bytes(Protocol):
    """An open binary file."""

    def read1(self, size: int, /) -> bytes:
        """Return what one read gives, nothing at the end."""
        ...

    def fileno(self) -> int:
        """Return the number by which the system knows the file."""
        ...


def decode_text(body: bytes) -> str:
    """Return the text of a line, cut where it is too long to be used anyway."""
    return body[:_KEPT_BYTES].decode("utf-8", "replace")[: MAX_LINE_CHARS + 1]


def gather(lines: Iterable[Line | None]) -> Iterator[list[Line]]:
    """Yield lines in batches of `BATCH_LINES`, or fewer where a None says that it has gone quiet.

    >>> one = Line("f", 1, "{}")
    >>> [len(batch) for batch in gather([None, one, one, None, one])]
    [2, 1]
    """
    batch: list[Line] = []
    for line in lines:
        if line is not None:
            batch.append(line)
        if batch and (line is None or len(batch) >= BATCH_LINES):
            yield batch
            batch = []
    if batch:
        yield batch


def read_lines(file: Bytes, source: str, stop: Event) -> Iterator[Line | None]:
    """Yield the lines of a file until its end or the stop, and None whenever a pipe is quiet.

    A line of any length takes no more memory than `MAX_LINE_CHARS` need.
    """
    number = 0
    for body in split_pieces(read_pieces(file, stop), stop):
        if body is None:
            yield None
            continue
        number += 1
        yield _line(source, number, body)


def split_pieces(pieces: Iterable[bytes | None], stop: Event) -> Iterator[bytes | None]:
    r"""Yield the lines that pieces of a file make up, without their ends; a None is handed on.

    What was begun when a stop came is no line.

    >>> list(split_pieces([b"on", b"e\ntwo", None, b"\n\nend"], Event()))
    [b'one', None, b'two', b'', b'end']
    """
    carry = b""
    for piece in pieces:
        if piece is None:
            yield None
            continue
        first, *others = piece.split(b"\n")
        carry += first[: _KEPT_BYTES - len(carry)]
        for begun in others:
            yield carry
            carry = begun
    if carry and not stop.is_set():
        yield carry


def _line(source: str, number: int, body: bytes) -> Line:
    return Line(source, number, decode_text(body.removeprefix(codecs.BOM_UTF8) if number == 1 else body))


def read_pieces(file: Bytes, stop: Event) -> Iterator[bytes | None]:
    """Yield what single reads give until the end or the stop, and None whenever a pipe is quiet."""
    while not stop.is_set():
        piece = file.read1(_PIECE_BYTES) if _is_ready(file) else None
        if piece == b"":
            return
        yield piece


def _is_ready(file: Bytes) -> bool:
    """Return whether a read gives something at once; where the system cannot tell, it is tried."""
    try:
        return bool(select.select([file.fileno()], [], [], QUIET_S)[0])
    except (OSError, ValueError):
        return True
