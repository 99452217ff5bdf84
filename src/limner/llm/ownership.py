"""Whose a thing is: the writer's own, somebody else's, the thing reviewed, or one the writer has not."""

import re

from limner.llm.cues import CHILD, DENIED, LIFE_CUES, OTHERS, OWN, SUPPOSED
from limner.text.languages import TextLanguage

_CHILD_OF_WRITER = re.compile(
    r"[给帮替](?:孩子|儿子|女儿|宝宝|宝贝|小孩|娃|闺女)|(?:孩子|儿子|女儿|宝宝|宝贝|小孩|娃|闺女)(?:很"
    r"|特别|非常|超|也|都|一直|都很|挺)?"
    r"(?:喜欢|爱|用|吃|喝|穿|玩|要|现在|才|今年|刚|\d|[一二三四五六七八九十两半]+[个岁年])"
)
_NOT_HAD = re.compile(
    r"(?:\bno|\bwithout|\bnot|\bnot an?|n't (?:have|own|keep)|\bnot (?:have|own|keep)|\bnever (?:had|owned)"
    r"|haven't got)(?: any| an?| my)?\s+(?:[\w-]+\s+)?$|(?:没有?养?|没有?|无|不是|并非|不)[\w]{0,2}$"
)
_POINTS = re.compile(
    r"\b(?:this|these|that|those|the|each|every|any|another)\s+(?:[\w-]+\s+){0,2}$"
    r"|[这那该本][个款台部只条把双件]?$"
)
_POSSIBLY_REVIEWED = ("device", "vehicle", "home")
"""Kinds of thing that may as well be what the review is about."""


def is_own(kind: str, normal: str, language: TextLanguage) -> bool:
    """Return whether a clause speaks of the writer as they are, and of nobody else."""
    if SUPPOSED.search(normal) or OTHERS.search(normal):
        return False
    if kind == "child":
        return bool(OWN.search(normal) or _CHILD_OF_WRITER.search(normal))
    if CHILD.search(normal) and kind in ("allergy", "device", "vehicle", "diet", "occupation"):
        return False
    return bool(OWN.search(normal)) or (language == "zh" and kind in ("allergy", "diet"))


def is_denied(kind: str, normal: str, value: str) -> bool | None:
    """Return whether a clause says that the writer has no such thing; None where it denies something else.

    >>> is_denied("pet", "i don't have a dog", "dog"), is_denied("pet", "my dog does not like it", "dog")
    (True, False)
    """
    cue = LIFE_CUES[kind].search(normal)
    if cue is None:
        return None
    place = normal.find(value)
    before = normal[: min(cue.start(), place) if place >= 0 else cue.start()]
    if _NOT_HAD.search(before):
        return None if kind == "allergy" and not re.search(r"\ballerg\w+ to\b|对.+不过敏", normal) else True
    return None if DENIED.search(before) else False


def is_pointed_at(kind: str, normal: str, value: str) -> bool:
    """Return whether a clause speaks of this thing or of any: what is reviewed, not what the writer has."""
    place = normal.find(value)
    return kind in _POSSIBLY_REVIEWED and place >= 0 and bool(_POINTS.search(normal[:place]))
