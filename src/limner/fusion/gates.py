"""How much meaning and behaviour weigh in a vector, by how much is known of its user."""

import numpy as np
from numpy.typing import NDArray

from limner.settings import Recipe

Reals = NDArray[np.float64]
UNMET = 0.8
"""Least weight of meaning in the scores of what nobody met; chosen on validation."""


def weigh_sides(recipe: Recipe, known: Reals) -> tuple[Reals, Reals]:
    """Return α and β, float64 like ``known``: the events of each user.

    ``sum`` takes both whole. ``gate`` and ``concat`` let them add up to 1: α = g / (g + events) falls as
    events come in, and with g = 0 behaviour is all there is.
    """
    if recipe.fusion == "sum":
        return np.ones_like(known), np.ones_like(known)
    if recipe.gate == 0:
        return np.zeros_like(known), np.ones_like(known)
    alpha = recipe.gate / (recipe.gate + known)
    return alpha, 1 - alpha


def lean_on_meaning(recipe: Recipe, alpha: Reals) -> tuple[Reals, Reals]:
    """Return α and β for candidates that nobody met: α is at least `UNMET`, unless behaviour is all there is.

    What nobody met stands by its content alone, so it answers to meaning more than to behaviour.
    """
    if recipe.gate == 0 and recipe.fusion != "sum":
        return np.zeros_like(alpha), np.ones_like(alpha)
    leaning = np.maximum(alpha, UNMET)
    return leaning, 1 - leaning
