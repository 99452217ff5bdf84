"""Text that went through the wrong encoding, put right where there is no doubt.

Two accidents are known: UTF-8 read as Latin-1 (or its Windows sibling), and UTF-8 read as GBK. Both are
undone by writing the characters back as the bytes they were and reading these as UTF-8. Bytes that chance
made are hardly ever whole UTF-8, so what reads without a fault and gives usual characters counts as certain.
"""

import codecs
import re

_HIGH = "".join(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)
)  # what the bytes above ASCII look like in Windows-1252
_BYTES = {char: 0x80 + place for place, char in enumerate(_HIGH)} | {
    chr(byte): byte for byte in range(0x80, 0x100)
}
_LATIN_RUN = re.compile("[" + re.escape("".join(_BYTES)) + "]{2,}")
_FEWEST_PAIRS = 4
"""Two-byte characters of other alphabets in a row that are no chance."""
_GBK_SIGN = re.compile("[\u4e00-\u9fff\ue000-\uf8ff\u3040-\u30ff\uff00-\uffef\u20ac]{2}")
_USUAL = re.compile(
    "[\x00-\x7f\u2010-\u2027\u2030-\u203a\u20ac\u2122\u2600-\u27bf\u3000-\u30ff\u4e00-\u9fff"
    "\uff01-\uff5e\ufe0f\u200d\uffe5\ufffd\u2103\u2460-\u249b\u25a0-\u25ff\xa0-\xff\U0001f300-\U0001faff]*"
)
_WIDE = "[\u2010-\ufffc\U0001f300-\U0001faff]"
_SURE = re.compile(f"{_WIDE}.*{_WIDE}|[\u2010-\u203a]", re.DOTALL)
"""Two wide characters, or one mark such as ’: a single character may be chance."""
_LOST = re.compile("\ufffd+")
_FOLLOWING = bytes(range(0x80, 0xC0))
"""Bytes that go on with a character of UTF-8."""


def repair_mojibake(text: str) -> str:
    """Return the text as it was meant, where it certainly went through a wrong encoding; else as it is.

    >>> repair_mojibake("donâ€™t"), repair_mojibake("灞忓箷寰堝ソ"), repair_mojibake("CAFÉ”")
    ('don’t', '屏幕很好', 'CAFÉ”')
    """
    if text.isascii():
        return text
    return _from_gbk(text) or _LATIN_RUN.sub(_from_latin, text)


def _from_latin(found: re.Match[str]) -> str:
    """Return what a run of Latin letters and signs meant, or the run."""
    run = found[0]
    try:
        meant = bytes(_BYTES[char] for char in run).decode()
    except UnicodeDecodeError:
        return run
    certain = all("\xa0" <= char <= "\xff" for char in meant) or len(meant) >= _FEWEST_PAIRS
    return meant if certain or any(char >= "\u0800" for char in meant) else run


def _from_gbk(text: str) -> str:
    """Return what a text meant that was read as GBK; empty where it was not, or where that is in doubt.

    A character that lost a byte on the way stays lost: it comes back as the replacement character.
    """
    if not _GBK_SIGN.search(text):
        return ""
    try:
        meant = [_decode_piece(piece) for piece in _LOST.split(text)]
    except UnicodeError:
        return ""
    whole = "\ufffd".join(meant)
    return whole if _USUAL.fullmatch(whole) and _SURE.search(whole) else ""


def _decode_piece(piece: str) -> str:
    """Return a piece between two losses; what is left of a broken character at its ends goes."""
    written = piece.encode("gb18030").lstrip(_FOLLOWING)
    return codecs.utf_8_decode(written, "strict", False)[0]
