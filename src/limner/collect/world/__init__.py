"""The sample world: a generated bilingual shop whose latent truth is known, and how much of it was found."""

from limner.collect.world.recovery import Recovery, measure_recovery
from limner.collect.world.truth import ItemTruth, Mention, TextTruth, Truth, UserTruth
from limner.collect.world.world import World, make_world

__all__ = [
    "ItemTruth",
    "Mention",
    "Recovery",
    "TextTruth",
    "Truth",
    "UserTruth",
    "World",
    "make_world",
    "measure_recovery",
]
