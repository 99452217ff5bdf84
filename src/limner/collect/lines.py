"""Bytes in, numbered lines out: encodings, line ends, damaged bytes and damaged archives."""

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from gzip import BadGzipFile
from typing import NamedTuple, Protocol
from zipfile import BadZipFile

from limner.errors import SettingsError, did_you_mean

PIECE_BYTES = 4 << 20
BLOCK_LINES = 50_000
BLOCK_CHARS = 8 << 20
SCAN_BYTES = 64 << 20
"""How far a file is searched for its first byte that is not ASCII."""

_ODD_BYTES = "limner.odd_bytes"
_ASCII = bytes(range(128))
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_CONTROL = re.compile(rb"[\x80-\x9f]")


class Stream(Protocol):
    """An open binary file; ``read1`` returns what one read gives, so nothing is lost before damage."""

    def read1(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        ...


class Reject(NamedTuple):
    """A line that cannot be used: its 1-based number, why, and what it holds."""

    line: int
    reason: str
    row: str


@dataclass(slots=True)
class Block:
    """Whole lines of a file, without their ends; a rejected line stands as an empty one."""

    first: int
    """1-based number of ``lines[0]``."""
    lines: list[str]
    has_quote: bool = False
    rejected: list[Reject] = field(default_factory=list)


def _mark_odd(error: UnicodeError) -> tuple[str, int]:
    """Return undecodable bytes as lone surrogates, which no text holds; in UTF-16 as well."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_ODD_BYTES, _mark_odd)


def detect_encoding(sample: bytes) -> str:
    r"""Return the codec of a sample: UTF-8 or UTF-16, else GB18030, else Latin-1 (or its Windows sibling).

    UTF-8 wins even with a few broken bytes: better one rejected line than a file of wrong letters. GB18030
    and Latin-1 share their bytes, but Chinese characters come as pairs of high bytes and accents stand alone.

    >>> detect_encoding("Amélie".encode("latin-1")), detect_encoding("科幻小说".encode("gb18030"))
    ('latin-1', 'gb18030')
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for codec, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(zeros) >= 4 and zeros.count(0) > 0.6 * len(zeros):
            return codec
    if sample.isascii() or _is_utf8(sample):
        return "utf-8-sig"
    pairs = _PAIR.findall(sample)
    n_common = sum(1 for pair in pairs if _COMMON_PAIR.match(pair))
    n_high = len(sample.translate(None, _ASCII))
    if 2 * n_common >= 0.8 * n_high:
        return "gb18030"
    return "cp1252" if _CONTROL.search(sample) else "latin-1"


def _is_utf8(sample: bytes) -> bool:
    """Return whether nine in ten characters beyond ASCII are whole; a cut at the end does not count."""
    text, _ = codecs.utf_8_decode(sample, "replace", False)
    n_bad = text.count("\ufffd")
    n_wide = len(text) - len(text.encode("ascii", "ignore"))
    return n_bad <= 0.1 * n_wide


def sample_bytes(stream: Stream, *, size: int, first: bool = False) -> bytes:
    """Return the first ``size`` bytes, or (unless ``first``) those where the first non-ASCII one stands."""
    seen = 0
    beginning = b""
    for piece in _pieces(stream, size):
        if piece is None or seen > SCAN_BYTES:
            break
        beginning = beginning or piece
        seen += len(piece)
        if first or not piece.isascii() or b"\0" in piece:
            return piece
    return beginning


def check_encoding(name: str) -> str:
    """Return the codec of a declared encoding, with its BOM eaten.

    Raises:
        SettingsError: Python knows no encoding of that name.
    """
    try:
        codec = codecs.lookup(name).name
    except LookupError as exc:
        hint = did_you_mean(name.lower(), ("utf-8", "gb18030", "latin-1", "utf-16", "gbk", "big5", "cp1252"))
        raise SettingsError(
            f"limner.toml: no encoding {name!r}{hint}; usual ones: utf-8, gb18030, latin-1"
        ) from exc
    return "utf-8-sig" if codec == "utf-8" else codec


def read_blocks(stream: Stream, encoding: str) -> Iterator[Block]:
    """Yield the lines of a file in blocks of `BLOCK_LINES` or more, each line exactly once.

    A line ends at LF or CRLF (at CR in a file without any LF). A line with a NUL, or with bytes that are not
    of the encoding, is rejected; so is what follows the damage of a compressed file.
    """
    block = Block(1, [])
    n_chars = 0
    for text, damage in _texts(stream, encoding):
        _add(block, text, damage)
        n_chars += len(text)
        if len(block.lines) >= BLOCK_LINES or n_chars >= BLOCK_CHARS:
            yield block
            block, n_chars = Block(block.first + len(block.lines), []), 0
    if block.lines:
        yield block


def _add(block: Block, lines: str, damage: str) -> None:
    """Append a text of whole lines to a block."""
    new = lines.split("\n")
    start = block.first + len(block.lines)
    block.has_quote = block.has_quote or '"' in lines
    if damage:
        block.rejected.append(Reject(start + len(new) - 1, damage, new[-1][:1000]))
        new[-1] = ""
    if not lines.isascii() or "\0" in lines:
        block.rejected += _reject_odd(new, start)
    block.lines += new


def _reject_odd(lines: list[str], start: int) -> list[Reject]:
    """Return the lines with NULs or undecodable bytes as rejected, and blank them where they stood."""
    odd = []
    for index, line in enumerate(lines):
        reason = "holds a NUL byte" if "\0" in line else _decoding_fault(line)
        if reason:
            odd.append(Reject(start + index, reason, _printable(line)))
            lines[index] = ""
    return odd


def _decoding_fault(line: str) -> str:
    try:
        line.encode()
    except UnicodeEncodeError:
        return "holds bytes that are not of the file's encoding; declare it in limner.toml: encoding = '…'"
    return ""


def _printable(line: str) -> str:
    return line[:1000].replace("\0", "␀").encode("utf-8", "backslashreplace").decode()


def _texts(stream: Stream, encoding: str) -> Iterator[tuple[str, str]]:
    """Yield (whole lines joined by LF, damage): damage says what is wrong with the last of them."""
    decoder = codecs.getincrementaldecoder(encoding)(_ODD_BYTES)
    carry, newline = "", ""
    for piece in _pieces(stream, PIECE_BYTES):
        if piece is None:
            yield carry, "the compressed file ends early or is damaged here: rows from here on are missing"
            return
        text = carry + decoder.decode(piece)
        newline = newline or ("\r" if "\r" in text and "\n" not in text else "\n")
        whole, found, carry = text.rpartition(newline)
        if found:
            yield _with_lf(whole, newline), ""
    carry += decoder.decode(b"", True)
    if carry:
        yield _with_lf(carry, newline), ""


def _with_lf(text: str, newline: str) -> str:
    """Return lines that end in LF alone."""
    if newline == "\r":
        return text.replace("\r", "\n")
    if "\r" not in text:
        return text
    return re.sub("\r+\n", "\n", text).rstrip("\r")


def _pieces(stream: Stream, size: int) -> Iterator[bytes | None]:
    """Yield about ``size`` bytes at a time, and None where a compressed file breaks off."""
    buffer = bytearray()
    part: bytes | None = b"begin"
    while part:
        part = _read(stream, size)
        buffer += part or b""
        if len(buffer) >= size or (buffer and not part):
            yield bytes(buffer)
            buffer.clear()
    if part is None:
        yield None


def _read(stream: Stream, size: int) -> bytes | None:
    """Return the next bytes, none at the end, None at damage."""
    try:
        return stream.read1(size)
    except (EOFError, zlib.error, BadZipFile, BadGzipFile):
        return None
