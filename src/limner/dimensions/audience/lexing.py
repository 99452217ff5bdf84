"""An expression cut into words, quoted names, signs and brackets, each with its place."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from limner.errors import ExpressionError

LONGEST = 2_000
"""Characters of an expression at most."""
Kind = Literal["word", "quoted", "sign", "bracket", "comma", "end"]

_FULL_WIDTH = str.maketrans("（），＝＜＞≤≥≠！／　", "(),=<>≤≥≠!/ ")
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "==": "=", "<>": "!="}
_TOKEN = re.compile(
    r"(?P<blank>\s+)"
    r"|(?P<sign><=|>=|!=|==|<>|[=<>≤≥≠])"
    r"|(?P<bracket>[()])"
    r"|(?P<comma>,)"
    r"|(?P<quoted>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|“[^”]*”|「[^」]*」)"
    r"|(?P<word>[^\s()=<>!,\"'“”「」;`|&{}\[\]\\≤≥≠]+)"
)
_QUOTES = "\"'“”「」"
_HINTS = {
    "&": "write 'and', or put a name that has it in quotes",
    "|": "write 'or', or put a name that has it in quotes",
    "!": "write 'not', or != between a fact and a value, or put a name that has it in quotes",
    ";": "one expression has no ';'; put a name that has one in quotes",
}


class Token(NamedTuple):
    """One piece of an expression."""

    kind: Kind
    text: str
    """As it is meant: a sign in its usual form, a quoted name without its quotes."""
    place: int
    """Of its first character, from 1."""

    def __str__(self) -> str:
        """Return what it is called in an error."""
        return "the end" if self.kind == "end" else repr(self.text)


def cut_expression(expression: str) -> list[Token]:
    """Return the pieces of an expression and an end behind them; full-width signs are read as usual ones.

    Raises:
        ExpressionError: it is too long, or has a character or an open quotation that cannot be.
    """
    if len(expression) > LONGEST:
        raise ExpressionError(f"{len(expression):,} characters; at most {LONGEST:,} are read", LONGEST + 1)
    return [*_cut(expression), Token("end", "", len(expression) + 1)]


def _cut(expression: str) -> Iterator[Token]:
    usual = expression.translate(_FULL_WIDTH)
    place = 0
    while place < len(usual):
        found = _TOKEN.match(usual, place)
        if found is None:
            raise _refuse(expression, place)
        kind, written = found.lastgroup, found[0]
        if kind == "quoted":  # what stands in quotes is taken as it was written
            yield Token("quoted", _unquote(expression[place : found.end()]), place + 1)
        elif kind == "word":
            yield Token("word", written, place + 1)
        elif kind == "sign":
            yield Token("sign", _SIGNS.get(written, written), place + 1)
        elif kind == "bracket":
            yield Token("bracket", written, place + 1)
        elif kind == "comma":
            yield Token("comma", written, place + 1)
        place = found.end()


def _unquote(written: str) -> str:
    inside = written[1:-1]
    return re.sub(r"\\(.)", r"\1", inside) if written[0] in "\"'" else inside


def _refuse(expression: str, place: int) -> ExpressionError:
    char = expression[place]
    if char in _QUOTES:
        return ExpressionError(f"the quotation that begins with {char} does not end", place + 1)
    hint = _HINTS.get(char, "put a name that has it in quotes")
    return ExpressionError(f"{char!r} cannot stand here; {hint}", place + 1)
