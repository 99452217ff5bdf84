"""What a build learns from everyone: circles, attribute models, the space."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.dimensions.circles import PLACE_COLUMNS, Graph, describe_circles
from limner.dimensions.demographic import is_given
from limner.dimensions.inference import fit_attribute
from limner.encoders.cached import Progress
from limner.fusion.fit import fit_space
from limner.fusion.space import Space
from limner.recommend.history import History, collect_history
from limner.settings import Settings
from limner.store.store import Store
from limner.studio.advice.crowd import keep_standings
from limner.studio.kept.attributes import save_attributes
from limner.studio.kept.catalogue import CatalogueItem
from limner.studio.kept.contents import learn_items, save_encoder
from limner.studio.kept.declared import MOST_ROWS, read_declared, read_traits
from limner.studio.kept.placing import place_users
from limner.studio.kept.sides import attach_all
from limner.studio.kept.spaces import read_sums, save_space


def learn_circles(store: Store, user_ids: Sequence[str], relations: pa.Table, settings: Settings) -> None:
    """Find communities, influence and places, and keep them with the users they are about."""
    if not relations.num_rows:
        return
    targets = pc.index_in(relations["other_id"], value_set=pa.array(user_ids, pa.string()))
    graph = Graph(len(user_ids), relations["user_no"].to_numpy(), targets.to_numpy().astype(np.int64))
    shares, names = _category_shares(store, len(user_ids))
    circles = describe_circles(
        graph,
        shares,
        names,
        user_ids=user_ids,
        places=_declared_places(store),
        rng=np.random.default_rng(settings.vector.seed),
    )
    rows = [(json.dumps(circle, ensure_ascii=False), user) for user, circle in circles.items()]
    store.executemany("UPDATE users SET circle = ? WHERE user_no = ?", rows)


def learn_attributes(store: Store, settings: Settings, space: Space, history: History) -> None:
    """Fit a model for each attribute that may be inferred and that behaviour tells; keep them.

    ``history`` holds the item sums of all users, by user number, in ``space``.
    """
    declared = read_declared(store, settings.dimensions.infer)
    rng = np.random.default_rng(settings.vector.seed)
    told = sorted({user for users in declared.values() for user in users})
    if len(told) > MOST_ROWS:
        told = sorted(rng.choice(told, MOST_ROWS, replace=False).tolist())
    if not told:
        return
    placed = place_users(space, history.take(np.array(told, dtype=np.int64)))
    traits, rows = read_traits(store, told, placed)
    place = {user: number for number, user in enumerate(told)}
    models = []
    for column, values in declared.items():
        known = {place[user]: value for user, value in values.items() if user in place}
        model = fit_attribute(column, known, rows, traits, rng=rng)
        if model is not None:
            models.append(model)
    save_attributes(store, models)


def learn_space(
    store: Store,
    catalogue: Sequence[CatalogueItem],
    at_us: int,
    settings: Settings,
    progress: Progress | None = None,
) -> tuple[Space, History]:
    """Fit the space of P = αS + βB on everyone's item sums and the items' words; keep it.

    Returns it, and the sums.
    """
    # At the landmark itself both horizons are read as they stand.
    history = read_history(store, n_items=len(catalogue), at_us=at_us, factors=(1.0, 1.0))
    content = None
    if any(item.words() for item in catalogue):
        encoder, content = learn_items(catalogue, settings.text, seed=settings.vector.seed, progress=progress)
        save_encoder(store, encoder, settings.text, len(catalogue))
    chosen = settings.vector
    history = attach_all(store, history, chosen.recipe)
    space = fit_space(history, content, dim=chosen.dim, seed=chosen.seed, recipe=chosen.recipe)
    save_space(store, space)
    keep_standings(store, space, history)
    return space, history


def read_history(store: Store, *, n_items: int, at_us: int, factors: tuple[float, float]) -> History:
    """Return the item sums of all users, one row per user number, decayed sums read with their factors."""
    from limner.ledger.items import ItemSums

    rows = store.rows(
        "SELECT c.user_no, i.item_no, c.n, c.recent, c.lasting FROM cells c "
        "JOIN items i ON i.item_id = c.key WHERE c.signal = 'item'"
    )
    (n_users,) = store.one("SELECT coalesce(max(user_no), -1) + 1 FROM users") or (0,)
    table = read_sums(rows, factors).reshape(-1, 5)
    users, items = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
    sums = ItemSums(users, items, table[:, 2], table[:, 3], table[:, 4])
    return collect_history(sums, shape=(n_users, n_items), at_us=at_us)


def _category_shares(store: Store, n_users: int) -> tuple[Any, list[str]]:
    from scipy.sparse import csr_matrix

    rows = store.rows(
        "SELECT c.user_no, c.key, c.lasting / a.lasting FROM cells c JOIN cells a "
        "ON a.user_no = c.user_no AND a.signal = 'activity' AND a.key = 'all' "
        "WHERE c.signal = 'category' AND a.lasting > 0"
    )
    names = sorted({key for _, key, _ in rows})
    place = {name: number for number, name in enumerate(names)}
    users = [user for user, _, _ in rows]
    columns = [place[key] for _, key, _ in rows]
    shares = [share for _, _, share in rows]
    return csr_matrix((shares, (users, columns)), shape=(n_users, len(names))), names


def _declared_places(store: Store) -> dict[int, str]:
    places = {}
    for user, attributes in store.rows("SELECT user_no, attributes FROM users"):
        given = json.loads(attributes or "{}")
        found = [str(given[name]) for name in PLACE_COLUMNS if is_given(given.get(name))]
        if found:
            places[user] = found[0]
    return places
