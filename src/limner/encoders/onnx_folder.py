"""A model of the owner's own: a folder with ``model.onnx`` and ``tokenizer.json``."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.encoders.batches import batch_by_length
from limner.encoders.texts import tidy, unit_rows
from limner.errors import EncoderError
from limner.extras import need

BATCH_TOKENS = 1_024
MOST_TOKENS = 512
_MOST_CHARS = 20_000
_INPUTS = {"input_ids", "attention_mask", "token_type_ids", "position_ids"}


class OnnxFolderEncoder:
    """Mean over a text's tokens of what the model says of each; texts are cut at 512 tokens.

    Where a model's activations are quantised per batch, a text has other vectors beside other texts.
    """

    def __init__(self, folder: Path) -> None:
        """Open the model.

        Raises:
            MissingExtraError: onnxruntime or tokenizers is not installed.
            EncoderError: a file is missing or broken, or the model has inputs that are not known.
        """
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._session = _open_model(folder / "model.onnx")
        self._inputs = [given.name for given in self._session.get_inputs()]
        if unknown := set(self._inputs) - _INPUTS:
            raise EncoderError(
                f"{folder / 'model.onnx'}: inputs {', '.join(sorted(unknown))} are not known; "
                f"a model of sentences has {', '.join(sorted(_INPUTS))}"
            )
        self.name = f"onnx-{folder.resolve().name}-{_hash_files(folder)}"
        self.dim = int(self.encode(["a"]).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing."""
        tidied = [tidy(text, most_chars=_MOST_CHARS) for text in texts]
        places = [place for place, text in enumerate(tidied) if text]
        if not places:
            return np.zeros((len(texts), self.dim), np.float32)
        ids = [one.ids for one in self._tokenizer.encode_batch([tidied[place] for place in places])]
        pooled: list[tuple[int, NDArray[Any]]] = []
        for batch in batch_by_length([len(one) for one in ids], budget=BATCH_TOKENS):
            rows = self._run([ids[number] for number in batch])
            pooled += [(places[number], row) for number, row in zip(batch, rows, strict=True)]
        vectors = np.zeros((len(texts), len(pooled[0][1])), np.float32)
        for place, row in pooled:
            vectors[place] = row
        return unit_rows(vectors)

    def _run(self, rows: list[list[int]]) -> NDArray[Any]:
        longest = max(map(len, rows))
        ids = np.array([row + [0] * (longest - len(row)) for row in rows], np.int64)
        mask = (np.arange(longest) < np.array([[len(row)] for row in rows])).astype(np.int64)
        places = np.broadcast_to(np.arange(longest), ids.shape)
        known = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
            "position_ids": places,
        }
        said = self._session.run(None, {name: known[name] for name in self._inputs})[0]
        if said.ndim == 2:  # the model pools by itself
            return np.asarray(said)
        return np.asarray((said * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1)[:, None], 1))


def _open_tokenizer(path: Path) -> Any:
    tokenizers = need("tokenizers", "text")
    _check(path)
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as exc:  # the library raises Exception itself
        raise EncoderError(f"{path} is no tokenizer ({exc})") from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer


def _open_model(path: Path) -> Any:
    runtime = need("onnxruntime", "text")
    _check(path)
    options = runtime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # of many kinds, of which only Exception is public
        raise EncoderError(f"{path} is no model that ONNX Runtime opens ({exc})") from exc


def _check(path: Path) -> None:
    if not path.is_file():
        raise EncoderError(f"{path} is missing; an onnx: folder holds model.onnx and tokenizer.json")


def _hash_files(folder: Path) -> str:
    """Return what changes when the model does: weights kept beside the graph count, too."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted((*folder.glob("model.onnx*"), folder / "tokenizer.json")):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
