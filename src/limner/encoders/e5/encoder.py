"""The encoder `bundled`: multilingual-e5-small in 8-bit integers through ONNX Runtime."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.encoders.batches import batch_by_length
from limner.encoders.e5.pieces import PieceTokenizer
from limner.encoders.e5.weights import E5Weights
from limner.errors import EncoderError
from limner.extras import need

BATCH_TOKENS = 512
"""Tokens of a batch, padding included: what a layer holds then still fits a processor's own cache."""


class E5Encoder:
    """Vectors of 384 numbers, the same whatever is encoded beside a text; made by `open_e5`.

    A batch runs on one thread, and batches run side by side: nothing waits for another, so nothing spins.
    """

    dim: int

    def __init__(self, weights: E5Weights, graph: bytes, *, name: str, threads: int | None = None) -> None:
        """Load a graph that `build_graph` made of the same weights; None: a thread for each processor."""
        self.dim = weights.width
        self.name = name
        self.n_cut = 0
        """Texts of which the model did not read the end, since this encoder was made."""
        self._weights = weights
        self._tokenizer = PieceTokenizer(weights)
        self._session = _open_session(graph)
        self._threads = threads or count_processors()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), rows L2-normalised; zeros for a text that says nothing.

        A text is read to its 510th token, the prefix included; `n_cut` counts those that are longer.
        """
        vectors = np.zeros((len(texts), self.dim), np.float32)
        said = [(place, text) for place, text in enumerate(map(self._tokenizer.normalise, texts)) if text]
        ids = self._tokenizer.split([text for _, text in said])
        self.n_cut += sum(len(one) > self._tokenizer.most for one in ids)
        framed = [self._tokenizer.frame(one) for one in ids]
        places = np.array([place for place, _ in said], np.int64)
        batches = list(batch_by_length([len(one) for one in framed], budget=BATCH_TOKENS))
        for batch, pooled in zip(batches, self._run_all(framed, batches), strict=True):
            vectors[places[batch]] = pooled
        return vectors

    def _run_all(self, framed: list[list[int]], batches: list[list[int]]) -> Iterator[NDArray[np.float32]]:
        inputs = ([framed[place] for place in batch] for batch in batches)
        if len(batches) < 2 or self._threads < 2:
            yield from map(self._run, inputs)
            return
        with ThreadPoolExecutor(min(self._threads, len(batches))) as pool:
            yield from pool.map(self._run, inputs)

    def _run(self, rows: list[list[int]]) -> NDArray[np.float32]:
        """Return the vectors of one batch."""
        longest = max(map(len, rows))
        ids = np.array([row + [0] * (longest - len(row)) for row in rows], np.int64)
        lengths = np.array([len(row) for row in rows])
        mask = (np.arange(longest) < lengths[:, None]).astype(np.float32)
        given = {"embedded": self._weights.embed(ids), "mask": mask}
        (pooled,) = self._session.run(["pooled"], given)
        norms = np.linalg.norm(pooled, axis=1, keepdims=True)
        return np.asarray(pooled / np.maximum(norms, np.float32(1e-12)), np.float32)


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _open_session(graph: bytes) -> Any:
    runtime = need("onnxruntime", "text")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # What can be fused is fused in the graph; the library's own fusion of layer norms is slower than none.
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # of many kinds, of which only Exception is public
        raise EncoderError(f"ONNX Runtime does not open the bundled encoder ({exc})") from exc
