"""Attributes guessed from behaviour: a regularised softmax model on the ledger, cross-fitted.

An attribute is inferred only when the owner allows it, enough users declared it, and held-out users
show that behaviour tells; what comes out is a probability, and the rows that spoke for it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.calibrated import fit_weighed, softmax
from limner.dimensions.scoring import mean_auc
from limner.dimensions.sitter import Cells, Cite, cite_cell
from limner.dimensions.traits import OF_EVENTS, Placing, Traits
from limner.errors import InputError

Reals = NDArray[np.float64]
MIN_PER_CLASS = 30
MIN_SKILL = 0.6
"""Least cross-fitted AUC (one class against the rest, averaged by class size) to say anything at all."""
_MARGIN = 1.1
"""How much likelier than an even guess the best class must be to be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class AttributeModel:
    """Softmax weights on a user's traits, already calibrated."""

    column: str
    classes: tuple[str, ...]
    traits: Traits
    weights: Reals
    """float64 (n_classes, n_features + 1), the last column is the intercept."""
    auc: float
    """Cross-fitted, on users the model did not see."""
    threshold: float
    """Least probability at which the guess is shown."""

    def probabilities(self, rows: Reals) -> Reals:
        """Return float64 (n, n_classes) for rows of traits (n, n_features)."""
        return softmax(rows @ self.weights[:, :-1].T + self.weights[:, -1])

    def guess(
        self, cells: Cells, placing: Placing | None = None
    ) -> tuple[str, float, tuple[Cite, ...]] | None:
        """Return the likeliest class, its probability and the rows that speak most for it; None if unsure.

        ``placing`` is what each item met adds to the user's place; a model without places needs none.
        """
        row = self.traits.read(cells, placing)
        if not row.any():
            return None
        chances = self.probabilities(row[None, :])[0]
        best = int(np.argmax(chances))
        if chances[best] < self.threshold:
            return None
        named = self._name_pulls(row, placing, self.weights[best, :-1] - self.weights[:, :-1].mean(axis=0))
        cites = tuple(
            cite
            for block, key in named[:3]
            for cite in cite_cell(cells[block.removeprefix("liking ")][key], "events", most=1)
        )
        return self.classes[best], float(chances[best]), cites

    def _name_pulls(self, row: Reals, placing: Placing | None, weights: Reals) -> list[tuple[str, str]]:
        """Return the features of events that speak for a class, the strongest first.

        What items say through the user's place is told by item, beside what they say by themselves.
        """
        pulls = {
            feature: float(row[place] * weights[place])
            for place, feature in enumerate(self.traits.features)
            if row[place] and feature[0] in OF_EVENTS
        }
        if placing is not None:
            shares = self.traits.share_place(placing, weights)
            for key, share in zip(placing.keys, shares.tolist(), strict=True):
                pulls["item", key] = pulls.get(("item", key), 0.0) + share
        return sorted((one for one in pulls if pulls[one] > 0), key=lambda one: -pulls[one])


def choose_classes(column: str, declared: Mapping[int, str]) -> tuple[str, ...]:
    """Return the classes that enough users have, sorted.

    Raises:
        InputError: fewer than two classes have them; the text says how many labels are needed.
    """
    counts = Counter(declared.values())
    classes = tuple(sorted(value for value, n in counts.items() if n >= MIN_PER_CLASS))
    if len(classes) >= 2:
        return classes
    listed = ", ".join(f"{value}: {n}" for value, n in counts.most_common(5)) or "none"
    raise InputError(
        f"{column} cannot be learned: {sum(counts.values())} labels in {len(counts)} "
        f"class{'' if len(counts) == 1 else 'es'} ({listed}); "
        f"at least 2 classes with {MIN_PER_CLASS} labels each are needed"
    )


def fit_attribute(
    column: str,
    declared: Mapping[int, str],
    rows: Reals,
    traits: Traits,
    *,
    rng: np.random.Generator,
) -> AttributeModel | None:
    """Return a model of one attribute, or None where there is no ground for one.

    ``rows`` is the table of the traits, (n_users, n_features); ``declared`` maps row numbers to classes.
    """
    try:
        classes = choose_classes(column, declared)
    except InputError:
        return None
    users, labels = label_rows(declared, classes)
    fitted, _, basis = fit_weighed(rows[users], traits.blocks(), labels, len(classes), rng=rng)
    auc = mean_auc(fitted.held_out, labels)
    if auc < MIN_SKILL:
        return None
    weights = np.hstack([fitted.weights[:, :-1] @ basis.T, fitted.weights[:, -1:]])
    threshold = min(0.9, _MARGIN / len(classes))
    return AttributeModel(column, classes, traits, weights, auc, threshold)


def label_rows(
    declared: Mapping[int, str], classes: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that are of one of the classes, and the number of its class for each."""
    users = [user for user, value in declared.items() if value in classes]
    labels = [classes.index(declared[user]) for user in users]
    return np.array(users, dtype=np.int64), np.array(labels, dtype=np.int64)
