"""How much of a world's latent truth its portraits found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from limner.collect.world.aspects import find_aspect
from limner.collect.world.truth import Truth
from limner.records import Fact

TOP = 3
CLEAR_POLARITY = 0.34
"""Mean polarity from which a user is said to like (or dislike) an aspect: two to one is not enough."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found; every share is NaN where there is nothing to measure."""

    users: int
    """Users with enough events to be judged on interests."""
    interest_precision: float
    """Share of the first three category facts that are planted, mean over the users that have any."""
    interest_coverage: float
    """Interest facts given as a share of three each."""
    interest_recall: float
    """Share of the planted three that were found; a user without facts counts as 0."""
    aspects: int
    """(user, aspect) pairs with a clear polarity in the truth."""
    aspects_mixed: int
    """Pairs without one: left out."""
    aspect_accuracy: float
    """Share of the pairs with a fact whose liking has the right sign."""
    aspect_recall: float
    """Share of the pairs for which there is a fact."""
    aspects_unknown: int
    """Aspect facts whose name is no spelling of ours."""
    aspects_unsaid: int
    """Aspect facts on something that the user never judged."""
    undeclared: int
    """Users who did not declare a gender."""
    gender_auc: float
    """Over the undeclared; a user without a fact counts as undecided."""
    gender_coverage: float
    """Share of the undeclared with a fact."""


def measure_recovery(
    truth: Truth, facts_by_user: Mapping[str, Sequence[Fact]], *, min_events: int = 20
) -> Recovery:
    """Return how the facts of each user, in the order given, compare with the truth.

    Read are interest facts with key ``category``, sentiment facts with key ``aspect`` and a liking,
    and demographic facts with key ``gender`` and source ``inferred``.
    """
    return Recovery(
        **_measure_interests(truth, facts_by_user, min_events),
        **_measure_aspects(truth, facts_by_user),
        **_measure_gender(truth, facts_by_user),
    )


def _select(facts: Sequence[Fact], dimension: str, key: str) -> list[Fact]:
    return [fact for fact in facts if fact.dimension == dimension and fact.key == key]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _measure_interests(
    truth: Truth, facts_by_user: Mapping[str, Sequence[Fact]], min_events: int
) -> dict[str, Any]:
    hits, given = [], []
    for user_id, user in truth.users.items():
        if user.events >= min_events:
            facts = _select(facts_by_user.get(user_id, ()), "interest", "category")[:TOP]
            hits.append(sum(fact.value in user.interests for fact in facts))
            given.append(len(facts))
    precisions = [hit / count for hit, count in zip(hits, given, strict=True) if count]
    return {
        "users": len(hits),
        "interest_precision": _share(sum(precisions), len(precisions)),
        "interest_coverage": _share(sum(given), TOP * len(given)),
        "interest_recall": _share(sum(hits), TOP * len(hits)),
    }


def list_user_aspects(truth: Truth) -> dict[tuple[str, str], float]:
    """Return the mean polarity, -1..1, of each (user, aspect) that some text judges."""
    polarities: dict[tuple[str, str], list[int]] = defaultdict(list)
    for text in truth.texts.values():
        for mention in text.mentions:
            polarities[text.user_id, mention.aspect].append(mention.polarity)
    return {pair: sum(found) / len(found) for pair, found in polarities.items()}


def _measure_aspects(truth: Truth, facts_by_user: Mapping[str, Sequence[Fact]]) -> dict[str, Any]:
    planted = list_user_aspects(truth)
    clear = {pair: mean for pair, mean in planted.items() if abs(mean) >= CLEAR_POLARITY}
    liking, unknown = _read_aspect_facts(facts_by_user)
    found = clear.keys() & liking.keys()
    right = sum(clear[pair] * liking[pair] > 0 for pair in found)
    return {
        "aspects": len(clear),
        "aspects_mixed": len(planted) - len(clear),
        "aspect_accuracy": _share(right, len(found)),
        "aspect_recall": _share(len(found), len(clear)),
        "aspects_unknown": unknown,
        "aspects_unsaid": len(liking.keys() - planted.keys()),
    }


def _read_aspect_facts(
    facts_by_user: Mapping[str, Sequence[Fact]],
) -> tuple[dict[tuple[str, str], float], int]:
    """Return the mean liking by user and canonical aspect, and how many facts name none of ours.

    A mean, because a reader may split what we join: 快递 and 发货 are one aspect here.
    """
    likings: dict[tuple[str, str], list[float]] = defaultdict(list)
    unknown = 0
    for user_id, facts in facts_by_user.items():
        for fact in _select(facts, "sentiment", "aspect"):
            aspect = find_aspect(str(fact.value))
            if aspect is None:
                unknown += 1
            elif fact.liking is not None:
                likings[user_id, aspect].append(fact.liking)
    return {pair: sum(found) / len(found) for pair, found in likings.items()}, unknown


def _measure_gender(truth: Truth, facts_by_user: Mapping[str, Sequence[Fact]]) -> dict[str, Any]:
    undeclared = {key: user for key, user in truth.users.items() if "gender" not in user.declared}
    scores = [_score_female(facts_by_user.get(user_id, ())) for user_id in undeclared]
    return {
        "undeclared": len(undeclared),
        "gender_auc": measure_auc(
            [0.5 if score is None else score for score in scores],
            [user.gender == "female" for user in undeclared.values()],
        ),
        "gender_coverage": _share(sum(score is not None for score in scores), len(scores)),
    }


def _score_female(facts: Sequence[Fact]) -> float | None:
    """Return the probability of ``female`` that the first inferred fact states; None without one."""
    inferred = [fact for fact in _select(facts, "demographic", "gender") if fact.source == "inferred"]
    if not inferred:
        return None
    return inferred[0].confidence if inferred[0].value == "female" else 1.0 - inferred[0].confidence


def measure_auc(scores: ArrayLike, positive: ArrayLike) -> float:
    """Return the probability that a positive outscores a negative, ties counting half; NaN without both.

    Source: the rank-sum form of Mann and Whitney, Annals of Mathematical Statistics 18 (1947).

    >>> measure_auc([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    0.875
    """
    values, label = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=np.bool_)
    n_positive, n_negative = int(label.sum()), int((~label).sum())
    if not n_positive or not n_negative:
        return float("nan")
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    above = float(rank[place][label].sum()) - n_positive * (n_positive + 1) / 2
    return above / (n_positive * n_negative)
