"""A workspace of very many users with short histories, drawn with a seed, built the usual way."""

import time
from pathlib import Path

import numpy as np
import pyarrow as pa

import limner
from limner.settings import Settings
from limner.studio.studio import Studio

SEED = 7
N_ITEMS, N_CATEGORIES, N_BRANDS, TASTES = 5_000, 40, 200, 20
MEAN_EVENTS = 8
KINDS = ("view", "view", "view", "cart", "like", "purchase")
DAYS = 180
_DAY_US = 86_400_000_000


def name_user(number: int) -> str:
    """Return the id of a user."""
    return f"u{number:06d}"


def name_item(number: int) -> str:
    """Return the id of an item."""
    return f"i{number:05d}"


def draw_items() -> pa.Table:
    """Return items in categories, with brands and prices."""
    rng = np.random.default_rng(SEED)
    numbers = range(N_ITEMS)
    return pa.table(
        {
            "item_id": [name_item(one) for one in numbers],
            "title": [f"Item {one} of kind {one % N_CATEGORIES}" for one in numbers],
            "categories": [[f"Category {one % N_CATEGORIES}"] for one in numbers],
            "brand": [f"Brand {one % N_BRANDS}" for one in numbers],
            "price": np.round(np.exp(rng.normal(3, 1, N_ITEMS)), 2),
        }
    )


def draw_events(n_users: int) -> pa.Table:
    """Return events up to now; half of a user's are of one taste."""
    rng = np.random.default_rng(SEED)
    sizes = 2 + rng.poisson(MEAN_EVENTS - 2, n_users)
    users = np.repeat(np.arange(n_users), sizes)
    fame = 1 / np.arange(1, N_ITEMS + 1) ** 0.6
    items = rng.choice(N_ITEMS, len(users), p=fame / fame.sum())
    own = rng.random(len(users)) < 0.5
    items[own] += (users[own] - items[own]) % TASTES
    ages = rng.uniform(0, DAYS * _DAY_US, len(users)).astype(np.int64)
    kinds = rng.integers(0, len(KINDS), len(users))
    return pa.table(
        {
            "event_id": [f"e{one}" for one in range(len(users))],
            "user_id": [name_user(one) for one in users.tolist()],
            "item_id": [name_item(min(one, N_ITEMS - 1)) for one in items.tolist()],
            "timestamp": pa.array(time.time_ns() // 1000 - ages),
            "event": [KINDS[one] for one in kinds.tolist()],
        }
    )


def build_crowd(folder: Path, n_users: int) -> None:
    """Build the workspace, where it is not there with as many users."""
    if (folder / "workspace.json").is_file():
        studio = Studio(folder)
        (held,) = studio.store.one("SELECT count(*) FROM users") or (0,)
        studio.close()
        if held >= n_users:
            return
    limner.build(
        events=draw_events(n_users), items=draw_items(), workspace=folder, settings=Settings()
    ).close()
