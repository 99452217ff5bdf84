"""From the ledger's sums to a space: V in closed form, W by ridge regression, the base from shares."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError
from limner.fusion.behaviour import Behaviour, place_items
from limner.fusion.meaning import lean_on_content, map_content, stand_beside
from limner.fusion.popularity import damp_items, set_base, share_popularity, usual_spread
from limner.fusion.space import NOTHING_LENT, Space
from limner.fusion.spectrum import Matrix
from limner.fusion.terms import learn_terms
from limner.fusion.trend import learn_trend
from limner.recommend.history import History
from limner.settings import Recipe

Reals = NDArray[np.float64]


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


def finish_space(history: History, behaviour: Behaviour, content: Matrix | None, *, recipe: Recipe) -> Space:
    """Return the space of placed items: content, trend and base added."""
    n_items, dim = behaviour.item_in.shape
    met = history.sum_by_item()
    semantic_in = np.zeros((n_items, 0), dtype=np.float32)
    content_map = np.zeros((2, 0, dim), dtype=np.float32)
    everyday, recent = share_popularity(history, smoothing=recipe.smoothing)
    damp = damp_items(everyday, recipe=recipe)[:, None]
    item_in, item_out = behaviour.item_in, np.asarray(behaviour.item_out * damp, dtype=np.float32)
    item_lent = NOTHING_LENT
    if content is not None:
        content_map = map_content(content, (item_in, behaviour.item_out), met)
        semantic_in, meant = content @ content_map[0], content @ content_map[1]
        # What nobody met adds nothing by behaviour; it answers as an item of its content usually does.
        item_in = lean_on_content(item_in, semantic_in, met, recipe.borrow) * (met > 0)[:, None]
        item_lent = lean_on_content(np.zeros_like(item_out), meant, met, recipe.borrow)
        item_out = lean_on_content(item_out, meant, met, recipe.borrow)
        if recipe.fusion == "concat":
            item_in, item_out = stand_beside(None, item_in), stand_beside(meant, item_out)
            item_lent = stand_beside(meant, item_lent)
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
        item_lent=item_lent,
    )
    spread = usual_spread(unbased, history)
    space = replace(
        unbased,
        base=set_base(recent, spread, prior=recipe.prior),
        trend=learn_trend(history, everyday, recent, recipe=recipe, lent=content is not None),
    )
    return space.with_terms(learn_terms(space, history, spread=spread)) if any(recipe.terms) else space
