"""From the ledger's sums to a space: V in closed form, W by ridge regression, the base from shares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError
from limner.fusion.meaning import lean_on_content, map_content, stand_beside
from limner.fusion.space import Space
from limner.fusion.spectrum import Matrix, find_directions
from limner.recommend.history import History
from limner.settings import Recipe

Reals = NDArray[np.float64]
CLOSEST = 0.999
"""How much of itself an item may explain: keeps 1 − |v|² away from zero."""
SPREAD_USERS = 500
"""Users whose scores say how wide a usual spread is."""


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """Places of items by co-occurrence alone: what they add, what they answer to, (n_items, dim) both."""

    item_in: Matrix
    item_out: Matrix


def fit_space(
    history: History,
    content: Matrix | None = None,
    *,
    dim: int = 256,
    seed: int = 7,
    recipe: Recipe | None = None,
) -> Space:
    """Return the space of a history; ``content`` is float32 (n_items, c), one row per item.

    Raises:
        InputError: content has another number of rows than the history has items.
    """
    if content is not None and len(content) != history.n_items:
        raise InputError(f"fit_space: {len(content)} content rows for {history.n_items} items; give one each")
    chosen = recipe or Recipe()
    behaviour = place_items(history, dim=dim, seed=seed, recipe=chosen)
    return finish_space(history, behaviour, content, recipe=chosen)


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


def finish_space(history: History, behaviour: Behaviour, content: Matrix | None, *, recipe: Recipe) -> Space:
    """Return the space of placed items: content, trend and base added."""
    n_items, dim = behaviour.item_in.shape
    met = history.sum_by_item()
    semantic_in = np.zeros((n_items, 0), dtype=np.float32)
    content_map = np.zeros((2, 0, dim), dtype=np.float32)
    everyday, recent = share_popularity(history, smoothing=recipe.smoothing)
    lift = ((recent / everyday) ** recipe.trend)[:, None]
    item_in, item_out = behaviour.item_in, np.asarray(behaviour.item_out * lift, dtype=np.float32)
    if content is not None:
        content_map = map_content(content, (item_in, behaviour.item_out), met)
        semantic_in, meant = content @ content_map[0], content @ content_map[1]
        # What nobody met adds nothing by behaviour; it answers as an item of its content usually does.
        item_in = lean_on_content(item_in, semantic_in, met, recipe.borrow) * (met > 0)[:, None]
        item_out = lean_on_content(item_out, meant, met, recipe.borrow)
        if recipe.fusion == "concat":
            item_in, item_out = stand_beside(None, item_in), stand_beside(meant, item_out)
            semantic_in = stand_beside(semantic_in, None)
            content_map = np.stack(
                [stand_beside(content_map[0], None), stand_beside(content_map[1], content_map[1])]
            )
    unbased = Space(
        item_in,
        semantic_in.astype(np.float32),
        item_out,
        np.zeros(n_items, dtype=np.float32),
        content_map,
        recipe,
    )
    base = (
        recipe.prior
        * _usual_spread(unbased, history)
        * recent
        / max(float(recent.std()) if n_items else 0.0, 1e-12)
    )
    return Space.from_arrays({**unbased.to_arrays(), "base": base.astype(np.float32)})


def share_popularity(history: History, *, smoothing: float) -> tuple[Reals, Reals]:
    """Return each item's share of all events and of recent ones, both above 0 and summing to 1.

    A horizon with few events says little, so each is shrunk to the longer one: recent to lasting and lasting
    to all by ``smoothing`` pseudo-events per item of the catalogue, all to even shares by half of one.
    """
    n_items = history.n_items
    share = np.full(n_items, 1 / max(n_items, 1))
    everyday = _shrink(history.sum_by_item(history.count), share, 0.5 * n_items)
    share = everyday
    for sums in (history.lasting, history.recent):
        share = _shrink(history.sum_by_item(sums), share, smoothing * n_items)
    return everyday, share


def _shrink(sums: Reals, towards: Reals, pseudo_events: float) -> Reals:
    return np.asarray((sums + pseudo_events * towards) / max(sums.sum() + pseudo_events, 1e-12))


def _usual_spread(space: Space, history: History) -> float:
    """Return the mean over users of the standard deviation of their scores; 1 where nothing is known."""
    some = history.rows(0, min(SPREAD_USERS, history.n_users))
    active = some.known() > 0
    if not active.any():
        return 1.0
    return float(space.score_all(some)[active].std(axis=1).mean()) or 1.0
