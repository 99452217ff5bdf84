"""Where items stand by who met them together: a linear auto-encoder in closed form and in factors."""

from dataclasses import dataclass

import numpy as np

from limner.fusion.spectrum import Matrix, find_directions
from limner.recommend.history import History
from limner.settings import Recipe

CLOSEST = 0.999
"""How much of itself an item may explain: keeps 1 − |v|² away from zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """Places of items by co-occurrence alone: what they add, what they answer to, (n_items, dim) both."""

    item_in: Matrix
    item_out: Matrix


def place_items(history: History, *, dim: int, seed: int, recipe: Recipe) -> Behaviour:
    """Return where items stand by who met them together.

    A linear auto-encoder with a zero diagonal has weights −P_ij / P_jj, P = (XᵀX + Λ)⁻¹. With
    Λ = ridge + dropout · events, X̃ = X Λ^(−½) and X̃ᵀX̃ = Q g Qᵀ, that is, off the diagonal,
    Λ_i^(−½) (v_i · v_j) Λ_j^(½) / (1 − |v_j|²) with v = Q √(g / (g + 1)): so the strongest directions
    give the weights in factors, and no item × item matrix is ever formed.

    Source: Steck: Embarrassingly shallow autoencoders for sparse data, WWW 2019; the ridge by item:
    Steck: Autoencoders that don't overfit towards the identity, NeurIPS 2020.
    """
    from scipy.sparse import diags

    met = history.sum_by_item()
    scale = (recipe.ridge + recipe.dropout * met) ** -0.5
    scaled = (history.matrix() @ diags(scale.astype(np.float32))).tocsr()
    directions, strengths = find_directions(scaled, dim=dim, seed=seed)
    placed = directions * np.sqrt(strengths / (strengths + 1))
    own = np.minimum((placed**2).sum(axis=1), CLOSEST)
    item_in = placed * scale[:, None]
    item_out = placed / (scale * (1 - own))[:, None]
    wide = [(0, 0), (0, dim - placed.shape[1])]
    return Behaviour(np.pad(item_in, wide).astype(np.float32), np.pad(item_out, wide).astype(np.float32))
