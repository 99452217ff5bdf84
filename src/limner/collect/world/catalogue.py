"""The shelves filled: items with brand, price, title, quality and popularity."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.collect.world.aspects import ASPECTS
from limner.collect.world.categories import CATEGORIES
from limner.collect.world.ids import make_ids
from limner.collect.world.titles import describe_items, make_brands

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

NEW_SHARE = 0.25
"""Share of the items that come to the shop while the world runs."""
TYPES_PER_CATEGORY = 4


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All items, sorted by category; arrays are (n_items,) unless said."""

    item_id: tuple[str, ...]
    category: Ints
    type: Ints
    """Kind of thing within its category, 0..3."""
    brand: Ints
    """Brand within its category."""
    price: Reals
    price_rank: Reals
    """0 (cheapest of its category) .. 1 (dearest)."""
    popularity: Reals
    launch_day: Reals
    """Days after the world begins; 0 or less: always there."""
    aspect_quality: Reals
    """(n_items, n_aspects), about -2..2; NaN where the aspect does not apply."""
    quality: Reals
    """Mean of the aspects that apply."""
    category_popularity: Reals
    """(n_categories,), sums to 1."""
    table: pa.Table

    def of_category(self, category: int) -> slice:
        """Return where the items of one category stand."""
        start, stop = np.searchsorted(self.category, [category, category + 1])
        return slice(int(start), int(stop))


@cache
def aspect_mask() -> NDArray[np.bool_]:
    """Return (n_categories, n_aspects): which aspects a category has."""
    return np.array([[aspect in shelf.aspects for aspect in ASPECTS] for shelf in CATEGORIES])


def make_catalogue(rng: np.random.Generator, *, items: int, days: int) -> Catalogue:
    """Return ``items`` items spread over all categories, at least four to each."""
    demand = rng.permutation(1.0 / (np.arange(len(CATEGORIES)) + 12.0))
    demand /= demand.sum()
    category = _spread(rng, items, demand)
    type_ = rng.integers(0, TYPES_PER_CATEGORY, items)
    brands = make_brands(rng)
    brand = (rng.random(items) ** 1.5 * np.array([len(names) for names in brands])[category]).astype(np.int64)
    price = _prices(rng, category, type_)
    aspect_quality = _aspect_quality(rng, category)
    table = describe_items(rng, category=category, type_=type_, brand=brand, brands=brands)
    item_id = make_ids("i", items)
    return Catalogue(
        item_id=item_id,
        category=category,
        type=type_,
        brand=brand,
        price=price,
        price_rank=_rank_within(category, price),
        popularity=_popularity(rng, category),
        launch_day=_launch_days(rng, category, days),
        aspect_quality=aspect_quality,
        quality=np.nanmean(aspect_quality, axis=1),
        category_popularity=demand,
        table=table.add_column(0, "item_id", pa.array(item_id)).append_column("price", pa.array(price)),
    )


def _spread(rng: np.random.Generator, items: int, demand: Reals) -> Ints:
    """Return the sorted category of each item: four each, the rest mildly by demand."""
    every = np.repeat(np.arange(len(CATEGORIES)), TYPES_PER_CATEGORY)
    share = np.sqrt(demand) / np.sqrt(demand).sum()
    rest = rng.choice(len(CATEGORIES), items - len(every), p=share)
    return np.sort(np.concatenate([every, rest]))


def _prices(rng: np.random.Generator, category: Ints, type_: Ints) -> Reals:
    """Return log-normal prices around the category's median, ending in .9 as shops do."""
    median = np.array([shelf.price for shelf in CATEGORIES])
    tilt = rng.normal(0, 0.25, (len(CATEGORIES), TYPES_PER_CATEGORY))
    price = median[category] * np.exp(tilt[category, type_] + rng.normal(0, 0.5, len(category)))
    return np.maximum(np.round(price), 2.0) - 0.1


def _launch_days(rng: np.random.Generator, category: Ints, days: int) -> Reals:
    """Return when each item comes; the first of every category is there from the beginning."""
    launch = np.where(rng.random(len(category)) < NEW_SHARE, rng.uniform(0, days * 0.95, len(category)), 0.0)
    launch[np.searchsorted(category, np.arange(len(CATEGORIES)))] = 0.0
    return launch


def _aspect_quality(rng: np.random.Generator, category: Ints) -> Reals:
    """Return latent quality per item and aspect; an item good at one thing tends to be good at all."""
    common = rng.normal(0.45, 0.55, (len(category), 1))
    quality = common + rng.normal(0, 0.8, (len(category), len(ASPECTS)))
    return np.where(aspect_mask()[category], quality, np.nan)


def _rank_within(category: Ints, values: Reals) -> Reals:
    order = np.lexsort((values, category))
    first = np.searchsorted(category, category)
    count = np.bincount(category, minlength=len(CATEGORIES))[category]
    place = np.empty(len(values))
    place[order] = np.arange(len(values))
    rank: Reals = (place - first) / np.maximum(count - 1, 1)
    return rank


def _popularity(rng: np.random.Generator, category: Ints) -> Reals:
    """Return Zipf weights within each category, in random order."""
    rank = _rank_within(category, rng.random(len(category)))
    count = np.bincount(category, minlength=len(CATEGORIES))[category]
    popularity: Reals = 1.0 / (2.0 + rank * np.maximum(count - 1, 1)) ** 0.9
    return popularity
