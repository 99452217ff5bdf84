"""Which rows a ladder has: all, or those that were named."""

from collections.abc import Sequence
from dataclasses import dataclass

from limner.errors import UnknownNameError, did_you_mean
from limner.evaluate.contenders import Contender
from limner.evaluate.ground import Terms
from limner.evaluate.variants import Variant

_ALIASES = {
    "popular": "most popular",
    "popular-7-days": "popular in 7 days",
    "category-popular": "category popularity",
    "item-knn": "decayed item-knn",
    "behaviour": "b only",
}
"""What ``limner recommend --model`` calls a row, by lowered name."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What is run, and the names of the rows that are shown: a variant needs Limner tuned, shown or not."""

    contenders: tuple[Contender, ...]
    variants: tuple[Variant, ...]
    names: frozenset[str]


def pick_rows(terms: Terms, contenders: Sequence[Contender], variants: Sequence[Variant]) -> Picked:
    """Return the rows that were asked for, in the order of the ladder, and the ablations where they were.

    A row goes by the name of `limner.recommend.models`, too.

    Raises:
        UnknownNameError: no row of that name; the text lists the choices.
    """
    everyone = [*(one.name for one in contenders), *(one.name for one in variants)]
    if not terms.models:
        kept = tuple(variants) if terms.controls else tuple(v for v in variants if v.kind == "ablation")
        names = frozenset((*(one.name for one in contenders), *(one.name for one in kept)))
        return Picked(tuple(contenders), kept, names)
    named = {_ALIASES.get(name.lower(), name.lower()): name for name in terms.models}
    choices = {name.lower(): name for name in everyone}
    for lowered, name in named.items():
        if lowered not in choices:
            hint = did_you_mean(name, choices.values())
            raise UnknownNameError(f"no model {name!r}{hint}; the choices are: {', '.join(choices.values())}")
    removed = (one.name for one in variants if one.kind == "ablation")  # only there when asked for
    names = frozenset((*(choices[lowered] for lowered in named), *removed))
    asked = tuple(one for one in variants if one.name in names)
    run = tuple(one for one in contenders if one.name in names or (asked and one.name == "Limner"))
    return Picked(run, asked, names)
