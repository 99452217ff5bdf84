"""From the ledger's sums to a space: V in closed form, W by ridge regression, the base from shares."""

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError
from limner.fusion.behaviour import Behaviour, place_items
from limner.fusion.popularity import lift_items, set_base, usual_spread
from limner.fusion.space import Space
from limner.fusion.spectrum import Matrix
from limner.fusion.terms import is_open, learn_terms
from limner.recommend.history import History
from limner.settings import Recipe

Reals = NDArray[np.float64]
CONTENT_RIDGE = 0.1


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
    item_out = behaviour.item_out
    if content is not None:
        content_map = _map_content(content, behaviour, met)
        semantic_in = (content @ content_map[0]).astype(np.float32)
        # An item nobody met answers as one of its content usually does; one event is better than that.
        item_out = np.where((met > 0)[:, None], item_out, content @ content_map[1])
    unbased = Space(
        behaviour.item_in,
        semantic_in,
        np.asarray(item_out * lift_items(history, recipe=recipe)[:, None], dtype=np.float32),
        np.zeros(n_items, dtype=np.float32),
        content_map,
        recipe,
    )
    spread = usual_spread(unbased, history)
    space = Space.from_arrays({**unbased.to_arrays(), "base": set_base(history, spread, recipe=recipe)})
    return space.with_terms(learn_terms(space, history, spread=spread)) if is_open(recipe) else space


def _map_content(content: Matrix, behaviour: Behaviour, met: Reals) -> Matrix:
    """Return W for both roles, (2, c, dim): ridge regression of places on content, over items that were met.

    Every item counts the same: weighted by events, W would place the new where the popular are.
    """
    known = content[met > 0].astype(np.float64)
    square = known.T @ known
    square[np.diag_indices_from(square)] += CONTENT_RIDGE * max(float(np.trace(square)) / len(square), 1e-9)
    sides = [known.T @ places[met > 0] for places in (behaviour.item_in, behaviour.item_out)]
    return np.stack([np.linalg.solve(square, side) for side in sides]).astype(np.float32)
