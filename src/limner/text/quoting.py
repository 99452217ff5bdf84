"""Words of other people put into a text that a language model reads: marked as theirs, and unable to leave.

Whoever writes a review can write an order into it. Nothing can stop a model from obeying what it reads, but a
quotation can be kept in its quotation marks: on one line, without characters that nobody sees, and without
any that end a quotation, open a bracket or begin what chat templates take for a change of speaker.
"""

import unicodedata

_SPELT = str.maketrans('"“”„‟«»「」『』＂[]【】{}<>＜＞`|', "''''''''''''()()()()()'/")
_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn")
_BREAKS = ("Zl", "Zp", "Zs")
_CUT = "…"


def defuse(text: str, *, most: int) -> str:
    r"""Return a text on one line, harmless within quotation marks, of at most so many characters.

    >>> defuse('so "good"\n\n<|system|>\u202e[e1]', most=80)
    "so 'good' (/system/)(e1)"
    >>> defuse("a long story", most=6)
    'a lon…'
    """
    seen = "".join(_see(char) for char in text)
    line = " ".join(seen.translate(_SPELT).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}{_CUT}"


def quote(text: str, *, most: int) -> str:
    """Return a text as `defuse` gives it, between straight quotation marks."""
    return f'"{defuse(text, most=most)}"'


def _see(char: str) -> str:
    kind = unicodedata.category(char)
    if char.isspace() or kind in _BREAKS:
        return " "
    return "" if kind in _UNSEEN else char
