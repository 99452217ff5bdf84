"""What every encoder makes of bad input before a model sees it, and of bad output after."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_UNREADABLE = {
    **dict.fromkeys((*range(32), 127), ""),
    **dict.fromkeys((*b"\t\n\f\r", *range(0xD800, 0xE000)), " "),
}
"""Control characters and lone surrogates: no model was taught them, and some clients refuse them."""


def tidy(text: str, *, most_chars: int) -> str:
    """Return a text that any model can be given, cut to so many characters; "" when it says nothing."""
    return text[:most_chars].translate(_UNREADABLE).strip()


def unit_rows(vectors: Any) -> NDArray[np.float32]:
    """Return float32 rows of L2 norm 1; a row that is zero, or holds what is no number, is zero.

    >>> unit_rows([[3, 4], [0, 0], [float("nan"), 1]]).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0], [0.0, 0.0]]
    """
    rows = np.asarray(vectors, np.float32)
    norms = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    usable = np.isfinite(norms) & (norms > 0)
    with np.errstate(invalid="ignore"):
        unit = rows / np.where(usable, norms, 1.0)
    return np.where(usable, unit, 0.0).astype(np.float32)
