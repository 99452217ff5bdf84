"""Attribute models at rest."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from limner.dimensions.inference import AttributeModel
from limner.dimensions.traits import Traits
from limner.store.store import Store


def save_attributes(store: Store, models: list[AttributeModel]) -> None:
    """Keep the models a build fitted."""
    kept = []
    for model in models:
        store.put_array(f"attribute:{model.column}", model.weights)
        numbers = np.array([model.traits.scales, model.traits.offsets])
        store.put_array(f"attribute:{model.column}:traits", numbers)
        header = {"column": model.column, "classes": model.classes, "features": model.traits.features}
        kept.append({**header, "auc": model.auc, "threshold": model.threshold})
    store.set_meta(attributes=kept)


def load_attributes(store: Store, meta: Mapping[str, Any]) -> dict[str, AttributeModel]:
    """Return the models that `save_attributes` kept."""
    models = {}
    for kept in meta.get("attributes") or []:
        weights = store.array(f"attribute:{kept['column']}")
        try:
            scales, offsets = store.array(f"attribute:{kept['column']}:traits")
        except KeyError:  # an older build, whose models read cells in another way: nothing is guessed by it
            continue
        traits = Traits.of([(block, key) for block, key in kept["features"]], scales, offsets)
        models[kept["column"]] = AttributeModel(
            kept["column"], tuple(kept["classes"]), traits, weights, kept["auc"], kept["threshold"]
        )
    return models
