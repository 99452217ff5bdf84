"""Any model that the library sentence-transformers opens, by name or from a folder."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.encoders.texts import tidy, unit_rows
from limner.errors import EncoderError
from limner.extras import need

_MOST_CHARS = 20_000
_BATCH_TEXTS = 32


class SentenceEncoder:
    """Vectors as the model itself gives them, scaled to length 1; it cuts texts at its own limit."""

    def __init__(self, model: str) -> None:
        """Open a model.

        Raises:
            MissingExtraError: sentence-transformers is not installed.
            EncoderError: there is no such model here, and it cannot be fetched.
        """
        library = need("sentence_transformers", "sentences")
        try:
            self._model: Any = library.SentenceTransformer(model, device="cpu")
        except Exception as exc:  # network, files and configuration fail in many ways
            raise EncoderError(
                f"sentence-transformers:{model} does not open ({_first_line(exc)}); "
                "name a folder that holds the model, or one that can be fetched"
            ) from exc
        self.name = f"sentence-transformers-{model.rstrip('/').rpartition('/')[2]}-{_hash(self._model)}"
        self.dim = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing."""
        tidied = [(place, tidy(text, most_chars=_MOST_CHARS)) for place, text in enumerate(texts)]
        said = [(place, text) for place, text in tidied if text]
        vectors = np.zeros((len(texts), self.dim), np.float32)
        if said:
            rows = self._model.encode(
                [text for _, text in said], batch_size=_BATCH_TEXTS, show_progress_bar=False
            )
            vectors[[place for place, _ in said]] = rows
        return unit_rows(vectors)


def _hash(model: Any) -> str:
    """Return what changes with the model's weights, wherever they came from."""
    digest = hashlib.blake2b(digest_size=6)
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().float().cpu().contiguous().numpy().data)
    return digest.hexdigest()


def _first_line(exc: Exception) -> str:
    return (str(exc).splitlines() or [type(exc).__name__])[0]
