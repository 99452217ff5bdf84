"""All users divided into segments of the vector space, named by what sets each apart."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError
from limner.fusion.clusters import choose_k, cluster
from limner.phrases import say
from limner.records import Language
from limner.studio.people.groups import Group, read_shares

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_CHOICES = range(2, 13)
_EXAMPLES = 3
_NAMED = 2
_DAYPARTS = (
    ("night", 0, 6),
    ("morning", 6, 11),
    ("noon", 11, 14),
    ("afternoon", 14, 18),
    ("evening", 18, 24),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: every user is in exactly one."""

    number: int
    name: str
    lifts: dict[str, float]
    """Categories and words with how much more often its users turn to them than everyone."""
    examples: tuple[str | int, ...]
    """The users nearest to its middle."""
    users: tuple[str | int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner segments --json``."""
        return {**asdict(self), "size": len(self.users)}


def find_segments(studio: "Studio", k: int = 0, *, lang: Language, seed: int = 7) -> list[Segment]:
    """Return the segments, largest first; users of whom nothing is known form one of their own, the last.

    ``k`` of 0 chooses the number by silhouette, from 2 to 12.

    Raises:
        InputError: k is below 0, or above the number of users of whom something is known.
    """
    user_ids, vectors = studio.vectors()
    known = np.flatnonzero(vectors.any(axis=1))
    if k < 0 or k > len(known):
        raise InputError(f"k must be 0 (to choose) to {len(known)}, the users with a vector; got {k}")
    labels = np.zeros(len(known), dtype=np.int64)
    if len(known):
        wanted = k or choose_k(vectors[known], _CHOICES, seed=seed)
        labels = cluster(vectors[known], wanted, seed=seed)
    groups = read_shares(studio)
    found: list[Segment] = []
    for one in np.unique(labels[: len(known)]):
        members = known[labels == one]
        near = np.argsort(-(vectors[members] @ vectors[members].mean(axis=0)), kind="stable")
        examples = tuple(user_ids[user] for user in members[near[:_EXAMPLES]])
        lifts = dict(groups.lifts("category", members)[:5] or groups.lifts("word", members)[:5])
        rounded = {key: round(lift, 3) for key, lift in lifts.items()}
        users = tuple(user_ids[user] for user in members)
        found.append(Segment(len(found) + 1, _name(groups, members, lang), rounded, examples, users))
    strangers = tuple(user_ids[user] for user in np.flatnonzero(~vectors.any(axis=1)))
    if strangers:
        name = say("segment.unknown", lang)
        found.append(Segment(len(found) + 1, name, {}, strangers[:_EXAMPLES], strangers))
    return _tell_apart(found, lang)


def _name(groups: Group, members: NDArray[np.int64], lang: Language) -> str:
    themes = groups.themes(members, most=_NAMED)
    said = [say("segment.themes", lang, themes=say("and", lang).join(themes))] if themes else []
    hours = {int(hour): lift for hour, lift in groups.lifts("hour", members) if hour.isdigit()}
    parts = {
        name: sum(lift for hour, lift in hours.items() if start <= hour < stop) / (stop - start)
        for name, start, stop in _DAYPARTS
    }
    part = max(parts, key=lambda name: parts[name])
    if parts[part] > 1:
        said.append(say("segment.hours", lang, value=say(f"daypart.{part}", lang)))
    return say("and", lang).join(said) or say("segment.usual", lang)


def _tell_apart(segments: list[Segment], lang: Language) -> list[Segment]:
    """Return segments no two of which have one name."""
    times = Counter(segment.name for segment in segments)
    return [
        replace(one, name=say("segment.numbered", lang, name=one.name, n=one.number))
        if times[one.name] > 1
        else one
        for one in segments
    ]
