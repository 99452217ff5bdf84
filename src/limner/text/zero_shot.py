"""What a text means by its nearness to texts we wrote: no label of anybody's is used.

An encoder's cosines sit in a narrow band, so everything is centred before it is compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from limner.encoders import Encoder

Reals = NDArray[np.float64]
OWN_SHARE: Mapping[str, float] = {"zh": 1.0, "en": 0.5}
"""How much of a language's direction comes from its own prototypes; the rest comes from all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class ZeroShot:
    """From displeased to pleased, in the space of one encoder, for each language and for any other."""

    centres: Reals
    """float64 (3, dim): zh, en, other."""
    directions: Reals
    """float64 (3, dim); the prototypes of the pleased lie at 1 on average, of the displeased at −1."""

    @classmethod
    def fit(cls, encoder: "Encoder") -> Self:
        """Return the directions that the prototypes give in the space of an encoder."""
        halves = {language: _encode_halves(language, encoder) for language in ("zh", "en")}
        shared = sum(pleased - displeased for pleased, displeased in halves.values())
        centres, directions = [], []
        for language, (pleased, displeased) in halves.items():
            own, share = pleased - displeased, OWN_SHARE[language]
            direction = share * own / np.linalg.norm(own) + (1 - share) * shared / np.linalg.norm(shared)
            centres.append((pleased + displeased) / 2)
            directions.append(direction * 2 / float(own @ direction))
        centres.append(np.mean(centres, axis=0))
        directions.append(np.mean(directions, axis=0))
        return cls(np.array(centres), np.array(directions))

    def score(self, vectors: NDArray[Any], languages: Sequence[str]) -> Reals:
        """Return float64 (n,): about 1 for pleased, −1 for displeased, 0 for a vector of zeros."""
        places = np.array([_PLACES.get(language, 2) for language in languages], np.int64)
        apart = vectors.astype(np.float64) - self.centres[places]
        scores = np.einsum("nd,nd->n", apart, self.directions[places])
        return np.where(np.any(vectors, axis=1), scores, 0.0)


_PLACES = {"zh": 0, "en": 1}


def _encode_halves(language: str, encoder: "Encoder") -> tuple[Reals, Reals]:
    pleased, displeased = load_prototypes(language)
    vectors = encoder.encode([*pleased, *displeased]).astype(np.float64)
    return vectors[: len(pleased)].mean(axis=0), vectors[len(pleased) :].mean(axis=0)


@cache
def load_prototypes(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the pleased and the displeased write in a language, zh or en."""
    path = files("limner.text").joinpath("lexicons", f"prototypes.{language}.txt")
    found: dict[str, list[str]] = {"[+]": [], "[-]": []}
    side = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line in found:
            side = line
        elif line and side:
            found[side].append(line)
    return tuple(found["[+]"]), tuple(found["[-]"])
