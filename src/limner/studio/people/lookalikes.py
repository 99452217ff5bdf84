"""Users who are like some given ones, nearest first, and what they share with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.calibrated import fit_softmax
from limner.errors import InputError, UnknownUserError
from limner.phrases import say
from limner.records import Language, Vector
from limner.studio.people.groups import Group, read_shares

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_MOST_OTHERS = 20_000
_PENALTY = 1.0
_MOST_SHARED = 3


@dataclass(frozen=True, slots=True)
class Lookalike:
    """One user who is like the seeds."""

    user_id: str | int
    score: float
    """0..1: higher is more like them; an order, no probability."""
    shared: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Those found, and the ids that no user has."""

    seeds: int
    unknown: tuple[str, ...]
    users: tuple[Lookalike, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner lookalike --json``."""
        users = [
            {
                "user_id": one.user_id,
                "score": one.score,
                "shared": list(one.shared),
                "statement": one.statement,
            }
            for one in self.users
        ]
        return {"seeds": self.seeds, "unknown": list(self.unknown), "users": users}


def read_seeds(path: Path) -> list[str]:
    """Return the ids of a file, one a line.

    Raises:
        InputError: the file cannot be read, or is empty.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"{path} cannot be read: {exc}; give a text file with one user id a line") from exc
    seeds = [line.strip() for line in lines if line.strip()]
    if not seeds:
        raise InputError(f"{path} holds no user ids; write one a line")
    return seeds


def find_lookalikes(
    studio: "Studio", seeds: Sequence[str | int], k: int, *, lang: Language, seed: int = 7
) -> Lookalikes:
    """Return the k users most like the seeds, who are left out themselves.

    Raises:
        InputError: k is below 1.
        UnknownUserError: none of the seeds is in the workspace, or nothing is known of them.
    """
    if k < 1:
        raise InputError(f"k must be at least 1, got {k}")
    user_ids, vectors = studio.standing()
    place = {str(user): number for number, user in enumerate(user_ids)}
    wanted = list(dict.fromkeys(str(one) for one in seeds))
    chosen = np.array([place[one] for one in wanted if one in place], dtype=np.int64)
    unknown = tuple(one for one in wanted if one not in place)
    if not len(chosen):
        raise UnknownUserError(f"none of the {len(wanted)} given users is in {studio.folder}")
    known = np.asarray(vectors.any(axis=1))
    if not known[chosen].any():
        raise UnknownUserError("nothing is known of the given users: they have met no item yet")
    scores = score_likeness(vectors, chosen[known[chosen]], seed=seed)
    scores[chosen] = -np.inf
    scores[~known] = -np.inf
    best = np.argsort(-scores, kind="stable")[:k]
    best = best[np.isfinite(scores[best])]
    groups = read_shares(studio)
    themes = groups.themes(chosen, most=10)
    users = tuple(
        _describe(user_ids[one], float(scores[one]), _share_themes(groups, int(one), themes), lang)
        for one in best
    )
    return Lookalikes(len(chosen), unknown, users)


def score_likeness(vectors: Vector, seeds: NDArray[np.int64], *, seed: int) -> NDArray[np.float64]:
    """Return how like the seeds each user is, float64 (n_users,), from rows of length 1.

    A penalised logistic model of the seeds against everyone else: that others may be like them too lowers
    all scores alike and leaves their order.

    Source: Elkan, Noto, "Learning classifiers from only positive and unlabeled data", KDD 2008.
    """
    rng = np.random.default_rng(seed)
    others = np.setdiff1d(np.flatnonzero(vectors.any(axis=1)), seeds)
    if len(others) > _MOST_OTHERS:
        others = np.sort(rng.choice(others, _MOST_OTHERS, replace=False))
    if not len(others):
        return np.zeros(len(vectors))
    rows = vectors[np.concatenate([seeds, others])].astype(np.float64)
    labels = np.repeat(np.array([1, 0]), (len(seeds), len(others)))
    weights = fit_softmax(rows, labels, 2, _PENALTY)
    pull = weights[1] - weights[0]
    return np.asarray(1 / (1 + np.exp(-(vectors @ pull[:-1] + pull[-1]))), dtype=np.float64)


def _share_themes(groups: Group, user: int, themes: Sequence[str]) -> tuple[str, ...]:
    own = set(groups.themes(np.array([user]), most=10))
    return tuple(theme for theme in themes if theme in own)[:_MOST_SHARED]


def _describe(user_id: str | int, score: float, shared: tuple[str, ...], lang: Language) -> Lookalike:
    named = say("and", lang).join(shared)
    return Lookalike(user_id, score, shared, say("reason.seeds", lang, themes=named) if shared else "")
