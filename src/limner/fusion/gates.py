"""How much meaning and behaviour weigh in a vector, by how much is known of its user."""

import numpy as np
from numpy.typing import NDArray

from limner.settings import Recipe

Reals = NDArray[np.float64]


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
