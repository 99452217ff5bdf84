"""Attribute models at rest."""

from collections.abc import Mapping
from typing import Any

from limner.dimensions.inference import AttributeModel
from limner.store.sqlite import Store


def save_attributes(store: Store, models: list[AttributeModel]) -> None:
    """Keep the models a build fitted."""
    kept = []
    for model in models:
        store.put_array(f"attribute:{model.column}", model.weights)
        header = {"column": model.column, "classes": model.classes, "features": model.features}
        kept.append({**header, "auc": model.auc, "threshold": model.threshold})
    store.set_meta(attributes=kept)


def load_attributes(store: Store, meta: Mapping[str, Any]) -> dict[str, AttributeModel]:
    """Return the models that `save_attributes` kept."""
    models = {}
    for kept in meta.get("attributes") or []:
        weights = store.array(f"attribute:{kept['column']}")
        features = tuple((signal, key) for signal, key in kept["features"])
        models[kept["column"]] = AttributeModel(
            kept["column"], tuple(kept["classes"]), features, weights, kept["auc"], kept["threshold"]
        )
    return models
