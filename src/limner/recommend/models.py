"""Every model by its name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from limner.errors import UnknownNameError, did_you_mean
from limner.recommend.category_popularity import CategoryPopular
from limner.recommend.content import Content
from limner.recommend.ease import Ease
from limner.recommend.ials import Ials
from limner.recommend.limner import Limner
from limner.recommend.neighbours import ItemNeighbours
from limner.recommend.popular import Popular, PopularRecently
from limner.recommend.ranking import Model
from limner.recommend.user_neighbours import UserNeighbours
from limner.settings import VectorSettings

MODELS: Mapping[str, Callable[[VectorSettings], Model]] = MappingProxyType(
    {
        "popular": lambda _: Popular(),
        "popular-7-days": lambda _: PopularRecently(7.0),
        "category-popular": lambda _: CategoryPopular(),
        "item-knn": lambda _: ItemNeighbours(),
        "user-knn": lambda _: UserNeighbours(),
        "ease": lambda _: Ease(),
        "ials": lambda vector: Ials(seed=vector.seed),
        "content": lambda _: Content(),
        "behaviour": lambda vector: Limner(replace(vector.recipe, gate=0.0), vector.dim, vector.seed),
        "limner": lambda vector: Limner(vector.recipe, vector.dim, vector.seed),
    }
)
"""Name → what makes the model with the settings of the vector."""


def make_model(name: str, vector: VectorSettings | None = None) -> Model:
    """Return the model of a name, the space's own with the settings of the vector.

    Raises:
        UnknownNameError: no such model; the text says which there are.
    """
    if name not in MODELS:
        raise UnknownNameError(f"no model {name!r}{did_you_mean(name, MODELS)}; choose: {', '.join(MODELS)}")
    return MODELS[name](vector or VectorSettings())
