"""How fast texts become vectors, and how true: the bundled encoder, its reference engine, MiniLM, in one run.

    python benchmarks/encoders.py [--rounds 3] [--sentences-python PYTHON] [--sentences-model NAME_OR_FOLDER]

The texts are reviews of the sample world, half Chinese and half English, cut or joined to 20 and to 120 of
the model's tokens. Each encoder has a process of its own, and all take turns; the best round counts. MiniLM
is left out, with a word, where sentence-transformers or the model is not to be had.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from running import run, stamp, table

SEED = 11
SIZES = {20: 512, 120: 128}
N_TRUE = 600
LATENCY_CALLS = 40
ONE = "wireless headphones for running"
MINILM = "sentence-transformers/all-MiniLM-L6-v2"
Encode = Callable[[list[str]], Any]


def make_texts() -> dict[str, list[str]]:
    """Return reviews of so many tokens by their number, and all sorts of texts as ``true``."""
    from limner.collect.world import make_world

    said = [row["text"] for row in make_world(users=400, seed=SEED).tables["texts"].to_pylist()]
    rng = random.Random(SEED)
    by_language = [[text for text in said if text.isascii() is ascii_only] for ascii_only in (True, False)]
    texts: dict[str, list[str]] = {}
    for n_tokens, count in SIZES.items():
        texts[str(n_tokens)] = [_make_text(by_language[number % 2], n_tokens, rng) for number in range(count)]
    texts["true"] = [*rng.sample(said, N_TRUE - 200), *(_make_noise(rng) for _ in range(200))]
    return texts


def _make_text(reviews: list[str], n_tokens: int, rng: random.Random) -> str:
    """Return reviews joined, and cut where one more character would be a token too much."""
    text = ""
    while _count(text) < n_tokens:
        text += f" {rng.choice(reviews)}"
    low, high = 0, len(text)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if _count(text[:middle]) <= n_tokens else (low, middle)
    return text[:low].strip()


def _count(text: str) -> int:
    tokenizer = _tokenizer()
    return len(tokenizer.split([tokenizer.normalise(text)])[0]) + 2


def _tokenizer(held: list[Any] = []) -> Any:  # noqa: B006
    if not held:
        import numpy as np

        from limner.encoders.e5.opening import _find_weights
        from limner.encoders.e5.pieces import PieceTokenizer
        from limner.encoders.e5.weights import parse_weights

        held.append(PieceTokenizer(parse_weights(np.memmap(_find_weights(), np.uint8, "r"))))
    return held[0]


def _make_noise(rng: random.Random) -> str:
    ranges = [
        (32, 126),
        (0x4E00, 0x9FFF),
        (0xA0, 0x2FF),
        (0x400, 0x4FF),
        (0x1F300, 0x1F6FF),
        (0xAC00, 0xD7A3),
    ]
    runs = (rng.choice(ranges) for _ in range(rng.randrange(1, 6)))
    return " ".join("".join(chr(rng.randint(*one)) for _ in range(rng.randrange(1, 15))) for one in runs)


def open_one(kind: str, model: str, cache: Path) -> Encode:
    """Return what encodes, by its kind."""
    if kind == "minilm":
        from sentence_transformers import SentenceTransformer

        encoder = SentenceTransformer(model, device="cpu")
        return lambda texts: encoder.encode(texts, batch_size=32, show_progress_bar=False)
    if kind == "engine":
        from limner.encoders.e5.engine import E5Engine

        return E5Engine(name="engine").encode
    from limner.encoders.e5.opening import open_e5

    return open_e5(cache=cache).encode


def measure(kind: str, model: str, cache: Path) -> None:
    """Print as JSON what one encoder takes for the texts in the cache folder."""
    texts = json.loads((cache / "texts.json").read_text(encoding="utf-8"))
    began = time.perf_counter()
    encode = open_one(kind, model, cache)
    encode([ONE])
    found: dict[str, Any] = {"open_s": time.perf_counter() - began}
    for size in SIZES:
        encode(texts[str(size)][:64])
        began, cpu = time.perf_counter(), time.process_time()
        encode(texts[str(size)])
        found[f"wall_{size}"] = len(texts[str(size)]) / (time.perf_counter() - began)
        found[f"cpu_{size}"] = len(texts[str(size)]) / (time.process_time() - cpu)
    delays = []
    for _ in range(LATENCY_CALLS):
        began = time.perf_counter()
        encode([ONE])
        delays.append(time.perf_counter() - began)
    found["one_ms"] = 1000 * sorted(delays)[len(delays) // 2]
    print(json.dumps(found))


def compare(cache: Path) -> list[float]:
    """Return the cosines of the bundled encoder to its reference, falling."""
    texts = json.loads((cache / "texts.json").read_text(encoding="utf-8"))["true"]
    ours, theirs = (open_one(kind, "", cache)(texts) for kind in ("bundled", "engine"))
    said = [place for place, row in enumerate(theirs) if row.any()]
    return sorted(((ours[said] * theirs[said]).sum(axis=1)).tolist(), reverse=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sentences-python", default=sys.executable, help="has sentence-transformers")
    parser.add_argument("--sentences-model", default=MINILM)
    parser.add_argument("--measure", nargs=2, metavar=("KIND", "CACHE"), help="one encoder only")
    given = parser.parse_args()
    if given.measure:
        measure(given.measure[0], given.sentences_model, Path(given.measure[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        _print_all(given, Path(scratch))


def _print_all(given: argparse.Namespace, cache: Path) -> None:
    texts = make_texts()
    (cache / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    pythons = {"engine": sys.executable, "bundled": sys.executable}
    if _has_sentences(given.sentences_python):
        pythons["minilm"] = given.sentences_python
    else:
        print(f"MiniLM left out: {given.sentences_python} has no sentence-transformers")
    best: dict[str, dict[str, float]] = {}
    for _ in range(given.rounds):
        for kind, python in pythons.items():
            command = (
                python,
                __file__,
                "--sentences-model",
                given.sentences_model,
                "--measure",
                kind,
                str(cache),
            )
            found = run(*command).json()
            best[kind] = _keep_best(best.get(kind, found), found)
    rows = [_describe(kind, best[kind], best) for kind in pythons]
    print(table(("encoder", *_HEADER), rows))
    cosines = compare(cache)
    print(
        f"cosine to the engine over {len(cosines)} texts: least {cosines[-1]:.4f}, "
        f"median {cosines[len(cosines) // 2]:.4f}; {sum(one < 0.99 for one in cosines)} below 0.99"
    )
    print(stamp(SEED))


_HEADER = ("20 tokens, texts/s", "a CPU second", "120 tokens, texts/s", "a CPU second", "one, ms", "open, s")


def _keep_best(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    least = {"one_ms", "open_s"}
    return {name: (min if name in least else max)(one[name], other[name]) for name in one}


def _describe(kind: str, found: dict[str, float], best: dict[str, dict[str, float]]) -> tuple[str, ...]:
    ours = best["bundled"]
    names = ("wall_20", "cpu_20", "wall_120", "cpu_120")
    speeds = [
        f"{found[name]:.1f}" + ("" if kind == "bundled" else f" (ours {ours[name] / found[name]:.1f} ×)")
        for name in names
    ]
    return kind, *speeds, f"{found['one_ms']:.1f}", f"{found['open_s']:.1f}"


def _has_sentences(python: str) -> bool:
    command = [python, "-c", "import sentence_transformers"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
