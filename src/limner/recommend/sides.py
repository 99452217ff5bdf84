"""What users get from others and from what they declared: friends with their pasts, attributes by name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from limner.recommend.interactions import Codes

if TYPE_CHECKING:
    from limner.recommend.history import History

MOST_FRIENDS = 50
"""Friends of one user that are looked at: the strongest ties first."""
FEWEST_HOLDERS = 5
"""An attribute that fewer users declared says nothing that would last."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """To whom or what each row is tied, in compressed sparse rows: ``indptr`` (n_rows + 1,), ``codes``."""

    indptr: NDArray[np.int64]
    codes: Codes

    def of(self, row: int) -> Codes:
        """Return the codes of one row."""
        return self.codes[self.indptr[row] : self.indptr[row + 1]]

    def rows(self, start: int, stop: int) -> "Links":
        """Return the rows start..stop."""
        lowest, highest = self.indptr[start], self.indptr[stop]
        return Links(self.indptr[start : stop + 1] - lowest, self.codes[lowest:highest])


@dataclass(frozen=True, slots=True, eq=False)
class Friends:
    """Whose friends users are: ``ties`` point to rows of ``pasts``, and ``ids`` names those rows."""

    ties: Links
    pasts: "History"
    ids: Sequence[str]

    def rows(self, start: int, stop: int) -> "Friends":
        """Return the ties of the users start..stop; the pasts stay."""
        return replace(self, ties=self.ties.rows(start, stop))


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """What users said of themselves: ``ties`` point to ``names``, such as ``gender=F``."""

    ties: Links
    names: Sequence[str]

    def rows(self, start: int, stop: int) -> "Declared":
        """Return what the users start..stop said."""
        return replace(self, ties=self.ties.rows(start, stop))


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Everybody's friends, strongest ties first, and declared attributes, both by outside user id."""

    friends: Mapping[str, Sequence[str]] = field(default_factory=dict)
    declared: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def attach(
        self,
        history: "History",
        user_ids: Sequence[str],
        *,
        pasts: "History",
        past_ids: Sequence[str],
    ) -> "History":
        """Return a history with what its users get from others, whose pasts are rows of ``pasts``.

        Friends without a row there are unknown: so whoever is held out of the pasts tells nobody anything.
        """
        friends, declared = None, None
        if self.friends:
            ties = _link(user_ids, self.friends, past_ids, most=MOST_FRIENDS)
            friends = Friends(ties, pasts.alone(), past_ids)
        if self.declared:
            names = sorted({name for said in self.declared.values() for name in said})
            declared = Declared(_link(user_ids, self.declared, names), names)
        return replace(history, friends=friends, declared=declared)


def read_sides(
    relations: Sequence[tuple[str, str, str, float]], declared: Mapping[str, Mapping[str, str]]
) -> Sides:
    """Return the sides of (user, other, kind, weight) rows and of attribute → class by user.

    A friendship counts for both; whom one follows or trusts counts for the one who does. Classes that
    fewer than `FEWEST_HOLDERS` users declared are left out.
    """
    strength: dict[str, dict[str, float]] = {}
    for user, other, kind, weight in relations:
        pairs = ((user, other), (other, user)) if kind == "friend" else ((user, other),)
        for one, another in pairs:
            if one != another:
                own = strength.setdefault(one, {})
                own[another] = max(weight, own.get(another, weight))
    friends = {user: sorted(own, key=lambda one: (-own[one], one)) for user, own in strength.items()}
    said = {user: [f"{column}={value}" for column, value in own.items()] for user, own in declared.items()}
    holders = Counter(name for names in said.values() for name in names)
    kept = {user: [name for name in names if holders[name] >= FEWEST_HOLDERS] for user, names in said.items()}
    return Sides(friends, {user: names for user, names in kept.items() if names})


def _link(
    user_ids: Sequence[str], tied: Mapping[str, Sequence[str]], ids: Sequence[str], *, most: int | None = None
) -> Links:
    """Return who is tied to which of the ids, at most so many each, in the order given."""
    place = {one: code for code, one in enumerate(ids)}
    found = [
        [place[one] for one in tied.get(user, ()) if one in place and one != user][:most] for user in user_ids
    ]
    indptr = np.zeros(len(found) + 1, dtype=np.int64)
    np.cumsum([len(codes) for codes in found], out=indptr[1:])
    return Links(indptr, np.array([code for codes in found for code in codes], dtype=np.int32))
