"""Lines of bytes as texts: whatever a file is written in, one text for each line."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from threading import Event

from limner.collect.lines import detect_encoding
from limner.streams.lines import MAX_LINE_CHARS, Bytes, read_pieces, split_pieces

BLOCK_TEXTS = 2048
BLOCK_BYTES = 1 << 20
"""Texts are handed on so many, or so long, at a time: enough for an encoder to work in batches."""
_SAMPLE_BYTES = 1 << 16
_UTF8 = "utf-8-sig"
_WIDE = "\u0800"
"""From here on a character takes three bytes in UTF-8: Chinese in GB18030 hardly ever looks like that."""


class Decoder:
    """Decodes lines; remembers those that are no UTF-8 to tell in what the next are written."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._odd = b""
        self._n_odd = 0
        self._n_wide = 0
        self._codec = _UTF8

    def decode(self, bodies: Sequence[bytes]) -> list[str]:
        """Return the texts of lines, in order; bytes that no encoding explains become U+FFFD."""
        bodies = [body.removeprefix(codecs.BOM_UTF8) for body in bodies]
        texts = [_decode_utf8(body) for body in bodies]
        self._remember(bodies, texts)
        found = [self._settle(body, text) for body, text in zip(bodies, texts, strict=True)]
        return [text[:MAX_LINE_CHARS].rstrip("\r") for text in found]

    def _remember(self, bodies: Sequence[bytes], texts: Sequence[str | None]) -> None:
        """Learn from lines in what those are written that are no UTF-8."""
        odd = [body for body, text in zip(bodies, texts, strict=True) if text is None]
        self._n_odd += len(odd)
        self._n_wide += sum(text is not None and _is_wide(text) for text in texts)
        if odd and len(self._odd) < _SAMPLE_BYTES:
            self._odd += b"\n".join(body[:_SAMPLE_BYTES] for body in odd) + b"\n"
            codec = detect_encoding(self._odd)
            # UTF-16 would be known by now: its lines do not end at a single byte
            self._codec = _UTF8 if codec.startswith("utf-16") else codec

    def _settle(self, body: bytes, text: str | None) -> str:
        """Return the text of a line; what looks like UTF-8 by chance goes with the lines around it."""
        if text is None:
            return body.decode(self._codec, "replace")
        by_chance = self._n_odd > self._n_wide and not text.isascii() and not _is_wide(text)
        return body.decode(self._codec, "replace") if by_chance else text


def _decode_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def _is_wide(text: str) -> bool:
    return not text.isascii() and max(text) >= _WIDE


def read_blocks_of_texts(file: Bytes, stop: Event) -> Iterator[list[str]]:
    """Yield the lines of a file as texts, in blocks; where a pipe goes quiet, what has come so far.

    A line ends at LF or CRLF. Of a line longer than `MAX_LINE_CHARS` the beginning is read.
    """
    decoder = Decoder()
    bodies = split_pieces(_as_utf8(read_pieces(file, stop)), stop)
    for block in _gather(bodies):
        yield decoder.decode(block)


def _gather(bodies: Iterable[bytes | None]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    n_bytes = 0
    for body in bodies:
        if body is not None:
            block.append(body)
            n_bytes += len(body)
        if block and (body is None or len(block) >= BLOCK_TEXTS or n_bytes >= BLOCK_BYTES):
            yield block
            block, n_bytes = [], 0
    if block:
        yield block


def _as_utf8(pieces: Iterator[bytes | None]) -> Iterator[bytes | None]:
    """Yield the pieces of a file; where it begins as UTF-16 does, written anew."""
    decoder: codecs.IncrementalDecoder | None = None
    begun = False
    for piece in pieces:
        if piece is not None and not begun:
            begun = True
            codec = detect_encoding(piece[:_SAMPLE_BYTES])
            decoder = codecs.getincrementaldecoder(codec)("replace") if codec.startswith("utf-16") else None
        yield piece if decoder is None or piece is None else decoder.decode(piece).encode("utf-8", "replace")
