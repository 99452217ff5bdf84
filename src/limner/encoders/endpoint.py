"""Vectors from a server that speaks OpenAI's ``/v1/embeddings``."""

import hashlib
import os
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from limner.encoders.texts import tidy, unit_rows
from limner.errors import EncoderError
from limner.extras import need

KEY_VARIABLE = "OPENAI_API_KEY"
MOST_CHARS = 8_000
"""Of a text; the rest is not sent. Most such models read less."""
_BATCH_TEXTS = 64
_BATCH_CHARS = 60_000
_TIMEOUT_S = 60.0
_RETRIES = 3


class EndpointEncoder:
    """One request for up to 64 texts; retries, with growing waits, are the client's."""

    def __init__(
        self,
        model: str,
        *,
        url: str = "",
        environment: Mapping[str, str] | None = None,
        timeout_s: float = _TIMEOUT_S,
        retries: int = _RETRIES,
    ) -> None:
        """Ask for one vector, to learn how long they are.

        Raises:
            MissingExtraError: openai is not installed.
            EncoderError: there is no key, or the server does not answer with vectors.
        """
        openai = need("openai", "llm")
        key = (os.environ if environment is None else environment).get(KEY_VARIABLE, "")
        if not key and not url:
            raise EncoderError(
                f"endpoint:{model}: set {KEY_VARIABLE}, or encoder_url to a server without keys"
            )
        self._model = model
        self._where = url or "the client's own address"
        self._failed: type[Exception] = openai.OpenAIError
        self._client = openai.OpenAI(
            api_key=key or "none", base_url=url or None, timeout=timeout_s, max_retries=retries
        )
        mark = hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=4).hexdigest()
        self.name = f"endpoint-{model}-{mark}"
        self.dim = len(self._ask(["a"])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing.

        Raises:
            EncoderError: the server does not answer, or with something else.
        """
        tidied = [(place, tidy(text, most_chars=MOST_CHARS)) for place, text in enumerate(texts)]
        said = [(place, text) for place, text in tidied if text]
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for batch in _part(said):
            rows = self._ask([text for _, text in batch])
            if {len(row) for row in rows} != {self.dim}:
                raise EncoderError(f"{self._where}: {self._model} answers with vectors of changing length")
            vectors[[place for place, _ in batch]] = rows
        return unit_rows(vectors)

    def _ask(self, texts: list[str]) -> list[list[float]]:
        try:
            answer = self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
            rows = [list(map(float, one.embedding)) for one in sorted(answer.data, key=lambda one: one.index)]
        except self._failed as exc:
            raise EncoderError(f"{self._where}: {self._model} gives no vectors ({exc})") from exc
        except (AttributeError, TypeError, ValueError) as exc:
            raise EncoderError(f"{self._where}: the answer is no list of vectors ({exc})") from exc
        if len(rows) != len(texts) or not rows[0]:
            raise EncoderError(f"{self._where}: {len(texts)} texts were sent, {len(rows)} vectors came back")
        return rows


def _part(said: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Return batches of so many texts and characters at most."""
    batches: list[list[tuple[int, str]]] = []
    room = 0
    for place, text in said:
        if not batches or len(batches[-1]) == _BATCH_TEXTS or room < len(text):
            batches.append([])
            room = _BATCH_CHARS
        batches[-1].append((place, text))
        room -= len(text)
    return batches
