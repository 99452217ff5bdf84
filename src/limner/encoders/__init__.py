"""Words → vectors. An `Encoder` is anything that turns texts into rows of one space."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Texts → vectors of one space."""

    @property
    def name(self) -> str:
        """What the space is called; two encoders of one name give the same vectors."""
        ...

    @property
    def dim(self) -> int:
        """Numbers per vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing."""
        ...
